"""Reads what is new in one event file, in whole records, and notices when it is no longer the same file."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from glassboard._kernel import Batch, Damage, EventScanner
from glassboard.store.access import FileStatus, OpenFile
from glassboard.store.columns import KernelPoints, Points
from glassboard.store.damage import PlainDamage
from glassboard.store.discovery import EventFilePath
from glassboard.store.extent import NO_POINTS, Extent
from glassboard.store.local_files import LocalFile
from glassboard.store.series_table import NO_SERIES, SeriesTable
from glassboard.store.stamp import HEAD_BYTES, FileStamp

__all__ = ["FileReader", "Kept", "KeptFile", "Part", "Reading"]

_CHUNK_BYTES = 1 << 20
_STRANGER_BYTES = 4 << 20
"""A file without one valid record in this many bytes is not an event file; the rest of it is not read."""
_LEAST_RECORD_BYTES = 12
_REST_SECONDS = 60.0
"""A file that nobody wrote to for this long needs no scanner at hand."""


_of_thread = threading.local()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What was read in one go."""

    scalars: tuple[Points | KernelPoints, ...]
    """Steps, wall times, values: of all short series, then of each long one."""
    samples: tuple[Points | KernelPoints, ...]
    """Steps, wall times, offsets, lengths."""
    extent: Extent
    """Over both."""
    records: int
    damage: Sequence[Damage] = ()
    kept_damage: PlainDamage | None = None
    """In place of `damage` where it was read earlier."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Everything of one file up to an offset, as it was read earlier."""

    part: Part
    table: SeriesTable
    position: bytes
    """For `EventScanner.resume`."""


class KeptFile(Protocol):
    """A file that was read earlier, perhaps by another process."""

    @property
    def stamp(self) -> FileStamp: ...

    def load(self) -> Kept | None:
        """None where what was kept is broken or gone."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one call of `FileReader.read` found."""

    replaced: bool = False
    """It is another file than before: everything read earlier is void."""
    parts: list[Part] = field(default_factory=list)
    """In the order of the file. Whoever takes them over empties it."""
    table: SeriesTable = NO_SERIES
    """All series of the file so far."""
    size: int = 0
    offset: int = 0
    """Bytes that are decoded; up to `size` the rest of a record is awaited."""
    kept_offset: int = 0
    """Bytes of them that were not decoded now, because they had been earlier."""
    wanted_bytes: int = 0
    modified_at: float = 0.0
    """Seconds since the epoch."""
    stamp: FileStamp | None = None
    """By which the file is known again; None where nothing was read."""
    position: bytes = b""
    """For `EventScanner.resume`."""
    is_stranger: bool = False
    """Nothing so far was an event, and there is enough of it to be sure; the rest was not read."""
    error: str = ""
    """Why the file could not be read, or empty."""

    @property
    def head(self) -> bytes:
        """How the file begins."""
        return b"" if self.stamp is None else self.stamp.head


