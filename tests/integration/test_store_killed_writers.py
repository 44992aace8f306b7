"""Writers that are killed in the middle of a record, again and again, while a store follows what they write."""

import os
import random
import signal
import subprocess
import sys

from glassboard.store.follow import Follower
from glassboard.store.log import LogStore

KILLS = 100
STEPS = 1_000_000
"""Between the first steps of two writers."""

# Each line on its input starts a writer of its own (a fork, which is quick). It writes records in pieces until it is killed,
# and says in the middle of each how many it has finished.
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
        for done in itertools.count():
            step = number * 1_000_000 + done
            record = records.summary(1.7e9 + number + done * 1e-6, step, records.scalar_value("x", float(done)))
            cut = 1 + (number * 7 + done) % (len(record) - 1)
            os.write(out, record[:cut])
            os.write(1, b"%d %d %d\\n" % (os.getpid(), number, done))
            for start in range(cut, len(record), 5):
                os.write(out, record[start : start + 5])
    os.waitpid(pid, 0)
"""


def hear(line):
    """Process, number and finished records of a writer."""
    pid, writer, done = map(int, line.split())
    return pid, writer, done


def test_a_hundred_writers_killed_mid_record_lose_nothing_that_was_whole(new_threads, tmp_path):
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
                pid, writer, told[writer] = hear(writers.stdout.readline())
                left -= writer == number  # the one before may have said more than was heard
            assert pid > 1
            os.kill(pid, signal.SIGKILL)
        writers.stdin.close()
        for line in writers.stdout:
            _, writer, told[writer] = hear(line)
    store.refresh()
    series = store.scalars("run", "x")
    got = series.steps.tolist()
    want = [number * STEPS + done for number in range(KILLS) for done in range(told[number])]
    # A writer that was told to die may still finish a record: one point more, never one less or a wrong one.
    assert set(want) <= set(got)
    assert len(got) <= len(want) + KILLS
    assert got == sorted(set(got))
    assert series.values.tolist() == [float(step % STEPS) for step in got]
    assert sum(file.waiting_bytes > 0 for file in store._files.values()) > KILLS // 4  # it was mid-record
    assert len(store.runs()) == 1
    assert store.runs()["run"].file_count == KILLS
    assert all(problem.code == "truncated" for problem in store.status().problems)
    cold = LogStore(tmp_path / "logs")
    cold.refresh()
    assert cold.scalars("run", "x").steps.tolist() == got
    for each in (cold, store):
        each.close()
    assert not [name for name in new_threads() if name.startswith("glassboard")]
