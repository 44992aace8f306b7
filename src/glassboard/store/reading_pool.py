"""Reads several event files at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeAlias

from glassboard.store.event_file import EventFile
from glassboard.store.file_reader import Reading

__all__ = ["ReadingPool"]

_Found: TypeAlias = "SimpleQueue[tuple[EventFile, Reading] | None]"


class ReadingPool:
    """Threads that read, kept until `rest`. For one thread at a time."""

    def __init__(self, thread_count: int) -> None:
        self._thread_count = thread_count
        self._threads: ThreadPoolExecutor | None = None

    def readings(self, files: Sequence[EventFile]) -> Iterator[tuple[EventFile, Reading]]:
        """Reads files in their order and gives what was found as it comes."""
        if len(files) < 2:
            yield from ((file, file.reader.read()) for file in files)
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._thread_count, thread_name_prefix="glassboard-read")
        # One job a thread, not a file: a future costs as much as reading a small file.
        left = deque(files)
        found: _Found = SimpleQueue()
        count = min(self._thread_count, len(files))
        jobs = [self._threads.submit(_read_each, left, found) for _ in range(count)]
        try:
            while count:
                each = found.get()
                if each is None:
                    count -= 1
                else:
                    yield each
        finally:
            left.clear()
            for job in jobs:
                job.result()

    def rest(self) -> None:
        """Ends the threads, until they are needed again."""
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None


def _read_each(left: deque[EventFile], found: _Found) -> None:
    """Reads files as long as there are any; None says that there are no more."""
    try:
        while True:
            try:
                file = left.popleft()
            except IndexError:
                return
            found.put((file, file.reader.read()))
    finally:
        found.put(None)
