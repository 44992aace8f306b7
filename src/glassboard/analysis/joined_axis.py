"""One scalar of a run as the horizontal axis of another: joined by step, and parted where it goes back."""

from __future__ import annotations

import itertools

import numpy as np

from glassboard.analysis.newest import newest_points
from glassboard.store.provider import ScalarSeries
from glassboard.types import Float64Array, Int64Array

__all__ = ["passes_of", "x_of_steps"]


def x_of_steps(steps: Int64Array, x_series: ScalarSeries | None) -> Float64Array:
    """The value of `x_series` at each step or, where it has none, the last one before; NaN before its first, float64[n].

    Only the newest view of a restarted run counts, and of several values at one step the last. A value that is not finite
    is no place on an axis: NaN. A series that is not there (None) gives no place at all.
    """
    if x_series is None or len(x_series.steps) == 0:
        return np.full(len(steps), np.nan)
    chosen = newest_points(x_series.steps, x_series.wall_times, x_series.segments)
    known = x_series.steps[chosen]
    values = np.where(np.isfinite(x_series.values[chosen]), x_series.values[chosen], np.nan)
    at = np.searchsorted(known, steps, side="right") - 1
    return np.where(at >= 0, values[np.maximum(at, 0)], np.nan)


def passes_of(x: Int64Array | Float64Array) -> list[tuple[int, int]]:
    """The stretches (start, stop) of finite `x` float64[n] in which it does not go back; they cover it."""
    turns = (np.flatnonzero(x[1:] < x[:-1]) + 1).tolist()
    bounds = [0, *turns, len(x)]
    return list(itertools.pairwise(bounds))
