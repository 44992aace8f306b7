"""Axes that a person chose: each leads from the middle of one group of points to that of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from glassboard.analysis.projection.vectors import Layout, Vectors
from glassboard.errors import MisuseError

__all__ = ["Direction", "project_on"]

Direction = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Rows at one end and at the other."""


def project_on(vectors: Vectors, directions: Sequence[Direction]) -> Layout:
    """float32 [points, directions]: the distance along each direction from halfway between its ends.

    Raises `MisuseError` where an end has no point or both ends lie at one place.
    """
    columns = []
    for start, end in directions:
        if len(start) == 0 or len(end) == 0:
            raise MisuseError(
                f"an axis leads from {len(start)} to {len(end)} points, wanted at least one at either end"
            )
        low, high = (vectors[rows].mean(axis=0, dtype=np.float64) for rows in (start, end))
        length = float(np.linalg.norm(high - low))
        if length == 0.0:
            raise MisuseError("both ends of an axis lie at one place: it has no direction")
        along = (high - low) / length
        columns.append(vectors @ along.astype(np.float32) - float((low + high) @ along) / 2)
    return np.stack(columns, axis=1).astype(np.float32)
