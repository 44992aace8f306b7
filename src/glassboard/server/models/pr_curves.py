"""Precision-recall curves."""

from __future__ import annotations

from glassboard.server.models.base import Answer, Number
from glassboard.server.models.samples import SamplePage

__all__ = ["PrCurveItem", "PrCurveList"]


class PrCurveItem(Answer):
    """Counts and rates at each threshold; the lists are of one length."""

    sample: int
    step: int
    wall_time: float | None
    thresholds: list[Number]
    """Ascending from 0 to 1."""
    true_positives: list[Number]
    false_positives: list[Number]
    true_negatives: list[Number]
    false_negatives: list[Number]
    precision: list[Number]
    recall: list[Number]
    error: str | None
    """Why this one cannot be read; the others of the answer can."""


class PrCurveList(SamplePage):
    pr_curves: list[PrCurveItem]
    """Fewer than asked for where they are large (16 MiB an answer): ask again from the next one."""
