"""Files that a log names by their paths: read where they lie in the log directory, and nowhere else.

A log directory is untrusted input. What a path leads to is asked of the file system, links and all, before it is opened.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from glassboard.errors import NotFoundError, TooLargeError
from glassboard.store.source import RunFolder

__all__ = ["FileIdentity", "NamedFile", "find_named_file", "read_named_file"]

FileIdentity = tuple[int, ...]
"""Device, inode, size and modification time: what tells that it is another file."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    path: Path
    """Without links."""
    size_bytes: int
    stamp: FileIdentity


def find_named_file(relative: str, place: RunFolder) -> NamedFile:
    """The plain file that a path relative to a run's folder names, in that folder or anywhere in the log directory.

    Raises `NotFoundError` where it lies outside of both, is not there, or is no plain file.
    """
    base = place.folder.resolve()
    try:
        path = (base / relative).resolve() if relative and "\0" not in relative else None
    except (OSError, RuntimeError) as error:
        raise NotFoundError(f"the path {relative[:200]!r} leads nowhere: {error}") from error
    if path is None or not any(path.is_relative_to(each) for each in (base, place.root.resolve())):
        raise NotFoundError(f"the file {relative[:200]!r} lies outside of the log directory and is not read")
    try:
        found = path.stat()
    except OSError as error:
        told = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise NotFoundError(f"the file {relative[:200]!r} {told}") from error
    if not stat.S_ISREG(found.st_mode):
        raise NotFoundError(f"{relative[:200]!r} is no plain file")
    return NamedFile(path, found.st_size, (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))


def read_named_file(file: NamedFile, max_bytes: int, *, head_only: bool = False) -> bytes:
    """All of a file of at most `max_bytes`; with `head_only` its first `max_bytes`, whatever its size.

    Raises `TooLargeError` over the bound, and `NotFoundError` where it went, was exchanged for something else or cannot be
    read. Never waits for a pipe.
    """
    if file.size_bytes > max_bytes and not head_only:
        raise TooLargeError(
            f"{file.path.name!r} has {file.size_bytes:,} bytes, at most {max_bytes:,} are read"
        )
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as opened:
            now = os.fstat(handle)
            if not stat.S_ISREG(now.st_mode) or (now.st_dev, now.st_ino) != file.stamp[:2]:
                raise NotFoundError(f"{file.path.name!r} was exchanged while it was read")
            return opened.read(max_bytes)
    except OSError as error:
        raise NotFoundError(f"{file.path.name!r} cannot be read: {error.strerror}") from error
