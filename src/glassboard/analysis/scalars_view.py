"""What a chart shows of one scalar series: the newest points in a range, smoothed and reduced to the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard._kernel import mean_between
from glassboard.analysis.joined_axis import passes_of, x_of_steps
from glassboard.analysis.newest import newest_points
from glassboard.analysis.reduction import MIN_POINTS, reduce_marks, reduce_points
from glassboard.analysis.smoothing import SmoothingKind, smooth
from glassboard.errors import MisuseError, NotFoundError
from glassboard.store.provider import ScalarSeries
from glassboard.types import Float64Array, Int64Array

__all__ = ["ScalarView", "XAxis", "view"]

XAxis: TypeAlias = Literal["step", "relative", "wall", "tag"]

_NAN, _PLUS_INFINITY, _MINUS_INFINITY = 0, 1, 2
_NOTHING = slice(0, 0)
_NO_KINDS = np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class ScalarView:
    """Columns of one length for the finite points shown, and of another for those that are not finite; x ascends in both,
    within each pass."""

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
    passes: tuple[tuple[int, int], ...]
    """Where each pass begins in the finite columns and the others: a new one does where x goes back."""
    pass_count: int
    """Passes there are; `passes` holds the newest of them."""
    without_x: int
    """Points left out since nothing says where they stand on the axis; counted where x is a tag."""

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
    smoothing_kind: SmoothingKind = "ema",
    segment: int | None = None,
    relative_to: float | None = None,
    x_series: ScalarSeries | None = None,
    max_passes: int | None = None,
    logarithmic: bool = False,
) -> ScalarView:
    """Selects, smooths and reduces one series, in that order.

    `x` is the step, the wall time in seconds since the epoch, the seconds since `relative_to` (without it, since the
    earliest finite wall time of the series), or, for `tag`, the value of `x_series`, another scalar of the run, at the same
    step or the last one before it. `range` is inclusive, in the unit of `x`; one finite point beyond each end
    is kept, where there is one, so that the line reaches the edge. Smoothing runs over all finite points of the newest
    view or the segment, whatever the range. At most `max_points` + 2 finite points come back, and every one that is not
    finite, or, where those are more than `max_points`, of each kind the first and last of each pixel (`reduce_marks`).
    Points whose x is not finite (a broken clock) can only be placed on the step axis and are left out elsewhere.
    For a `logarithmic` axis points are reduced in equal stretches of asinh(x), so that its first decades keep theirs.
    Where x is a tag and goes back, another pass begins: of more than `max_passes` the newest are shown, and they share
    `max_points`, of which each has at least 4.
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
    places = x_of_steps(steps, x_series) if x == "tag" else _places(series, steps, walls, x, relative_to)
    passes, without_x = [(0, len(steps))], 0
    if x != "step" and not _ascends(places):
        order = np.flatnonzero(np.isfinite(places))
        if x != "tag":
            order = order[np.argsort(places[order], kind="stable")]
        without_x = len(steps) - len(order)
        steps, walls, values, places = steps[order], walls[order], values[order], places[order]
        # Clocks are put in order; what a tag says is followed.
        passes = passes_of(places) if x == "tag" else [(0, len(steps))]

    ordered = _ordered(steps, walls, places, values)
    axis = np.arcsinh(ordered.finite_places.astype(np.float64)) if logarithmic else ordered.finite_places
    smoothed = smooth(ordered.finite_values, smoothing, smoothing_kind) if smoothing else None
    drawn = passes if max_passes is None else passes[-max_passes:]
    room = max(1, drawn[-1][1] - drawn[0][0])
    parts = [
        ordered.select(
            axis, start, stop, range, _share(max_points, stop - start, room, alone=len(drawn) == 1)
        )
        for start, stop in drawn
    ]
    shown, odd = _joined([part.shown for part in parts]), _joined([part.odd for part in parts])
    trends = [] if smoothed is None else [_trend(smoothed, part.shown) for part in parts]
    return ScalarView(
        step=ordered.finite_steps[shown],
        wall_time=ordered.finite_walls[shown],
        x=ordered.finite_places[shown],
        value=ordered.finite_values[shown],
        smoothed=None if smoothed is None else trends[0] if len(trends) == 1 else np.concatenate(trends),
        nonfinite_step=steps[odd],
        nonfinite_wall_time=walls[odd],
        nonfinite_x=places[odd],
        nonfinite_kind=parts[0].odd_kinds
        if len(parts) == 1
        else np.concatenate([part.odd_kinds for part in parts]),
        nonfinite_count=sum(part.odd_count for part in parts),
        total=len(series.steps),
        in_range=sum(part.in_range for part in parts),
        segment=len(series.segments) - 1 if segment is None else segment,
        passes=_starts(parts),
        pass_count=len(passes),
        without_x=without_x if x == "tag" else 0,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What is shown of one pass: rows of the finite points, and rows of the others among all."""

    shown: slice | Int64Array
    odd: slice | Int64Array
    odd_kinds: npt.NDArray[np.uint8]
    odd_count: int
    in_range: int


@dataclass(frozen=True, slots=True, eq=False)
class _Ordered:
    """Points in the order they are drawn, and once more the finite ones alone."""

    places: Int64Array | Float64Array
    values: Float64Array
    finite: npt.NDArray[np.bool_] | None
    """None where all are."""
    finite_before: Int64Array | None
    """How many of the first n are finite."""
    finite_steps: Int64Array
    finite_walls: Float64Array
    finite_places: Int64Array | Float64Array
    finite_values: Float64Array

    def select(
        self,
        axis: Int64Array | Float64Array,
        start: int,
        stop: int,
        limits: tuple[float, float] | None,
        max_points: int,
    ) -> _Part:
        """One pass, in which x ascends, reduced in equal stretches of `axis` (of the finite points)."""
        low, high = start, stop
        if limits is not None:
            low = start + int(np.searchsorted(self.places[start:stop], limits[0], side="left"))
            high = start + int(np.searchsorted(self.places[start:stop], limits[1], side="right"))
        odd: slice | Int64Array = _NOTHING
        odd_count, odd_kinds = 0, _NO_KINDS
        bounds = (low, high, start, stop)
        if self.finite is not None and self.finite_before is not None:
            odd = np.flatnonzero(~self.finite[low:high]) + low
            odd_count = len(odd)
            if odd_count:
                odd_kinds = _kinds(self.values[odd])
                span = float(self.places[low]), float(self.places[high - 1])
                kept = reduce_marks(self.places[odd], odd_kinds, max_points, span=span)
                odd, odd_kinds = odd[kept], odd_kinds[kept]
            low, high, start, stop = (int(self.finite_before[bound]) for bound in bounds)
        shown = _shown(axis, self.finite_values, (low, high), (start, stop), max_points)
        return _Part(shown, odd, odd_kinds, odd_count, bounds[1] - bounds[0])


def _ordered(
    steps: Int64Array, walls: Float64Array, places: Int64Array | Float64Array, values: Float64Array
) -> _Ordered:
    finite = np.isfinite(values)
    if finite.all():
        return _Ordered(places, values, None, None, steps, walls, places, values)
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(finite)))
    return _Ordered(
        places, values, finite, before, steps[finite], walls[finite], places[finite], values[finite]
    )


def _share(max_points: int, size: int, room: int, *, alone: bool) -> int:
    return max_points if alone else max(MIN_POINTS, max_points * size // room)


def _joined(rows: list[slice | Int64Array]) -> slice | Int64Array:
    if len(rows) == 1:
        return rows[0]
    return np.concatenate(
        [np.arange(each.start, each.stop) if isinstance(each, slice) else each for each in rows]
    )


def _count(rows: slice | Int64Array) -> int:
    return rows.stop - rows.start if isinstance(rows, slice) else len(rows)


def _starts(parts: list[_Part]) -> tuple[tuple[int, int], ...]:
    starts, finite, odd = [], 0, 0
    for part in parts:
        starts.append((finite, odd))
        finite, odd = finite + _count(part.shown), odd + _count(part.odd)
    return tuple(starts)


def _kinds(values: Float64Array) -> npt.NDArray[np.uint8]:
    kinds = np.where(values > 0, np.uint8(_PLUS_INFINITY), np.uint8(_MINUS_INFINITY))
    kinds[np.isnan(values)] = _NAN
    return kinds


def _shown(
    places: Int64Array | Float64Array,
    values: Float64Array,
    inside: tuple[int, int],
    around: tuple[int, int],
    max_points: int,
) -> slice | Int64Array:
    """The points of `inside`, reduced, and of those `around` the neighbour on each side that leads the line to the edge."""
    (first, stop), (least, most) = inside, around
    # Beside a neighbour that lies a step beyond an end, the point at that end would add a stroke straight up or down: a
    # hundred runs had a wall there.
    chosen = reduce_points(
        places[first:stop],
        values[first:stop],
        max_points,
        is_first_kept=first <= least,
        is_last_kept=stop >= most,
    )
    if isinstance(chosen, slice):
        return slice(max(first - 1, least), min(stop + 1, most))
    if inside == around:  # no neighbours, as in every chart that is not zoomed
        return chosen + first
    before = [first - 1] if first > least else []
    after = [stop] if stop < most else []
    return np.concatenate((np.array(before, np.int64), chosen + first, np.array(after, np.int64)))


def _trend(smoothed: Float64Array, shown: slice | Int64Array) -> Float64Array:
    """`smoothed` at the points shown, each the mean from the point shown before it to the one after; both ends as they are.

    The points shown are the extremes of the values. A line through `smoothed` at exactly those would jump between its
    own extremes and be a band as wide as the noise.
    """
    if isinstance(shown, slice) or len(shown) < 3:
        return smoothed[shown]
    return mean_between(smoothed, shown)


def _places(
    series: ScalarSeries, steps: Int64Array, walls: Float64Array, x: XAxis, relative_to: float | None
) -> Int64Array | Float64Array:
    """Where the points stand on the x axis asked for."""
    if x == "step":
        return steps
    if x == "wall":
        return walls
    if x != "relative":
        raise MisuseError(f"x is {x!r}, want 'step', 'relative', 'wall' or 'tag'")
    if relative_to is None:
        relative_to = float(np.fmin.reduce(series.wall_times, initial=np.inf))
    return walls - (relative_to if np.isfinite(relative_to) else 0.0)


def _ascends(places: Int64Array | Float64Array) -> bool:
    return bool(np.isfinite(places).all() and (places[1:] >= places[:-1]).all())
