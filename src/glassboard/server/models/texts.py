"""Texts."""

from __future__ import annotations

from glassboard.server.models.base import Answer
from glassboard.server.models.samples import SamplePage

__all__ = ["TextItem", "TextList"]


class TextItem(Answer):
    sample: int
    step: int
    wall_time: float | None
    shape: list[int]
    """Empty for a single string."""
    strings: list[str]
    """In row-major order, raw: render them as untrusted Markdown."""
    error: str | None
    """Why this text cannot be read; the others of the answer can."""


class TextList(SamplePage):
    texts: list[TextItem]
    """Fewer than asked for where they are long (16 MiB an answer): ask again from the next one."""
