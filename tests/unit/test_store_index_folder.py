"""The folder of the index: what is kept, what makes room, and what is done where nothing can be written."""

import multiprocessing
import os
import shutil
import threading

import pytest

import glassboard
from glassboard.cli.main import main
from glassboard.store import index as index_module
from glassboard.store import index_folder
from glassboard.store.index_folder import IndexFolder
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder

from .indexed_log import log_three_files, opened, packs, same_as_cold, scanned_bytes

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def logdir(logdir):
    log_three_files(logdir)
    return logdir


def test_growing_files_make_few_packs_and_dead_ones_go(logdir, cache):
    run = logdir.run("c").scalars("x", [0.0] * 50)
    for step in range(30):
        opened(logdir.root)
        run.scalars("x", [1.0] * 20, first_step=50 + 20 * step)
    assert 1 <= len(packs(cache)) <= index_module._MOST_PACKS + 1
    live = sum(pack.stat().st_size for pack in packs(cache))
    assert live < 6 * opened(logdir.root).status().point_count * 32 + 20_000
    same_as_cold(logdir, opened(logdir.root))


def test_what_was_used_longest_ago_makes_room(tmp_path, cache):
    folders = []
    for name in "abc":
        logdir = LogdirBuilder(tmp_path / name)
        logdir.run("r").scalars("x", [0.0] * 1000)
        opened(logdir.root)
        folders.append(IndexFolder(str(logdir.root)))
        os.utime(folders[-1].path, (1e9 + ord(name), 1e9 + ord(name)))
    folders[0].mark_used()
    limited = IndexFolder(str(tmp_path / "d"), limit_bytes=2 * 24_000 + 10_000)
    assert limited.make_room(10_000)
    assert [folder.path.exists() for folder in folders] == [True, False, True] or [
        folder.path.exists() for folder in folders
    ] == [True, False, False]
    assert not folders[1].path.exists()
    assert not limited.make_room(1 << 30)


def test_abandoned_parts_are_swept(logdir, cache):
    opened(logdir.root)
    folder = packs(cache)[0].parent
    old, fresh = folder / "1.partial", folder / "2.partial"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(old, (1e9, 1e9))
    assert IndexFolder(str(logdir.root)).make_room(1)
    assert not old.exists()
    assert fresh.exists()


def test_a_cache_that_cannot_be_written_is_none(logdir, cache, monkeypatch):
    cache.parent.parent.mkdir(parents=True)
    cache.parent.write_text("a file where a folder should be")
    store = opened(logdir.root)
    same_as_cold(logdir, store)
    assert cache.parent.read_text() == "a file where a folder should be"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_is_read(logdir, cache):
    opened(logdir.root)
    folder = packs(cache)[0].parent
    logdir.run("c").scalars("x", [0.0] * 100)
    folder.chmod(0o500)
    try:
        again = opened(logdir.root)
    finally:
        folder.chmod(0o700)
    assert scanned_bytes(again) == again._files[str(next((logdir.root / "c").iterdir()))].size
    same_as_cold(logdir, again)


def test_a_full_disk_leaves_nothing_behind_and_is_not_asked_at_once(logdir, cache, monkeypatch):
    asked = []

    def full(out, *_, **__):
        asked.append(1)
        out.write(b"half a pack")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_module, "write_pack", full)
    store = LogStore(logdir.root, cache=True)
    for _ in range(3):
        store.refresh()
        store._saver.wait()
    store.close()
    assert asked == [1]
    assert not list(cache.glob("*/*"))
    same_as_cold(logdir, store)


def test_a_disk_that_is_nearly_full_is_left_alone(logdir, cache, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=100)
    monkeypatch.setattr(index_folder.shutil, "disk_usage", lambda _: usage)
    opened(logdir.root)
    assert not packs(cache)


def test_closing_abandons_a_save(new_threads, logdir, cache, monkeypatch):
    began, go_on = threading.Event(), threading.Event()
    real = index_module.write_pack

    def slow(out, root, snapshots, *, is_stopped):
        began.set()
        assert go_on.wait(20)
        return real(out, root, snapshots, is_stopped=is_stopped)

    monkeypatch.setattr(index_module, "write_pack", slow)
    store = LogStore(logdir.root, cache=True)
    store.refresh()
    assert began.wait(20)
    store._saver._stopping = True
    go_on.set()
    store.close()
    assert not list(cache.glob("*/*"))
    assert "glassboard-index" not in new_threads()


def _open_often(root, seen):
    for _ in range(5):
        seen.put(opened(root).status().point_count)


def test_two_processes_at_once(logdir, cache):
    logdir.run("c").scalars("x", [0.0] * 2000)  # worth keeping by any measure
    context = multiprocessing.get_context("spawn")
    seen = context.Queue()
    both = [context.Process(target=_open_often, args=(str(logdir.root), seen)) for _ in range(2)]
    for each in both:
        each.start()
    counts = {seen.get(timeout=60) for _ in range(10)}
    for each in both:
        each.join(60)
    assert counts == {opened(logdir.root, cache=False).status().point_count}
    assert scanned_bytes(opened(logdir.root)) == 0
    assert not list(cache.glob("*/*.partial"))


def test_a_pack_of_another_directory_is_not_believed(tmp_path, logdir, cache):
    opened(logdir.root)
    (pack,) = packs(cache)
    other = LogdirBuilder(tmp_path / "other")
    other.run("a").scalars("x", [1.0])
    folder = IndexFolder(str(other.root))
    folder.path.mkdir(parents=True)
    shutil.copy(pack, folder.path)
    assert opened(other.root).status().point_count == 1


def kept_by(cache, action):
    """How many packs there are when `action` is done and its thread too."""
    action()
    for thread in threading.enumerate():
        if thread.name == "glassboard-index":
            thread.join(20)
    return len(packs(cache))


def test_open_and_the_commands_keep_what_they_read_unless_told_not_to(logdir, cache, tmp_path, capsys):
    table = tmp_path / "points.csv"
    assert kept_by(cache, lambda: glassboard.open(logdir.root, cache=False)) == 0
    assert kept_by(cache, lambda: main(["inspect", str(logdir.root), "--no-cache"])) == 0
    assert kept_by(cache, lambda: main(["export", str(logdir.root), "--to", str(table), "--no-cache"])) == 0
    assert kept_by(cache, lambda: main(["inspect", str(logdir.root)])) == 1
    said = capsys.readouterr().out
    assert kept_by(cache, lambda: glassboard.open(logdir.root)) == 1
    assert kept_by(cache, lambda: main(["inspect", str(logdir.root)])) == 1
    assert capsys.readouterr().out in said
    other = LogdirBuilder(tmp_path / "other")
    other.run("a").scalars("x", [1.0])
    assert kept_by(cache, lambda: glassboard.open([logdir.root, other.root])) == 2
