"""From the thread that follows the log directory to every page that listens."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

__all__ = ["ChangeHub", "Listener"]


class Listener:
    """What one connection has not been told yet. Lives on that connection's event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._pending: set[str] = set()
        self._changed = False
        self._closed = False

    async def changes(self, *, heartbeat_secs: float) -> AsyncIterator[frozenset[str] | None]:
        """Yields the names that changed since the last time, or None after `heartbeat_secs` of silence; ends at `close`."""
        while not self._closed:
            try:
                await asyncio.wait_for(self._wake.wait(), heartbeat_secs)
            except TimeoutError:
                yield None
                continue
            self._wake.clear()
            if self._changed and not self._closed:
                runs = frozenset(self._pending)
                self._pending.clear()
                self._changed = False
                yield runs

    def tell(self, runs: frozenset[str]) -> None:
        """From any thread: these runs changed."""
        self._call(lambda: self._add(runs))

    def close(self) -> None:
        """From any thread: ends `changes`."""
        self._call(self._end)

    def _call(self, function: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the event loop has ended, and the connection with it
            self._loop.call_soon_threadsafe(function)

    def _add(self, runs: frozenset[str]) -> None:
        self._pending |= runs
        self._changed = True
        self._wake.set()

    def _end(self) -> None:
        self._closed = True
        self._wake.set()


class ChangeHub:
    """Hands changes on, without ever waiting for a listener.

    A slow listener costs no memory that grows: what it has not been told yet merges into one change. `publish` and
    `close` may be called from any thread; `listening` runs on an event loop.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._closed = False

    @property
    def listener_count(self) -> int:
        with self._lock:
            return len(self._listeners)

    def publish(self, runs: Iterable[str]) -> None:
        """Says that these runs changed, appeared or went; an empty collection says that only the state changed."""
        names = frozenset(runs)
        with self._lock:
            for listener in self._listeners:
                listener.tell(names)

    def close(self) -> None:
        """Ends every listener, now and later: an open connection would hold up the server's end."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                listener.close()

    @contextlib.contextmanager
    def listening(self) -> Iterator[Listener]:
        """A listener that misses nothing from here on."""
        listener = Listener()
        with self._lock:
            self._listeners.add(listener)
            if self._closed:
                listener.close()
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.discard(listener)
