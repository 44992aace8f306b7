"""The store over files and folders that are replaced, out of reach, links or pipes, and over many while they are read."""

import math
import os

import pytest

from glassboard.errors import NotFoundError
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder, records
from glassboard.types import Kind

from .read_stores import codes, values_of

# Files that are replaced, cut or hidden.


def test_a_replaced_file_is_read_anew(logdir, store):
    run = logdir.run("a").scalars("x", [1.0, 2.0])
    store.refresh()
    run.replace().scalars("y", [3.0])
    assert store.refresh() == {"a"}
    assert [info.tag for info in store.tags("a")] == ["y"]


def test_a_file_that_became_shorter_is_read_anew(logdir, store):
    run = logdir.run("a").scalars("x", [1.0, 2.0, 3.0])
    store.refresh()
    size = run.path.stat().st_size
    run.truncate(size - len(records.summary(FIRST_WALL_TIME + 2, 2, records.scalar_value("x", 3.0))))
    store.refresh()
    assert values_of(store, "a", "x") == [1.0, 2.0]


def test_a_file_rewritten_in_place_and_longer_is_read_anew(logdir, store):
    run = logdir.run("a").scalars("x", [1.0])
    store.refresh()
    keys = run.path.stat().st_ino
    run.path.write_bytes(records.file_version(FIRST_WALL_TIME + 50))
    run.scalars("x", [5.0, 6.0, 7.0])
    assert run.path.stat().st_ino == keys
    store.refresh()
    assert values_of(store, "a", "x") == [5.0, 6.0, 7.0]


def test_keys_of_samples_change_when_the_file_is_another_one(logdir, store):
    run = logdir.run("a").text("note", "one")
    store.refresh()
    before = store.samples("a", "note", Kind.TEXT).keys
    run.replace().text("note", "two")
    store.refresh()
    assert store.samples("a", "note", Kind.TEXT).keys != before


def test_reading_a_sample_of_a_replaced_file_is_refused(logdir, store):
    run = logdir.run("a").text("note", "one")
    store.refresh()
    run.replace().text("note", "two")
    with pytest.raises(NotFoundError, match="replaced or cut"):
        store.read_sample("a", "note", Kind.TEXT, 0)
    run.delete()
    with pytest.raises(NotFoundError, match="No such file"):
        store.read_sample("a", "note", Kind.TEXT, 0)


def test_a_file_that_may_not_be_read_is_a_problem_of_its_own(logdir, store, monkeypatch):
    hidden = logdir.run("a").scalars("x", [1.0])
    logdir.run("b").scalars("x", [2.0])
    really_open = os.open

    def refuse(path, *arguments, **options):
        if path == str(hidden.path):
            raise PermissionError(13, "Permission denied", path)
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    store.refresh()
    (problem,) = store.status().problems
    assert (problem.code, problem.path) == ("unreadable", f"a/{hidden.path.name}")
    assert "Permission denied" in problem.message
    assert values_of(store, "b", "x") == [2.0]
    assert store.refresh() == frozenset()
    monkeypatch.undo()
    assert store.refresh() == {"a"}
    assert values_of(store, "a", "x") == [1.0]
    assert codes(store) == []


