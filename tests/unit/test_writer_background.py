"""The writing thread: what is on disk when, whatever happens to the process, the disk and the other threads."""

from __future__ import annotations

import errno
import gc
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import glassboard
from glassboard import SummaryWriter, _kernel
from glassboard.errors import MisuseError
from glassboard.writer import background, event_file, outbox
from glassboard.writer.event_file import EventFile, count_records, whole_records


class Points:
    """Every scalar of every event file in a folder, in file order."""

    def __init__(self, folder: Path) -> None:
        self.steps: dict[str, list[int]] = {}
        self.wall_times: list[float] = []
        self.damage = 0
        self.leftover_bytes = 0
        for path in sorted(folder.glob("events*")):
            self._read(path)

    def _read(self, path: Path) -> None:
        data = path.read_bytes()
        scanner = _kernel.EventScanner()
        scanner.feed(data)
        batch = scanner.take()
        columns = batch.scalars
        for i, series in enumerate(columns.series):
            tag = scanner.series[series].tag.decode()
            rows = slice(columns.starts[i], columns.starts[i + 1])
            self.steps.setdefault(tag, []).extend(columns.steps[rows].tolist())
            self.wall_times.extend(columns.wall_times[rows].tolist())
        self.damage += len(batch.damage)
        self.leftover_bytes += len(data) - scanner.offset


def wait_until(condition, secs: float = 5.0) -> bool:
    end = time.monotonic() + secs
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def run_script(script: str, folder: Path, *, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_points_are_on_disk_within_a_second_without_flush(tmp_path):
    writer = SummaryWriter(tmp_path, flush_secs=120)
    for step in range(3):
        logged = time.monotonic()
        writer.add_scalar("x", 1.0, step)
        assert wait_until(lambda step=step: len(Points(tmp_path).steps.get("x", [])) == step + 1)
        assert time.monotonic() - logged < 1.0
    writer.close()


def test_flush_returns_when_everything_is_in_the_file(tmp_path):
    writer = SummaryWriter(tmp_path)
    for step in range(5000):
        writer.add_scalar("x", 1.0, step)
    writer.flush()
    assert Points(tmp_path).steps == {"x": list(range(5000))}
    assert writer.health.written_count == 5000
    assert writer.health.pending_count == 0
    assert writer.health.is_well
    writer.close()


def test_a_closed_writer_goes_on_in_a_new_file(tmp_path):
    writer = SummaryWriter(tmp_path, filename_suffix=".v2")
    writer.add_scalar("x", 1.0, 0)
    writer.close()
    writer.close()
    writer.add_scalar("x", 1.0, 1)
    writer.add_text("t", "more")
    writer.close()
    first, second = sorted(tmp_path.glob("events.out.tfevents.*.v2"))
    assert second.name.split(".", 4)[4] == first.name.split(".", 4)[4].replace(".v2", "_part2.v2")
    assert Points(tmp_path).steps["x"] == [0, 1]


def test_files_of_one_writer_are_no_restarts_and_those_of_two_are(tmp_path):
    one, two = SummaryWriter(tmp_path / "one"), SummaryWriter(tmp_path / "two")
    for writer in (one, two):
        with writer:
            writer.add_scalar("x", 1.0, 5)
            writer.add_text("t", "first", 5)
    for writer, text in ((two, "again"), (SummaryWriter(tmp_path / "one"), "restarted")):
        with writer:
            writer.add_scalar("x", 2.0, 5)
            writer.add_text("t", text, 5)
    runs = glassboard.open(tmp_path, cache=False).runs
    assert [len(run.scalars("x").segments) for run in (runs["one"], runs["two"])] == [2, 1]
    assert runs["one"].scalars("x").newest().values.tolist() == [2.0]
    assert runs["two"].scalars("x").newest().values.tolist() == [1.0, 2.0]
    assert [each.read() for each in runs["two"].texts("t").newest()] == ["first", "again"]
    assert [each.read() for each in runs["one"].texts("t").newest()] == ["restarted"]


def test_eight_threads_lose_and_mix_nothing(tmp_path):
    writer = SummaryWriter(tmp_path)
    start = threading.Barrier(8)

    def log(number: int) -> None:
        start.wait()
        for step in range(2000):
            writer.add_scalar(f"thread/{number}", step, step)
            if step % 500 == 0:
                writer.add_histogram("h", [1.0, 2.0], step)
                writer.flush()

    threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    points = Points(tmp_path)
    assert points.steps == {f"thread/{number}": list(range(2000)) for number in range(8)}
    assert (points.damage, points.leftover_bytes) == (0, 0)


def test_closing_while_others_log_loses_nothing(tmp_path):
    writer = SummaryWriter(tmp_path)
    is_done = threading.Event()

    def close() -> None:
        while not is_done.is_set():
            writer.close()

    closer = threading.Thread(target=close)
    closer.start()
    for step in range(3000):
        writer.add_scalar("x", 1.0, step)
    is_done.set()
    closer.join()
    writer.close()
    assert sorted(Points(tmp_path).steps["x"]) == list(range(3000))


def test_several_writers_in_one_folder_have_files_of_their_own(tmp_path):
    writers = [SummaryWriter(tmp_path) for _ in range(20)]
    for number, writer in enumerate(writers):
        writer.add_scalar(f"w{number}", 1.0, number)
    for writer in writers:
        writer.close()
    assert len(list(tmp_path.iterdir())) == 20
    assert len(Points(tmp_path).steps) == 20


def test_a_name_that_is_taken_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(event_file, "_file_numbers", iter([7, 7, 8]))
    monkeypatch.setattr(event_file.time, "time", lambda: 1.5)
    first, second = EventFile(tmp_path, ""), EventFile(tmp_path, "")
    assert first.path.name.endswith(".7")
    assert second.path.name.endswith(".8")
    part = EventFile(tmp_path, ".x", after=second)
    assert part.path.name.endswith(".8_part2.x")
    part.close()
    first.close()
    second.close()


KILLED = """
import os, signal, sys, time
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1], flush_secs=120)
started = time.monotonic()
step = 0
while time.monotonic() - started < 1.5:
    writer.add_scalar("x", 1.0, step)
    step += 1
    time.sleep(0.0005)
print(time.time(), flush=True)
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(3)"])
def test_a_process_that_is_killed_loses_at_most_the_last_second(tmp_path, end):
    result = run_script(KILLED + end, tmp_path)
    assert result.returncode == (-signal.SIGKILL if "kill" in end else 3)
    points = Points(tmp_path)
    died = float(result.stdout)
    assert died - points.wall_times[-1] < 1.0
    assert points.steps["x"] == list(range(len(points.steps["x"])))
    assert points.damage == 0


SIGNALLED = """
import os, signal, sys, threading, time
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1], flush_secs=120)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored
HANDLER
ready = time.monotonic() + 1.5
def send():
    while time.monotonic() < ready:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGNAL)
