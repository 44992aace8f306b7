"""Bounds over points: what can be told of a file without looking at its columns again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassboard.types import Float64Array, Int64Array

__all__ = ["Extent"]


@dataclass(frozen=True, slots=True)
class Extent:
    """Wall times in seconds, those that are not finite left out."""

    first_wall_time: float = np.inf
    last_wall_time: float = -np.inf
    last_step: int | None = None
    point_count: int = 0

    def join(self, other: Extent) -> Extent:
        steps = [step for step in (self.last_step, other.last_step) if step is not None]
        return Extent(
            min(self.first_wall_time, other.first_wall_time),
            max(self.last_wall_time, other.last_wall_time),
            max(steps, default=None),
            self.point_count + other.point_count,
        )

    @staticmethod
    def of(steps: Int64Array, wall_times: Float64Array) -> Extent:
        if len(steps) == 0:
            return Extent()
        first, last = float(wall_times.min()), float(wall_times.max())
        if not np.isfinite(first + last):
            known = wall_times[np.isfinite(wall_times)]
            first, last = float(known.min(initial=np.inf)), float(known.max(initial=-np.inf))
        return Extent(first, last, int(steps.max()), len(steps))
