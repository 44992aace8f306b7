"""Event files on this machine, or on a file system that is mounted here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

from glassboard.store.discovery import Discovery, Found

__all__ = ["LocalFile", "LocalFiles"]


class LocalFile:
    """An open file, for use in a `with`. Raises `OSError`."""

    __slots__ = ("_descriptor",)

    def __init__(self, path: str) -> None:
        # Without O_NONBLOCK a pipe that is named like an event file would block the reader for ever.
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def status(self) -> os.stat_result:
        return os.fstat(self._descriptor)

    def read(self, length: int, offset: int) -> bytes:
        return os.pread(self._descriptor, length, offset)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        return os.preadv(self._descriptor, [buffer], offset)


class LocalFiles:
    """The `FileAccess` of a folder, or of one event file."""

    chunk_bytes = 1 << 20
    shortest_round_secs = 0.2
    status = staticmethod(os.stat)
    open = staticmethod(LocalFile)

    def __init__(self, root: str, *, wall_clock_ns: Callable[[], int]) -> None:
        self.thread_count = max(2, min(8, os.cpu_count() or 2))
        self._discovery = Discovery(root, wall_clock_ns=wall_clock_ns)

    def look(self) -> Found:
        return self._discovery.look()

    def knows(self, folder: str) -> bool:
        return self._discovery.knows(folder)

    def folder_of(self, path: str) -> Path | None:
        return Path(path).parent
