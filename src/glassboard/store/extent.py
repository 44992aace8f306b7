"""Bounds over points: what can be told of a file without looking at its columns again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["NO_POINTS", "Extent"]


@dataclass(frozen=True, slots=True)
class Extent:
    """Wall times in seconds, those that are not finite left out."""

    first_wall_time: float = np.inf
    last_wall_time: float = -np.inf
    last_step: int | None = None
    point_count: int = 0

    def join(self, other: Extent) -> Extent:
        if not self.point_count or not other.point_count:
            return self if self.point_count else other
        steps = [step for step in (self.last_step, other.last_step) if step is not None]
        return Extent(
            min(self.first_wall_time, other.first_wall_time),
            max(self.last_wall_time, other.last_wall_time),
            max(steps, default=None),
            self.point_count + other.point_count,
        )


NO_POINTS = Extent()
