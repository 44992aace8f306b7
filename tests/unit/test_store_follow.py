"""The thread that follows a store: what it tells, and that it can be stopped and survives a failure."""

import logging
import threading

import pytest

from glassboard.store.follow import Follower
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder, MemoryProvider

LONG = 20.0
"""Seconds after which a test gives up; none waits that long when all is well."""


class Ear:
    """Collects what a follower tells and waits for it."""

    def __init__(self):
        self.heard = []
        self._news = threading.Condition()

    def __call__(self, runs):
        with self._news:
            self.heard.append(runs)
            self._news.notify_all()

    def wait_for(self, run):
        with self._news:
            assert self._news.wait_for(lambda: any(run in runs for runs in self.heard), LONG), self.heard

    def wait_for_status(self):
        with self._news:
            assert self._news.wait_for(lambda: frozenset() in self.heard, LONG), self.heard


def test_it_tells_what_changes_in_a_log_directory(tmp_path):
    logdir = LogdirBuilder(tmp_path / "logs")
    store = LogStore(logdir.root)
    ear = Ear()
    follower = Follower(store, interval_secs=0.01)
    follower.subscribe(ear)
    with follower:
        ear.wait_for_status()  # from loading to waiting
        run = logdir.run("a").scalars("x", [1.0])
        ear.wait_for("a")
        while len(store.scalars("a", "x").steps) < 1:
            follower.poke()
        ear.heard.clear()
        run.scalars("x", [2.0], first_step=1)
        ear.wait_for("a")
    assert store.scalars("a", "x").values.tolist() == [1.0, 2.0]
    store.close()


def test_who_unsubscribed_hears_nothing_more():
    memory, first, second = MemoryProvider(), Ear(), Ear()
    with Follower(memory, interval_secs=0.001) as follower:
        unsubscribe = follower.subscribe(first)
        follower.subscribe(second)
        memory.add_run("a")
        second.wait_for("a")
        unsubscribe()
        unsubscribe()
        first.heard.clear()
        memory.add_run("b")
        second.wait_for("b")
    assert not any("b" in runs for runs in first.heard)


def test_nothing_is_told_after_stop_and_it_can_start_again(new_threads):
    memory, ear = MemoryProvider(), Ear()
    follower = Follower(memory, interval_secs=0.001)
    follower.subscribe(ear)
    follower.start()
    follower.start()
    memory.add_run("a")
    ear.wait_for("a")
    follower.stop()
    follower.stop()
    memory.add_run("b")
    assert not any("b" in runs for runs in ear.heard)
    follower.start()
    ear.wait_for("b")
    follower.stop()
    assert "glassboard-follow" not in new_threads()


def test_a_quiet_log_is_told_once():
    memory, ear = MemoryProvider(), Ear()
    rounds = threading.Semaphore(0)
    poll = memory.poll
    memory.poll = lambda **options: (rounds.release(), poll(**options))[1]
    with Follower(memory, interval_secs=0.001) as follower:
        follower.subscribe(ear)
        for _ in range(10):
            assert rounds.acquire(timeout=LONG)
    assert len(ear.heard) <= 1


def test_a_failed_round_is_logged_and_following_goes_on(caplog):
    memory, ear = MemoryProvider(), Ear()
    poll, failures = memory.poll, [RuntimeError("spoilt")]

    def fail_once(**options):
        if failures:
            raise failures.pop()
        return poll(**options)

    memory.poll = fail_once
    with caplog.at_level(logging.ERROR), Follower(memory, interval_secs=0.001) as follower:
        follower.subscribe(ear)
        memory.add_run("a")
        ear.wait_for("a")
    assert "following the log directory failed" in caplog.text
    assert "spoilt" in caplog.text


@pytest.mark.parametrize("started", [True, False])
def test_stopping_is_always_possible(started):
    follower = Follower(MemoryProvider())
    if started:
        follower.start()
    follower.stop()


def test_a_store_that_tells_is_left_alone_until_it_does():
    memory, ear = MemoryProvider(), Ear()
    told = []
    memory.watch, memory.unwatch = told.append, told.clear
    memory.quiet_secs = lambda: 3600.0
    rounds = threading.Semaphore(0)
    poll = memory.poll
    memory.poll = lambda **options: (rounds.release(), poll(**options))[1]
    with Follower(memory, interval_secs=0.001) as follower:
        follower.subscribe(ear)
        assert rounds.acquire(timeout=LONG)
        assert not rounds.acquire(timeout=0.5)  # otherwise it is asked hundreds of times
        memory.add_run("a")
        told[0]()
        ear.wait_for("a")
