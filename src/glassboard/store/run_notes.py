"""What people say of a run: its notes and its tags, as its event files hold them."""

from __future__ import annotations

from dataclasses import dataclass

from glassboard._kernel import decode_value
from glassboard.codec.payloads import run_notes
from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["Note", "RunNotes", "read_run_notes"]


@dataclass(frozen=True, slots=True)
class Note:
    step: int
    wall_time: float
    """Seconds since the epoch."""
    text: str
    """Markdown, as it was written: untrusted."""


@dataclass(frozen=True, slots=True)
class RunNotes:
    tags: tuple[str, ...] = ()
    """As they were set last."""
    notes: tuple[Note, ...] = ()
    """Every note, the oldest first. A restart outdates none: a note speaks of the run, not of a step."""
    problems: tuple[str, ...] = ()
    """Why some of it cannot be read."""


def read_run_notes(provider: Provider, run: str) -> RunNotes:
    """Reads the notes and the tags of a run from its files now. Raises `NotFoundError` for an unknown run."""
    logged = {info.tag for info in provider.tags(run) if info.kind is Kind.RUN_NOTES}
    notes: list[Note] = []
    tags: tuple[str, ...] = ()
    problems: list[str] = []
    if run_notes.NOTES_TAG in logged:
        series = provider.samples(run, run_notes.NOTES_TAG, Kind.RUN_NOTES)
        for index, (step, wall_time) in enumerate(
            zip(series.steps.tolist(), series.wall_times.tolist(), strict=True)
        ):
            try:
                value = decode_value(provider.read_sample(run, run_notes.NOTES_TAG, Kind.RUN_NOTES, index))
                notes.append(Note(step, wall_time, run_notes.decode_note(value)))
            except (CorruptError, NotFoundError, TooLargeError, TruncatedError) as error:
                problems.append(str(error))
    if run_notes.TAGS_TAG in logged:
        last = len(provider.samples(run, run_notes.TAGS_TAG, Kind.RUN_NOTES).steps) - 1
        try:
            value = decode_value(provider.read_sample(run, run_notes.TAGS_TAG, Kind.RUN_NOTES, last))
            tags = run_notes.decode_tags(value)
        except (CorruptError, NotFoundError, TooLargeError, TruncatedError) as error:
            problems.append(str(error))
    notes.sort(key=lambda note: note.wall_time)
    return RunNotes(tags, tuple(notes), tuple(problems))
