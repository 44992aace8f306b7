"""Worker processes: every job once, failures told, and none left behind however it ends.

`exec` stands in for a training: its task is Python code, its job the code's variables.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from glassboard.demo.workers import cpu_count, run_in_workers
from glassboard.errors import GlassboardError


@pytest.fixture(autouse=True)
def no_process_left() -> None:
    yield
    assert multiprocessing.active_children() == []


def test_every_job_is_done_once_on_one_thread_in_another_process(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, torch; pathlib.Path(job).write_text(f'{os.getpid()} {torch.get_num_threads()}')"
    )
    jobs = [{"job": str(tmp_path / str(number))} for number in range(7)]
    assert list(run_in_workers(exec, code, jobs, worker_count=2)) == [None] * 7
    notes = [path.read_text().split() for path in tmp_path.iterdir()]
    assert len(notes) == 7
    assert str(os.getpid()) not in {process for process, _ in notes}
    assert {threads for _, threads in notes} == {"1"}


def test_no_jobs() -> None:
    assert list(run_in_workers(exec, "", [], worker_count=2)) == []


def test_a_job_that_fails_is_named() -> None:
    with pytest.raises(
        GlassboardError, match=r"a run failed: -1: ValueError: .*; the runs that were finished are kept"
    ):
        list(run_in_workers(math.pow, 0.0, [1, -1], worker_count=1))


def test_a_worker_that_dies_is_an_error() -> None:
    with pytest.raises(GlassboardError, match="a worker process ended with exit code 7"):
        list(run_in_workers(exec, "import os; os._exit(7)", [{}], worker_count=1))


def test_workers_are_told_to_stop_when_the_iteration_ends_early(tmp_path: Path) -> None:
    """What a worker does at its end, such as closing its logs, is done."""
    code = (
        "import pathlib, time\n"
        "try:\n"
        "    pathlib.Path(folder, 'begun').touch()\n"
        "    time.sleep(secs)\n"
        "finally:\n"
        "    pathlib.Path(folder, 'closed').touch()\n"
    )
    (tmp_path / "slow").mkdir()
    (tmp_path / "fast").mkdir()
    jobs = [{"folder": str(tmp_path / "slow"), "secs": 600}, {"folder": str(tmp_path / "fast"), "secs": 0}]
    results = run_in_workers(exec, code, jobs, worker_count=2)
    next(results)
    while not (tmp_path / "slow" / "begun").exists():
        time.sleep(0.01)
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 9
    assert (tmp_path / "slow" / "closed").exists()


def test_cpu_count() -> None:
    assert 1 <= cpu_count() <= (os.cpu_count() or 1)
