"""Fewer points for the same picture: what a screen cannot hold is left out, extremes never are."""

from __future__ import annotations

import numpy as np
from tsdownsample import MinMaxDownsampler

from glassboard.errors import MisuseError
from glassboard.types import Float64Array, Int64Array

__all__ = ["reduce_points"]

_SAFE_EXTENT = 2.0**62
_DOWNSAMPLER = MinMaxDownsampler()  # type: ignore[no-untyped-call]


def reduce_points(x: Int64Array | Float64Array, y: Float64Array, max_points: int) -> slice | Int64Array:
    """An index of at most `max_points` of n points, ascending and unique; everything where n is small enough.

    `x` [n] ascends and `y` float64[n] is finite. The minimum and maximum of each of `max_points / 2` equal stretches of x
    are kept, so the drawn curve has the same outline; the first, last, lowest and highest point always survive.
    Raises `MisuseError` for fewer than 4 points, which could not hold those.
    """
    if max_points < 4:
        raise MisuseError(f"max_points is {max_points}, want at least 4: first, last, minimum and maximum")
    size = len(y)
    if size <= max_points:
        return slice(0, size)
    # Four places are kept for the ends and the extremes, which need not lead their stretches.
    room = (max_points - 4) // 2 * 2
    chosen = [np.array([0, size - 1, int(np.argmin(y)), int(np.argmax(y))], np.int64)]
    if room >= 4:
        if not abs(float(x[0])) + abs(float(x[-1])) < _SAFE_EXTENT:
            x = (
                x.astype(np.float64) / 4
            )  # tsdownsample panics where the edges of the stretches overflow the type of x
        picked = _DOWNSAMPLER.downsample(np.ascontiguousarray(x), np.ascontiguousarray(y), n_out=room)
        chosen.append(picked.astype(np.int64))
    return np.unique(np.concatenate(chosen))
