"""Projections as jobs: few run at once, all can be stopped, what they found is kept within bounds."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from numpy.linalg import LinAlgError

from glassboard.analysis.projection.alignment import flipped_to, rotated_to, started_from
from glassboard.analysis.projection.directions import project_on
from glassboard.analysis.projection.principal import Principal, principal_components
from glassboard.analysis.projection.umap_layout import default_epochs
from glassboard.analysis.projection.vectors import Layout, Prepared, prepare, spread
from glassboard.errors import GlassboardError, NotFoundError, TooLargeError
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.server.projections.worker_process import WorkerEndedError, WorkerProcess
from glassboard.types import Int64Array

__all__ = ["Progress", "ProjectionJobs", "State", "TooManyError"]

State = Literal["waiting", "running", "done", "stopped", "failed"]
Load = Callable[[], npt.NDArray[np.float32]]
LoadLabels = Callable[[], Int64Array | None]

COMPONENTS = 10
_RUNNING = 2
_WAITING = 8
_KEPT_BYTES = 256 << 20
_KEPT_JOBS = 64
_MAX_VECTOR_BYTES = 2 << 30
_IDLE_SECS = 300.0
_KILL_SECS = 1.0
"""What a layout gets to stop by itself: a search for neighbours does not look up."""


class TooManyError(GlassboardError):
    """As many projections run and wait as the server takes."""


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
class _Job:
    key: str
    question: ProjectionQuestion
    progress: Progress = field(default_factory=Progress)
    cancelled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    worker: WorkerProcess | None = None
    began: float = field(default_factory=time.monotonic)

    def tell(self, **changes: object) -> None:
        self.progress = replace(self.progress, secs=time.monotonic() - self.began, **changes)  # type: ignore[arg-type]

    def fail(self, error: str) -> None:
        self.tell(state="failed", stage="failed", error=error)

    def publish(self, layout: Layout, **changes: object) -> None:
        self.tell(layout=layout, version=self.progress.version + 1, **changes)


class _CancelledError(Exception):
    pass


class ProjectionJobs:
    """Any thread may call it. Equal questions are one job. `close` ends everything that runs."""

    def __init__(
        self, *, kept_bytes: int = _KEPT_BYTES, running: int = _RUNNING, waiting: int = _WAITING
    ) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._slots = threading.Semaphore(running)
        self._most = running + waiting
        self._kept_bytes = kept_bytes
        self._idle: list[tuple[WorkerProcess, threading.Timer]] = []
        self._closed = False

    def start(self, question: ProjectionQuestion, load: Load, labels: LoadLabels) -> str:
        """The key of the job, which is new unless an equal one runs or is done. Raises `TooManyError`.

        `load` gives the vectors [points, dimensions]; `labels` a number for each point where the question supervises.
        """
        key = question.key
        with self._lock:
            known = self._jobs.get(key)
            if known is not None and known.progress.state in ("waiting", "running", "done"):
                self._jobs.move_to_end(key)
                return key
            busy = sum(not job.ended.is_set() for job in self._jobs.values())
            if busy >= self._most or self._closed:
                raise TooManyError(
                    f"{busy} projections run or wait already, at most {self._most} do: stop one or wait"
                )
            job = self._jobs[key] = _Job(key, question)
            self._jobs.move_to_end(key)
            self._make_room()
        threading.Thread(
            target=self._run, args=(job, load, labels), name=f"glassboard-projection-{key[:6]}", daemon=True
        ).start()
        return key

    def progress(self, key: str) -> Progress:
        """Raises `NotFoundError` where the projection is unknown, or was let go for newer ones."""
        return self._find(key).progress

    def stop(self, key: str) -> Progress:
        """Ends a job; the last layout stays. Nothing happens to one that has ended."""
        job = self._find(key)
        job.cancelled.set()
        worker = job.worker
        if worker is not None:
            worker.stop()
            if not job.ended.wait(_KILL_SECS):
                worker.kill()
        job.ended.wait(_KILL_SECS)
        return job.progress

    def close(self) -> None:
        with self._lock:
            self._closed = True
            jobs, idle = list(self._jobs.values()), list(self._idle)
            self._idle.clear()
        for job in jobs:
            job.cancelled.set()
            if job.worker is not None:
                job.worker.kill()
        for worker, timer in idle:
            timer.cancel()
            worker.kill()

    def _find(self, key: str) -> _Job:
        with self._lock:
            if key not in self._jobs:
                raise NotFoundError(f"no projection {key!r}: it was let go for newer ones, start it again")
            self._jobs.move_to_end(key)
            return self._jobs[key]

    def _make_room(self) -> None:
        def size(job: _Job) -> int:
            return 0 if job.progress.layout is None else job.progress.layout.nbytes

        ended = [job for job in self._jobs.values() if job.ended.is_set()]
        kept = sum(map(size, self._jobs.values()))
        while ended and (len(self._jobs) > _KEPT_JOBS or kept > self._kept_bytes):
            oldest = ended.pop(0)
            kept -= size(oldest)
            del self._jobs[oldest.key]

    def _run(self, job: _Job, load: Load, labels: LoadLabels) -> None:
        try:
            with self._slots:
                if job.cancelled.is_set():
                    raise _CancelledError
                job.tell(state="running", stage="reading the vectors")
                finished = self._make(job, load, labels)
            job.tell(state="done" if finished else "stopped", stage="done" if finished else "stopped")
        except _CancelledError:
            job.tell(state="stopped", stage="stopped")
        except WorkerEndedError as error:
            if job.cancelled.is_set():
                job.tell(state="stopped", stage="stopped")
            else:
                job.fail(f"{error}; other projections work on")
        except MemoryError:
            job.fail("there is not enough memory; what was projected before is kept")
        except (GlassboardError, ImportError, OSError, LinAlgError) as error:
            job.fail(str(error))
        finally:
            if job.progress.state in ("waiting", "running"):
                # A mistake of ours: the thread's end prints it, and the page must not wait for ever.
                job.fail("the server made a mistake, which its terminal shows; other projections work on")
            job.ended.set()
            with self._lock:
                self._make_room()

    def _make(self, job: _Job, load: Load, labels: LoadLabels) -> bool:
        question = job.question
        vectors = load()
        if vectors.nbytes > _MAX_VECTOR_BYTES:
            raise TooLargeError(
                f"vectors of {vectors.nbytes:,} bytes, at most {_MAX_VECTOR_BYTES:,} are projected"
            )
        _check(job)
        prepared = prepare(vectors, sphereize=question.sphereize)
        job.tell(
            points=prepared.count,
            dimensions=vectors.shape[1],
            left_out=prepared.left_out,
            stage="principal components",
        )
        former = self._layout_of(question.follows)
        if question.algorithm == "custom":
            job.publish(spread(project_on(prepared.vectors, _within(question, prepared)), prepared))
            return True
        _check(job)
        principal = principal_components(prepared.vectors, COMPONENTS)
        shares = tuple(principal.shares.tolist())
        if question.algorithm == "pca":
            layout = spread(principal.coordinates, prepared)
            job.publish(layout if former is None else flipped_to(layout, former), shares=shares)
            return True
        _check(job)
        return self._iterate(job, prepared, principal, former, labels, shares)

    def _iterate(
        self,
        job: _Job,
        prepared: Prepared,
        principal: Principal,
        former: Layout | None,
        labels: LoadLabels,
        shares: tuple[float, ...],
    ) -> bool:
        question = job.question
        start = _beginning(principal, question.dimensions)
        before = self._layout_of(question.goes_on)
        held = before if before is not None else former
        if held is not None and held.shape == (prepared.count, question.dimensions):
            start = started_from(held[prepared.rows], start)
        else:
            held = before = None
        name = "t-SNE" if question.algorithm == "tsne" else "UMAP"
        done_before = (
            0 if before is None or question.goes_on is None else self._iterations_of(question.goes_on)
        )
        iterations = (
            question.iterations if question.algorithm == "tsne" else default_epochs(len(prepared.vectors))
        )
        job.publish(
            spread(start, prepared),
            shares=shares,
            stage=f"{'the layout so far' if held is not None else 'PCA'}, while {name} is made ready",
            iteration=done_before,
            iterations=done_before + iterations,
        )

        def on_snapshot(iteration: int, divergence: float | None, layout: Layout) -> None:
            whole = spread(layout, prepared)
            job.publish(
                whole if former is None else rotated_to(whole, former),
                iteration=done_before + iteration,
                divergence=job.progress.divergence if divergence is None else divergence,
                stage=name,
            )

        arrays: dict[str, object] = {"vectors": prepared.vectors, "start": start}
        found = labels() if question.supervise is not None else None
        if found is not None:
            arrays["labels"] = found[prepared.rows]
        asked = {
            "algorithm": question.algorithm,
            "iterations": iterations,
            "options": _options(question, iterations, goes_on=before is not None),
        }
        worker = self._hire()
        job.worker = worker
        try:
            _check(job)
            return worker.run(asked, arrays, on_snapshot)
        finally:
            job.worker = None
            self._rest(worker)

    def _layout_of(self, key: str | None) -> Layout | None:
        if key is None:
            return None
        with contextlib.suppress(NotFoundError):  # then the layout begins anew
            return self._find(key).progress.layout
        return None

    def _iterations_of(self, key: str) -> int:
        with contextlib.suppress(NotFoundError):
            return self._find(key).progress.iteration
        return 0

    def _hire(self) -> WorkerProcess:
        with self._lock:
            while self._idle:
                worker, timer = self._idle.pop()
                timer.cancel()
                if worker.alive:
                    return worker
        return WorkerProcess()

    def _rest(self, worker: WorkerProcess) -> None:
        """Loading the libraries takes seconds: one worker is kept for the next layout, for some minutes."""
        with self._lock:
            if worker.alive and not self._idle and not self._closed:
                timer = threading.Timer(_IDLE_SECS, self._let_go, (worker,))
                timer.daemon = True
                timer.start()
                self._idle.append((worker, timer))
                return
        worker.kill()

    def _let_go(self, worker: WorkerProcess) -> None:
        with self._lock:
            mine = [entry for entry in self._idle if entry[0] is worker]
            self._idle = [entry for entry in self._idle if entry[0] is not worker]
        for entry in mine:
            entry[0].kill()


def _check(job: _Job) -> None:
    if job.cancelled.is_set():
        raise _CancelledError


def _within(question: ProjectionQuestion, prepared: Prepared) -> list[tuple[Int64Array, Int64Array]]:
    """The ends of the axes as rows of the vectors that are finite."""
    place = np.full(prepared.count, -1, np.int64)
    place[prepared.rows] = np.arange(len(prepared.rows))

    def rows(ends: tuple[int, ...]) -> Int64Array:
        asked = np.asarray(ends, np.int64)
        found = place[asked[(asked >= 0) & (asked < prepared.count)]]
        return found[found >= 0]

    return [(rows(start), rows(end)) for start, end in question.axes]


def _beginning(principal: Principal, dimensions: int) -> Layout:
    """The first components; where there are fewer, a little noise, without which nothing would ever leave the line."""
    start = principal.coordinates[:, :dimensions]
    missing = dimensions - start.shape[1]
    if missing > 0:
        spreading = float(start.std()) or 1.0
        noise = np.random.default_rng(0).normal(0, spreading * 1e-2, (len(start), missing))
        start = np.concatenate([start, noise.astype(np.float32)], axis=1)
    return np.ascontiguousarray(start, np.float32)


def _options(question: ProjectionQuestion, iterations: int, *, goes_on: bool) -> dict[str, object]:
    if question.algorithm == "tsne":
        return {
            "perplexity": question.perplexity,
            "learning_rate": question.learning_rate,
            "iterations": iterations,
            "goes_on": goes_on,
        }
    return {
        "neighbors": question.neighbors,
        "min_dist": question.min_dist,
        "metric": question.metric,
        "epochs": iterations,
    }
