"""One projection that is being made: how far it is, and how it is ended."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Literal

from glassboard.analysis.projection.vectors import Layout
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.server.projections.worker_process import WorkerProcess

__all__ = ["CancelledError", "Job", "Progress", "State"]

State = Literal["waiting", "running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a projection is; `layout` has a row for every point, NaN where it was left out."""

    state: State = "waiting"
    stage: str = "waiting for other projections"
    """What is being done, for people."""
    iteration: int = 0
    iterations: int | None = None
    divergence: float | None = None
    version: int = 0
    """Grows with every layout."""
    layout: Layout | None = None
    points: int = 0
    dimensions: int = 0
    left_out: int = 0
    shares: tuple[float, ...] = ()
    """Of the variance, one for each principal component; for the others those of the PCA that they began with."""
    error: str | None = None
    secs: float = 0.0


@dataclass(slots=True, eq=False)
class Job:
    key: str
    question: ProjectionQuestion
    progress: Progress = field(default_factory=Progress)
    cancelled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    worker: WorkerProcess | None = None
    began: float = field(default_factory=time.monotonic)

    def tell(self, **changes: object) -> None:
        secs = time.monotonic() - self.began
        self.progress = replace(self.progress, secs=secs, **changes)  # type: ignore[arg-type]  # fields by name

    def fail(self, error: str) -> None:
        self.tell(state="failed", stage="failed", error=error)

    def publish(self, layout: Layout, **changes: object) -> None:
        self.tell(layout=layout, version=self.progress.version + 1, **changes)

    def check(self) -> None:
        """Raises `CancelledError` where the job was stopped meanwhile."""
        if self.cancelled.is_set():
            raise CancelledError


class CancelledError(Exception):
    """Somebody stopped it."""
