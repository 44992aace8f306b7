"""Charts of several tags, as runs laid them out."""

from __future__ import annotations

from typing import Literal

from glassboard.server.models.base import Answer

__all__ = ["CustomScalars", "LayoutCategory", "LayoutChart", "LayoutProblem", "MarginSeries"]


class MarginSeries(Answer):
    """Three tags that make one line with a band; a tag that the layout does not name is empty."""

    value: str
    lower: str
    upper: str


class LayoutChart(Answer):
    title: str
    kind: Literal["multiline", "margin"]
    tags: list[str]
    """Regular expressions as Python's `re.match` takes them, of a multiline chart: the beginning of a tag has to match."""
    series: list[MarginSeries]
    """Of a margin chart, by the exact names of tags."""


class LayoutCategory(Answer):
    title: str
    closed: bool
    """Shown folded at first."""
    charts: list[LayoutChart]


class LayoutProblem(Answer):
    run: str
    message: str


class CustomScalars(Answer):
    revision: int
    runs: list[str]
    """Those whose layouts are merged here, in natural order."""
    categories: list[LayoutCategory]
    """In the order in which they were first seen; of equal titles one, with the charts of all of them."""
    problems: list[LayoutProblem]
    """Layouts that cannot be read."""
