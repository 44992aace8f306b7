"""Where a series starts again: stretches of points in which steps never go back."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from glassboard.store.provider import Segment
from glassboard.types import Int64Array

__all__ = ["split_segments"]


def split_segments(steps: Int64Array, restarts: Sequence[int] = ()) -> tuple[Segment, ...]:
    """Splits int64[n] steps, in the order written, wherever a step is smaller than the one before it.

    `restarts` are positions at which the file of another writer begins: there, a step that repeats the one before it is
    written a second time, and opens a segment too.
    """
    if len(steps) == 0:
        return ()
    back = steps[1:] < steps[:-1]
    for position in restarts:
        if 0 < position < len(steps) and steps[position] == steps[position - 1]:
            back[position - 1] = True
    if not back.any():  # nearly always
        return (Segment(0, len(steps), steps.item(0), steps.item(-1)),)
    starts = np.flatnonzero(back) + 1
    bounds = [0, *starts.tolist(), len(steps)]
    return tuple(
        Segment(start, stop, int(steps[start]), int(steps[stop - 1]))
        for start, stop in itertools.pairwise(bounds)
    )
