"""A writer that writes nothing: for the processes of a distributed run that must log without a trace."""

from __future__ import annotations

from pathlib import Path

from glassboard.writer.background import BackgroundWriter, Job, Row
from glassboard.writer.health import Health

__all__ = ["DiscardingWriter"]


class _Nowhere(list["Row | Job"]):
    """A queue that keeps nothing."""

    def append(self, item: Row | Job, /) -> None:
        pass


class DiscardingWriter(BackgroundWriter):
    """Takes everything that a `BackgroundWriter` takes, makes no folder and no file, and starts no thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_idle = False
        self.queue = _Nowhere()

    def add_job(self, job: Job) -> None:
        pass

    def wake(self) -> None:
        pass

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def close_later(self) -> None:
        pass

    def health(self) -> Health:
        return Health(0, 0, 0, "")

    def paths(self) -> tuple[Path, ...]:
        return ()
