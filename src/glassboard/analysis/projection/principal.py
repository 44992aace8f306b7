"""Principal components of many vectors, with NumPy alone.

Exact where one side of the matrix is short, from the covariance or the products of the rows; else by a randomised
singular value decomposition (Halko, Martinsson and Tropp, 2011, https://doi.org/10.1137/090771806, algorithms 4.4 and 5.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.analysis.projection.vectors import Layout, Vectors
from glassboard.types import Float64Array

__all__ = ["Principal", "principal_components"]

_ROWS = 8_192
_SHORT = 1_500
"""A side up to this long is decomposed exactly, in well under a second."""
_OVERSAMPLED = 16
_POWER_ITERATIONS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Principal:
    coordinates: Layout
    """float32 [points, components], along the directions of the largest variance first."""
    shares: Float64Array
    """Of the whole variance, one each; 0 where nothing varies."""


def principal_components(vectors: Vectors, count: int, *, seed: int = 0) -> Principal:
    """The first `count` components, fewer where there are fewer points or dimensions. The vectors are finite.

    Signs are chosen so that the coordinate of each component that is largest in size is positive. Makes no second copy
    of the vectors.
    """
    points, dimensions = vectors.shape
    count = min(count, points, dimensions)
    centred = _Centred(vectors)
    if dimensions <= _SHORT:
        axes, total = _from_covariance(centred, count)
    elif points <= _SHORT:
        axes, total = _from_products(centred, count)
    else:
        axes, total = _randomised(centred, count, seed)
    if total <= 0.0:
        return Principal(np.zeros((points, count), np.float32), np.zeros(count))
    coordinates = np.empty((points, count), np.float32)
    towards = axes.astype(np.float32)
    for at, part in centred:
        np.matmul(part, towards, out=coordinates[at : at + len(part)])
    signs = np.sign(coordinates[np.abs(coordinates).argmax(axis=0), np.arange(count)])
    signs[signs == 0] = 1
    shares = np.einsum("pc,pc->c", coordinates, coordinates, dtype=np.float64) / total
    with np.errstate(over="ignore"):
        return Principal((coordinates * (signs * centred.scale)).astype(np.float32), shares)


class _Centred:
    """The vectors about their mean, some thousands at a time. A part is gone with the next one: they share their memory."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        largest = max(float(vectors.max()), -float(vectors.min()))
        # So that squares of huge and of tiny numbers stay what they are.
        self.scale = np.float32(largest if largest and not 1e-12 < largest < 1e12 else 1.0)
        self._mean = np.zeros(vectors.shape[1], np.float32)
        self.shape = vectors.shape
        # Twice: what the first sum, in single precision, leaves of the mean is small enough for another one.
        for _ in range(2):
            left = np.zeros(vectors.shape[1])
            for _, part in self:
                left += np.ones(len(part), np.float32) @ part
            self._mean += (left / len(vectors)).astype(np.float32)

    def __iter__(self) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """First row and rows of each part."""
        room = np.empty((min(_ROWS, self.shape[0]), self.shape[1]), np.float32)
        for at in range(0, self.shape[0], _ROWS):
            rows = self._vectors[at : at + _ROWS]
            part = room[: len(rows)]
            if self.scale != 1:
                rows = np.divide(rows, self.scale, out=part)
            np.subtract(rows, self._mean, out=part)
            yield at, part


def _from_covariance(centred: _Centred, count: int) -> tuple[Float64Array, float]:
    covariance = np.zeros((centred.shape[1], centred.shape[1]))
    for _, part in centred:
        covariance += part.T @ part
    return _first(np.linalg.eigh(covariance)[1], count), float(np.trace(covariance))


def _from_products(centred: _Centred, count: int) -> tuple[Float64Array, float]:
    """Of fewer points than dimensions: the products of the rows have the same eigenvalues."""
    rows = np.concatenate([part.copy() for _, part in centred])
    products = (rows @ rows.T).astype(np.float64)
    values, vectors = np.linalg.eigh(products)
    axes = rows.T @ _first(vectors, count)
    axes /= np.sqrt(np.maximum(values[::-1][:count], np.finfo(np.float64).tiny))
    return np.asarray(axes, np.float64), float(np.trace(products))


def _randomised(centred: _Centred, count: int, seed: int) -> tuple[Float64Array, float]:
    width = min(count + _OVERSAMPLED, *centred.shape)
    basis = np.random.default_rng(seed).standard_normal((centred.shape[1], width)).astype(np.float32)
    total = sum(float(np.einsum("pd,pd->", part, part, dtype=np.float64)) for _, part in centred)
    for _ in range(_POWER_ITERATIONS):
        grown = np.zeros(basis.shape)
        for _, part in centred:
            grown += part.T @ (part @ basis)
        basis = np.linalg.qr(grown)[0].astype(np.float32)
    small = np.zeros((width, width))
    for _, part in centred:
        seen = part @ basis
        small += seen.T @ seen
    return np.asarray(basis @ _first(np.linalg.eigh(small)[1], count), np.float64), total


def _first(vectors: Float64Array, count: int) -> Float64Array:
    """`eigh` puts the largest last."""
    return np.ascontiguousarray(vectors[:, ::-1][:, :count])
