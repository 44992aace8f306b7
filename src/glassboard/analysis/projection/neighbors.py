"""The nearest neighbours of one vector among all, found exactly."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard.analysis.projection.vectors import Vectors
from glassboard.types import Float64Array, Int64Array

__all__ = ["Metric", "nearest"]

Metric: TypeAlias = Literal["cosine", "euclidean"]
_ROWS = 16_384


def nearest(
    vectors: npt.NDArray[np.floating], row: int, count: int, metric: Metric
) -> tuple[Int64Array, Float64Array]:
    """Rows of the `count` nearest and their distances, the nearest first; `row` itself is not among them.

    Cosine is 1 - cos, from 0 to 2; a vector of length 0 has no direction and is as far as one at a right angle. Rows that
    are not finite are no neighbours, and where `row` is not finite it has none.
    """
    whole: Vectors = np.asarray(vectors, np.float32)
    point = whole[row].astype(np.float64)
    distances = np.empty(len(whole))
    with np.errstate(invalid="ignore", over="ignore"):
        for at in range(0, len(whole), _ROWS):
            distances[at : at + _ROWS] = _distances(whole[at : at + _ROWS].astype(np.float64), point, metric)
    distances[row] = np.nan
    found = np.flatnonzero(np.isfinite(distances))
    if len(found) > count:
        found = found[np.argpartition(distances[found], count - 1)[:count]]
    order = np.lexsort((found, distances[found]))
    return found[order], distances[found[order]]


def _distances(part: Float64Array, point: Float64Array, metric: Metric) -> Float64Array:
    if metric == "euclidean":
        return np.asarray(np.linalg.norm(part - point, axis=1), np.float64)
    lengths = np.linalg.norm(part, axis=1) * np.linalg.norm(point)
    products = part @ point
    cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths != 0)
    cosines[np.isnan(lengths)] = np.nan
    return np.asarray(np.clip(1 - cosines, 0, 2), np.float64)
