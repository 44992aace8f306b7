"""What a chart shows of one scalar series: the newest points in a range, smoothed and reduced to the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard.analysis.newest import newest_points
from glassboard.analysis.reduction import reduce_marks, reduce_points
from glassboard.analysis.smoothing import smooth
from glassboard.errors import MisuseError, NotFoundError
from glassboard.store.provider import ScalarSeries
from glassboard.types import Float64Array, Int64Array

__all__ = ["ScalarView", "XAxis", "view"]

XAxis: TypeAlias = Literal["step", "relative", "wall"]

_NAN, _PLUS_INFINITY, _MINUS_INFINITY = 0, 1, 2
_NOTHING = slice(0, 0)
_NO_KINDS = np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class ScalarView:
    """Columns of one length for the finite points shown, and of another for those that are not finite; x ascends in both."""

    step: Int64Array
    wall_time: Float64Array
    x: Int64Array | Float64Array
    """The steps themselves on the step axis."""
    value: Float64Array
    smoothed: Float64Array | None
    """None where no smoothing was asked for. Where points are left out, means between neighbours."""
    nonfinite_step: Int64Array
    nonfinite_wall_time: Float64Array
    nonfinite_x: Int64Array | Float64Array
    nonfinite_kind: npt.NDArray[np.uint8]
    """0 NaN, 1 +Inf, 2 -Inf."""
    nonfinite_count: int
    """Points in the range that are not finite; where they are too many to be seen apart, the columns hold fewer."""
    total: int
    """Points of the series, those of older segments included."""
    in_range: int
    """Points of what was asked for (newest view or one segment) whose x lies in the range, finite or not."""
    segment: int
    """Index of the segment shown; in the newest view, the last one."""

    @property
    def shown(self) -> int:
        """Points in the columns, finite or not."""
        return len(self.step) + len(self.nonfinite_step)


def view(
    series: ScalarSeries,
    *,
    x: XAxis = "step",
    range: tuple[float, float] | None = None,  # noqa: A002 - the name in the HTTP interface
    max_points: int = 1000,
    smoothing: float = 0.0,
    segment: int | None = None,
    relative_to: float | None = None,
) -> ScalarView:
    """Selects, smooths and reduces one series, in that order.

    `x` is the step, the wall time in seconds since the epoch, or the seconds since `relative_to` (without it, since the
    earliest finite wall time of the series). `range` is inclusive, in the unit of `x`; one finite point beyond each end
    is kept, where there is one, so that the line reaches the edge. Smoothing runs over all finite points of the newest
    view or the segment, whatever the range. At most `max_points` + 2 finite points come back, and every one that is not
    finite, or, where those are more than `max_points`, of each kind the first and last of each pixel (`reduce_marks`).
    Points whose x is not finite (a broken clock) can only be placed on the step axis and are left out elsewhere.
    Raises `MisuseError` for a wrong argument and `NotFoundError` for a segment that is not there.
    """
    if range is not None and not range[0] <= range[1]:
        raise MisuseError(f"range is {range[0]} to {range[1]}, want two numbers in ascending order")
    if segment is not None and not 0 <= segment < len(series.segments):
        raise NotFoundError(f"no segment {segment}: the series has {len(series.segments)}")
    chosen: slice | Int64Array
    if segment is None:
        chosen = newest_points(series.steps, series.wall_times, series.segments)
    else:
        chosen = slice(series.segments[segment].start, series.segments[segment].stop)
    steps, walls, values = series.steps[chosen], series.wall_times[chosen], series.values[chosen]
    places = _places(series, steps, walls, x, relative_to)
    if x != "step" and not _ascends(places):
        order = np.flatnonzero(np.isfinite(places))
        order = order[np.argsort(places[order], kind="stable")]
        steps, walls, values, places = steps[order], walls[order], values[order], places[order]

    low, high = 0, len(steps)
    if range is not None:
        low = int(np.searchsorted(places, range[0], side="left"))
        high = int(np.searchsorted(places, range[1], side="right"))
    finite = np.isfinite(values)
    odd: slice | Int64Array = _NOTHING
    odd_count, odd_kinds = 0, _NO_KINDS
    first, stop = low, high
    finite_steps, finite_walls, finite_places, finite_values = steps, walls, places, values
    if not finite.all():
        odd = np.flatnonzero(~finite[low:high]) + low
        odd_count = len(odd)
        if odd_count:
            span = float(places[low]), float(places[high - 1])
            odd_kinds = _kinds(values[odd])
            kept = reduce_marks(places[odd], odd_kinds, max_points, span=span)
            odd, odd_kinds = odd[kept], odd_kinds[kept]
        finite_steps, finite_walls = steps[finite], walls[finite]
        finite_places, finite_values = places[finite], values[finite]
        before = np.cumsum(finite)
        first, stop = (int(before[bound - 1]) if bound else 0 for bound in (low, high))
    smoothed = smooth(finite_values, smoothing) if smoothing else None
    shown = _shown(finite_places, finite_values, first, stop, max_points)
    return ScalarView(
        step=finite_steps[shown],
        wall_time=finite_walls[shown],
        x=finite_places[shown],
        value=finite_values[shown],
        smoothed=None if smoothed is None else _trend(smoothed, shown),
        nonfinite_step=steps[odd],
        nonfinite_wall_time=walls[odd],
        nonfinite_x=places[odd],
        nonfinite_kind=odd_kinds,
        nonfinite_count=odd_count,
        total=len(series.steps),
        in_range=high - low,
        segment=len(series.segments) - 1 if segment is None else segment,
    )


def _kinds(values: Float64Array) -> npt.NDArray[np.uint8]:
    kinds = np.where(values > 0, np.uint8(_PLUS_INFINITY), np.uint8(_MINUS_INFINITY))
    kinds[np.isnan(values)] = _NAN
    return kinds


def _shown(
    places: Int64Array | Float64Array, values: Float64Array, first: int, stop: int, max_points: int
) -> slice | Int64Array:
    """The points from `first` to `stop`, reduced, and the neighbour on each side that leads the line to the edge."""
    chosen = reduce_points(places[first:stop], values[first:stop], max_points)
    if isinstance(chosen, slice):
        return slice(max(first - 1, 0), min(stop + 1, len(values)))
    before = [first - 1] if first > 0 else []
    after = [stop] if stop < len(values) else []
    return np.concatenate((np.array(before, np.int64), chosen + first, np.array(after, np.int64)))


def _trend(smoothed: Float64Array, shown: slice | Int64Array) -> Float64Array:
    """`smoothed` at the points shown, each the mean from the point shown before it to the one after; both ends as they are.

    The points shown are the extremes of the values. A line through `smoothed` at exactly those would jump between its
    own extremes and be a band as wide as the noise.
    """
    if isinstance(shown, slice) or len(shown) < 3:
        return smoothed[shown]
    exact = smoothed[shown]
    trend = exact.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.add.reduceat(smoothed[: shown[-1]], shown[:-1])
        trend[1:-1] = (sums[:-1] + sums[1:] + exact[2:]) / (shown[2:] - shown[:-2] + 1)
    # Sums of huge values overflow.
    return np.where(np.isfinite(trend), trend, exact)


def _places(
    series: ScalarSeries, steps: Int64Array, walls: Float64Array, x: XAxis, relative_to: float | None
) -> Int64Array | Float64Array:
    """Where the points stand on the x axis asked for."""
    if x == "step":
        return steps
    if x == "wall":
        return walls
    if x != "relative":
        raise MisuseError(f"x is {x!r}, want 'step', 'relative' or 'wall'")
    if relative_to is None:
        relative_to = float(np.fmin.reduce(series.wall_times, initial=np.inf))
    return walls - (relative_to if np.isfinite(relative_to) else 0.0)


def _ascends(places: Int64Array | Float64Array) -> bool:
    return bool(np.isfinite(places).all() and (places[1:] >= places[:-1]).all())
