"""The points of one event file as columns, grouped by series: no object per point, no spare bytes for what is finished."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Columns", "Ends", "PointViews", "Points"]

Column: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points of several series: group i is rows starts[i] to starts[i + 1] of series[i]; `series` ascends."""

    series: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    columns: tuple[Column, ...]
    """All of one length; the first two are steps and wall times."""


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

    The first batch is kept as it came from the kernel: exact arrays for all series together. Only a file that grows
    later pays for a buffer per series with an eighth to spare. Not safe for use by two threads at once.
    """

    __slots__ = ("_growing", "_starts", "_whole", "_whole_series")

    def __init__(self) -> None:
        self._whole_series: npt.NDArray[np.int32] = np.empty(0, np.int32)
        self._starts: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        self._whole: tuple[Column, ...] = ()
        self._growing: dict[int, _Growing] = {}

    def add(self, points: Points) -> None:
        """Appends a batch."""
        series, starts, columns = points.series, points.starts, points.columns
        if len(series) == 0:
            return
        if not self._whole and not self._growing:
            self._whole_series, self._starts, self._whole = series, starts, columns
            return
        for known, rows in self._groups(self._whole_series, self._starts):
            self._growing[known] = _Growing([column[rows] for column in self._whole])
        self._whole_series, self._starts, self._whole = series[:0], starts[:1], ()
        for known, rows in self._groups(series, starts):
            new = [column[rows] for column in columns]
            if known in self._growing:
                self._growing[known].extend(new)
            else:
                self._growing[known] = _Growing(new)

    @staticmethod
    def _groups(series: npt.NDArray[np.int32], starts: npt.NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
        bounds = starts.tolist()
        for index, known in enumerate(series.tolist()):
            yield known, slice(bounds[index], bounds[index + 1])

    def get(self, series: int) -> tuple[Column, ...] | None:
        """All columns of one series as read-only views; None where it has no points here."""
        if self._growing:
            grown = self._growing.get(series)
            if grown is None:
                return None
            views = grown.view()
        else:
            rows = self._rows(series)
            if rows is None:
                return None
            views = tuple(column[rows] for column in self._whole)
        for view in views:
            view.flags.writeable = False
        return views

    def views(self) -> PointViews:
        """Everything there is, without a copy."""
        if not self._growing:
            return PointViews(self._whole_series, self._starts, tuple([column] for column in self._whole))
        order = sorted(self._growing)
        sizes = [self._growing[series].size for series in order]
        pieces = zip(*(self._growing[series].view() for series in order), strict=True)
        starts = np.array([0, *itertools.accumulate(sizes)], np.int64)
        return PointViews(np.array(order, np.int32), starts, tuple(pieces))

    def ends(self) -> dict[int, Ends]:
        """Of every series that has points: what `get` would show of its first and last one."""
        if self._growing:
            return {series: grown.ends() for series, grown in self._growing.items()}
        if not self._whole:
            return {}
        steps, wall_times = self._whole[:2]
        first, last = self._starts[:-1], self._starts[1:] - 1
        counts = (last - first + 1).tolist()
        rows = zip(
            counts, steps[first].tolist(), steps[last].tolist(), wall_times[last].tolist(), strict=True
        )
        return dict(zip(self._whole_series.tolist(), map(Ends._make, rows), strict=True))

    def _rows(self, series: int) -> slice | None:
        """Where the group of a series lies in the first batch; the kernel gives groups in ascending order."""
        at = int(self._whole_series.searchsorted(series))
        if at == len(self._whole_series) or self._whole_series.item(at) != series:
            return None
        return slice(self._starts.item(at), self._starts.item(at + 1))

    @property
    def nbytes(self) -> int:
        """Bytes held by the columns, room to grow included."""
        grown = sum(column.nbytes for each in self._growing.values() for column in each.columns)
        return grown + sum(column.nbytes for column in self._whole)
