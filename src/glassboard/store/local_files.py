"""Event files on this machine, or on a file system that is mounted here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from glassboard.store.discovery import Discovery, Found

__all__ = ["LocalFiles", "open_local"]


class _LocalFile:
    __slots__ = ("_descriptor",)

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def status(self) -> os.stat_result:
        return os.fstat(self._descriptor)

    def read(self, length: int, offset: int) -> bytes:
        return os.pread(self._descriptor, length, offset)

    def read_into(self, buffer: bytearray, offset: int) -> int:
        return os.preadv(self._descriptor, [buffer], offset)


@contextlib.contextmanager
def open_local(path: str) -> Iterator[_LocalFile]:
    """Raises `OSError`."""
    # Without O_NONBLOCK a pipe that is named like an event file would block the reader for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield _LocalFile(descriptor)
    finally:
        os.close(descriptor)


class LocalFiles:
    """The `FileAccess` of a folder, or of one event file."""

    chunk_bytes = 1 << 20
    shortest_round_secs = 0.2
    status = staticmethod(os.stat)
    open = staticmethod(open_local)

    def __init__(self, root: str, *, wall_clock_ns: Callable[[], int]) -> None:
        self.thread_count = max(2, min(8, os.cpu_count() or 2))
        self._discovery = Discovery(root, wall_clock_ns=wall_clock_ns)

    def look(self) -> Found:
        return self._discovery.look()

    def knows(self, folder: str) -> bool:
        return self._discovery.knows(folder)

    def folder_of(self, path: str) -> Path | None:
        return Path(path).parent
