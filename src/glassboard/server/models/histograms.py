"""Histograms."""

from __future__ import annotations

from glassboard.server.models.base import Answer, Number
from glassboard.server.models.samples import SamplePage

__all__ = ["HistogramItem", "HistogramList"]


class HistogramItem(Answer):
    """The distribution of the finite values of one sample; bucket i counts left_edges[i] <= value < right_edges[i]."""

    sample: int
    step: int
    wall_time: float | None
    left_edges: list[Number]
    right_edges: list[Number]
    """The last bucket includes its right edge."""
    counts: list[Number]
    nan_count: int
    positive_infinity_count: int
    negative_infinity_count: int
    error: str | None
    """Why this one cannot be read; the others of the answer can."""


class HistogramList(SamplePage):
    histograms: list[HistogramItem]
    """Fewer than asked for where they are large (16 MiB an answer): ask again from the next one."""
