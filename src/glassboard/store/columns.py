"""The points of one event file as columns, grouped by series: no object per point, no spare bytes for what is finished."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard._kernel import SampleColumns, ScalarColumns
from glassboard.types import AnyArray

__all__ = ["Column", "Columns", "Ends", "KernelPoints", "PointViews", "Points"]

Column: TypeAlias = AnyArray


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points of several series: group i is rows starts[i] to starts[i + 1] of series[i]; `series` ascends."""

    series: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    columns: tuple[Column, ...]
    """All of one length; the first two are steps and wall times."""


class KernelPoints:
    """The same over columns that the kernel holds: arrays only while they are looked at."""

    __slots__ = ("_found",)

    def __init__(self, found: ScalarColumns | SampleColumns) -> None:
        self._found = found

    @property
    def series(self) -> npt.NDArray[np.int32]:
        return self._found.series

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        return self._found.starts

    @property
    def columns(self) -> tuple[Column, ...]:
        found = self._found
        if isinstance(found, ScalarColumns):
            return found.steps, found.wall_times, found.values
        return found.steps, found.wall_times, found.offsets, found.lengths


@dataclass(frozen=True, slots=True, eq=False)
class PointViews:
    """As `Points`, with each column in pieces that stand for their concatenation and never change."""

    series: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    columns: tuple[Sequence[Column], ...]


class Ends(NamedTuple):
    """The first and the last point of a series in one file. A tuple: there is one for every tag of every run."""

    point_count: int
    first_step: int
    last_step: int
    last_wall_time: float


class _Growing:
    """Columns of one series with room at the end; what was handed out is never written again."""

    __slots__ = ("columns", "size")

    def __init__(self, columns: Sequence[Column]) -> None:
        self.size = len(columns[0])
        self.columns = [column.copy() for column in columns]

    def extend(self, columns: Sequence[Column]) -> None:
        size = self.size + len(columns[0])
        if size > len(self.columns[0]):
            capacity = size + size // 8 + 16
            for index, column in enumerate(self.columns):
                larger = np.empty(capacity, column.dtype)
                larger[: self.size] = column[: self.size]
                self.columns[index] = larger
        for own, new in zip(self.columns, columns, strict=True):
            own[self.size : size] = new
        self.size = size

    def ends(self) -> Ends:
        steps, wall_times = self.columns[:2]
        last = self.size - 1
        return Ends(self.size, steps.item(0), steps.item(last), wall_times.item(last))

    def view(self) -> tuple[Column, ...]:
        return tuple(column[: self.size] for column in self.columns)


class Columns:
    """Points of one file, in file order within each series; the first two columns are steps and wall times.

    The first batch is kept as it came from the kernel: exact arrays for all short series together and for each long
    one. Only a file that grows later pays for a buffer per series with an eighth to spare. Not safe for use by two
    threads at once.
    """

    __slots__ = ("_growing", "_whole")

    def __init__(self) -> None:
        self._whole: tuple[Points | KernelPoints, ...] = ()
        self._growing: dict[int, _Growing] = {}

    def add(self, batch: Sequence[Points | KernelPoints]) -> None:
        """Appends a batch, of which no two hold the same series."""
        batch = tuple(points for points in batch if len(points.series))
        if not batch:
            return
        if not self._whole and not self._growing:
            self._whole = batch
            return
        for points in self._whole:
            columns = points.columns
            for known, rows in self._groups(points):
                self._growing[known] = _Growing([column[rows] for column in columns])
        self._whole = ()
        for points in batch:
            columns = points.columns
            for known, rows in self._groups(points):
                new = [column[rows] for column in columns]
                if known in self._growing:
                    self._growing[known].extend(new)
                else:
                    self._growing[known] = _Growing(new)

    @staticmethod
    def _groups(points: Points | KernelPoints) -> Iterator[tuple[int, slice]]:
        bounds = points.starts.tolist()
        for index, known in enumerate(points.series.tolist()):
            yield known, slice(bounds[index], bounds[index + 1])

    def get(self, series: int) -> tuple[Column, ...] | None:
        """All columns of one series as read-only views; None where it has no points here."""
        if self._growing:
            grown = self._growing.get(series)
            return None if grown is None else _read_only(grown.view())
        for points in self._whole:
            rows = _rows(points, series)
            if rows is not None:
                return _read_only(tuple(column[rows] for column in points.columns))
        return None

    def views(self) -> PointViews:
        """Everything there is, without a copy."""
        if len(self._whole) == 1:
            (points,) = self._whole
            return PointViews(points.series, points.starts, tuple([column] for column in points.columns))
        found = {series: grown.view() for series, grown in self._growing.items()}
        for points in self._whole:
            columns = points.columns
            for series, rows in self._groups(points):
                found[series] = tuple(column[rows] for column in columns)
        order = sorted(found)
        sizes = [len(found[series][0]) for series in order]
        starts = np.array([0, *itertools.accumulate(sizes)], np.int64)
        return PointViews(
            np.array(order, np.int32), starts, tuple(zip(*(found[i] for i in order), strict=True))
        )

    def ends(self) -> dict[int, Ends]:
        """Of every series that has points: what `get` would show of its first and last one."""
        if self._growing:
            return {series: grown.ends() for series, grown in self._growing.items()}
        out: dict[int, Ends] = {}
        for points in self._whole:
            steps, wall_times = points.columns[:2]
            starts = points.starts
            first, last = starts[:-1], starts[1:] - 1
            counts = (last - first + 1).tolist()
            rows = zip(
                counts, steps[first].tolist(), steps[last].tolist(), wall_times[last].tolist(), strict=True
            )
            out |= zip(points.series.tolist(), map(Ends._make, rows), strict=True)
        return out

    @property
    def nbytes(self) -> int:
        """Bytes held by the columns, room to grow included."""
        grown = sum(column.nbytes for each in self._growing.values() for column in each.columns)
        return grown + sum(column.nbytes for points in self._whole for column in points.columns)


def _rows(points: Points | KernelPoints, series: int) -> slice | None:
    """Where the group of a series lies; the kernel gives groups in ascending order."""
    known, starts = points.series, points.starts
    at = int(known.searchsorted(series))
    if at == len(known) or known.item(at) != series:
        return None
    return slice(starts.item(at), starts.item(at + 1))


def _read_only(views: tuple[Column, ...]) -> tuple[Column, ...]:
    for view in views:
        view.flags.writeable = False
    return views
