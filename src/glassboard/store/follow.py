"""Follows a log directory from a thread of its own and tells who asked what changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

__all__ = ["RELOAD_SECS", "Follower", "Pollable", "Subscriber", "Watchable"]

Subscriber = Callable[[frozenset[str]], None]

_logger = logging.getLogger(__name__)

RELOAD_SECS = 0.1
"""Between two rounds, unless a round takes long."""
_BUSY_SHARE = 0.05
"""Of one processor, spent at most on looking at files that are being written."""
_LONGEST_WAIT_SECS = 2.0
_LONGEST_WAIT_WITH_NEWS_SECS = 0.2
"""Between two rounds where something is known to have changed, however long a round takes."""


class Pollable(Protocol):
    """A provider that can be asked for news many times a second."""

    def poll(self, *, on_progress: Callable[[frozenset[str]], None] | None = None) -> frozenset[str]: ...

    def interrupt(self) -> None: ...

    @property
    def revision(self) -> int: ...


@runtime_checkable
class Watchable(Protocol):
    """A provider that may hear of news between two polls."""

    def watch(self, wake: Callable[[], None]) -> None:
        """From now on calls `wake`, from any thread, when a `poll` would find news."""

    def unwatch(self) -> None: ...

    def quiet_secs(self) -> float:
        """For how long a `poll` will find nothing unless `wake` is called; 0 where not every change is told."""


class Follower:
    """Polls a store from `start` to `stop`; subscribers hear of changes from its thread.

    A subscriber gets the names of the runs that changed, appeared or went; an empty set says that only the status did.
    It must be quick and must not call `stop`. A round that fails is logged and tried again: following goes on.

        with Follower(store) as follower:
            follower.subscribe(print)
    """

    def __init__(self, store: Pollable, *, interval_secs: float = RELOAD_SECS) -> None:
        self._store = store
        self._interval_secs = interval_secs
        self._lock = threading.Lock()
        self._subscribers: list[Subscriber] = []
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._told_revision = -1

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Adds a subscriber and returns a function that takes it away again."""
        with self._lock:
            self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return unsubscribe

    def start(self) -> Follower:
        """Begins to follow; the first round reads everything there is. Starting twice is starting once."""
        if self._thread is None:
            self._stopped.clear()
            self._wake.clear()
            self._thread = threading.Thread(target=self._run, name="glassboard-follow", daemon=True)
            if isinstance(self._store, Watchable):
                self._store.watch(self.poke)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Ends following: a round in progress is interrupted and waited for. May be called more than once."""
        thread = self._thread
        if thread is not None:
            self._stopped.set()
            self._wake.set()
            self._store.interrupt()
            thread.join()
            self._thread = None
            if isinstance(self._store, Watchable):
                self._store.unwatch()

    def poke(self) -> None:
        """Asks for a round soon instead of at its time: at once where rounds are quick."""
        self._wake.set()

    def __enter__(self) -> Follower:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            began = time.thread_time()
            try:
                changed = self._store.poll(on_progress=self._tell)
                if changed or self._store.revision != self._told_revision:
                    self._tell(changed)
                failures = 0
            except Exception:  # the thread must outlive a failed round, or the page would be stale for ever
                failures += 1
                if failures == 1:
                    _logger.exception("following the log directory failed; trying again")
            rest = max((time.thread_time() - began) / _BUSY_SHARE, min(failures, 10) * 0.5)
            self._pause(rest)

    def _pause(self, rest_secs: float) -> None:
        """Waits until the next round is due; `rest_secs` keep the share of the processor within its bound."""
        least = min(rest_secs, _LONGEST_WAIT_WITH_NEWS_SECS)
        quiet_secs = self._store.quiet_secs() if isinstance(self._store, Watchable) else 0.0
        longest = max(self._interval_secs, min(max(rest_secs, quiet_secs), _LONGEST_WAIT_SECS))
        if not self._stopped.wait(least):
            self._wake.wait(max(longest - least, 0.0))
            self._wake.clear()

    def _tell(self, runs: frozenset[str]) -> None:
        self._told_revision = self._store.revision
        with self._lock:
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            subscriber(runs)
