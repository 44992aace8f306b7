"""By what a file is known again: whether what was read of it earlier is still what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from glassboard._kernel import crc32c
from glassboard.store.access import FileStatus, OpenFile

__all__ = ["HEAD_BYTES", "FileStamp"]

HEAD_BYTES = 128
"""Enough to hold the wall time of the version record, by which a file that was rewritten in place is noticed."""
_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file of which the bytes before `offset` were read."""

    device: int
    inode: int
    size: int
    modified_ns: int
    """Nanoseconds since the epoch."""
    head: bytes
    """How the file begins."""
    offset: int
    tail_crc: int
    """CRC-32C of the last bytes before `offset`."""

    @staticmethod
    def of(file: OpenFile, status: FileStatus, head: bytes, offset: int) -> FileStamp:
        """`status` and `head` are those of the moment at which reading began. Raises `OSError`."""
        return FileStamp(
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            head,
            offset,
            _tail_crc(file, offset),
        )

    def still_holds(self, file: OpenFile, status: FileStatus) -> bool:
        """Whether the file is unchanged or has grown. Any doubt is a no. Raises `OSError`."""
        if (self.device, self.inode) != (status.st_dev, status.st_ino):
            return False
        unchanged = (self.size, self.modified_ns) == (status.st_size, status.st_mtime_ns)
        grown = status.st_size > self.size and status.st_mtime_ns >= self.modified_ns
        return (
            (unchanged or grown)
            and file.read(len(self.head), 0) == self.head
            and _tail_crc(file, self.offset) == self.tail_crc
        )


def _tail_crc(file: OpenFile, offset: int) -> int:
    start = max(offset - _TAIL_BYTES, 0)
    return crc32c(file.read(offset - start, start))
