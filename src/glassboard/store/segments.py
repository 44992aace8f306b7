"""Where a series starts again: stretches of points in which steps never go back."""

from __future__ import annotations

import itertools

import numpy as np

from glassboard.store.provider import Segment
from glassboard.types import Int64Array

__all__ = ["split_segments"]


def split_segments(steps: Int64Array) -> tuple[Segment, ...]:
    """Splits int64[n] steps, in the order written, wherever a step is smaller than the one before it."""
    if len(steps) == 0:
        return ()
    starts = np.flatnonzero(steps[1:] < steps[:-1]) + 1
    bounds = [0, *starts.tolist(), len(steps)]
    return tuple(
        Segment(start, stop, int(steps[start]), int(steps[stop - 1]))
        for start, stop in itertools.pairwise(bounds)
    )