class FileReader:
    """Follows one file by path. For one thread at a time; no file stays open between calls.

    Where `is_interrupted` says so, `read` comes back soon with what it has; the next one goes on from there. `kept` is
    what an earlier reader found, and is used if the file is still the same or has grown.
    """

    def __init__(
        self,
        where: EventFilePath,
        *,
        kept: KeptFile | None = None,
        open_file: Callable[[str], AbstractContextManager[OpenFile]] = LocalFile,
        chunk_bytes: int = _CHUNK_BYTES,
        is_interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._where = where
        self._open_file = open_file
        self._chunk_bytes = chunk_bytes
        self._kept = kept
        self._is_interrupted = is_interrupted
        self._stamp: tuple[int, int] | None = None
        self._replaced = False
        self._parts: list[Part] = []
        """Read, but not handed over yet: trouble after it must not lose it."""
        self._restart()

    def _restart(self) -> None:
        self._scanner: EventScanner | None = None
        self.position = 0
        """Bytes that are decoded; may be looked at while `read` runs."""
        self._state = b""
        self._table = NO_SERIES
        self._series_revision = 0
        self._wanted_bytes = _LEAST_RECORD_BYTES
        self._identity: tuple[int, int] | None = None
        self._head = b""
        self._parts = []

    def looks_changed(self, status: FileStatus) -> bool:
        """Whether `read` could find something that it has not seen."""
        return self._stamp != (status.st_size, status.st_mtime_ns) or self._identity != _identity(status)

    def read(self) -> Reading:
        """Reads up to the end of the file as it is now. Blocks; I/O trouble is told in the result, never raised."""
        try:
            with self._open_file(self._where.path) as file:
                return self._read(file)
        except (OSError, MemoryError) as error:
            if isinstance(error, MemoryError) and self._identity is not None:
                self._restart()  # the scanner may have stopped between two columns of a point
                self._replaced = True
            self._stamp = None
            reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            return Reading(error=reason)

    def _read(self, file: OpenFile) -> Reading:
        status = file.status()
        if not stat.S_ISREG(status.st_mode):
            self._stamp, self._identity = (status.st_size, status.st_mtime_ns), _identity(status)
            return Reading(error="not a regular file")
        head = file.read(HEAD_BYTES, 0)
        same = self._identity == _identity(status) and head.startswith(self._head)
        if self._identity is not None and not (same and status.st_size >= self.position):
            self._restart()
            self._replaced = True  # until a reading could say so
        kept_offset = self._take_over(file, status)
        self._identity, self._head = _identity(status), head
        self._stamp = (status.st_size, status.st_mtime_ns)
        is_stranger = False
        if status.st_size - self.position >= self._wanted_bytes or not self._parts:
            is_stranger = self._feed(file, status.st_size)
            stamp = FileStamp.of(file, status, head, self.position)
            self._take()
        else:
            stamp = FileStamp.of(file, status, head, self.position)
        parts, self._parts = self._parts, []
        replaced, self._replaced = self._replaced, False
        reading = Reading(
            replaced=replaced,
            parts=parts,
            table=self._table,
            size=status.st_size,
            offset=self.position,
            kept_offset=kept_offset,
            wanted_bytes=self._wanted_bytes,
            modified_at=status.st_mtime,
            stamp=stamp,
            position=self._state,
            is_stranger=is_stranger,
        )
        if time.time() - status.st_mtime > _REST_SECONDS:
            self._scanner = None
        return reading

    def _take_over(self, file: OpenFile, status: FileStatus) -> int:
        """Takes over what an earlier reader found in this very file, once, and gives how far that reaches."""
        candidate, self._kept = self._kept, None
        if candidate is None or not candidate.stamp.still_holds(file, status):
            return 0
        kept = candidate.load()
        if kept is None:
            return 0
        self._scanner = None
        self._table, self._state = kept.table, kept.position
        self.position = candidate.stamp.offset
        self._parts.append(kept.part)
        return self.position

    def _awake(self) -> EventScanner:
        if self._scanner is None:
            self._scanner = EventScanner.resume(self._state, self._table.encoded)
            self._series_revision = self._scanner.series_revision
        return self._scanner

    def _take(self) -> None:
        scanner = self._awake()
        batch = scanner.take()
        if self._series_revision != scanner.series_revision or self._table is NO_SERIES:
            self._series_revision = scanner.series_revision
            self._table = SeriesTable.of(scanner)
        self._state = scanner.position
        self._parts.append(_part(batch))

    def _feed(self, file: OpenFile, size: int) -> bool:
        """Decodes up to `size`; says whether it gave up because this cannot be an event file."""
        scanner = self._awake()
        buffer = _buffer_of(min(self._chunk_bytes, max(size - scanner.offset, 0)))
        try:
            while size - scanner.offset >= scanner.wanted_bytes:
                if (
                    scanner.offset >= _STRANGER_BYTES
                    and scanner.file_version is None
                    and not scanner.series_revision
                ):
                    return True
                if self._is_interrupted():
                    self._stamp = None
                    return False
                wanted = scanner.wanted_bytes
                # A quarter more than wanted, as far as the file goes: sound headers that overlap, each claiming a little
                # more than was read, would otherwise cost a read of the whole claim for every few bytes.
                wanted_with_room = min(wanted + wanted // 4, size - scanner.offset)
                if wanted_with_room > len(buffer):
                    buffer = _buffer_of(wanted_with_room)
                got = file.read_into(buffer, scanner.offset)
                before = scanner.offset
                scanner.feed(buffer[: min(got, size - before)])
                self.position = scanner.offset
                if self.position == before and got < wanted:
                    return False  # it was cut while we read
            return False
        finally:
            self._wanted_bytes = scanner.wanted_bytes


def _buffer_of(size: int) -> memoryview:
    """Bytes to read into, until the next call in this thread. Thousands of small files need memory only once."""
    if size > _CHUNK_BYTES:
        return memoryview(bytearray(size))
    found: bytearray | None = getattr(_of_thread, "buffer", None)
    if found is None:
        found = _of_thread.buffer = bytearray(_CHUNK_BYTES)
    return memoryview(found)[:size]


def _part(batch: Batch) -> Part:
    first, last, last_step, count = batch.extent
    return Part(
        tuple(KernelPoints(columns) for columns in (batch.scalars, *batch.long_scalars)),
        (KernelPoints(batch.samples),),
        Extent(first, last, last_step, count) if count else NO_POINTS,
        batch.records,
        batch.damage,
    )


def _identity(status: FileStatus) -> tuple[int, int]:
    return status.st_dev, status.st_ino
