"""Projections as jobs: few run at once, all can be stopped, what they found is kept within bounds."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from numpy.linalg import LinAlgError

from glassboard.analysis.projection.alignment import flipped_to, rotated_to, started_from
from glassboard.analysis.projection.directions import project_on
from glassboard.analysis.projection.principal import Principal, principal_components
from glassboard.analysis.projection.umap_layout import default_epochs
from glassboard.analysis.projection.vectors import Layout, Prepared, prepare, spread
from glassboard.errors import GlassboardError, NotFoundError, TooLargeError
from glassboard.server.projections.idle_workers import IdleWorkers
from glassboard.server.projections.job import CancelledError, Job, Progress
from glassboard.server.projections.preparation import axes_within, beginning, options_of, shaken
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.server.projections.worker_process import WorkerEndedError
from glassboard.types import Int64Array

__all__ = ["ProjectionJobs", "TooManyError"]

Load = Callable[[], npt.NDArray[np.float32]]
LoadLabels = Callable[[], Int64Array | None]

COMPONENTS = 10
_RUNNING = 2
_WAITING = 8
_KEPT_BYTES = 256 << 20
_KEPT_JOBS = 64
_MAX_VECTOR_BYTES = 2 << 30
_KILL_SECS = 1.0
"""What a layout gets to stop by itself: a search for neighbours does not look up."""


class TooManyError(GlassboardError):
    """As many projections run and wait as the server takes."""


class ProjectionJobs:
    """Any thread may call it. Equal questions are one job. `close` ends everything that runs."""

    def __init__(
        self, *, kept_bytes: int = _KEPT_BYTES, running: int = _RUNNING, waiting: int = _WAITING
    ) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._slots = threading.Semaphore(running)
        self._most = running + waiting
        self._kept_bytes = kept_bytes
        self._workers = IdleWorkers()
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
            job = self._jobs[key] = Job(key, question)
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
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancelled.set()
            if job.worker is not None:
                job.worker.kill()
        self._workers.close()

    def _find(self, key: str) -> Job:
        with self._lock:
            if key not in self._jobs:
                raise NotFoundError(f"no projection {key!r}: it was let go for newer ones, start it again")
            self._jobs.move_to_end(key)
            return self._jobs[key]

    def _make_room(self) -> None:
        def size(job: Job) -> int:
            return 0 if job.progress.layout is None else job.progress.layout.nbytes

        ended = [job for job in self._jobs.values() if job.ended.is_set()]
        kept = sum(map(size, self._jobs.values()))
        while ended and (len(self._jobs) > _KEPT_JOBS or kept > self._kept_bytes):
            oldest = ended.pop(0)
            kept -= size(oldest)
            del self._jobs[oldest.key]

    def _run(self, job: Job, load: Load, labels: LoadLabels) -> None:
        try:
            with self._slots:
                job.check()
                job.tell(state="running", stage="reading the vectors")
                finished = self._make(job, load, labels)
            job.tell(state="done" if finished else "stopped", stage="done" if finished else "stopped")
        except CancelledError:
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

    def _make(self, job: Job, load: Load, labels: LoadLabels) -> bool:
        question = job.question
        vectors = load()
        if vectors.nbytes > _MAX_VECTOR_BYTES:
            raise TooLargeError(
                f"vectors of {vectors.nbytes:,} bytes, at most {_MAX_VECTOR_BYTES:,} are projected"
            )
        job.check()
        prepared = prepare(vectors, sphereize=question.sphereize)
        job.tell(
            points=prepared.count,
            dimensions=vectors.shape[1],
            left_out=prepared.left_out,
            stage="principal components",
        )
        former = self._layout_of(question.follows)
        if question.algorithm == "custom":
            job.publish(spread(project_on(prepared.vectors, axes_within(question, prepared)), prepared))
            return True
        job.check()
        principal = principal_components(prepared.vectors, COMPONENTS)
        shares = tuple(principal.shares.tolist())
        if question.algorithm == "pca":
            layout = spread(principal.coordinates, prepared)
            job.publish(layout if former is None else flipped_to(layout, former), shares=shares)
            return True
        job.check()
        return self._iterate(job, prepared, principal, former, labels, shares)

    def _iterate(
        self,
        job: Job,
        prepared: Prepared,
        principal: Principal,
        former: Layout | None,
        labels: LoadLabels,
        shares: tuple[float, ...],
    ) -> bool:
        question = job.question
        start = beginning(principal, question.dimensions)
        before = self._layout_of(question.goes_on)
        held = before if before is not None else former
        if held is not None and held.shape == (prepared.count, question.dimensions):
            start = started_from(held[prepared.rows], start)
            if before is not None and question.perturb:
                start = shaken(start, question.key)
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
            "options": options_of(question, iterations, goes_on=before is not None),
        }
        worker = self._workers.hire()
        job.worker = worker
        try:
            job.check()
            return worker.run(asked, arrays, on_snapshot)
        finally:
            job.worker = None
            self._workers.rest(worker)

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
