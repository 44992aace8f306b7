"""One writer for every module and forked process of a program, which counts the steps itself."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
import weakref
from pathlib import Path
from typing import Any, ClassVar

from glassboard.summary_writer._summary_writer import SummaryWriter
from glassboard.writer.file_writer import FileWriter

__all__ = ["GlobalSummaryWriter"]


class _SharedSteps:
    """The next step of each tag, shared with every process that is forked from here.

    Kept in an unnamed file under a lock that the kernel gives up for a process that dies, so that no process waits for ever.
    """

    def __init__(self) -> None:
        self._descriptor, path = tempfile.mkstemp(prefix="glassboard-steps-")
        Path(path).unlink()
        weakref.finalize(self, os.close, self._descriptor).atexit = False
        self._thread_lock = threading.Lock()
        _step_counters.add(self)

    def renew_lock(self) -> None:
        """In a forked child: a thread that the child does not have may hold the lock."""
        self._thread_lock = threading.Lock()

    def next(self, key: str) -> int:
        """0, 1, 2, ... for each key, each number once."""
        descriptor = self._descriptor
        with self._thread_lock:
            fcntl.lockf(descriptor, fcntl.LOCK_EX)
            try:
                data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
                steps: dict[str, int] = json.loads(data) if data else {}
                step = steps.get(key, 0)
                steps[key] = step + 1
                # Longer than before or as long: a step never gets fewer digits.
                os.pwrite(descriptor, json.dumps(steps).encode(), 0)
                return step
            finally:
                fcntl.lockf(descriptor, fcntl.LOCK_UN)


_step_counters: weakref.WeakSet[_SharedSteps] = weakref.WeakSet()


def _renew_locks() -> None:
    for counter in tuple(_step_counters):
        counter.renew_lock()


os.register_at_fork(after_in_child=_renew_locks)


class GlobalSummaryWriter:
    """Logs scalars, images and texts without a step: each tag counts its own, across threads and forked processes.

    # in any module
    from glassboard import GlobalSummaryWriter
    GlobalSummaryWriter.getSummaryWriter().add_scalar("requests", 3.5)
    """

    _shared: ClassVar[GlobalSummaryWriter | None] = None

    def __init__(
        self,
        logdir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        write_to_disk: bool = True,
        log_dir: str | os.PathLike[str] | None = None,
        coalesce_process: bool = True,
        **kwargs: Any,  # those of `SummaryWriter`, which names and checks them
    ) -> None:
        """Arguments are those of `SummaryWriter`; `coalesce_process` is accepted, a forked process is always taken in."""
        del coalesce_process
        self.smw = SummaryWriter(
            logdir,
            comment,
            purge_step,
            max_queue,
            flush_secs,
            filename_suffix,
            write_to_disk,
            log_dir,
            **kwargs,
        )
        self._steps = _SharedSteps()

    def add_scalar(self, tag: str, scalar_value: object, walltime: float | None = None) -> None:
        """Logs one number at the next step of the tag, as `SummaryWriter.add_scalar` does."""
        self.smw.add_scalar(tag, scalar_value, self._steps.next(f"scalar {tag}"), walltime)

    def add_image(
        self, tag: str, img_tensor: object, walltime: float | None = None, dataformats: str = "CHW"
    ) -> None:
        """Logs an image at the next step of the tag, as `SummaryWriter.add_image` does."""
        self.smw.add_image(tag, img_tensor, self._steps.next(f"image {tag}"), walltime, dataformats)

    def add_text(self, tag: str, text_string: str, walltime: float | None = None) -> None:
        """Logs a text at the next step of the tag, as `SummaryWriter.add_text` does."""
        self.smw.add_text(tag, text_string, self._steps.next(f"text {tag}"), walltime)

    @staticmethod
    def getSummaryWriter() -> GlobalSummaryWriter:  # noqa: N802 - the name that tensorboardX gave it
        """The writer of the program, made in the default folder where there is none yet."""
        if GlobalSummaryWriter._shared is None:
            GlobalSummaryWriter._shared = GlobalSummaryWriter()
        return GlobalSummaryWriter._shared

    @property
    def file_writer(self) -> FileWriter:
        return self.smw.file_writer

    def flush(self) -> None:
        self.smw.flush()

    def close(self) -> None:
        """Writes what is left. Logging again opens a new file."""
        self.smw.close()
