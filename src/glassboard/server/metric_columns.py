"""Metrics of many runs, each found where its session keeps it and reduced to one number over every point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassboard.analysis.metric_statistics import Joined, Reduced, join, reduce
from glassboard.analysis.newest import newest_points
from glassboard.errors import NotFoundError
from glassboard.server.disconnects import GoneCheck
from glassboard.server.models.run_metrics import MetricQuestion
from glassboard.server.sessions import SessionTable
from glassboard.store.provider import Provider
from glassboard.types import Float64Array, Int64Array

__all__ = ["FoundMetric", "MetricReader"]


class FoundMetric:
    """One tag over the runs asked for; `rows` are the runs that have a point of it."""

    def __init__(self, rows: Int64Array, joined: Joined) -> None:
        self.rows = rows
        self.joined = joined
        bad = (~np.isfinite(joined.values)).astype(np.int64)
        self.nonfinite_counts: Int64Array = (
            np.add.reduceat(bad, joined.starts[:-1]) if len(rows) else np.empty(0, np.int64)
        )

    def reduce(self, question: MetricQuestion) -> Reduced:
        with np.errstate(over="ignore", invalid="ignore"):
            return reduce(self.joined, question.statistic, count=question.count, step=_as_step(question.step))


def _as_step(step: int) -> int:
    """Within 64 bits: JSON numbers know no such bound."""
    return min(max(step, -(1 << 63)), (1 << 63) - 1)


class MetricReader:
    """Reads each tag once, however many statistics of it are asked for."""

    def __init__(
        self, provider: Provider, table: SessionTable, runs: Sequence[str], check: GoneCheck
    ) -> None:
        self._provider = provider
        self._table = table
        self._runs = runs
        self._check = check
        self._found: dict[tuple[str, str], FoundMetric] = {}

    def find(self, group: str, tag: str) -> FoundMetric:
        found = self._found.get((group, tag))
        if found is None:
            found = self._found[group, tag] = self._read(group, tag)
        return found

    def _read(self, group: str, tag: str) -> FoundMetric:
        rows, series = [], []
        for row, run in enumerate(self._runs):
            if row % 256 == 0:
                self._check()
            points = self._points(run, group, tag)
            if points is not None:
                rows.append(row)
                series.append(points)
        return FoundMetric(np.array(rows, np.int64), join(series))

    def _points(self, run: str, group: str, tag: str) -> tuple[Int64Array, Float64Array] | None:
        for place in self._table.places(run, group):
            if place not in self._table.runs:
                continue
            try:
                series = self._provider.scalars(place, tag)
            except NotFoundError:
                continue
            kept = newest_points(series.steps, series.wall_times, series.segments)
            steps, values = series.steps[kept], series.values[kept]
            if len(steps):
                return steps, values
        return None