def test_a_file_that_is_out_of_reach_for_a_moment_loses_nothing(logdir, store, monkeypatch):
    run = logdir.run("a").scalars("x", [1.0, 2.0])
    store.refresh()
    run.scalars("x", [3.0], first_step=2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", lambda *_: (_ for _ in ()).throw(OSError(116, "Stale file handle")))
        assert store.refresh() == {"a"}
        assert (
            "Stale file handle; 3 records that were read before are kept"
            in store.status().problems[0].message
        )
        assert values_of(store, "a", "x") == [1.0, 2.0]
    assert store.refresh() == {"a"}
    assert values_of(store, "a", "x") == [1.0, 2.0, 3.0]
    assert codes(store) == []


def test_a_file_that_is_replaced_while_it_cannot_be_read_is_read_anew(logdir, store, monkeypatch):
    run = logdir.run("a").scalars("x", [1.0, 2.0])
    store.refresh()
    run.replace().scalars("x", [9.0])
    with monkeypatch.context() as patch:
        patch.setattr(os, "preadv", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        store.refresh()
        assert values_of(store, "a", "x") == [1.0, 2.0]
    store.refresh()
    assert values_of(store, "a", "x") == [9.0]


def test_a_folder_that_may_not_be_listed_keeps_what_was_read(logdir, store, monkeypatch):
    run = logdir.run("a").scalars("x", [1.0])
    store.refresh()
    really_scan = os.scandir

    def refuse(path):
        if str(path) == str(logdir.root / "a"):
            raise PermissionError(13, "Permission denied", path)
        return really_scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    run.scalars("x", [2.0], first_step=1)
    logdir.run("b")
    os.utime(logdir.root / "a")
    store.refresh()
    assert [(p.code, p.path) for p in store.status().problems] == [("unreadable", "a")]
    assert values_of(store, "a", "x") == [1.0, 2.0]


def test_a_pipe_named_like_an_event_file_does_not_block(logdir, store):
    logdir.run("a").scalars("x", [1.0])
    os.mkfifo(logdir.root / "a" / "pipe.tfevents")
    store.refresh()
    assert codes(store) == ["unreadable"]
    assert "not a regular file" in store.status().problems[0].message


# Links and names.


def test_links_are_followed_once(logdir, store, tmp_path):
    run = logdir.run("a").scalars("x", [1.0])
    (logdir.root / "latest").symlink_to("a")
    (logdir.root / "a" / "loop").symlink_to(logdir.root)
    elsewhere = LogdirBuilder(tmp_path / "scratch").run("c").scalars("x", [2.0])
    (logdir.root / "linked").symlink_to(elsewhere.folder)
    store.refresh()
    assert list(store.runs()) == ["a", "linked"]
    assert run.path.exists()


def test_a_link_that_leads_nowhere_is_told(logdir, store):
    logdir.run("a").scalars("x", [1.0])
    (logdir.root / "a" / "gone.tfevents").symlink_to("nowhere")
    store.refresh()
    assert [(p.code, p.path) for p in store.status().problems] == [("missing", "a/gone.tfevents")]
    assert store.refresh() == frozenset()


def test_hidden_files_and_odd_names_are_runs_too(logdir, store):
    logdir.run(".hidden", file_name=".events.tfevents").scalars("x", [1.0])
    logdir.run("lr=0.1, bs=32/ü").scalars("x", [1.0])
    logdir.run(os.fsdecode(b"bad\xff")).scalars("x", [1.0])
    store.refresh()
    assert set(store.runs()) == {".hidden", "lr=0.1, bs=32/ü", "bad\\xff"}
    for run in store.runs():
        assert values_of(store, run, "x") == [1.0]


# Progress and polling.


def test_progress_is_told_in_runs_that_can_be_read_already(logdir, store, monkeypatch):
    for number in range(5):
        logdir.run(f"r{number}").scalars("x", [1.0])
    monkeypatch.setattr("glassboard.store.log._PROGRESS_SECONDS", 0.0)
    told = []

    def hear(runs):
        told.extend((run, len(store.scalars(run, "x").steps)) for run in runs)

    assert store.refresh(on_progress=hear) == {f"r{number}" for number in range(5)}
    assert sorted(told) == [(f"r{number}", 1) for number in range(5)]


def test_polling_sees_files_that_are_being_written_at_once(logdir, clock, store):
    run = logdir.run("a").scalars("x", [1.0])
    clock.now = run.path.stat().st_mtime
    assert store.poll() == {"a"}
    store._next_round = math.inf  # no look at everything
    run.scalars("x", [2.0], first_step=1)
    assert store.poll() == {"a"}
    logdir.run("b")
    assert store.poll() == frozenset()
    store._next_round = 0.0
    assert store.poll() == {"b"}


def test_an_interrupted_refresh_comes_back_and_the_next_one_goes_on(logdir, store, monkeypatch):
    for name in ("a", "b", "c"):
        logdir.run(name).scalars("x", [1.0, 2.0])
    seen = []

    def interrupt_after_the_first(_):
        if not seen:
            store.interrupt()
        seen.append(store.status())

    with monkeypatch.context() as patch:
        patch.setattr("glassboard.store.log._PROGRESS_SECONDS", -1.0)
        patch.setattr(store._access, "thread_count", 1)
        store.refresh(on_progress=interrupt_after_the_first)
    assert store.status().state == "loading"
    store.refresh()
    assert store.status().state == "ready"
    assert store.status().point_count == 6
    for name in ("a", "b", "c"):
        assert values_of(store, name, "x") == [1.0, 2.0]
