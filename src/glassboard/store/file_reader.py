"""Reads what is new in one event file, in whole records, and notices when it is no longer the same file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glassboard._kernel import Batch, EventScanner, SeriesInfo
from glassboard.store.discovery import EventFilePath
from glassboard.store.kinds import tag_of
from glassboard.types import Float64Array, Int64Array

__all__ = ["Extent", "FileReader", "FileSeries", "Reading"]

_CHUNK_BYTES = 1 << 20
_STRANGER_BYTES = 4 << 20
"""A file without one valid record in this many bytes is not an event file; the rest of it is not read."""
_HEAD_BYTES = 128
"""Enough to hold the wall time of the version record, by which a file that was rewritten in place is noticed."""


@dataclass(frozen=True, slots=True)
class FileSeries:
    """One series of one file, as the file describes it."""

    tag: str
    form: str
    plugin_name: str
    display_name: str
    description: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Bounds over points; wall times in seconds, those that are not finite left out."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one call of `FileReader.read` found."""

    replaced: bool = False
    """It is another file than before: everything read earlier is void."""
    batch: Batch | None = None
    """None where nothing was read."""
    series: tuple[FileSeries, ...] | None = None
    """All series of the file, where they are others than before."""
    scalars: Extent = Extent()
    """Over the scalar points of the batch."""
    samples: Extent = Extent()
    size: int = 0
    offset: int = 0
    """Bytes that are decoded; up to `size` the rest of a record is awaited."""
    wanted_bytes: int = 0
    modified_at: float = 0.0
    """Seconds since the epoch."""
    head: bytes = b""
    """How the file begins."""
    is_stranger: bool = False
    """Nothing so far was an event, and there is enough of it to be sure; the rest was not read."""
    error: str = ""
    """Why the file could not be read, or empty."""


class FileReader:
    """Follows one file by path. For one thread at a time; no file stays open between calls.

    Where `is_interrupted` says so, `read` comes back soon with what it has; the next one goes on from there.
    """

    def __init__(self, where: EventFilePath, *, is_interrupted: Callable[[], bool] = lambda: False) -> None:
        self._where = where
        self._is_interrupted = is_interrupted
        self._stamp: tuple[int, int] | None = None
        self._replaced = False
        self._restart()

    def _restart(self) -> None:
        self._scanner = EventScanner()
        self.position = 0
        """Bytes that are decoded; may be looked at while `read` runs."""
        self._identity: tuple[int, int] | None = None
        self._head = b""
        self._series_revision = self._scanner.series_revision

    def looks_changed(self, status: os.stat_result) -> bool:
        """Whether `read` could find something that it has not seen."""
        return self._stamp != (status.st_size, status.st_mtime_ns) or self._identity != _identity(status)

    def read(self) -> Reading:
        """Reads up to the end of the file as it is now. Blocks; I/O trouble is told in the result, never raised."""
        try:
            # Without O_NONBLOCK a pipe that is named like an event file would block the reader for ever.
            descriptor = os.open(self._where.path, os.O_RDONLY | os.O_NONBLOCK)
            try:
                return self._read(descriptor)
            finally:
                os.close(descriptor)
        except (OSError, MemoryError) as error:
            self._stamp = None
            reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            return Reading(error=reason)

    def _read(self, descriptor: int) -> Reading:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            self._stamp, self._identity = (status.st_size, status.st_mtime_ns), _identity(status)
            return Reading(error="not a regular file")
        head = os.pread(descriptor, _HEAD_BYTES, 0)
        same = self._identity == _identity(status) and head.startswith(self._head)
        if self._identity is not None and not (same and status.st_size >= self._scanner.offset):
            self._restart()
            self._replaced = True  # until a reading could say so
        self._identity, self._head = _identity(status), head
        self._stamp = (status.st_size, status.st_mtime_ns)
        is_stranger = self._feed(descriptor, status.st_size)
        batch = self._scanner.take()
        series = None
        replaced, self._replaced = self._replaced, False
        if self._series_revision != self._scanner.series_revision or replaced:
            self._series_revision = self._scanner.series_revision
            series = tuple(_file_series(each) for each in self._scanner.series)
        return Reading(
            replaced=replaced,
            batch=batch,
            series=series,
            scalars=Extent.of(batch.scalars.steps, batch.scalars.wall_times),
            samples=Extent.of(batch.samples.steps, batch.samples.wall_times),
            size=status.st_size,
            offset=self._scanner.offset,
            wanted_bytes=self._scanner.wanted_bytes,
            modified_at=status.st_mtime,
            head=head,
            is_stranger=is_stranger,
        )

    def _feed(self, descriptor: int, size: int) -> bool:
        """Decodes up to `size`; says whether it gave up because this cannot be an event file."""
        scanner = self._scanner
        buffer = bytearray(min(_CHUNK_BYTES, max(size - scanner.offset, 0)))
        while size - scanner.offset >= scanner.wanted_bytes:
            if scanner.offset >= _STRANGER_BYTES and scanner.file_version is None and not scanner.series:
                return True
            if self._is_interrupted():
                self._stamp = None
                return False
            wanted = scanner.wanted_bytes
            # A quarter more than wanted, as far as the file goes: sound headers that overlap, each claiming a little more
            # than was read, would otherwise cost a read of the whole claim for every few bytes.
            wanted_with_room = min(wanted + wanted // 4, size - scanner.offset)
            if wanted_with_room > len(buffer):
                buffer = bytearray(wanted_with_room)
            got = os.preadv(descriptor, [buffer], scanner.offset)
            before = scanner.offset
            scanner.feed(memoryview(buffer)[: min(got, size - before)])
            self.position = scanner.offset
            if self.position == before and got < wanted:
                return False  # it was cut while we read
        return False


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _file_series(info: SeriesInfo) -> FileSeries:
    return FileSeries(
        tag_of(info.form, info.tag), info.form, info.plugin_name, info.display_name, info.description
    )
