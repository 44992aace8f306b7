"""Worker processes for independent trainings: one thread each, and none outlives the walkthrough."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, TypeVar

import torch

from glassboard.demo.interrupts import interrupts_kept
from glassboard.errors import GlassboardError

__all__ = ["cpu_count", "run_in_workers"]

Task = TypeVar("Task")
Job = TypeVar("Job")
Result = TypeVar("Result")

closing_secs = 10.0
"""How long a worker that is told to stop may take to close its logs."""


def cpu_count() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_in_workers(
    work: Callable[[Task, Job], Result], task: Task, jobs: Sequence[Job], *, worker_count: int
) -> Iterator[Result]:
    """Yields `work(task, job)` for every job as each is done, in unsorted order.

    `work` must be a function of a module. When the iteration ends early, by an interrupt or an error, the workers are told
    to stop, which is a `KeyboardInterrupt` to them; one that does not stop in time is killed.
    Raises `GlassboardError` where a job fails or a worker dies.
    """
    waiting = list(reversed(jobs))
    workers: dict[Connection, BaseProcess] = {}
    idle: set[Connection] = set()
    try:
        for _ in range(min(worker_count, len(jobs))):
            _start_into(workers)
        for pipe in workers:
            pipe.send((work, task))
            pipe.send(waiting.pop())
        while busy := [pipe for pipe in workers if pipe not in idle]:
            ready = connection.wait(busy)
            for pipe in (pipe for pipe in busy if pipe in ready):
                result = _receive(pipe, workers[pipe])
                if waiting:
                    pipe.send(waiting.pop())
                else:
                    idle.add(pipe)
                yield result
    finally:
        _stop(workers, idle)


def _start_into(workers: dict[Connection, BaseProcess]) -> None:
    # Spawned, not forked: a fork of a process with running threads (torch, the page's server) may hang.
    context = multiprocessing.get_context("spawn")
    pipe, far_pipe = context.Pipe()
    # The work itself is sent later: were it an argument, starting would last until the worker had imported torch.
    process = context.Process(target=_serve_jobs, args=(far_pipe,), daemon=True)
    # Ctrl-C reaches every process of the terminal. The worker inherits a blocked SIGINT, from its first instruction on, so
    # that this process alone decides when it ends; and no interrupt comes between starting it and knowing it.
    # Starting the tracker unblocks the signal, hence before.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        process.start()
        workers[pipe] = process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    far_pipe.close()


def _receive(pipe: Connection, process: BaseProcess) -> Any:  # whatever the job returned
    try:
        failure, result = pipe.recv()
    except (EOFError, ConnectionResetError):
        process.join(closing_secs)
        raise GlassboardError(
            f"a worker process ended with exit code {process.exitcode}; the runs that were finished are kept"
        ) from None
    if failure is not None:
        raise GlassboardError(f"a run failed: {failure}; the runs that were finished are kept")
    return result


def _stop(workers: dict[Connection, BaseProcess], idle: set[Connection]) -> None:
    # A closed pipe ends a worker that waits for a job; one at work must be told.
    for pipe, process in workers.items():
        if pipe not in idle:
            process.terminate()
        pipe.close()
    for process in workers.values():
        process.join(closing_secs)
        if process.is_alive():
            process.kill()
            process.join()


def _serve_jobs(pipe: Connection) -> None:
    """What a worker does: the work comes in, then jobs, and results go out until the pipe is closed or SIGTERM comes."""
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    ends = contextlib.suppress(KeyboardInterrupt, EOFError, BrokenPipeError, ConnectionResetError)
    with ends, interrupts_kept():
        work, task = pipe.recv()
        while True:
            job = pipe.recv()
            answer: tuple[str | None, object]
            try:
                answer = (None, work(task, job))
            except (RuntimeError, ValueError, OSError, MemoryError, GlassboardError) as error:
                answer = (f"{job}: {type(error).__name__}: {error}", None)
            pipe.send(answer)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # Once: a second signal must not cut the closing of the logs.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers to stop; they notice by themselves."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
