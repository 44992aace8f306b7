"""Notes and tags of runs."""

from __future__ import annotations

from glassboard.server.models.base import Answer

__all__ = ["NoteItem", "RunNotesItem", "RunNotesList"]


class NoteItem(Answer):
    step: int
    wall_time: float | None
    text: str
    """Raw: render it as untrusted Markdown."""


class RunNotesItem(Answer):
    run: str
    tags: list[str]
    """As they were set last."""
    notes: list[NoteItem]
    """The newest 200, the oldest of them first."""
    note_count: int
    """How many there are."""
    error: str | None
    """Why some of it cannot be read."""


class RunNotesList(Answer):
    revision: int
    runs: list[RunNotesItem]
    """Those that have notes or tags, in natural order of names."""
