"""Fewer points for the same picture: what a screen cannot hold is left out, extremes and what is not finite never are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from tsdownsample import MinMaxDownsampler

from glassboard.errors import MisuseError
from glassboard.types import Float64Array, Int64Array

__all__ = ["MAX_MARKS_PER_POINT", "MIN_POINTS", "reduce_marks", "reduce_points"]

MAX_MARKS_PER_POINT = 3
"""`reduce_marks` gives at most this many times `max_points`."""

MIN_POINTS = 4
"""First, last, minimum and maximum."""

_KINDS = 3
_SAFE_EXTENT = 2.0**62
# Called directly: `downsample` compares the types by regular expression, which takes ten times as long as its work.
_SEQUENTIAL = MinMaxDownsampler().mod_single_core  # type: ignore[no-untyped-call]  # it has no types
_BY_STEP, _BY_TIME = _SEQUENTIAL.downsample_i64_f64, _SEQUENTIAL.downsample_f64_f64


def reduce_points(
    x: Int64Array | Float64Array,
    y: Float64Array,
    max_points: int,
    *,
    is_first_kept: bool = True,
    is_last_kept: bool = True,
) -> slice | Int64Array:
    """An index of at most `max_points` of n points, ascending and unique; everything where n is small enough.

    `x` [n] ascends and `y` float64[n] is finite. The minimum and maximum of each of `max_points / 2` equal stretches of x
    are kept, so the drawn curve has the same outline; the lowest and highest point always survive, the first and last too
    unless they are told not to be kept for their own sake: then they may come as extremes of their stretch.
    Raises `MisuseError` for fewer than 4 points, which could not hold those.
    """
    if max_points < MIN_POINTS:
        raise MisuseError(
            f"max_points is {max_points}, want at least {MIN_POINTS}: first, last, minimum and maximum"
        )
    size = len(y)
    if size <= max_points:
        return slice(0, size)
    # Four places are kept for the ends and the extremes, which need not lead their stretches.
    room = (max_points - 4) // 2 * 2
    ends = ([0] if is_first_kept else []) + ([size - 1] if is_last_kept else [])
    chosen = np.array([*ends, y.argmin(), y.argmax()], np.int64)
    if room >= 4:
        if not abs(float(x[0])) + abs(float(x[-1])) < _SAFE_EXTENT:
            # tsdownsample panics where the edges of the stretches overflow the type of x
            x = x.astype(np.float64) / 4
        downsample = _BY_STEP if x.dtype == np.int64 else _BY_TIME
        picked = downsample(np.ascontiguousarray(x), np.ascontiguousarray(y), n_out=room)
        chosen = np.concatenate((chosen, picked.view(np.int64)))
    return _ascending(chosen)


def reduce_marks(
    x: Int64Array | Float64Array,
    kinds: npt.NDArray[np.uint8],
    max_points: int,
    *,
    span: tuple[float, float],
) -> slice | Int64Array:
    """An index of at most `3 * max_points` of n points that are not finite; everything where n is at most `max_points`.

    `x` [n] ascends within `span`, the first and last x of the view; `kinds` uint8[n] is 0, 1 or 2. Of each kind the first
    and the last of each of `max_points / 2` equal stretches of the span are kept: wherever a pixel would show a mark of a
    kind, it does, and where a run of them begins and ends is exact to the stretch. Takes O(n).
    """
    size = len(kinds)
    if size <= max_points:
        return slice(0, size)
    stretches = max(max_points // 2, 1)
    low, high = span[0] / 4, span[1] / 4  # a quarter, so that the extent cannot overflow
    place = (x.astype(np.float64) / 4 - low) / (high - low or 1.0) * stretches
    group = np.clip(place, 0, stretches - 1).astype(np.int64) * _KINDS + kinds
    # Of an index that is repeated, the value assigned last stays.
    last = np.full(stretches * _KINDS, -1, np.int64)
    first = last.copy()
    position = np.arange(size)
    last[group] = position
    first[group[::-1]] = position[::-1]
    there = last >= 0
    return _ascending(np.concatenate((first[there], last[there])))


def _ascending(index: Int64Array) -> Int64Array:
    """Sorted, each once. (`np.unique` hashes, which takes ten times as long for a few hundred.)"""
    index.sort()
    fresh = np.empty(len(index), np.bool_)
    fresh[0] = True
    np.not_equal(index[1:], index[:-1], out=fresh[1:])
    return index[fresh]