threading.Thread(target=send, daemon=True).start()
step = 0
try:
    while time.monotonic() < ready + 20:
        writer.add_scalar("x", time.time(), step, double_precision=True)
        print(time.time(), step, flush=True)
        step += 1
        time.sleep(0.0005)
except KeyboardInterrupt:
    AFTER_INTERRUPT
"""


@pytest.mark.parametrize(
    ("name", "handler", "after", "code", "is_whole"),
    [
        ("SIGTERM", "", "pass", -signal.SIGTERM, False),
        ("SIGHUP", "", "pass", -signal.SIGHUP, False),
        ("SIGTERM", "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))", "pass", 7, True),
        (
            "SIGTERM",
            "signal.signal(signal.SIGTERM, lambda *_: (writer.close(), os._exit(7)))",
            "pass",
            7,
            True,
        ),
        (
            "SIGUSR1",
            "signal.signal(signal.SIGUSR1, lambda *_: (writer.flush(), os._exit(7)))",
            "pass",
            7,
            True,
        ),
        ("SIGINT", "", "raise", 130, True),
        ("SIGINT", "", "writer.add_text('why', 'interrupted'); sys.exit(7)", 7, True),
    ],
    ids=["terminated", "hung up", "exits", "closes", "flushes", "interrupted", "goes on after"],
)
def test_a_signal_loses_what_is_promised_and_no_more(tmp_path, name, handler, after, code, is_whole):
    """Without a handler the system ends the process at once, as SIGKILL does; with one Python comes to its end."""
    script = SIGNALLED.replace("HANDLER", handler).replace("SIGNAL)", f"{name})")
    result = run_script(script.replace("AFTER_INTERRUPT", after), tmp_path)
    assert result.returncode in (code, -signal.SIGINT if code == 130 else code), result.stderr
    died, last_step = map(float, result.stdout.splitlines()[-1].split())
    run = glassboard.open(tmp_path, cache=False).runs["."]
    found = run.scalars("x")
    assert found.steps.tolist() == list(range(len(found)))
    assert died - found.values[-1] < 1.0
    if is_whole:
        assert found.steps[-1] >= last_step
    if "text" in after:
        assert run.texts("why")[0].read() == "interrupted"


@pytest.mark.parametrize("call", ["flush", "close"])
@pytest.mark.parametrize("inside", ["_room", "_starting"])
def test_a_signal_handler_may_flush_and_close_whatever_it_interrupted(tmp_path, inside, call):
    """The call that it interrupts may hold a lock that the writing thread wants as well."""
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("x", 1.0, 0)
    writer.add_text("t", "one")
    done = threading.Event()

    def handler(*_: object) -> None:
        getattr(writer, call)()
        done.set()

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        with getattr(writer._background, inside):
            signal.raise_signal(signal.SIGUSR1)
            assert done.is_set()
    finally:
        signal.signal(signal.SIGUSR1, before)
    writer.add_text("t", "two")
    writer.close()
    assert writer.health.is_well
    run = glassboard.open(tmp_path, cache=False).runs["."]
    assert (len(run.scalars("x")), [each.read() for each in run.texts("t")]) == (1, ["one", "two"])


@pytest.mark.parametrize(
    "end",
    [
        "",
        "raise RuntimeError('the loss exploded')",
        "sys.exit(2)",
        "os.kill(os.getpid(), signal.SIGINT); time.sleep(9)",
    ],
    ids=["return", "exception", "exit", "interrupt"],
)
def test_a_forgotten_close_loses_nothing(tmp_path, end):
    script = """
