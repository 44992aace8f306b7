"""A server over log directories that are broken, and break while it looks: it answers, stays small, and tells the truth."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest

from glassboard.testing import LogdirBuilder, records

GROWTH_BYTES = 96 << 20
"""What all of this together may cost: a small part of the lengths that are claimed."""
SLOWEST_SECS = 5.0
KILLS = 100
WRITER_KILLS = 4


class Board:
    """A server process over `logdir`, asked all the time by a thread of its own."""

    def __init__(self, logdir: Path, address: str, process: psutil.Process) -> None:
        self.logdir = logdir
        self.api = httpx.Client(base_url=f"{address}/api/v1", timeout=30)
        self.process = process
        self.failures: list[str] = []
        self.slowest_secs = 0.0
        self.most_bytes = 0
        self._ended = threading.Event()
        self._asking = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        with httpx.Client(base_url=self.api.base_url, timeout=30) as client:
            while not self._ended.wait(0.05):
                for route in ("health", "log", "runs", "tags"):
                    began = time.monotonic()
                    try:
                        answer = client.get(route)
                    except httpx.HTTPError as error:
                        self.failures.append(f"{route}: {error!r}")
                        return
                    if answer.status_code != 200:
                        self.failures.append(f"{route}: {answer.status_code} {answer.text[:200]}")
                    self.slowest_secs = max(self.slowest_secs, time.monotonic() - began)
                self.most_bytes = max(self.most_bytes, self.process.memory_info().rss)

    def __enter__(self) -> Board:
        self._asking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._asking.join()
        self.api.close()

    def get(self, route: str) -> dict[str, object]:
        found: dict[str, object] = self.api.get(route).raise_for_status().json()
        return found

    def problems(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.get("log")["problems"]:  # type: ignore[attr-defined]
            found.setdefault(each["path"], []).append(each["code"])
        return found

    def values(self, run: str, tag: str) -> tuple[list[float], list[float]]:
        """Steps and values of every finite point that is shown."""
        body = {"series": [{"run": run, "tag": tag}], "max_points": 100_000, "columns": ["step", "value"]}
        content = self.api.post("scalars", json=body).raise_for_status().content
        size = int.from_bytes(content[4:8], "little")
        series = json.loads(content[8 : 8 + size])["series"][0]

        def column(name: str) -> list[float]:
            if name not in series["columns"]:
                return []
            kind, offset, count = series["columns"][name]
            return np.frombuffer(content, f"<{kind}", count, 8 + size + offset).tolist()

        return column("step"), column("value")


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"waited 60 s in vain: {what}"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, psutil.Process]]:
    """One process for the whole module: what a test costs it must not pile up either."""
    root = tmp_path_factory.mktemp("faults")
    logdir = root / "logs"
    LogdirBuilder(logdir).run("sound").scalars("loss", [3.0, 2.0, 1.0])
    command = [sys.executable, "-m", "glassboard", "--logdir", str(logdir), "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(root / "cache"), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        at = line.find("http://")
        if at >= 0:
            address = line[at:].split()[0].rstrip("/")
            break
    drain = threading.Thread(target=process.stdout.read)
    drain.start()
    yield logdir, address, psutil.Process(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(15) in (0, 130)
    drain.join()
    process.stdout.close()


@pytest.fixture
def board(served: tuple[Path, str, psutil.Process]) -> Iterator[Board]:
    """Afterwards: every question was answered, soon; memory is bounded; and the sound run is as it was."""
    logdir, address, process = served
    with Board(logdir, address, process) as found:
        until(lambda: found.values("sound", "loss")[1] == [3, 2, 1], "the sound run")
        before = process.memory_info().rss
        yield found
        assert found.values("sound", "loss") == ([0, 1, 2], [3, 2, 1])
    assert found.failures == []
    assert found.slowest_secs < SLOWEST_SECS
    assert found.most_bytes - before < GROWTH_BYTES


def test_random_bytes(board: Board) -> None:
    builder, generator = LogdirBuilder(board.logdir), random.Random(1)
    start = records.file_version(1.0) + records.summary(1.0, 0, records.scalar_value("loss", 0.5))
    for number in range(40):
        noise = generator.randbytes(generator.choice([1, 11, 12, 13, 1000, 200_000]))
        builder.garbage(
            f"random/{number}/events.out.tfevents.{number}", noise if number % 2 else start + noise
        )
    half = {f"random/{number}" for number in range(0, 40, 2)}
    until(lambda: half <= {run["name"] for run in board.get("runs")["runs"]}, "the runs")  # type: ignore[attr-defined]
    for run in half:
        until(lambda run=run: board.values(run, "loss") == ([0], [0.5]), run)  # type: ignore[misc]
    # 6 MB of noise and not one point more.
    assert board.get("log")["point_count"] == 3 + len(half)
    assert any("corrupt" in codes or "not-an-event-file" in codes for codes in board.problems().values())


def test_a_length_of_a_billion_bytes(board: Board) -> None:
    length = (10**9).to_bytes(8, "little")
    header = length + records.masked_crc32c(length).to_bytes(4, "little")
    run = LogdirBuilder(board.logdir).run("billion").scalars("loss", [1.0]).raw(header + b"x" * 100)
    huge = (2**63).to_bytes(8, "little")
    over = LogdirBuilder(board.logdir).run("over").scalars("loss", [1.0])
    over.raw(huge + records.masked_crc32c(huge).to_bytes(4, "little")).scalars("loss", [2.0], first_step=1)
    until(lambda: board.values("billion", "loss")[1] == [1], "what came before the length")
    # A length over the cap is damage, and what follows is found.
    until(lambda: board.values("over", "loss")[1] == [1, 2], "what came after the length")
    before = board.get("log")["total_bytes"]
    run.raw(b"x" * (8 << 20))
    until(lambda: board.get("log")["total_bytes"] == before + (8 << 20), "the next look")  # type: ignore[operator]
    assert board.values("billion", "loss")[1] == [1]


def test_ten_thousand_empty_files(board: Board) -> None:
    for folder in range(100):
        (board.logdir / "empty" / str(folder)).mkdir(parents=True)
        for number in range(100):
            (board.logdir / "empty" / str(folder) / f"events.out.tfevents.{number}").touch()
    until(lambda: len(board.get("runs")["runs"]) >= 100, "the runs")  # type: ignore[arg-type]
    late = LogdirBuilder(board.logdir).run("empty/7").scalars("loss", [1.0, 2.0])
    until(lambda: board.values("empty/7", "loss")[1] == [1, 2], "a point among empty files")
    late.delete()
    for path in (board.logdir / "empty").rglob("*tfevents*"):
        path.unlink()
    until(lambda: not any(run["name"].startswith("empty") for run in board.get("runs")["runs"]), "their end")  # type: ignore[attr-defined]


def test_files_truncated_replaced_and_deleted(board: Board) -> None:
    generator = random.Random(2)
    builder = LogdirBuilder(board.logdir)
    for round_number in range(15):
        run = builder.run(f"unsteady/{round_number % 3}")
        run.scalars("loss", [float(round_number)] * generator.randrange(1, 300))
        time.sleep(generator.random() * 0.05)
        run.truncate(generator.randrange(run.path.stat().st_size))
        time.sleep(generator.random() * 0.05)
        run.replace().scalars("loss", [float(round_number)] * 5).text("note", "again")
        time.sleep(generator.random() * 0.05)
        run.delete()
    until(lambda: not any("unsteady" in run["name"] for run in board.get("runs")["runs"]), "their end")  # type: ignore[attr-defined]
    last = builder.run("unsteady/0").scalars("loss", [1.0, 2.0, 3.0])
    until(lambda: board.values("unsteady/0", "loss")[1] == [1, 2, 3], "the last file")
    last.truncate(-1)
    until(lambda: board.values("unsteady/0", "loss")[1] == [1, 2], "the cut file")
    last.delete()


_TORN = """
import os, sys, time
data = sys.stdin.buffer.read()
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
for at in range(0, len(data), 13):
    os.write(file, data[at : at + 13])
    time.sleep(1e-6)  # long enough to be killed in between
