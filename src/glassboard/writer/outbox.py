"""Encoded records on their way into event files, kept while the file system refuses them."""

from __future__ import annotations

import errno
import logging
from collections import deque
from pathlib import Path
from typing import Final

from glassboard.writer.event_file import EventFile, count_records, whole_records

__all__ = ["Outbox"]

MAX_UNWRITTEN_BYTES: Final = 32 << 20
_NEW_FILE_ERRNOS: Final = frozenset({errno.EBADF, errno.EFBIG, errno.ESTALE, errno.ENODEV, errno.EIO})
"""Errors that the same file will give again, where a new one may work."""

_log = logging.getLogger("glassboard")


class _Chunk:
    """Framed records, of which the file has the first `done` bytes."""

    __slots__ = ("data", "done", "point_count")

    def __init__(self, data: bytes, point_count: int) -> None:
        self.data = memoryview(data)
        self.point_count = point_count
        self.done = 0


class Outbox:
    """Appends records to event files in one folder, never raises `OSError` after construction, and counts.

    What a file refuses is kept up to 32 MiB and tried again at the next `write`; what comes on top is lost. Each kind of
    trouble is warned of once. One thread at a time may use it, except for the counts, which any thread may read.
    """

    def __init__(self, folder: Path, suffix: str, *, max_file_bytes: int | None = None) -> None:
        """After `max_file_bytes` the next record begins another file; without it a file grows without end."""
        self._folder = folder
        self._max_file_bytes = max_file_bytes
        self._file_bytes = 0
        self._suffix = suffix
        self._file: EventFile | None = None
        self._left: EventFile | None = None
        """The file before the next one."""
        self._chunks: deque[_Chunk] = deque()
        self._warned: set[object] = set()
        self.paths: list[Path] = []
        """Every file that was opened, in order."""
        self.unwritten_bytes = 0
        self.written_count = 0
        self.lost_count = 0
        self.error = ""
        """What went wrong last; empty while nothing has."""

    @property
    def has_unwritten(self) -> bool:
        return bool(self._chunks)

    @property
    def is_full(self) -> bool:
        return self.unwritten_bytes >= MAX_UNWRITTEN_BYTES

    def unwritten_count(self) -> int:
        """Points that the file system has not taken."""
        return sum(chunk.point_count for chunk in tuple(self._chunks))

    def add(self, data: bytes, point_count: int) -> None:
        """Takes framed records that hold so many points; `write` writes them."""
        if self.is_full:
            self.lose(point_count, self.error)
            return
        self._chunks.append(_Chunk(data, point_count))
        self.unwritten_bytes += len(data)

    def open(self) -> None:
        """Creates a new file. Raises `OSError`."""
        self._file = EventFile(self._folder, self._suffix, after=self._left)
        self._file_bytes = 0
        self.paths.append(self._file.path)
        self._chunks.appendleft(_Chunk(self._file.start, 0))
        self.unwritten_bytes += len(self._file.start)

    def write(self) -> None:
        """Writes what is there, as far as the file system takes it."""
        if not self._chunks:
            return
        try:
            if self._file is not None and self._file.is_removed():
                self.warn("removed", "the event file was deleted; going on in a new one")
                self._leave_file()
            while self._chunks:
                if self._file is None:
                    self.open()
                assert self._file is not None
                chunk = self._chunks[0]
                while chunk.done < len(chunk.data):
                    taken = self._file.append(chunk.data[chunk.done :])
                    chunk.done += taken
                    self._file_bytes += taken
                self._chunks.popleft()
                self.unwritten_bytes -= len(chunk.data)
                self.written_count += chunk.point_count
                if self._max_file_bytes is not None and self._file_bytes >= self._max_file_bytes:
                    self._leave_file()
        except OSError as error:
            self._trouble(error)

    def close(self) -> None:
        """Gives up what could not be written, closes the file, and says what was lost, if anything was."""
        self._count_head()
        lost = self.unwritten_count()
        self._chunks.clear()
        self.unwritten_bytes = 0
        if lost:
            self.lose(lost, self.error)
        if self._file is not None:
            try:
                self._leave_file()
            except OSError as error:
                self._trouble(error)
        if self.lost_count:
            _log.warning(
                "%d points were lost, %d were written: %s (%s)",
                self.lost_count,
                self.written_count,
                self.error,
                self._folder,
            )

    def abandon(self) -> None:
        """Closes this process's hold of the file and forgets the rest: in a forked child both belong to the parent."""
        self._chunks.clear()
        if self._file is not None:
            self._file.close()

    def lose(self, point_count: int, reason: str) -> None:
        self.lost_count += point_count
        self.warn("lost", f"points are being lost: {reason}")

    def warn(self, key: object, message: str) -> None:
        """One warning for each kind of trouble, not one for each time."""
        self.error = message
        if key not in self._warned:
            self._warned.add(key)
            _log.warning("%s (%s)", message, self._folder)

    def _count_head(self) -> None:
        """Of a chunk that the file took in part, the records that it has whole are written and not lost."""
        if self._chunks:
            head = self._chunks[0]
            whole = min(count_records(head.data, head.done), head.point_count)
            self.written_count += whole
            head.point_count -= whole

    def _leave_file(self) -> None:
        """Closes the file in favour of a new one; a record that is in it by half is written again from its start."""
        if self._chunks:
            head = self._chunks[0]
            head.done = whole_records(head.data, head.done)
        file, self._file = self._file, None
        if file is not None:
            self._left = file
            file.close()

    def _trouble(self, error: OSError) -> None:
        self.warn(
            error.errno,
            f"writing failed: {error.strerror or error}; training goes on, points are kept up to "
            f"{MAX_UNWRITTEN_BYTES >> 20} MiB and writing is tried again",
        )
        if self._file is not None and error.errno in _NEW_FILE_ERRNOS:
            try:
                self._leave_file()
            except OSError:
                _log.debug("closing %s failed", self._folder, exc_info=True)
