"""Projections as jobs: few at once, stopped, let go, and failing with words; the process that makes layouts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from glassboard.errors import MisuseError, NotFoundError, TooLargeError
from glassboard.server.projections.job import Job
from glassboard.server.projections.jobs import ProjectionJobs, TooManyError
from glassboard.server.projections.preparation import shaken
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.server.projections.worker_process import WorkerEndedError, WorkerProcess

from .embedding_server import vectors_of

TSNE: dict[str, Any] = {
    "algorithm": "tsne",
    "iterations": 20,
    "options": {"iterations": 20, "perplexity": 8},
}


def question(**changes: Any) -> ProjectionQuestion:
    return ProjectionQuestion(
        **{"run": "a", "name": "e", "stamp": (1,), "algorithm": "pca", "dimensions": 2, **changes}
    )


def settle(jobs: ProjectionJobs, key: str) -> Any:
    assert jobs._jobs[key].ended.wait(120)
    return jobs.progress(key)


def no_labels() -> None:
    return None


@pytest.fixture
def jobs() -> Iterator[ProjectionJobs]:
    made = ProjectionJobs(running=1, waiting=1)
    yield made
    made.close()


def test_only_so_many_projections_run_and_wait(jobs: ProjectionJobs) -> None:
    hold = threading.Event()

    def slowly() -> np.ndarray:
        assert hold.wait(60)
        return vectors_of()

    keys = [jobs.start(question(name=str(n)), slowly, no_labels) for n in range(2)]
    with pytest.raises(TooManyError, match="2 projections run or wait already, at most 2 do"):
        jobs.start(question(name="third"), slowly, no_labels)
    hold.set()
    assert [settle(jobs, key).state for key in keys] == ["done", "done"]


def test_a_job_that_waits_is_stopped_before_it_begins(jobs: ProjectionJobs) -> None:
    hold = threading.Event()
    first = jobs.start(question(), lambda: (hold.wait(60), vectors_of())[1], no_labels)
    second = jobs.start(question(name="other"), vectors_of, no_labels)
    jobs._jobs[second].cancelled.set()
    hold.set()
    assert settle(jobs, first).state == "done"
    assert settle(jobs, second).state == "stopped"


def test_old_results_make_room_for_new_ones() -> None:
    jobs = ProjectionJobs(kept_bytes=3 * 60 * 6 * 4)
    keys = []
    for n in range(5):
        keys.append(jobs.start(question(name=str(n)), vectors_of, no_labels))
        settle(jobs, keys[-1])
    for key in keys[:2]:
        with pytest.raises(NotFoundError, match="let go for newer ones"):
            jobs.progress(key)
    assert jobs.progress(keys[-1]).state == "done"
    jobs.close()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TooLargeError("too many"), "too many"),
        (ImportError("pip install"), "pip"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_fails_is_told_and_may_be_asked_again(jobs: ProjectionJobs, error: Exception, told: str) -> None:
    def fail() -> np.ndarray:
        raise error

    failed = settle(jobs, jobs.start(question(), fail, no_labels))
    assert failed.state == "failed"
    assert told in failed.error
    assert settle(jobs, jobs.start(question(), vectors_of, no_labels)).state == "done"


def test_a_layout_is_stopped_and_keeps_what_it_reached(
    jobs: ProjectionJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openTSNE")
    reached = threading.Event()
    publish = Job.publish

    def watched(job: Job, *arguments: Any, **changes: Any) -> None:
        publish(job, *arguments, **changes)
        if job.progress.iteration > 20:
            reached.set()

    monkeypatch.setattr(Job, "publish", watched)
    key = jobs.start(question(algorithm="tsne", iterations=20_000, perplexity=8.0), vectors_of, no_labels)
    assert reached.wait(120)
    stopped = jobs.stop(key)
    assert settle(jobs, key).state == stopped.state == "stopped"
    assert 20 < stopped.iteration < 20_000
    assert stopped.layout is not None
    further = settle(
        jobs,
        jobs.start(
            question(algorithm="tsne", iterations=10, perplexity=8.0, goes_on=key), vectors_of, no_labels
        ),
    )
    assert further.iteration == further.iterations == jobs.progress(key).iteration + 10
    again = settle(
        jobs,
        jobs.start(
            question(algorithm="tsne", iterations=10, perplexity=8.0, goes_on=key, perturb=True),
            vectors_of,
            no_labels,
        ),
    )
    assert (again.state, again.iteration) == ("done", further.iteration)
    assert again.layout is not None
    assert further.layout is not None
    assert not np.allclose(again.layout, further.layout, atol=1e-3)


def test_a_layout_is_shaken_a_little_and_the_same_for_everybody() -> None:
    layout = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
    moved = shaken(layout, "key")
    np.testing.assert_array_equal(moved, shaken(layout, "key"))
    assert not np.array_equal(moved, shaken(layout, "other"))
    assert 0.01 < float(np.abs(moved - layout).mean()) < 0.5
    assert np.isfinite(shaken(np.zeros((3, 2), np.float32), "key")).all()


def ignore(*_: object) -> None:
    pass


def test_what_an_algorithm_refuses_is_told_and_the_worker_lives_on_until_it_is_killed() -> None:
    pytest.importorskip("openTSNE")
    worker = WorkerProcess()
    few = np.eye(3, dtype=np.float32)
    with pytest.raises(MisuseError, match="at least 4 points"):
        worker.run(TSNE, {"vectors": few, "start": few[:, :2]}, ignore)
    vectors = vectors_of()
    assert worker.run(TSNE, {"vectors": vectors, "start": vectors[:, :2]}, ignore)
    seen: list[int] = []

    def kill(iteration: int, *_: object) -> None:
        seen.append(iteration)
        worker._process.kill()

    with pytest.raises(WorkerEndedError, match=r"ended with code -9$"):
        worker.run(TSNE, {"vectors": vectors, "start": vectors[:, :2]}, kill)
    assert seen == [5]
    worker.kill()
    assert not worker.alive


def test_a_mistake_in_a_program_ends_the_worker_which_says_which() -> None:
    worker = WorkerProcess()
    vectors = vectors_of()
    unknown = {**TSNE, "options": {"colour": "red"}}
    with pytest.raises(WorkerEndedError, match=r"ended with code 1: TypeError: .*'colour'"):
        worker.run(unknown, {"vectors": vectors, "start": vectors[:, :2]}, ignore)
    assert not worker.alive
    worker.kill()


def test_a_mistake_of_ours_ends_the_job_with_words_and_its_thread_with_the_error(
    jobs: ProjectionJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: met.append(told.exc_type))

    def fail() -> np.ndarray:
        raise ZeroDivisionError

    key = jobs.start(question(), fail, no_labels)
    failed = settle(jobs, key)
    assert (failed.state, "the server made a mistake" in failed.error) == ("failed", True)
    for thread in threading.enumerate():
        if thread.name == f"glassboard-projection-{key[:6]}":
            thread.join(60)
    assert met == [ZeroDivisionError]
