"""The writer for a long time and in bad company: what must hold, held or not, with figures.

    python -m benchmarks.soak_writer                        # everything, ten minutes; `make soak`
    python -m benchmarks.soak_writer kills --scale 0.1      # one scenario, a tenth of it

scalars    10 million scalars through one writer: every one is in the file, and memory stays bounded
images     100,000 small images: the same
threads    64 threads at once: every point of each, in its order
forks      forks amid logging threads: every process writes what it logged, nobody hangs
kills      200 times SIGKILL at a random moment: nothing that was written is damaged, at most a second is lost
full_disk  a file system of 8 MB that fills up and is freed again: the loop goes on, what was kept is written, the rest is
           counted. Needs the right to mount a tmpfs; without it this one is not run, and says so.

Each runs in a process of its own. Exit status 1 where anything did not hold.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from benchmarks.results import RESULTS, Figures, write_results

import glassboard
from glassboard import SummaryWriter

MAX_GROWTH_BYTES = 320 << 20
"""128 MiB queued and 32 MiB unwritten, encoded copies of what is being written, and what the allocator keeps."""
MAX_LOST_SECS = 1.0


class BrokenPromiseError(Exception):
    """Something did not hold."""


class NotPossibleError(Exception):
    """This machine does not allow it."""


def require(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenPromiseError(what)


class PeakMemory:
    """How far the process grows within the context, sampled every 50 ms."""

    def __enter__(self) -> PeakMemory:
        self._process = psutil.Process()
        self._base = self._peak = self._process.memory_info().rss
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def _sample(self) -> None:
        while not self._ends.wait(0.05):
            self._peak = max(self._peak, self._process.memory_info().rss)

    def __exit__(self, *error: object) -> None:
        self._ends.set()
        self._thread.join()

    @property
    def growth_bytes(self) -> int:
        return int(self._peak - self._base)


def soak_scalars(folder: Path, scale: float) -> Figures:
    count = max(1, round(100_000 * scale))
    tags = [f"group/{i}" for i in range(100)]
    began = time.perf_counter()
    with PeakMemory() as memory:
        writer = SummaryWriter(folder)
        for step in range(count):
            for tag in tags:
                writer.add_scalar(tag, 0.5, step)
        logged_secs = time.perf_counter() - began
        writer.close()
    took = time.perf_counter() - began
    health = writer.health
    require(health.is_well and health.written_count == count * 100, f"health is {health}")
    require(memory.growth_bytes < MAX_GROWTH_BYTES, f"memory grew by {memory.growth_bytes} bytes")
    log = glassboard.open(folder)
    require(not log.problems and log.status.point_count == count * 100, log.status.message)
    for tag in (tags[0], tags[-1]):
        steps = log.runs["."].scalars(tag).steps
        require(bool((steps == np.arange(count)).all()), f"steps of {tag} are not those logged")
    return {
        "points": count * 100,
        "logged_per_second": round(count * 100 / logged_secs),
        "seconds": round(took, 2),
        "memory_growth_mb": round(memory.growth_bytes / 1e6, 1),
        "bytes": log.status.total_bytes,
    }


def soak_images(folder: Path, scale: float) -> Figures:
    count = max(1, round(100_000 * scale))
    pictures = np.random.default_rng(0).integers(0, 256, (16, 3, 32, 32), dtype=np.uint8)
    began = time.perf_counter()
    with PeakMemory() as memory, SummaryWriter(folder) as writer:
        for step in range(count):
            writer.add_image("image", pictures[step % 16], step)
    took = time.perf_counter() - began
    require(writer.health.is_well and writer.health.written_count == count, f"health is {writer.health}")
    require(memory.growth_bytes < MAX_GROWTH_BYTES, f"memory grew by {memory.growth_bytes} bytes")
    images = glassboard.open(folder).runs["."].images("image")
    require(len(images) == count, f"{len(images)} images of {count} are there")
    for step in {0, count // 2, count - 1}:
        found = images.at(step).to_numpy().transpose(2, 0, 1)
        require(bool((found == pictures[step % 16]).all()), f"the image of step {step} is another")
    return {
        "images": count,
        "per_second": round(count / took),
        "seconds": round(took, 2),
        "memory_growth_mb": round(memory.growth_bytes / 1e6, 1),
    }


def soak_threads(folder: Path, scale: float) -> Figures:
    count = max(10, round(20_000 * scale))
    writer = SummaryWriter(folder)
    start = threading.Barrier(64)

    def log(number: int) -> None:
        start.wait()
        for step in range(count):
            writer.add_scalar(f"thread/{number}", step, step)
            if step % 1000 == 0:
                writer.add_histogram(f"histogram/{number}", [1.0, 2.0], step)
                writer.flush()

    threads = [threading.Thread(target=log, args=(number,)) for number in range(64)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    took = time.perf_counter() - began
    require(writer.health.is_well, f"health is {writer.health}")
    log_found = glassboard.open(folder)
    require(not log_found.problems, log_found.status.message)
    run = log_found.runs["."]
    for number in range(64):
        steps = run.scalars(f"thread/{number}").steps
        require(
            len(steps) == count and bool((steps == np.arange(count)).all()),
            f"points of thread {number} are missing",
        )
    return {"threads": 64, "points": 64 * count, "seconds": round(took, 2)}


def soak_forks(folder: Path, scale: float) -> Figures:
    rounds = max(2, round(50 * scale))
    writer = SummaryWriter(folder)
    ends = threading.Event()
    logged = [0] * 4

    def log(number: int) -> None:
        while not ends.is_set():
            writer.add_scalar(f"parent/{number}", 1.0, logged[number])
            logged[number] += 1

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    for number in range(rounds):
        child = os.fork()
        if child == 0:
            for step in range(1000):
                writer.add_scalar(f"child/{number}", 1.0, step)
            writer.close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        require(status == 0, f"child {number} ended with status {status}")
    ends.set()
    for thread in threads:
        thread.join()
    writer.close()
    log_found = glassboard.open(folder)
    require(not log_found.problems, log_found.status.message)
    run = log_found.runs["."]
    for number in range(rounds):
        require(len(run.scalars(f"child/{number}").steps) == 1000, f"points of child {number} are missing")
    for number in range(4):
        found = len(run.scalars(f"parent/{number}").steps)
        require(found == logged[number], f"{found} points of {logged[number]} of parent thread {number}")
    return {"forks": rounds, "parent_points": sum(logged), "seconds": round(time.perf_counter() - began, 2)}


def soak_kills(folder: Path, scale: float) -> Figures:
    rounds = max(3, round(200 * scale))
    shared = mmap.mmap(-1, 16)  # what the child has logged: the number of points, and when the last one was
    choose = random.Random(0)
    losses: list[float] = []
    lost_points = 0
    for number in range(rounds):
        run = folder / f"{number:03d}"
        shared[:] = bytes(16)
        child = os.fork()
        if child == 0:
            writer = SummaryWriter(run)
            step = 0
            while True:
                writer.add_scalar("x", step, step)
                if step % 50 == 0:
                    writer.add_histogram("h", np.ones(10), step)
                step += 1
                shared[:] = struct.pack("<qd", step, time.time())
                if step % 7 == 0:
                    time.sleep(0.001)
        time.sleep(choose.uniform(0.05, 1.6))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        logged, last = struct.unpack("<qd", shared[:])
        if not run.is_dir():
            require(logged == 0, f"run {number}: {logged} points were logged and there is no folder")
            continue
        log = glassboard.open(run)
        bad = [problem for problem in log.problems if "truncated" not in str(problem)]
        require(not bad, f"run {number}: {bad}")
        steps: np.ndarray[tuple[int], np.dtype[np.int64]] = np.empty(0, np.int64)
        written_until = last
        if "." in log.runs and "x" in log.runs["."].tags:
            series = log.runs["."].scalars("x")
            steps, written_until = series.steps, float(series.wall_times[-1])
            require(
                bool((steps == np.arange(len(steps))).all()),
                f"run {number}: points are missing in the middle",
            )
            losses.append(max(last - written_until, 0.0))
            require(losses[-1] <= MAX_LOST_SECS, f"run {number}: the last {losses[-1]:.2f} s were lost")
        lost_points += logged - len(steps)
    ordered = sorted(losses)
    return {
        "kills": rounds,
        "killed_before_the_first_write": rounds - len(losses),
        "lost_secs_median": round(ordered[len(ordered) // 2], 3) if ordered else None,
        "lost_secs_max": round(ordered[-1], 3) if ordered else None,
        "lost_points": lost_points,
    }


def soak_full_disk(folder: Path, scale: float) -> Figures:
    del scale
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise NotPossibleError(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        return _fill_and_free(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def _fill_and_free(folder: Path) -> Figures:
    filler = folder / "filler"
    filler.write_bytes(bytes(6 << 20))
    run = folder / "run"
    writer = SummaryWriter(run)
    slowest = 0.0
    step = 0

    def log(count: int) -> None:
        nonlocal step, slowest
        for _ in range(count):
            began = time.perf_counter()
            writer.add_scalar("x", step, step)
            slowest = max(slowest, time.perf_counter() - began)
            step += 1

    log(100_000)  # 5 MB, of which less than 2 find room
    writer.flush()
    full = writer.health
    require(
        full.pending_count > 0 and full.lost_count == 0 and not full.is_well, f"while full, health is {full}"
    )
    require("No space left" in full.error, f"the error is {full.error!r}")
    filler.unlink()
    log(1000)
    writer.close()
    freed = writer.health
    require(freed.written_count == step and freed.lost_count == 0, f"after it was freed, health is {freed}")
    log_found = glassboard.open(run)
    steps = log_found.runs["."].scalars("x").steps
    require(not log_found.problems and bool((steps == np.arange(step)).all()), log_found.status.message)
    # Full for good: what cannot be kept is counted, to the point.
    logged = step
    filler.write_bytes(bytes(max(0, os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize - 100_000)))
    log(1_000_000)
    writer.close()
    ended = writer.health
    require(ended.written_count + ended.lost_count == step, f"of {step} points, health says {ended}")
    require(ended.lost_count > 0, f"a full disk lost nothing: {ended}")
    kept = len(glassboard.open(run).runs["."].scalars("x").steps)
    require(kept == ended.written_count, f"{kept} points are there, {ended.written_count} were counted")
    return {
        "points_while_full_then_freed": logged,
        "points_while_full_for_good": step - logged,
        "written": ended.written_count,
        "lost_and_counted": ended.lost_count,
        "slowest_call_ms": round(slowest * 1000, 2),
    }


SCENARIOS: dict[str, Callable[[Path, float], Figures]] = {
    "scalars": soak_scalars,
    "images": soak_images,
    "threads": soak_threads,
    "forks": soak_forks,
    "kills": soak_kills,
    "full_disk": soak_full_disk,
}


def run_here(name: str, scale: float) -> None:
    """One scenario in this process; the last line printed is its outcome as JSON."""
    with tempfile.TemporaryDirectory(prefix=f"soak-{name}-") as folder:
        try:
            outcome: Figures = {"held": True, **SCENARIOS[name](Path(folder), scale)}
        except BrokenPromiseError as failure:
            outcome = {"held": False, "failure": str(failure)}
        except NotPossibleError as reason:
            outcome = {"held": None, "not_run": str(reason)}
    print(json.dumps(outcome))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenario", nargs="*", help=", ".join(SCENARIOS))
    parser.add_argument("--scale", type=float, default=1.0, help="how much of it, 1 unless given")
    parser.add_argument("--results-dir", type=Path, default=RESULTS, help="where to write the JSON")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [name for name in options.scenario if name not in SCENARIOS]
    if unknown:
        parser.error(f"found the scenario {unknown[0]!r}, wanted one of {', '.join(SCENARIOS)}")
    if options.here:
        run_here(options.scenario[0], options.scale)
        return 0
    figures: Figures = {"scale": options.scale}
    has_failed = False
    for name in options.scenario or SCENARIOS:
        command = [
            sys.executable,
            "-m",
            "benchmarks.soak_writer",
            "--here",
            name,
            "--scale",
            str(options.scale),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        lines = done.stdout.splitlines()
        outcome: dict[str, Any] = (
            json.loads(lines[-1])
            if done.returncode == 0 and lines
            else {"held": False, "failure": "it crashed"}
        )
        figures[name] = outcome
        has_failed = has_failed or outcome["held"] is False
        word = {True: "held", False: "FAILED", None: "not run"}[outcome.pop("held")]
        print(
            f"{name:10} {word:8} {', '.join(f'{key} {value}' for key, value in outcome.items())}", flush=True
        )
        outcome["outcome"] = word
    print(f"results: {write_results('soak_writer', figures, folder=options.results_dir)}")
    return 1 if has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
