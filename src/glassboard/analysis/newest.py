"""Which points of a restarted series are the newest: what is shown where a step was written more than once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassboard.store.provider import Segment
from glassboard.types import Float64Array, Int64Array

__all__ = ["newest_points"]


def newest_points(
    steps: Int64Array, wall_times: Float64Array, segments: Sequence[Segment]
) -> slice | Int64Array:
    """The points that no later segment rewrote, as an index into the columns, in ascending order of steps.

    `steps` int64[n] and `wall_times` float64[n] (seconds) are all points in the order written; `segments` covers them.
    A later segment rewrites a point of an earlier one
    - if it began after the earlier one had ended, at a step not above the point's: what followed is void;
    - if both were written at the same time (two writers): only where its own steps reach.
    Points of one segment never rewrite each other, so repeated steps stay. Takes O(n log n) at worst; one segment is free.
    """
    if len(segments) <= 1:
        return slice(0, len(steps))
    starts = np.array([segment.start for segment in segments], np.int64)
    counts = np.array([segment.stop - segment.start for segment in segments], np.int64)
    first_steps = np.array([segment.first_step for segment in segments], np.int64)
    last_steps = np.array([segment.last_step for segment in segments], np.int64)
    # A clock that was set back must not make a later segment look older: running maxima only grow.
    began = np.maximum.accumulate(_known(wall_times[starts]))
    ended = _known(wall_times[starts + counts - 1])
    lowest_later = np.minimum.accumulate(first_steps[::-1])[::-1]  # of this segment and all after it
    lowest_later = np.append(lowest_later, np.iinfo(np.int64).max)
    position = np.arange(len(segments))
    next_after = np.maximum(np.searchsorted(began, ended, side="left"), position + 1)
    void_from = lowest_later[next_after]
    owner = np.repeat(position, counts)
    keep = (steps < void_from[owner]) | (next_after[owner] == len(segments))
    if np.any(next_after > position + 1):
        keep &= _last_cover(steps, first_steps, last_steps) <= owner
        return _by_step(steps, np.flatnonzero(keep))
    return np.flatnonzero(keep)


def _known(wall_times: Float64Array) -> Float64Array:
    return np.where(np.isnan(wall_times), -np.inf, wall_times)


def _by_step(steps: Int64Array, kept: Int64Array) -> Int64Array:
    return kept[np.argsort(steps[kept], kind="stable")]


def _last_cover(steps: Int64Array, first_steps: Int64Array, last_steps: Int64Array) -> Int64Array:
    """For each step the last segment whose own range of steps holds it, int64[n].

    A sparse table painted from the widest power of two down: each range is two overlapping blocks of one width.
    """
    distinct, where = np.unique(steps, return_inverse=True)
    low = np.searchsorted(distinct, first_steps, side="left")
    width = np.searchsorted(distinct, last_steps, side="right") - low
    level_of = np.log2(width).astype(np.int64)  # exact for counts of points in memory
    order = np.arange(len(first_steps))
    cover = np.full(len(distinct), -1, np.int64)
    for level in range(int(level_of.max()), -1, -1):
        block = 1 << level
        here = level_of == level
        np.maximum.at(cover, low[here], order[here])
        np.maximum.at(cover, low[here] + width[here] - block, order[here])
        if level:
            half = block >> 1
            spread = cover.copy()
            np.maximum(spread[half:], cover[: len(cover) - half], out=spread[half:])
            cover = spread
    return cover[where]
