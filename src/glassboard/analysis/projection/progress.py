"""What a projection says of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from glassboard.analysis.projection.vectors import Layout

__all__ = ["Report", "Snapshot"]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    iteration: int
    layout: Layout
    """A copy, float32 [points, dimensions]."""
    divergence: float | None = None
    """Kullback-Leibler divergence of t-SNE; UMAP computes none."""


Report: TypeAlias = Callable[[Snapshot], None]
