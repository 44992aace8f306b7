"""Being told of changes: what the watcher hands over, and that a store finds news without being told."""

import os
import shutil
import threading
import time

import pytest

from glassboard.store import log as log_module
from glassboard.store import watch as watch_module
from glassboard.store.follow import Follower
from glassboard.store.log import LogStore
from glassboard.store.watch import FolderWatcher
from glassboard.testing import LogdirBuilder

LONG = 20.0


class News:
    """Counts wake-ups and waits until a watcher told of a path."""

    def __init__(self):
        self._event = threading.Event()

    def __call__(self):
        self._event.set()

    def wait_for(self, watcher, path):
        told = set()
        for _ in range(200):
            told |= watcher.take()
            if str(path) in told:
                return told
            self._event.wait(0.1)
            self._event.clear()
        raise AssertionError(f"not told of {path}: {told}")


@pytest.fixture
def news():
    return News()


@pytest.fixture
def watcher(tmp_path, news):
    watcher = FolderWatcher(str(tmp_path / "logs"), news)
    yield watcher
    watcher.stop()


def watching(watcher):
    watcher.keep_up()
    for _ in range(400):
        if watcher.is_alive:
            return
        threading.Event().wait(0.05)
    raise AssertionError("never alive")


def test_growth_new_folders_and_deletion_are_told(tmp_path, watcher, news):
    run = LogdirBuilder(tmp_path / "logs").run("a")
    watching(watcher)
    run.scalars("x", [1.0])
    news.wait_for(watcher, run.path)
    folder = tmp_path / "logs" / "b"
    folder.mkdir()
    news.wait_for(watcher, folder)
    run.delete()
    news.wait_for(watcher, run.path)


def test_a_folder_that_comes_later_or_is_another_one_is_watched(tmp_path, watcher, news):
    root = tmp_path / "logs"
    watcher.keep_up()
    assert not watcher.is_alive
    run = LogdirBuilder(root).run("a")
    watching(watcher)
    root.rename(tmp_path / "old")
    again = LogdirBuilder(root).run("a")
    watching(watcher)
    watcher.take()
    for step in range(400):
        again.scalars("x", [float(step)], first_step=step)
        if str(again.path) in watcher.take():
            break
        threading.Event().wait(0.02)
    else:
        raise AssertionError("the new folder is not watched")
    assert run.path != again.path or not run.path.samefile(tmp_path / "old" / "a" / run.path.name)


def test_stopping_is_quick_and_leaves_no_thread(new_threads, tmp_path, watcher):
    (tmp_path / "logs").mkdir()
    watching(watcher)
    watcher.stop()
    watcher.stop()
    assert "glassboard-watch" not in new_threads()


@pytest.mark.parametrize(
    "error", [ImportError("no package"), OSError(28, "limit reached"), RuntimeError("rust")]
)
def test_where_nothing_can_be_watched_there_are_no_hints(tmp_path, watcher, monkeypatch, error):
    (tmp_path / "logs").mkdir()

    def fail(*_):
        raise error
        yield

    monkeypatch.setattr(watch_module, "_watch", fail)
    watcher.keep_up()
    watcher._thread.join(LONG)
    assert not watcher.is_alive
    watcher.keep_up()
    assert not watcher._thread.is_alive()


class Heard:
    def __init__(self):
        self.runs = set()
        self._news = threading.Condition()

    def __call__(self, runs):
        with self._news:
            self.runs |= runs
            self._news.notify_all()

    def wait_for(self, run):
        with self._news:
            assert self._news.wait_for(lambda: run in self.runs, LONG), self.runs
            self.runs.clear()


@pytest.mark.parametrize("told", [True, False])
def test_a_follower_finds_everything_told_or_not(tmp_path, monkeypatch, told):
    """New runs, growth, a rename, a replaced file, deletion: with hints and with none at all."""
    if not told:
        monkeypatch.setattr(watch_module, "_watch", lambda *_: iter(()))
    logdir, heard = LogdirBuilder(tmp_path / "logs"), Heard()
    store = LogStore(logdir.root)
    with Follower(store, interval_secs=0.01) as follower:
        follower.subscribe(heard)
        run = logdir.run("a").scalars("x", [1.0])
        heard.wait_for("a")
        deep = logdir.run("deep/er/b").scalars("x", [1.0])
        heard.wait_for("deep/er/b")
        run.scalars("x", [2.0], first_step=1)
        heard.wait_for("a")
        (logdir.root / "a").rename(logdir.root / "z")
        heard.wait_for("z")
        deep.replace().scalars("y", [1.0])
        heard.wait_for("deep/er/b")
        shutil.rmtree(logdir.root / "deep")
        heard.wait_for("deep/er/b")
    store.close()
    assert list(store.runs()) == ["z"]
    assert store.scalars("z", "x").values.tolist() == [1.0, 2.0]


def test_files_whose_changes_are_told_are_not_looked_for(tmp_path):
    logdir, heard = LogdirBuilder(tmp_path / "logs"), Heard()
    run = logdir.run("a").scalars("x", [1.0])
    store = LogStore(logdir.root)
    follower = Follower(store, interval_secs=0.01)
    follower.subscribe(heard)
    with follower:
        heard.wait_for("a")
        for step in range(400):
            run.scalars("x", [1.0], first_step=step + 1)
            heard.wait_for("a")
            if str(run.path) not in store._hot:
                break
        assert str(run.path) not in store._hot
        run.scalars("x", [1.0], first_step=1000)
        heard.wait_for("a")
    store.close()


def test_other_files_cause_no_look_at_everything(tmp_path):
    logdir = LogdirBuilder(tmp_path / "logs")
    run = logdir.run("a").scalars("x", [1.0])
    store = LogStore(logdir.root)
    store.refresh()
    logdir.garbage("a/model.ckpt", b"x")
    folder = logdir.root / "a"
    assert not store._changes_what_is_there(str(folder / "model.ckpt"))
    assert not store._changes_what_is_there(str(run.path))
    assert store._changes_what_is_there(str(folder))
    assert store._changes_what_is_there(str(folder / "events.out.tfevents.2.new"))
    run.delete()
    assert store._changes_what_is_there(str(run.path))
    store.close()


def test_network_file_systems_are_known(monkeypatch, tmp_path):
    table = f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\nshm {tmp_path}/fast tmpfs rw 0 0\n"
    monkeypatch.setattr(watch_module.Path, "read_text", lambda *_, **__: table)
    assert not watch_module._is_local(str(tmp_path / "logs"))
    assert watch_module._is_local(str(tmp_path / "fast"))
    assert watch_module._is_local(os.sep)


def test_a_store_is_quiet_until_its_next_look_only_where_every_change_is_told(tmp_path):
    LogdirBuilder(tmp_path / "logs").run("a").scalars("x", [1.0])
    store = LogStore(tmp_path / "logs")
    store.refresh()
    assert store.quiet_secs() == 0
    store.watch(lambda: None)
    store.refresh()
    watcher = store._watcher
    for _ in range(400):
        if watcher.is_alive:
            break
        threading.Event().wait(0.05)
    store._hot.clear()
    store._next_round = time.monotonic() + 9
    assert 8 < store.quiet_secs() <= 9
    store._hot["a file"] = log_module._Hot(until=LONG, next_look=time.monotonic() + 0.5)
    assert store.quiet_secs() <= 0.5
    watcher.is_local = False
    assert store.quiet_secs() == 0
    store.unwatch()
    store.close()
