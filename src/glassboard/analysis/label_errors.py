"""Which labels are likely wrong, by confident learning.

Source: C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
Artificial Intelligence Research 70 (2021), doi:10.1613/jair.1.12125: the thresholds of equation 2, the confident joint of
equation 1, and of its ways to find label errors the off-diagonals of that joint, ranked by normalised margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.types import Float64Array, Int64Array

_CHUNK = 1 << 15
"""Samples that stay in the processor's cache."""

__all__ = ["LabelErrors", "find_label_errors"]


@dataclass(frozen=True, slots=True, eq=False)
class LabelErrors:
    """Samples whose label is likely wrong, the likeliest first."""

    rows: Int64Array
    suggested: npt.NDArray[np.int32]
    """int32, one a row: the class that it confidently belongs to."""
    margins: Float64Array
    """Score of the label less that of the suggested class, -1 to 1; the lower, the likelier it is wrong."""
    thresholds: Float64Array
    """float64[classes]: the mean score of the samples labelled so; from there on a score is confident. Else NaN."""
    joint: Int64Array
    """int64[classes, classes]: samples labelled i that are confidently j."""


def find_label_errors(scores: npt.NDArray[np.float32], labels: npt.NDArray[np.int32]) -> LabelErrors:
    """`scores` float32[classes, n]: probabilities out of sample, `labels` int32[n], -1 where there is none.

    Samples without a label and samples with a NaN take no part. The probabilities must come from a model that has not been
    trained on these samples: one that has learnt wrong labels by heart agrees with them.
    """
    class_count, count = scores.shape
    used = (labels >= 0) & np.isfinite(scores.sum(axis=0))
    thresholds = np.full(class_count, np.nan)
    for index in range(class_count):
        own = scores[index, used & (labels == index)]
        if len(own):
            thresholds[index] = own.mean(dtype=np.float64)
    best = np.full(count, -1, np.int32)
    most = np.full(count, -np.inf, np.float32)
    # Of the classes that a sample is confidently of, the one with the largest score (the argmax of equation 1).
    for start in range(0, count, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        place, top = best[chunk], most[chunk]
        for index in np.flatnonzero(~np.isnan(thresholds)).tolist():
            column = scores[index, chunk]
            better = (column >= thresholds[index]) & (column > top)
            np.copyto(place, index, where=better, casting="same_kind")
            np.copyto(top, column, where=better)
    confident = used & (best >= 0)
    flat = labels[confident].astype(np.int64) * class_count + best[confident]
    joint = np.bincount(flat, minlength=class_count**2).reshape(class_count, class_count)
    rows = np.flatnonzero(confident & (best != labels))
    margins = scores[labels[rows], rows].astype(np.float64) - most[rows]
    order = np.argsort(margins, kind="stable")
    return LabelErrors(rows[order], best[rows[order]], margins[order], thresholds, joint)
