"""`GET run-notes`: what people say of the runs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.errors import NotFoundError
from glassboard.server.context import REVISION_RESPONSES, Context, answer_revision
from glassboard.server.models.run_notes import NoteItem, RunNotesItem, RunNotesList
from glassboard.server.samples import RunsQuery
from glassboard.server.values import finite_times
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider
from glassboard.store.run_notes import RunNotes, read_run_notes

__all__ = ["router"]

router = APIRouter()
_MAX_NOTES = 200
_MAX_NOTES_SIZE = 16 << 20
"""Characters of notes in one answer."""


@router.get("/run-notes", response_model=RunNotesList, responses=REVISION_RESPONSES)
def get_run_notes(request: Request, context: Context, run: RunsQuery) -> Response:
    """The notes and tags of every run that has some. What does not fit into 16 MiB is left out and counted."""
    only = set(run)
    return answer_revision(request, context, lambda revision: _list(context.provider, only, revision))


def _list(provider: Provider, only: set[str], revision: int) -> RunNotesList:
    names = sorted(provider.runs(), key=natural_key)
    chosen = [name for name in names if name in only] if only else names
    room = _MAX_NOTES_SIZE
    items = []
    for name in chosen:
        try:
            found = read_run_notes(provider, name)
        except NotFoundError:  # gone meanwhile
            continue
        if found != RunNotes():
            items.append(_item(name, found, room))
            room -= sum(len(note.text) for note in items[-1].notes)
    return RunNotesList(revision=revision, runs=items)


def _item(run: str, found: RunNotes, room: int) -> RunNotesItem:
    newest = []
    for note in found.notes[: -_MAX_NOTES - 1 : -1]:
        room -= len(note.text)
        if room < 0:
            break
        wall_time = finite_times([note.wall_time])[0]
        newest.append(NoteItem(step=note.step, wall_time=wall_time, text=note.text))
    return RunNotesItem(
        run=run,
        tags=list(found.tags),
        notes=newest[::-1],
        note_count=len(found.notes),
        error="; ".join(found.problems) or None,
    )
