"""What is on disk when a process is killed, gets a signal, forks, or ends without closing its writer."""

from __future__ import annotations

import gc
import signal
import threading

import pytest

import glassboard
from glassboard import SummaryWriter

from .written_points import Points, run_script

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
        print(f"{time.time()} {step}\\n", end="", flush=True)  # in one piece, which no signal parts
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
