"""What each of many series comes to in one number, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard.types import Float64Array, Int64Array

__all__ = ["Joined", "Reduced", "Statistic", "join", "reduce"]

Statistic: TypeAlias = Literal["last", "first", "minimum", "maximum", "mean_of_last", "at_step"]


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Series one behind the other; each has at least one point, and its steps ascend."""

    steps: Int64Array
    values: Float64Array
    starts: Int64Array
    """int64[k + 1]: series i is `starts[i]` to `starts[i + 1]`."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """One number a series."""

    values: Float64Array
    """float64[k]; NaN also where there is no such point, which `found` tells apart from a NaN that was logged."""
    steps: Int64Array
    """int64[k]: where the value was logged, for a mean the last of its points."""
    found: npt.NDArray[np.bool_]


def join(series: Sequence[tuple[Int64Array, Float64Array]]) -> Joined:
    """`series` are (steps int64[n], values float64[n]), n at least 1."""
    starts = np.zeros(len(series) + 1, np.int64)
    np.cumsum([len(steps) for steps, _ in series], out=starts[1:])
    if not series:
        return Joined(np.empty(0, np.int64), np.empty(0), starts)
    steps, values = zip(*series, strict=True)
    return Joined(np.concatenate(steps), np.concatenate(values), starts)


def reduce(joined: Joined, statistic: Statistic, *, count: int = 1, step: int = 0) -> Reduced:
    """`minimum` and `maximum` are those of the finite values, and the first of equals; where none is finite there is none.

    `last` and `first` are logged points, finite or not. `mean_of_last` is over the last `count` points, fewer where there
    are fewer, and not finite where one of them is not. `at_step` is the last point at or before `step`.
    """
    firsts, lasts = joined.starts[:-1], joined.starts[1:] - 1
    if len(firsts) == 0:
        return Reduced(np.empty(0), np.empty(0, np.int64), np.empty(0, bool))
    everywhere = np.ones(len(firsts), bool)
    if statistic == "first":
        return Reduced(joined.values[firsts], joined.steps[firsts], everywhere)
    if statistic == "last":
        return Reduced(joined.values[lasts], joined.steps[lasts], everywhere)
    if statistic == "mean_of_last":
        return Reduced(_means_of_last(joined, max(count, 1)), joined.steps[lasts], everywhere)
    if statistic == "at_step":
        before = np.add.reduceat((joined.steps <= step).astype(np.int64), firsts)
        found = before > 0
        at = np.where(found, firsts + before - 1, firsts)
        return Reduced(np.where(found, joined.values[at], np.nan), joined.steps[at], found)
    return _extremes(joined, largest=statistic == "maximum")


def _means_of_last(joined: Joined, count: int) -> Float64Array:
    lengths = np.diff(joined.starts)
    kept = np.minimum(lengths, count)
    back = np.arange(len(joined.values)) - np.repeat(joined.starts[1:] - kept, lengths)
    # What is left out adds nothing; multiplying by 0 instead would let a NaN through.
    share = np.where(back >= 0, joined.values / np.repeat(kept, lengths), 0.0)
    means: Float64Array = np.add.reduceat(share, joined.starts[:-1])
    return means


def _extremes(joined: Joined, *, largest: bool) -> Reduced:
    sign = -1.0 if largest else 1.0
    finite = np.isfinite(joined.values)
    values = np.where(finite, sign * joined.values, np.inf)
    lowest = np.minimum.reduceat(values, joined.starts[:-1])
    found = np.isfinite(lowest)
    hits = np.flatnonzero((values == np.repeat(lowest, np.diff(joined.starts))) & finite)
    at = joined.starts[:-1].copy()
    at[found] = hits[np.searchsorted(hits, joined.starts[:-1][found])]
    return Reduced(np.where(found, sign * lowest, np.nan), joined.steps[at], found)