import os, signal, sys, time, numpy
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
for step in range(10000):
    writer.add_scalar("x", 1.0, step)
writer.add_image("i", numpy.zeros((3, 500, 500)), 0)
writer.add_scalar("last", 1.0, 0)
"""
    result = run_script(script + end, tmp_path)
    assert result.stderr == "" or end
    assert Points(tmp_path).steps == {"x": list(range(10000)), "last": [0]}


def test_what_is_logged_while_the_interpreter_ends_is_written(tmp_path):
    script = """
import atexit, sys
@atexit.register
def late():
    writer.add_scalar("late", 1.0, 1)
    other = SummaryWriter(sys.argv[1])
    other.add_scalar("later", 1.0, 2)
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
writer.add_scalar("early", 1.0, 0)
"""
    result = run_script(script, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert Points(tmp_path).steps == {"early": [0], "late": [1], "later": [2]}


def test_a_writer_that_is_let_go_writes_the_rest_and_ends_its_thread(tmp_path):
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("x", 1.0, 4)
    thread = writer._background._thread
    del writer
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()
    assert Points(tmp_path).steps == {"x": [4]}


def test_a_forked_child_writes_its_own_file(tmp_path):
    script = """
import os, sys
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
for step in range(100):
    writer.add_scalar("parent", 1.0, step)  # still queued when the child begins
child = os.fork()
if child == 0:
    writer.add_scalar("child", 1.0, 0)
    writer.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
writer.add_scalar("parent", 1.0, 100)
writer.close()
"""
    result = run_script(script, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(list(tmp_path.iterdir())) == 2
    assert Points(tmp_path).steps == {"parent": list(range(101)), "child": [0]}


def test_forks_amid_busy_threads_never_hang(tmp_path):
    script = """
import multiprocessing, sys, threading
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
stop = threading.Event()
def busy():
    step = 0
    while not stop.is_set():
        writer.add_scalar("parent", 1.0, step)
        writer.add_histogram("h", [1.0], step)
        step += 1
        if step % 50 == 0:
            writer.flush()
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads: thread.start()
def work(number):
    writer.add_scalar(f"worker/{number}", 1.0, number)  # and no close
context = multiprocessing.get_context("fork")
for round in range(5):
    workers = [context.Process(target=work, args=(round * 3 + i,)) for i in range(3)]
    for worker in workers: worker.start()
    for worker in workers:
        worker.join(20)
        assert worker.exitcode == 0, worker.exitcode
