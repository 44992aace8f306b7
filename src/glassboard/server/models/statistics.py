"""Statistics of a range."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from glassboard.server.models.base import Answer
from glassboard.server.models.scalars import MAX_SERIES, Horizontal, SeriesName

__all__ = ["SeriesStatistics", "StatisticsList", "StatisticsRequest"]


class StatisticsRequest(Horizontal):
    series: Annotated[list[SeriesName], Field(min_length=1, max_length=MAX_SERIES)]
    range: tuple[float, float]
    """Lowest and highest x, in the unit of `x`, both included."""

    @model_validator(mode="after")
    def _is_possible(self) -> StatisticsRequest:
        low, high = self.range
        if not low <= high:
            raise ValueError(f"range is {low:g} to {high:g}: want [low, high]")
        return self


class SeriesStatistics(Answer):
    """Of every finite point in the range; null where there is none."""

    run: str
    tag: str
    found: bool
    count: int = 0
    """Finite points in the range."""
    nonfinite_count: int = 0
    first_x: float | None = None
    last_x: float | None = None
    first: float | None = None
    last: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    minimum_x: float | None = None
    maximum_x: float | None = None
    mean: float | None = None
    deviation: float | None = None
    """Standard deviation, as of a sample."""
    slope: float | None = None
    """Per unit of x, of the straight line with the least squared error; null for a single x."""


class StatisticsList(Answer):
    revision: int
    series: list[SeriesStatistics]
