"""When the index is written: in the background, seldom, and never in the way of an answer."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Collection

from glassboard.store.event_file import EventFile
from glassboard.store.index import LogIndex
from glassboard.store.index_pack import Snapshot

__all__ = ["IndexSaver"]

_LEAST_NEWS_BYTES = 64 << 10
"""Less is read again sooner than a file is written."""
_NEWS_SHARE = 4
"""A file that is being written is kept anew when a quarter more of it was read: five times its size in all, at most."""
_QUIET_SECONDS = 30.0
_LOOK_SECONDS = 10.0
_RETRY_SECONDS = 600.0
"""After a save that failed: a full disk is not asked again and again."""


class IndexSaver:
    """Saves what a store has read. `lock` guards the event files; it is held only to take hold of their columns."""

    def __init__(
        self,
        index: LogIndex,
        lock: threading.Lock,
        relative: Callable[[EventFile], str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._lock = lock
        self._relative = relative
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._saved_before = False
        self._next_look = 0.0
        self._news_bytes = 0
        self._news_at = 0.0

    def consider(self, files: Collection[EventFile]) -> None:
        """Begins to save where it is time to. Costs next to nothing otherwise; never blocks. Call with `files` complete."""
        now = self._clock()
        if now < self._next_look or (self._thread is not None and self._thread.is_alive()):
            return
        self._next_look = now + _LOOK_SECONDS
        with self._lock:
            chosen = self._choose(files, now)
        if chosen:
            # Not a daemon: a process that ends waits for the second it takes, instead of leaving half a pack.
            self._thread = threading.Thread(
                target=self._save, args=(chosen, list(files)), name="glassboard-index"
            )
            self._thread.start()

    def stop(self) -> None:
        """Abandons a save in progress and waits for its thread."""
        self._stopping = True
        self.wait()
        self._stopping = False

    def wait(self) -> None:
        """Blocks until a save in progress is done."""
        if self._thread is not None:
            self._thread.join()

    def _choose(self, files: Collection[EventFile], now: float) -> list[EventFile]:
        news_bytes = sum(file.news_bytes for file in files)
        if news_bytes != self._news_bytes:
            self._news_bytes, self._news_at = news_bytes, now
        kept_bytes = sum(file.kept_bytes for file in files)
        is_quiet = now - self._news_at >= _QUIET_SECONDS
        is_much = news_bytes * _NEWS_SHARE >= kept_bytes
        if news_bytes < _LEAST_NEWS_BYTES or not (is_much or is_quiet or not self._saved_before):
            return []
        rewrite = self._index.to_rewrite()
        return [
            file
            for file in files
            if file.stamp is not None
            and not file.is_stranger
            and (
                (file.news_bytes > 0 and (is_quiet or file.news_bytes * _NEWS_SHARE >= file.kept_bytes))
                or (file.kept_bytes > 0 and self._relative(file) in rewrite)
            )
        ]

    def _save(self, chosen: Collection[EventFile], files: Collection[EventFile]) -> None:
        if sys.platform == "linux":  # elsewhere it would be that of the whole process
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        with self._lock:
            taken = [
                (file, file.generation, snapshot)
                for file in chosen
                if (snapshot := self._snapshot(file)) is not None
            ]
        present = {self._relative(file) for file in files}
        done = self._index.save(
            [snapshot for *_, snapshot in taken], present, is_stopped=lambda: self._stopping
        )
        if not done:
            self._next_look = self._clock() + (_LOOK_SECONDS if self._stopping else _RETRY_SECONDS)
            return
        self._saved_before = True
        with self._lock:
            for file, generation, snapshot in taken:
                if file.generation == generation:
                    file.kept_bytes = snapshot.stamp.offset

    def _snapshot(self, file: EventFile) -> Snapshot | None:
        if file.stamp is None:
            return None
        return Snapshot(
            self._relative(file),
            file.stamp,
            file.position,
            file.table,
            file.record_count,
            file.extent,
            file.damage.plain(),
            file.scalars.views(),
            file.samples.views(),
        )
