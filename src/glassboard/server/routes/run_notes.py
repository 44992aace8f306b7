"""`GET run-notes`: what people say of the runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.errors import NotFoundError
from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models.run_notes import NoteItem, RunNotesItem, RunNotesList
from glassboard.server.values import finite_times
from glassboard.store.names import natural_key
from glassboard.store.run_notes import RunNotes, read_run_notes

__all__ = ["router"]

router = APIRouter()
_MAX_NOTES = 200
_MAX_NOTES_SIZE = 16 << 20
"""Characters of notes in one answer."""


@router.get("/run-notes", response_model=RunNotesList, responses={304: {"description": "Nothing changed"}})
def get_run_notes(
    request: Request,
    context: Context,
    run: Annotated[list[str], Query(default_factory=list, description="Only these runs; without it, all")],
) -> Response:
    """The notes and tags of every run that has some. What does not fit into 16 MiB is left out and counted."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    names = sorted(context.provider.runs(), key=natural_key)
    chosen = [name for name in names if name in set(run)] if run else names
    room = _MAX_NOTES_SIZE
    items = []
    for name in chosen:
        try:
            found = read_run_notes(context.provider, name)
        except NotFoundError:  # gone meanwhile
            continue
        if found != RunNotes():
            items.append(_item(name, found, room))
            room -= sum(len(note.text) for note in items[-1].notes)
    return answer(RunNotesList(revision=revision, runs=items), entity_tag=entity_tag)


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
