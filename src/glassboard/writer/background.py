"""The thread that writes: what the training loop hands over reaches the file within a second, and never stops the loop.

Training threads append to a list; one daemon thread per writer encodes in batches and appends to the event file. Only
that thread touches the file, so Ctrl-C in the main thread cannot cut a record. Wake-ups go through a `SimpleQueue`,
whose `put` is safe even where garbage collection interrupts another `put`.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import queue
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeAlias, cast

from glassboard import _kernel
from glassboard.writer.health import Health
from glassboard.writer.outbox import Outbox

__all__ = ["BackgroundWriter", "Job", "Row", "at_end"]

Row: TypeAlias = tuple[str, int, float, float]
"""A scalar point: tag, step, wall time in seconds since the epoch, value."""


class Job(Protocol):
    """Something to encode on the background thread. It owns its memory: the caller can change nothing in it later."""

    @property
    def byte_count(self) -> int:
        """About how much memory it holds."""

    def encode(self) -> bytes:
        """Framed records, empty where the job wrote files of its own."""


ROWS_PER_WAKE: Final = 1024
"""About 64 KiB of scalars: written without waiting for the second to end."""
MAX_ROWS: Final = 1 << 18
MAX_QUEUED_BYTES: Final = 128 << 20
MAX_BLOCKED_SECS: Final = 10.0
"""A loop that logs faster than the thread encodes waits this long for room, then the point counts as lost."""
MAX_INTERVAL_SECS: Final = 1.0
_TURN_SECS: Final = 0.05

_log = logging.getLogger("glassboard")
_writers: weakref.WeakSet[BackgroundWriter] = weakref.WeakSet()
_busy: set[BackgroundWriter] = set()
"""Writers with a thread: they must end before the interpreter does, even where nothing else refers to them."""
_interpreter_ends = False
at_end: list[Callable[[], None]] = []
"""Called at interpreter exit once every writer is closed."""


class BackgroundWriter:
    """Writes rows and jobs to event files in one folder. Every method may be called from any thread.

    The first file is opened at construction, so that a folder that cannot be written raises `OSError` there and then;
    after that no I/O error is raised. After `close` the next row or job opens a new file.
    """

    max_file_bytes: int | None = None

    def __init__(self, folder: Path, *, suffix: str = "", interval_secs: float = MAX_INTERVAL_SECS) -> None:
        self.folder = folder
        self._suffix = suffix
        # A quarter of what is promised, so that a slow moment of the machine fits in.
        self._interval_secs = min(interval_secs, MAX_INTERVAL_SECS) / 4
        self._reset()
        self._outbox.open()
        self._outbox.write()
        _writers.add(self)

    def _reset(self) -> None:
        self.is_idle = True
        """True while the thread sleeps without a time limit and wants to be woken by the next point."""
        self.queue: list[Row | Job] = []
        """Rows are appended from outside: a method call would be half of the cost of logging a scalar. Then `wake`."""
        self._wakes: queue.SimpleQueue[threading.Event | None] = queue.SimpleQueue()
        self._draining = threading.Lock()
        self._starting = threading.Lock()
        self._room = threading.Condition()
        # Two counts, one written by the callers under `_room` and one by the thread, which needs no lock for it.
        self._taken_bytes = 0
        self._encoded_bytes = 0
        self._is_stuck = False
        self._thread: threading.Thread | None = None
        self._is_closing = False
        self._outbox = Outbox(self.folder, self._suffix, max_file_bytes=self.max_file_bytes)

    # ---- called by training threads

    def add_job(self, job: Job) -> None:
        """Queues a job; waits while more than 128 MiB are queued."""
        size = job.byte_count
        with self._room:
            if not self._wait_for_room(
                lambda: not self._queued_bytes or self._queued_bytes + size <= MAX_QUEUED_BYTES
            ):
                self._outbox.lose(1, "the queue of points is full")
                return
            self._taken_bytes += size
            self.queue.append(job)
        if self.is_idle or self._queued_bytes > 1 << 16:
            self.wake()

    def wake(self) -> None:
        """Tells the thread that there is work, starting it where there is none."""
        self._wakes.put(None)
        # After the put: a thread that ends looks at the queue once more after it has cleared `_thread`.
        if self._thread is None:
            self._start()
        if len(self.queue) > MAX_ROWS:
            with self._room:
                if not self._wait_for_room(lambda: len(self.queue) <= MAX_ROWS):
                    excess = len(self.queue[MAX_ROWS:])
                    del self.queue[MAX_ROWS:]
                    self._outbox.lose(excess, "the queue of points is full")

    def flush(self) -> None:
        """Returns when everything logged before the call was handed to the operating system, or was refused by it."""
        thread = self._thread
        done = threading.Event()
        if thread is not None and thread is not threading.current_thread():
            self._wakes.put(done)
            while not done.wait(0.05):
                if not thread.is_alive():
                    break
        if not done.is_set():
            self._drain()

    def close(self) -> None:
        """Flushes, ends the thread and closes the file; says what was lost, if anything was."""
        thread = self._thread
        if thread is threading.current_thread():
            self._is_closing = (
                True  # the garbage collector closes us from within the thread; it ends by itself
            )
            return
        if thread is not None:
            self._is_closing = True
            self._wakes.put(None)
            while thread.is_alive():
                thread.join(0.05)
        else:
            self._finish()

    def close_later(self) -> None:
        """Asks the thread to write the rest and end; for a garbage collector, which must not wait."""
        self._is_closing = True
        self._wakes.put(None)

    def health(self) -> Health:
        outbox = self._outbox
        pending = len(self.queue) + outbox.unwritten_count()
        return Health(outbox.written_count, pending, outbox.lost_count, outbox.error)

    def paths(self) -> tuple[Path, ...]:
        """The event files that this writer has made in this process, in order."""
        return tuple(self._outbox.paths)

    @property
    def _queued_bytes(self) -> int:
        return self._taken_bytes - self._encoded_bytes

    def _wait_for_room(self, has_room: Callable[[], bool]) -> bool:
        """Under `_room`. Where the thread made no progress the last time, the loop is not held up again."""
        if has_room():
            return True
        self._wakes.put(None)
        end = time.monotonic() + MAX_BLOCKED_SECS
        while not self._is_stuck and not has_room():
            # In turns, because the thread may have been unable to tell.
            self._room.wait(_TURN_SECS)
            self._is_stuck = time.monotonic() > end and not has_room()
        return not self._is_stuck

    def _tell_of_room(self) -> None:
        """By the thread. It never waits long for the lock: a signal handler that calls `flush` or `close` may have
        interrupted the very call that holds it, and waits for this thread."""
        self._is_stuck = False
        if self._room.acquire(timeout=_TURN_SECS):
            self._room.notify_all()
            self._room.release()

    def _start(self) -> None:
        with self._starting:
            if self._thread is not None:
                return
            self._is_closing = False
            thread = threading.Thread(
                target=self._run, name=f"glassboard-writer {self.folder.name}", daemon=True
            )
            self._thread = thread
            _busy.add(self)
            try:
                if _interpreter_ends:
                    raise RuntimeError("the interpreter ends")
                thread.start()
            except RuntimeError:
                # Threads cannot start any more at interpreter exit: the caller writes.
                self._thread = None
                _busy.discard(self)
                self._drain()
                return
        _finish_at_end_of_worker_process()

    # ---- the thread

    def _run(self) -> None:
        while not self._is_closing:
            waiting: list[threading.Event] = []
            self.is_idle = True
            if not self.queue and not self._outbox.has_unwritten and (wake := self._wakes.get()) is not None:
                waiting.append(wake)
            self.is_idle = False
            self._gather(waiting)
            self._drain()
            for event in waiting:
                event.set()
        self._finish()

    def _gather(self, waiting: list[threading.Event]) -> None:
        """Sleeps until the interval is over, enough is queued, or somebody waits for a flush."""
        due = time.monotonic() + self._interval_secs
        while (
            not waiting
            and not self._is_closing
            and len(self.queue) < ROWS_PER_WAKE
            and self._queued_bytes < 1 << 16
        ):
            remaining = due - time.monotonic()
            if remaining <= 0:
                return
            try:
                wake = self._wakes.get(timeout=remaining)
            except queue.Empty:
                return
            if wake is not None:
                waiting.append(wake)

    def _finish(self) -> None:
        """Writes the rest and closes the file. Whatever is queued from now on starts a new thread and a new file."""
        # Not for ever: whoever starts the thread may be interrupted by a signal handler that waits for its end.
        is_held = self._starting.acquire(timeout=1.0)
        try:
            self._drain()
            with self._draining:
                self._outbox.close()
            self._thread = None
            self.is_idle = True
            _busy.discard(self)
            while True:
                try:
                    event = self._wakes.get_nowait()
                except queue.Empty:
                    break
                if event is not None:
                    event.set()
        finally:
            if is_held:
                self._starting.release()
        if self.queue:
            self.wake()

    def _drain(self) -> None:
        try:
            with self._draining:
                while batch := self.queue[:MAX_ROWS]:
                    del self.queue[: len(batch)]
                    for kind, group in itertools.groupby(batch, type):
                        if kind is tuple:
                            self._encode_rows(cast("list[Row]", list(group)))
                            self._outbox.write()
                        else:
                            for job in group:
                                self._encode_job(cast("Job", job))
                                self._outbox.write()
                    self._tell_of_room()
                self._outbox.write()
        except Exception as error:  # the one door of this thread: it must go on whatever happens
            self._outbox.warn(type(error), f"writing met an unexpected error: {error!r}")

    def _encode_rows(self, rows: list[Row]) -> None:
        try:
            self._outbox.add(_kernel.encode_scalars(rows), len(rows))
        except Exception as error:
            if len(rows) > 1:
                for row in rows:
                    self._encode_rows([row])
            else:
                self._outbox.lose(1, f"scalar {rows[0]!r} cannot be encoded: {error}")

    def _encode_job(self, job: Job) -> None:
        try:
            if self._outbox.is_full:
                self._outbox.lose(1, self._outbox.error)
            else:
                self._outbox.add(job.encode(), 1)
        except Exception as error:
            self._outbox.lose(1, f"{type(job).__name__} cannot be written: {error}")
        finally:
            self._encoded_bytes += job.byte_count
            self._tell_of_room()

    def forget_after_fork(self) -> None:
        """In a forked child: what is queued belongs to the parent, and so does its file; nothing of either is kept."""
        self._outbox.abandon()
        self._reset()


def _finish_all() -> None:
    """Interpreter exit: whatever was logged is written, whether or not `close` was called."""
    global _interpreter_ends
    for writer in tuple(_busy):
        writer.close()
    _interpreter_ends = True
    for call in at_end:
        call()


_worker_end_is_registered = False


def _finish_at_end_of_worker_process() -> None:
    """Processes that multiprocessing forked end without `atexit`, but run its finalizers."""
    global _worker_end_is_registered
    multiprocessing = sys.modules.get("multiprocessing.process")
    util = sys.modules.get("multiprocessing.util")
    if (
        _worker_end_is_registered
        or multiprocessing is None
        or util is None
        or not multiprocessing.parent_process()
    ):
        return
    _worker_end_is_registered = True
    util.Finalize(None, _finish_all, exitpriority=100)


def _forget_after_fork() -> None:
    global _worker_end_is_registered
    _worker_end_is_registered = False
    _busy.clear()
    for writer in tuple(_writers):
        writer.forget_after_fork()


atexit.register(_finish_all)
os.register_at_fork(after_in_child=_forget_after_fork)
