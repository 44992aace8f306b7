"""Which labels are likely wrong, by confident learning.

Source: C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
Artificial Intelligence Research 70 (2021), doi:10.1613/jair.1.12125: the thresholds of equation 2, the confident joint of
equation 1, and of its ways to find label errors the off-diagonals of that joint, ranked by normalised margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.analysis.confusion import first_where
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
    with np.errstate(
        invalid="ignore", over="ignore"
    ):  # opposite infinities make NaN, which is no finite sum either
        used = (labels >= 0) & np.isfinite(scores.sum(axis=0))
    thresholds = _thresholds(scores, labels, used)
    confident_from = thresholds.astype(np.float32)
    # As float32 the same scores are at or above it; NaN, of a class without samples, is above every score.
    confident_from = np.where(
        confident_from < thresholds, np.nextafter(confident_from, np.float32(np.inf)), confident_from
    )
    best = np.empty(count, np.int32)
    most = np.empty(count, np.float32)
    # Of the classes that a sample is confidently of, the one with the largest score (the argmax of equation 1).
    for start in range(0, count, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        columns = scores[:, chunk]
        sure = np.where(columns >= confident_from[:, None], columns, np.float32(-np.inf))
        most[chunk] = sure.max(axis=0)
        place = first_where(sure, most[chunk])
        best[chunk] = np.where(most[chunk] > -np.inf, place, -1)
    confident = used & (best >= 0)
    flat = labels[confident].astype(np.int64) * class_count + best[confident]
    joint = np.bincount(flat, minlength=class_count**2).reshape(class_count, class_count)
    rows = np.flatnonzero(confident & (best != labels))
    margins = scores[labels[rows], rows].astype(np.float64) - most[rows]
    order = np.argsort(margins, kind="stable")
    return LabelErrors(rows[order], best[rows[order]], margins[order], thresholds, joint)


def _thresholds(
    scores: npt.NDArray[np.float32], labels: npt.NDArray[np.int32], used: npt.NDArray[np.bool_]
) -> Float64Array:
    """float64[classes]: the mean score of the samples of each class for it, NaN without samples."""
    rows = np.flatnonzero(used)
    # NumPy sorts 16 bits by counting.
    order = np.argsort(labels[rows].astype(np.int16 if len(scores) < 1 << 15 else np.int32), kind="stable")
    rows = rows[order]
    own = scores[labels[rows], rows]
    ends = np.searchsorted(labels[rows], np.arange(len(scores)), "right").tolist()
    thresholds = np.full(len(scores), np.nan)
    for index, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        if end > start:
            thresholds[index] = own[start:end].mean(dtype=np.float64)
    return thresholds
