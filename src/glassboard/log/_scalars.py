"""One scalar series as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glassboard.analysis.newest import newest_points
from glassboard.errors import NotFoundError
from glassboard.log.tables import ScalarTable
from glassboard.store.provider import ScalarSeries, Segment
from glassboard.store.segments import split_segments
from glassboard.types import Float64Array, Int64Array

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Scalars"]


@dataclass(frozen=True, slots=True, eq=False)
class Scalars:
    """Every point of one scalar tag of one run, in the order they were written. The arrays are read-only.

    A run that was restarted holds some steps more than once: `segments` tells the stretches apart, `segment(i)` is one of
    them, and `newest()` is the curve that charts show.
    """

    run: str
    tag: str
    steps: Int64Array
    """int64[n]."""
    wall_times: Float64Array
    """float64[n], seconds since the epoch."""
    values: Float64Array
    """float64[n]; NaN and infinity are kept."""
    segments: tuple[Segment, ...] = field(repr=False)

    @staticmethod
    def of(run: str, tag: str, series: ScalarSeries) -> Scalars:
        return Scalars(run, tag, series.steps, series.wall_times, series.values, series.segments)

    def newest(self) -> Scalars:
        """The points that no later segment rewrote, in order of steps."""
        return self._part(newest_points(self.steps, self.wall_times, self.segments))

    def segment(self, index: int) -> Scalars:
        """The points of one segment; negative indices count from the newest. Raises `NotFoundError`."""
        if not -len(self.segments) <= index < len(self.segments):
            raise NotFoundError(f"no segment {index} of {self.tag!r}: it has {len(self.segments)}")
        segment = self.segments[index]
        return self._part(slice(segment.start, segment.stop))

    def to_pandas(self) -> pd.DataFrame:
        """A row a point: run, tag, step, wall_time, value (see `Log.to_pandas`)."""
        return ScalarTable.of([self]).to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """A row a point: run, tag, step, wall_time, value (see `Log.to_polars`)."""
        return ScalarTable.of([self]).to_polars()

    def to_arrow(self) -> pa.Table:
        """A row a point: run, tag, step, wall_time, value (see `Log.to_arrow`)."""
        return ScalarTable.of([self]).to_arrow()

    def _part(self, rows: slice | Int64Array) -> Scalars:
        columns = self.steps[rows], self.wall_times[rows], self.values[rows]
        for column in columns:
            column.flags.writeable = False
        return Scalars(self.run, self.tag, *columns, split_segments(columns[0]))

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        points = f"{len(self):,} point{'' if len(self) == 1 else 's'}"
        span = (
            f", steps {self.steps.min()} to {self.steps.max()}, last value {self.values[-1]:.6g}"
            if len(self)
            else ""
        )
        again = f", {len(self.segments)} segments" if len(self.segments) > 1 else ""
        return f"<Scalars {self.tag!r} of run {self.run!r}: {points}{span}{again}>"
