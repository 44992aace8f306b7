"""One number a run and metric."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from glassboard.analysis.metric_statistics import Statistic
from glassboard.server.models.base import Answer, Number, Question

__all__ = ["MetricColumn", "MetricQuestion", "RunMetrics", "RunMetricsRequest"]

MAX_METRICS = 64
MAX_RUNS = 50_000


class MetricQuestion(Question):
    tag: str
    group: str = ""
    """Folder below the run that holds the tag; empty for the run itself."""
    statistic: Statistic = "last"
    count: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    """Points that `mean_of_last` is over."""
    step: int = 0
    """`at_step` is the last point at or before it. Beyond 64 bits it is before, or behind, every point."""


class RunMetricsRequest(Question):
    metrics: Annotated[list[MetricQuestion], Field(min_length=1, max_length=MAX_METRICS)]
    runs: Annotated[list[str], Field(max_length=MAX_RUNS)] | None = None
    """These runs in this order; null: every session."""


class MetricColumn(Answer):
    values: list[Number | None]
    """One a run; null where it has no such point."""
    steps: list[int | None]
    """Where the value was logged."""
    nonfinite_counts: list[int]
    """NaN and infinities among the points of the newest view."""


class RunMetrics(Answer):
    revision: int
    runs: list[str]
    metrics: list[MetricColumn]
    """In the order asked."""
