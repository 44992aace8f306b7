"""The points of one event file as columns, grouped by series: no object per point, no spare bytes for what is finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Columns", "Ends"]

Column: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Ends:
    """The first and the last point of a series in one file."""

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

    def add(
        self, series: npt.NDArray[np.int32], starts: npt.NDArray[np.int64], columns: Sequence[Column]
    ) -> None:
        """Appends a batch: group i is rows starts[i] to starts[i + 1] of series[i]; `series` ascends."""
        if len(series) == 0:
            return
        if not self._whole and not self._growing:
            self._whole_series, self._starts, self._whole = series, starts, tuple(columns)
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

    def ends(self, series: int) -> Ends | None:
        """What `get` would show of the first and last point, without making arrays."""
        if self._growing:
            grown = self._growing.get(series)
            if grown is None:
                return None
            columns, first, stop = grown.columns, 0, grown.size
        else:
            rows = self._rows(series)
            if rows is None:
                return None
            columns, first, stop = list(self._whole), rows.start, rows.stop
        steps, wall_times = columns[:2]
        return Ends(stop - first, steps.item(first), steps.item(stop - 1), wall_times.item(stop - 1))

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
