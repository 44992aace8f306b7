"""Scalars: what is asked, and the header of the columns that answer."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from glassboard.server.columns import ColumnPlace
from glassboard.server.models.base import Answer, Question, SegmentItem

__all__ = [
    "MAX_PASSES",
    "MAX_POINTS",
    "MAX_REQUEST_POINTS",
    "MAX_SERIES",
    "MIN_POINTS",
    "ColumnName",
    "Horizontal",
    "JoinedAxis",
    "ScalarColumnsHeader",
    "ScalarSeriesColumns",
    "ScalarsRequest",
    "SeriesName",
]

MAX_SERIES = 5_000
"""Series in one request for scalars."""


MIN_POINTS = 4
"""First, last, lowest and highest."""


MAX_POINTS = 100_000
"""Points a series in one request for scalars."""


MAX_REQUEST_POINTS = 10_000_000
"""Series times points in one request for scalars: about 160 MB of columns."""


MAX_PASSES = 100
"""Passes of one series that are sent where x is a tag that goes back: the newest ones."""


class SeriesName(Question):
    run: str
    tag: str
    segment: Annotated[int, Field(ge=0)] | None = None
    """One segment of a restarted run alone; without it the newest view."""


ColumnName = Literal["step", "x", "value", "smoothed", "wall_time", "wall_offset"]


class Horizontal(Question):
    """What stands on the horizontal axis."""

    x: Literal["step", "relative", "wall", "tag"] = "step"
    """`relative`: seconds since the run's first point, whatever its tag; `wall`: seconds since the epoch; `tag`: the value
    that the run logged under `x_tag` at the same step or, without one, the last step before it."""
    x_tag: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _has_its_tag(self) -> Self:
        if (self.x == "tag") != (self.x_tag is not None):
            raise ValueError(
                f"x is {self.x!r} and x_tag is {self.x_tag!r}: want x_tag with x = 'tag', and only then"
            )
        return self


class ScalarsRequest(Horizontal):
    series: Annotated[list[SeriesName], Field(min_length=1, max_length=MAX_SERIES)]
    max_points: Annotated[int, Field(ge=MIN_POINTS, le=MAX_POINTS)] = 1000
    """Finite points a series at most, and one more beyond each end of the range."""
    x_scale: Literal["linear", "log"] = "linear"
    """`log`: points are left out as a logarithmic axis would show them, so that its first decades keep theirs."""
    range: tuple[float, float] | None = None
    """Lowest and highest x to show, in the unit of `x`, both included; one finite point beyond each end comes along."""
    smoothing: Annotated[float, Field(ge=0, le=0.999)] = 0.0
    smoothing_kind: Literal["ema", "gaussian", "median"] = "ema"
    """An exponential mean of the points before; a Gaussian mean or the median of those on both sides, as wide as it."""
    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=6)] | None = None
    """What to send; without it `step`, `x`, `value`, `wall_time`, and `smoothed` where there is smoothing."""

    @model_validator(mode="after")
    def _is_possible(self) -> ScalarsRequest:
        if self.range is not None and self.range[0] > self.range[1]:
            low, high = self.range
            raise ValueError(f"range starts at {low:g} and ends before it, at {high:g}: want [low, high]")
        points = len(self.series) * self.max_points
        if points > MAX_REQUEST_POINTS:
            raise ValueError(
                f"{len(self.series)} series of {self.max_points} points are {points:,} points, "
                f"want at most {MAX_REQUEST_POINTS:,} in one request"
            )
        return self


class JoinedAxis(Answer):
    """How a series stands on an axis that is another tag."""

    passes: list[tuple[int, int]]
    """Where each pass begins in the finite columns and in the others: x ascends within a pass, and a new one begins where
    it goes back, in order of steps. The newest 100; `pass_count` counts them all."""
    pass_count: int
    without_x: int
    """Points that are left out, since nothing was logged under `x_tag` at their step or before, or no finite number."""


class ScalarSeriesColumns(Answer):
    run: str
    tag: str
    found: bool
    total: int
    """Points logged, in every segment."""
    in_range: int
    """Points of the view that fall into the range, finite or not."""
    shown: int
    """Points in the columns, finite or not."""
    nonfinite_count: int
    """NaN and infinite points in the range; the columns hold fewer where they are too many to be seen apart."""
    segments: list[SegmentItem]
    """The newest 1,000; `segment_count` counts them all."""
    segment_count: int
    segment: int
    """The segment shown, counted from the oldest; in the newest view the last one."""
    wall_origin: float | None
    """Where `wall_offset` counts from, in seconds since the epoch; null where that column is not sent."""
    joined: JoinedAxis | None
    """Null but where x is a tag."""
    columns: dict[str, ColumnPlace]
    """Name -> type, byte offset in the body, number of values. An empty column is left out."""


class ScalarColumnsHeader(Answer):
    """The JSON header inside `application/vnd.glassboard.columns`."""

    revision: int
    series: list[ScalarSeriesColumns]
