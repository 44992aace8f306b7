"""Whether a probability means what it says: reliability by bins, and histograms of scores over the same bins.

Bins are of equal width from 0 to 1, open below and closed above, as in C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On
Calibration of Modern Neural Networks", ICML 2017, section 2. The first takes in what is lower still, the last what is
higher; NaN, and minus infinity, which a ranking has in its place, are in none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.analysis.class_ranking import ClassRanking
from glassboard.types import Float64Array, Int64Array

__all__ = ["Reliability", "bin_edges", "reliability", "score_histogram"]


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """One entry a bin."""

    counts: Int64Array
    mean_scores: Float64Array
    """NaN in an empty bin, as is `rates`."""
    rates: Float64Array
    """Share of the samples that are right, or of the class."""
    expected_error: float
    """Expected calibration error, Guo et al. (3): the mean of |rate - mean score| over samples; NaN without samples."""
    largest_error: float
    """Maximum calibration error, Guo et al. (4): the largest |rate - mean score| of a bin."""


def bin_edges(bin_count: int) -> Float64Array:
    """float64[bins + 1]."""
    return np.linspace(0.0, 1.0, bin_count + 1)


def reliability(ranking: ClassRanking, bin_count: int) -> Reliability:
    """`ranking` of what the scores are of: it came true for the positives, and not for the negatives."""
    hits, misses = score_histogram(ranking, bin_count)
    counts = hits + misses
    sums = _sums(ranking.positives, hits) + _sums(ranking.negatives, misses)
    with np.errstate(divide="ignore", invalid="ignore"):
        means, rates = sums / counts, hits / counts
    filled = counts > 0
    gaps = np.abs(rates[filled] - means[filled])
    if len(gaps) == 0:
        return Reliability(counts, means, rates, float("nan"), float("nan"))
    expected = float((gaps * counts[filled]).sum() / counts.sum())
    return Reliability(counts, means, rates, expected, float(gaps.max()))


def score_histogram(ranking: ClassRanking, bin_count: int) -> tuple[Int64Array, Int64Array]:
    """int64[bins] each: samples of the class by their score, and all others."""
    inner = bin_edges(bin_count)[1:-1]
    return (_histogram(ranking.positives, inner), _histogram(ranking.negatives, inner))


def _sums(ascending: npt.NDArray[np.float32], counts: Int64Array) -> Float64Array:
    """float64[bins]: of the scores in each bin, those beyond 0 and 1 counted as these."""
    scores = np.clip(ascending[len(ascending) - int(counts.sum()) :], 0.0, 1.0)
    filled = np.flatnonzero(counts)
    sums = np.zeros(len(counts))
    if len(filled):
        starts = np.cumsum(counts)[filled] - counts[filled]
        sums[filled] = np.add.reduceat(scores, starts, dtype=np.float64)
    return sums


def _histogram(ascending: npt.NDArray[np.float32], inner: Float64Array) -> Int64Array:
    below = np.searchsorted(ascending, -np.inf, "right")
    # NumPy would cast the large array to the edges' float64; so they become the float32 that part the scores the same.
    edges = inner.astype(np.float32)
    edges = np.where(edges > inner, np.nextafter(edges, np.float32(0)), edges)
    ends = np.concatenate([[below], np.searchsorted(ascending, edges, "right"), [len(ascending)]])
    return np.diff(ends)
