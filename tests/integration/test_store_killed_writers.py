"""Writers that are killed in the middle of a record, again and again, while a store follows what they write."""

import os
import random
import signal
import subprocess
import sys
import threading

from glassboard.store.follow import Follower
from glassboard.store.log import LogStore

KILLS = 100
STEPS = 1_000_000
"""Between the first steps of two writers."""

# Each line on its input starts a writer of its own (a fork, which is quick), that writes records in small pieces until it
# is killed; its number and the steps it has finished go to standard output, unbuffered.
_WRITERS = """
import itertools, os, sys
from glassboard.testing import records

folder = sys.argv[1]
for line in sys.stdin:
    number = int(line)
    pid = os.fork()
    if pid == 0:
        out = os.open(f"{folder}/events.out.tfevents.{number:04d}.host", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(out, records.file_version(1.7e9 + number))
        for step in itertools.count(number * 1_000_000):
            record = records.summary(1.7e9 + number + step * 1e-6, step, records.scalar_value("x", float(step % 1000)))
            for start in range(0, len(record), 5):
                os.write(out, record[start : start + 5])
            os.write(1, b"%d %d\\n" % (os.getpid(), step))
    os.waitpid(pid, 0)
"""


def test_a_hundred_writers_killed_mid_record_lose_nothing_that_was_whole(tmp_path):
    folder = tmp_path / "logs" / "run"
    folder.mkdir(parents=True)
    store = LogStore(tmp_path / "logs")
    noise, told = random.Random(1), {}
    writers = subprocess.Popen(
        [sys.executable, "-c", _WRITERS, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with writers, Follower(store, interval_secs=0.005):
        for number in range(KILLS):
            writers.stdin.write(f"{number}\n")
            writers.stdin.flush()
            left = noise.randrange(1, 12)
            while left:
                pid, step = map(int, writers.stdout.readline().split())
                told[step // STEPS] = step
                left -= step // STEPS == number  # the one before may have said more than was heard
            assert pid > 1
            os.kill(pid, signal.SIGKILL)
        writers.stdin.close()
        for line in writers.stdout:
            step = int(line.split()[1])
            told[step // STEPS] = step
    store.refresh()
    series = store.scalars("run", "x")
    got = series.steps.tolist()
    want = [step for number in range(KILLS) for step in range(number * STEPS, told[number] + 1)]
    # A writer may be killed between a whole record and saying so: one point more, never one less or a wrong one.
    assert set(want) <= set(got)
    assert len(got) <= len(want) + KILLS
    assert got == sorted(set(got))
    assert series.values.tolist() == [float(step % 1000) for step in got]
    assert sum(file.waiting_bytes > 0 for file in store._files.values()) > KILLS // 10  # it was mid-record
    assert len(store.runs()) == 1
    assert store.runs()["run"].file_count == KILLS
    assert all(problem.code == "truncated" for problem in store.status().problems)
    cold = LogStore(tmp_path / "logs")
    cold.refresh()
    assert cold.scalars("run", "x").steps.tolist() == got
    for each in (cold, store):
        each.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("glassboard")]
