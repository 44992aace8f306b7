"""One append-only event file, with a name that no other writer has."""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from glassboard import _kernel
from glassboard.errors import MisuseError

__all__ = ["EventFile", "check_suffix", "count_records", "whole_records"]

_file_numbers = itertools.count()
_HEADER_BYTES, _FOOTER_BYTES = 12, 4


def check_suffix(suffix: object) -> str:
    """The suffix of event file names, or `MisuseError`."""
    if not isinstance(suffix, str) or "/" in suffix or "\0" in suffix:
        raise MisuseError(f"filename_suffix is {suffix!r}, wanted a string without slashes")
    return suffix


def whole_records(data: memoryview, limit: int) -> int:
    """The end of the last whole record within the first `limit` bytes of framed records."""
    return max(_ends(data, limit), default=0)


def count_records(data: memoryview, limit: int) -> int:
    """How many whole records the first `limit` bytes of framed records hold."""
    return sum(1 for _ in _ends(data, limit))


def _ends(data: memoryview, limit: int) -> Iterator[int]:
    at = 0
    while at + _HEADER_BYTES <= limit:
        at += _HEADER_BYTES + int.from_bytes(data[at : at + 8], "little") + _FOOTER_BYTES
        if at > limit:
            return
        yield at


class EventFile:
    """A new event file in `folder`, which is created if needed. One thread at a time may use it.

    The name holds second, host, process and a number, and the file is created exclusively, so that writers in one
    folder never share a file. Where a writer goes on from a file `after` which it has left, it keeps the number and counts
    the part, so that readers can tell this from a restart. Every method may raise `OSError`.
    """

    def __init__(self, folder: Path, suffix: str, *, after: EventFile | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        host = re.sub(r"[^\w.-]", "_", os.uname().nodename)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._number: int = next(_file_numbers) if after is None else after._number
        self._part: int = 1 if after is None else after._part + 1
        while True:
            number = f"{self._number}_part{self._part}" if self._part > 1 else str(self._number)
            name = f"events.out.tfevents.{int(time.time()):010d}.{host}.{os.getpid()}.{number}{suffix}"
            try:
                self._descriptor = os.open(folder / name, flags, 0o666)
            except FileExistsError:
                # Another machine of the same host name and process number, as containers have.
                self._number, self._part = next(_file_numbers), 1
                continue
            break
        self.path = folder / name
        self.start = _kernel.encode_file_version(time.time())
        """The record that every event file begins with; the caller writes it like any other."""

    def append(self, data: memoryview) -> int:
        """Writes from the start of `data` and returns how many bytes the file took, which may be less than all."""
        return os.write(self._descriptor, data)

    def is_removed(self) -> bool:
        """Whether the file has no name any more: it, or its folder, was deleted."""
        return os.fstat(self._descriptor).st_nlink == 0

    def close(self) -> None:
        os.close(self._descriptor)
