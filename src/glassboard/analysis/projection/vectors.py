"""Vectors made fit for a projection: rows that are not finite left out, and put back as gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.errors import MisuseError
from glassboard.types import Int64Array

__all__ = ["Layout", "Prepared", "Vectors", "prepare", "spread"]

Vectors = npt.NDArray[np.float32]
"""[points, dimensions]."""
Layout = npt.NDArray[np.float32]
"""[points, 1 to 3 dimensions, or as many as there are components]."""
_ROWS = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    vectors: Vectors
    """[kept rows, dimensions], every number finite."""
    rows: Int64Array
    """Which rows of the whole they are."""
    count: int
    """Rows of the whole."""

    @property
    def left_out(self) -> int:
        """Rows with a number that is not finite: no projection has a place for them."""
        return self.count - len(self.rows)


def prepare(vectors: npt.NDArray[np.floating], *, sphereize: bool = False) -> Prepared:
    """Leaves out rows that hold NaN or infinity.

    With `sphereize` the mean is moved to the origin and each row scaled to length 1; a row at the mean stays there.
    Raises `MisuseError` for anything but [points, dimensions] and where no row is finite.
    """
    if vectors.ndim != 2 or 0 in vectors.shape:
        raise MisuseError(f"found vectors of the shape {list(vectors.shape)}, wanted [points, dimensions]")
    whole = np.ascontiguousarray(vectors, np.float32)
    finite = np.concatenate(
        [np.isfinite(whole[at : at + _ROWS]).all(axis=1) for at in range(0, len(whole), _ROWS)]
    )
    rows = np.flatnonzero(finite)
    if len(rows) == 0:
        raise MisuseError(
            f"each of the {len(whole):,} vectors holds NaN or infinity: nothing is left to project"
        )
    kept = whole if len(rows) == len(whole) else whole[rows]
    return Prepared(_sphereized(kept) if sphereize else kept, rows, len(whole))


def _sphereized(vectors: Vectors) -> Vectors:
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: Vectors = (centred / lengths).astype(np.float32)
    return unit


def spread(layout: npt.NDArray[np.floating], prepared: Prepared) -> Layout:
    """The layout with a row for every point of the whole; NaN where the point was left out."""
    if prepared.left_out == 0:
        return np.ascontiguousarray(layout, np.float32)
    out = np.full((prepared.count, layout.shape[1]), np.nan, np.float32)
    out[prepared.rows] = layout
    return out
