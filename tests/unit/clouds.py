"""Vectors in groups, and whether a layout of them keeps the groups together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def clouds(
    points: int, dimensions: int, *, groups: int = 5, seed: int = 0
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Groups of points around centres of their own, and which group each is of."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, groups, points)
    centres = random.normal(0, 4, (groups, dimensions))
    return (centres[labels] + random.normal(size=(points, dimensions))).astype(np.float32), labels


def together(layout: Floats, labels: npt.NDArray[np.int64]) -> float:
    """The share of points whose nearest neighbour in the layout is of their own group."""
    far = np.linalg.norm(layout[:, None] - layout[None], axis=2)
    np.fill_diagonal(far, np.inf)
    return float((labels[far.argmin(axis=1)] == labels).mean())
