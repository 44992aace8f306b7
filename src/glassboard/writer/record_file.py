"""Records of any bytes: the `RecordWriter` of tensorboardX and of tensorboard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, cast

from glassboard import _kernel
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe

__all__ = ["RecordWriter"]


class RecordWriter:
    """Frames byte strings as TFRecords in a file, at once and in the calling thread; raises `OSError` as files do."""

    def __init__(self, path: str | os.PathLike[str] | BinaryIO) -> None:
        """`path` is a file to create, whose folder is created too, or a binary file that is open already."""
        if hasattr(path, "write"):
            self._file = cast("BinaryIO", path)
            return
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = target.open("wb")

    def write(self, data: bytes) -> None:
        """Appends one record."""
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise MisuseError(f"found {describe(data)}, wanted bytes")
        self._file.write(_kernel.frame(data))

    def flush(self) -> None:
        """Hands what was written to the storage device."""
        self._file.flush()
        try:
            descriptor = self._file.fileno()
        except (AttributeError, OSError):
            return  # a file in memory
        os.fsync(descriptor)

    def close(self) -> None:
        self._file.close()

    @property
    def closed(self) -> bool:
        return self._file.closed
