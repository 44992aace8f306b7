"""Which class is taken for which, and how well each one is found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.types import Float64Array, Int64Array

__all__ = [
    "ClassTable",
    "class_table",
    "confusion_matrix",
    "decide",
    "decide_at",
    "first_where",
    "outcome_counts",
]

NOTHING = -1
"""In the place of a class: no answer, or no known target."""

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]

_CHUNK = 1 << 15
"""Samples."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassTable:
    """One row a class, one against the rest; NaN where a rate divides by nothing."""

    precision: Float64Array
    recall: Float64Array
    f1: Float64Array
    support: Int64Array
    """Samples that are of the class."""
    predicted: Int64Array
    """Samples that are taken for it."""
    hits: Int64Array
    """Those that are both."""


def decide(scores: Float32Array) -> tuple[Int32Array, Float32Array]:
    """The class of the largest score of each sample, int32[n], and that score; `scores` float32[classes, n].

    The first of equals. NaN is the least there is; a sample of NaN alone is of class -1, its score NaN.
    """
    class_count, count = scores.shape
    best, most = np.empty(count, np.int32), np.empty(count, np.float32)
    # By class, not by sample: NumPy's argmax over the short axis takes ten times as long. In chunks that stay in the cache,
    # and by arithmetic: where a mask chooses, the processor guesses wrong half of the time.
    for start in range(0, count, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        columns = scores[:, chunk]
        most[chunk] = np.fmax.reduce(columns, axis=0)
        place = first_where(columns, most[chunk])
        best[chunk] = np.where(place < class_count, place, NOTHING)
    return best, most


def first_where(columns: Float32Array, values: Float32Array) -> Int32Array:
    """int32[n]: for each sample the first of its columns, float32[columns, n], that holds its value; none: their number."""
    count = len(columns)
    kind = np.uint8 if count < 256 else np.int32
    # What is left behind each column: the largest is that of the first.
    left = np.zeros(len(values), kind)
    for index, column in enumerate(columns):
        np.maximum(left, (column == values) * kind(count - index), out=left)
    return np.int32(count) - left.astype(np.int32)


def decide_at(
    threshold: float, scores: Float32Array, best: Int32Array, most: Float32Array, *, class_index: int = 1
) -> Int32Array:
    """int32[n]: what each sample is taken for at a threshold; `best` and `most` are what `decide` says.

    Of two classes `class_index` where its score is at or above the threshold, else the other one; of more, the class of the
    largest score where that is at or above the threshold, else -1. A sample of NaN is -1.
    """
    if len(scores) == 2:
        chosen = scores[class_index]
        found = np.where(chosen >= threshold, np.int32(class_index), np.int32(1 - class_index))
        return np.where(np.isnan(chosen), np.int32(NOTHING), found)
    return np.where(most >= threshold, best, np.int32(NOTHING))


def confusion_matrix(targets: Int32Array, predicted: Int32Array, class_count: int) -> Int64Array:
    """int64[classes, classes + 1]: rows are true, columns predicted, the last column is no answer.

    `targets` and `predicted` are int32[n]; samples without a known target (-1) are left out.
    """
    known = targets >= 0
    if not known.all():
        targets, predicted = targets[known], predicted[known]
    columns = np.where(predicted < 0, class_count, predicted)
    flat = targets.astype(np.int64) * (class_count + 1) + columns
    return np.bincount(flat, minlength=class_count * (class_count + 1)).reshape(class_count, class_count + 1)


def class_table(hits: Int64Array, predicted: Int64Array, support: Int64Array) -> ClassTable:
    """Rates of each class out of its counts, int64[classes] each.

    Source: C. J. van Rijsbergen, "Information Retrieval" (1979), chapter 7; F1 = 2 hits / (predicted + support), which is 0
    where there are samples but no hits, and undefined where there is nothing at all.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return ClassTable(
            hits / predicted, hits / support, 2 * hits / (predicted + support), support, predicted, hits
        )


def outcome_counts(
    scores: Float32Array, targets: Int32Array, threshold: float
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Hits, predicted and support of each class, int64[classes], each decided on its own: score at or above the threshold.

    `scores` float32[classes, n], `targets` int32[n]; samples without a known target are left out.
    """
    class_count = len(scores)
    known = targets >= 0
    support = np.bincount(targets[known], minlength=class_count)
    hits, predicted = np.zeros(class_count, np.int64), np.zeros(class_count, np.int64)
    everywhere = bool(known.all())
    for index, column in enumerate(scores):
        taken = column >= threshold  # NaN is never
        if not everywhere:
            taken &= known
        predicted[index] = np.count_nonzero(taken)
        hits[index] = np.count_nonzero(taken & (targets == index))
    return hits, predicted, support