"""


def test_a_writer_killed_a_hundred_times_in_the_middle_of_a_record(board: Board) -> None:
    """Each new writer goes on in a file of its own; of every file, exactly the whole records are shown."""
    generator = random.Random(3)
    folder = board.logdir / "killed"
    folder.mkdir()
    expected: list[float] = []
    torn_count = 0
    for kill in range(KILLS):
        first = kill * 10_000
        frames = [
            records.summary(1e9 + first + step, first + step, records.scalar_value("loss", float(step)))
            for step in range(200)
        ]
        version = records.file_version(1e9 + first)
        path = folder / f"events.out.tfevents.{1_000_000_000 + first}"
        torn = version + b"".join(frames)
        # It writes a third of a record at a time.
        writer = subprocess.Popen([sys.executable, "-S", "-E", "-c", _TORN, str(path)], stdin=subprocess.PIPE)
        assert writer.stdin is not None
        with contextlib.closing(writer.stdin):
            writer.stdin.write(torn)
        wanted = generator.randrange(len(torn))
        while writer.poll() is None and not (path.exists() and path.stat().st_size >= wanted):
            pass
        writer.kill()
        writer.wait()
        whole, size = 0, path.stat().st_size - len(version)
        while size >= 0 and whole < len(frames) and size >= len(frames[whole]):
            size -= len(frames[whole])
            whole += 1
        expected += [float(first + step) for step in range(whole)]
        torn_count += size != 0
    assert len(expected) > KILLS
    assert torn_count > KILLS / 2
    until(lambda: board.values("killed", "loss")[0] == expected, "every whole record")
    assert board.values("killed", "loss")[1] == [step % 10_000 for step in expected]


_LOGGER = """
import sys
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
for step in range(int(sys.argv[2]), 10**9):
    writer.add_scalar("loss", step % 1000, step)
    if step % 50 == 0:
        writer.flush()
        print(step, flush=True)
"""


def test_summary_writers_killed_while_they_log(board: Board) -> None:
    """What was flushed is shown, in order, and nothing that was not logged."""
    run, flushed = board.logdir / "logger", 0
    for _ in range(WRITER_KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", _LOGGER, str(run), str(flushed + 1)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(20):
            flushed = int(writer.stdout.readline())
        writer.kill()
        writer.wait()
        writer.stdout.close()
        wanted = flushed
        until(
            lambda least=wanted: max(board.values("logger", "loss")[0], default=0) >= least,
            "what was flushed",
        )
    steps, values = board.values("logger", "loss")
    assert steps == list(range(1, len(steps) + 1))
    assert values == [step % 1000 for step in steps]
