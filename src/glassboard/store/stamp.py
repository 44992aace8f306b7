"""By what a file is known again: whether what was read of it earlier is still what it holds."""

from __future__ import annotations

import os
from dataclasses import dataclass

from glassboard._kernel import crc32c

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
    def of(descriptor: int, status: os.stat_result, head: bytes, offset: int) -> FileStamp:
        """`status` and `head` are those of the moment at which reading began. Raises `OSError`."""
        return FileStamp(
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            head,
            offset,
            _tail_crc(descriptor, offset),
        )

    def still_holds(self, descriptor: int, status: os.stat_result) -> bool:
        """Whether the file is unchanged or has grown. Any doubt is a no. Raises `OSError`."""
        if (self.device, self.inode) != (status.st_dev, status.st_ino):
            return False
        unchanged = (self.size, self.modified_ns) == (status.st_size, status.st_mtime_ns)
        grown = status.st_size > self.size and status.st_mtime_ns >= self.modified_ns
        return (
            (unchanged or grown)
            and os.pread(descriptor, len(self.head), 0) == self.head
            and _tail_crc(descriptor, self.offset) == self.tail_crc
        )


def _tail_crc(descriptor: int, offset: int) -> int:
    start = max(offset - _TAIL_BYTES, 0)
    return crc32c(os.pread(descriptor, offset - start, start))
