"""The seam between a log directory and where its bytes are: this machine's file system, or object storage."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from glassboard.store.discovery import Found

__all__ = ["FileAccess", "FileStatus", "OpenFile"]


class FileStatus(Protocol):
    """What is known of a file without reading it: the part of `os.stat_result` that is used."""

    @property
    def st_size(self) -> int: ...
    @property
    def st_mtime_ns(self) -> int: ...
    @property
    def st_mtime(self) -> float: ...
    @property
    def st_dev(self) -> int: ...
    @property
    def st_ino(self) -> int: ...
    @property
    def st_mode(self) -> int: ...


class OpenFile(Protocol):
    """One file that is being read. Every method may raise `OSError`."""

    def status(self) -> FileStatus: ...

    def read(self, length: int, offset: int) -> bytes:
        """Fewer bytes where the file ends earlier."""

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Fills the buffer as far as the file goes, and gives how far that was."""


class FileAccess(Protocol):
    """Finds and opens the event files of one log directory. `status` and `open` may be called from several threads."""

    chunk_bytes: int
    """A good amount to read at once."""
    thread_count: int
    """A good number of files to read at once."""
    shortest_round_secs: float
    """Between two looks at everything while following."""

    def look(self) -> Found:
        """What is there now. Never raises for what it meets."""

    def knows(self, folder: str) -> bool:
        """Whether the folder of that path was there at the last look."""

    def status(self, path: str) -> FileStatus:
        """Cheap enough for thousands of files. Raises `FileNotFoundError` and other `OSError`s."""

    def open(self, path: str) -> AbstractContextManager[OpenFile]:
        """Raises `OSError`."""

    def folder_of(self, path: str) -> Path | None:
        """The folder of a file on this machine; None where the file is elsewhere."""