stop.set()
for thread in threads: thread.join()
writer.close()
"""
    result = run_script(script, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    points = Points(tmp_path)
    assert {tag for tag in points.steps if tag != "parent"} == {f"worker/{number}" for number in range(15)}
    assert points.damage == 0


def test_a_deleted_folder_is_made_again(tmp_path, caplog):
    folder = tmp_path / "run"
    writer = SummaryWriter(folder)
    writer.add_scalar("x", 1.0, 0)
    writer.flush()
    shutil.rmtree(folder)
    for step in range(1, 4):
        writer.add_scalar("x", 1.0, step)
        writer.flush()
    writer.close()
    assert Points(folder).steps == {"x": [1, 2, 3]}
    assert [record.message for record in caplog.records if "deleted" in record.message] == [
        f"the event file was deleted; going on in a new one ({folder})"
    ]


def test_a_deleted_folder_that_cannot_be_made_again_costs_points_but_no_exception(tmp_path, caplog):
    folder = tmp_path / "parent" / "run"
    writer = SummaryWriter(folder)
    shutil.rmtree(folder.parent)
    folder.parent.write_text("a file where the folder was")
    for step in range(10):
        writer.add_scalar("x", 1.0, step)
        writer.add_histogram("h", [1.0], step)
    writer.flush()
    assert writer.health.pending_count == 20
    writer.close()
    assert writer.health.lost_count == 20
    assert "20 points were lost, 0 were written" in caplog.text
    assert len(caplog.records) <= 4


class FullDisk:
    """Stands in for `os.write`: takes `room_bytes` more bytes and then fails, as a full disk does, until it is freed."""

    def __init__(self, room_bytes: int) -> None:
        self.room_bytes = room_bytes
        self._write = os.write

    def __call__(self, descriptor: int, data: memoryview) -> int:
        if self.room_bytes <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._write(descriptor, data[: self.room_bytes])
        self.room_bytes -= written
        return written


def test_a_full_disk_is_tried_again_and_nothing_is_lost_once_there_is_room(tmp_path, monkeypatch, caplog):
    writer = SummaryWriter(tmp_path)
    disk = FullDisk(1000)
    monkeypatch.setattr(event_file.os, "write", disk)
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    writer.flush()
    assert not writer.health.is_well
    assert writer.health.pending_count == 1000
    assert Points(tmp_path).leftover_bytes > 0  # a record that is there by half
    disk.room_bytes = 1 << 30
    writer.add_scalar("x", 1.0, 1000)
    writer.close()
    points = Points(tmp_path)
    assert points.steps == {"x": list(range(1001))}
    assert (points.damage, points.leftover_bytes) == (0, 0)
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "No space left on device; training goes on" in warnings[0].message


def test_a_disk_that_stays_full_counts_what_is_lost_and_keeps_memory_bounded(tmp_path, monkeypatch, caplog):
    writer = SummaryWriter(tmp_path)
    monkeypatch.setattr(outbox, "MAX_UNWRITTEN_BYTES", 100_000)
    monkeypatch.setattr(event_file.os, "write", FullDisk(0))
    for _ in range(5):
        for step in range(2000):
            writer.add_scalar("x", 1.0, step)
        writer.add_image("i", np.zeros((3, 9, 9)))
        writer.flush()
    assert writer._background._outbox.unwritten_bytes < 250_000
    assert writer.health.lost_count > 0
    writer.close()
    assert writer.health.lost_count == 10_005
    assert "10005 points were lost, 0 were written" in caplog.text


def test_what_a_full_disk_took_is_not_counted_as_lost(tmp_path, monkeypatch):
    writer = SummaryWriter(tmp_path)
    monkeypatch.setattr(event_file.os, "write", FullDisk(1000))
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    writer.close()
    written = len(Points(tmp_path).steps["x"])
    assert 0 < written < 1000
    assert (writer.health.written_count, writer.health.lost_count) == (written, 1000 - written)


def test_a_size_limit_of_the_process_is_not_fatal(tmp_path):
    script = """
import resource, sys
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
for step in range(200):
    writer.add_scalar("x", 1.0, step)
writer.close()
print(writer.health.written_count, writer.health.lost_count)
"""
    assert resource.RLIMIT_FSIZE
    result = run_script(script, tmp_path)
    assert result.returncode == 0
    assert "File too large; training goes on" in result.stderr
    written, lost = map(int, result.stdout.split())
    # The limit is per file, so a new file has room again.
    assert (written, lost) == (200, 0)
    points = Points(tmp_path)
    assert points.steps == {"x": list(range(200))}
    assert points.damage == 0


def test_a_job_that_fails_is_counted_and_the_next_is_written(tmp_path, caplog):
    class Broken:
        byte_count = 1

        def encode(self) -> bytes:
            raise ZeroDivisionError("on purpose")

    writer = SummaryWriter(tmp_path)
    writer._background.add_job(Broken())
    writer.add_scalar("x", 1.0, 1)
    writer.close()
    assert Points(tmp_path).steps == {"x": [1]}
    assert writer.health.lost_count == 1
    assert "Broken cannot be written: on purpose" in caplog.text


def test_a_thread_that_stands_still_does_not_hold_the_loop_up_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "MAX_QUEUED_BYTES", 1000)
    monkeypatch.setattr(background, "MAX_BLOCKED_SECS", 0.2)
    release = threading.Event()

    class Slow:
        byte_count = 900

        def encode(self) -> bytes:
            release.wait(10)
            return b""

    writer = SummaryWriter(tmp_path)
    started = time.monotonic()
    for _ in range(20):
        writer._background.add_job(Slow())
    assert time.monotonic() - started < 2
    assert writer.health.lost_count == 19
    release.set()
    writer.close()
    assert writer.health.written_count == 1


def test_a_folder_that_cannot_be_written_is_said_at_construction(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MisuseError, match="found a file, wanted a folder"):
        SummaryWriter(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        SummaryWriter(tmp_path / "file" / "run")


def test_whole_records_ends_at_a_border():
    record = _kernel.encode_scalars([("x", 1, 1.0, 1.0)])
    data = memoryview(record * 3)
    for limit in range(len(data) + 1):
        assert whole_records(data, limit) == limit // len(record) * len(record)
        assert count_records(data, limit) == limit // len(record)
