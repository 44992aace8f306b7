"""The store over log directories that grow, break and go: scripted, without a real clock."""

import math
import os
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassboard.codec import wire
from glassboard.codec.payloads.video import VIDEO_FIELD
from glassboard.errors import NotFoundError
from glassboard.store.log import LogStore
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder, records
from glassboard.types import Kind


@pytest.fixture
def logdir(tmp_path):
    return LogdirBuilder(tmp_path / "logs")


@pytest.fixture
def clock():
    """A wall clock that stands still until a test moves it; files look just written."""

    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def store(logdir, clock):
    store = LogStore(logdir.root, wall_clock=clock)
    yield store
    store.close()


def values_of(store, run, tag):
    return store.scalars(run, tag).values.tolist()


def codes(store):
    return [problem.code for problem in store.status().problems]


def refreshed(path):
    store = LogStore(path)
    store.refresh()
    store.close()
    return store


# Where the log directory itself is odd.


def test_a_directory_that_does_not_exist_yet_is_waited_for(logdir, store):
    store.refresh()
    status = store.status()
    assert status.state == "waiting"
    assert f"{logdir.root} does not exist yet" in status.message
    logdir.run("a").scalars("loss", [1.0])
    assert store.refresh() == {"a"}
    assert store.status().state == "ready"


def test_a_misspelt_directory_names_the_nearest(tmp_path):
    (tmp_path / "experiments").mkdir()
    message = refreshed(tmp_path / "experimens").status().message
    assert f"(there is '{tmp_path}/experiments')" in message


def test_an_empty_directory_says_what_was_looked_at(logdir, store):
    logdir.garbage("deep/er/notes.txt", b"hello")
    store.refresh()
    assert store.status().state == "waiting"
    assert (
        "looked at 3 folders and 1 other file for a name that contains 'tfevents'" in store.status().message
    )
    assert store.status().problems == ()


def test_one_event_file_is_a_log_of_one_run(logdir):
    run = logdir.run("a").scalars("loss", [1.0, 2.0])
    store = refreshed(run.path)
    assert list(store.runs()) == ["."]
    assert values_of(store, ".", "loss") == [1.0, 2.0]


def test_another_file_is_named_for_what_it_is(logdir):
    logdir.garbage("notes.txt", b"just some notes\n" * 10)
    store = refreshed(logdir.root / "notes.txt")
    assert codes(store) == ["not-an-event-file"]
    assert "this is text" in store.status().problems[0].message


def test_the_message_counts(logdir, store):
    logdir.run("a").scalars("loss", [1.0, 2.0])
    store.refresh()
    size = logdir.root.joinpath("a").iterdir().__next__().stat().st_size
    assert store.status().message == f"2 points in 1 run from 1 event file ({size} bytes)"
    assert store.status().loaded_bytes == store.status().total_bytes == size


# Growth.


def test_a_file_that_grows_byte_by_byte_shows_each_record_when_it_is_whole(logdir, store):
    run = logdir.run("a")
    whole = [records.summary(1.0 + step, step, records.scalar_value("loss", step)) for step in range(3)]
    seen = []
    for record in whole:
        for at in range(len(record)):
            run.raw(record[at : at + 1])
            changed = store.refresh()
            seen.append(store.status().point_count)
            assert changed == ({"a"} if at == len(record) - 1 or len(seen) == 1 else frozenset())
    want = []
    for points, record in enumerate(whole):
        want += [points] * (len(record) - 1) + [points + 1]
    assert seen == want
    assert values_of(store, "a", "loss") == [0.0, 1.0, 2.0]
    assert codes(store) == []


def test_nan_and_infinity_are_kept(logdir, store):
    logdir.run("a").scalars("loss", [math.nan, math.inf, -math.inf, 1.0]).scalars(
        "lr", [math.nan], tensor=True
    )
    store.refresh()
    np.testing.assert_array_equal(store.scalars("a", "loss").values, [math.nan, math.inf, -math.inf, 1.0])
    assert math.isnan(values_of(store, "a", "lr")[0])


def test_memory_is_24_bytes_a_point_once_and_little_more_while_growing(logdir, store):
    run = logdir.run("a").scalars("x", [0.0] * 3000).scalars("y", [0.0] * 1000)
    store.refresh()
    columns = store._files[str(run.path)].scalars
    assert columns.nbytes == 24 * 4000
    for start in range(3000, 4000, 50):
        run.scalars("x", [0.0] * 50, first_step=start)
        store.refresh()
    assert columns.nbytes < 24 * 5000 * 1.13
    assert len(store.scalars("a", "x").steps) == 4000
    assert len(store.scalars("a", "y").steps) == 1000


def test_a_tag_that_appears_later(logdir, store):
    run = logdir.run("a").scalars("x", [1.0])
    store.refresh()
    run.scalars("y", [2.0]).text("note", "hi")
    store.refresh()
    assert [info.tag for info in store.tags("a")] == ["note", "x", "y"]
    assert values_of(store, "a", "x") == [1.0]
    assert values_of(store, "a", "y") == [2.0]


def test_runs_appear_and_go(logdir, store):
    logdir.run("a").scalars("x", [1.0])
    store.refresh()
    b = logdir.run("deep/b").scalars("x", [1.0])
    logdir.run().scalars("x", [3.0])
    assert store.refresh() == {"deep/b", "."}
    assert list(store.runs()) == [".", "a", "deep/b"]
    b.delete()
    assert store.refresh() == {"deep/b"}
    shutil.rmtree(logdir.root)
    assert store.refresh() == {"a", "."}
    assert store.status().state == "waiting"


def test_a_renamed_run_is_read_under_its_new_name(logdir, store):
    logdir.run("a").scalars("x", [1.0])
    store.refresh()
    (logdir.root / "a").rename(logdir.root / "b")
    assert store.refresh() == {"a", "b"}
    assert values_of(store, "b", "x") == [1.0]


# Several writers.


def test_a_second_file_continues_the_series(logdir, store):
    first = logdir.run("a").scalars("x", [0.0, 1.0])
    first.writer().scalars("x", [2.0, 3.0], first_step=2)
    store.refresh()
    series = store.scalars("a", "x")
    assert series.values.tolist() == [0, 1, 2, 3]
    assert len(series.segments) == 1
    assert store.runs()["a"].file_count == 2


def test_a_restart_is_a_segment(logdir, store):
    first = logdir.run("a").scalars("x", [0.0, 1.0, 2.0])
    again = first.writer()
    again.scalars("x", [10.0, 20.0], first_step=1, wall_times=[FIRST_WALL_TIME + 100, FIRST_WALL_TIME + 101])
    store.refresh()
    assert [(s.first_step, s.last_step) for s in store.scalars("a", "x").segments] == [(0, 2), (1, 2)]


def test_a_restart_at_the_last_step_rewrites_it(logdir, store):
    first = logdir.run("a").scalars("x", [0.0, 1.0, 1.5], steps=[0, 1, 1])
    first.writer().scalars("x", [10.0, 20.0], first_step=1, wall_times=[FIRST_WALL_TIME + 9] * 2)
    store.refresh()
    assert [(s.start, s.stop) for s in store.scalars("a", "x").segments] == [(0, 3), (3, 5)]


def test_a_restart_within_one_file_is_a_segment(logdir, store):
    logdir.run("a").scalars("x", [0.0, 1.0]).session_start(0).scalars("x", [5.0, 6.0])
    store.refresh()
    assert [(s.start, s.stop) for s in store.scalars("a", "x").segments] == [(0, 2), (2, 4)]


def test_two_writers_at_one_time_make_two_segments_not_hundreds(logdir, store):
    one = logdir.run("a")
    two = one.writer()
    for step in range(50):
        one.scalars("x", [step], first_step=step)
        two.scalars("x", [-step], first_step=step, wall_times=[FIRST_WALL_TIME + step + 0.5])
        store.refresh()
    series = store.scalars("a", "x")
    assert len(series.segments) == 2
    assert series.values[:50].tolist() == list(range(50))


def test_files_are_ordered_by_their_first_point_not_by_their_name(logdir, store):
    late = logdir.run("a", file_name="a.tfevents")
    late.scalars("x", [5.0], first_step=5)
    logdir.run("a", file_name="z.tfevents").scalars("x", [1.0], first_step=1)
    store.refresh()
    assert values_of(store, "a", "x") == [1.0, 5.0]


def test_a_later_file_without_metadata_has_the_kind_of_the_first(logdir, store):
    first = logdir.run("a").text("note", "one", step=0)
    first.writer().value(records.text_value("note", ["two"], meta=b""), step=1)
    store.refresh()
    assert [(info.tag, info.kind, info.point_count) for info in store.tags("a")] == [("note", Kind.TEXT, 2)]
    assert b"two" in store.read_sample("a", "note", Kind.TEXT, 1)


# Kinds.


def test_kinds_of_both_forms(logdir, store):
    run = (
        logdir.run("a")
        .scalars("old", [1.0])
        .scalars("new", [1.0], tensor=True)
        .image("image")
        .text("text", "x")
    )
    run.histogram("histogram", [0.0, 1.0], [1.0, 2.0]).graph(b"\x0a\x00")
    still = records.image_value("video", b"", height=1, width=1)
    # One tag may hold images and videos; each is a series of its own.
    run.value(still).value(still + wire.message(VIDEO_FIELD, wire.bytes_(1, "video/webm")))
    for plugin in ("images", "audio", "histograms", "pr_curves", "mesh", "custom_scalars", "other"):
        run.value(records.text_value(plugin, ["x", "y"], meta=records.metadata(plugin)))
    run.value(
        records.metadata_only_value("_hparams_/session_start_info", records.metadata("hparams", content=b"c"))
    )
    store.refresh()
    assert {info.kind for info in store.tags("a") if info.tag == "video"} == {Kind.IMAGE, Kind.VIDEO}
    kinds = {info.tag: info.kind.value for info in store.tags("a") if info.tag != "video"}
    assert kinds == {
        "old": "scalar",
        "new": "scalar",
        "image": "image",
        "text": "text",
        "histogram": "histogram",
        "__run_graph__": "graph",
        "images": "image",
        "audio": "audio",
        "histograms": "histogram",
        "pr_curves": "pr_curve",
        "mesh": "mesh",
        "custom_scalars": "custom_scalars",
        "other": "tensor",
        "_hparams_/session_start_info": "hparams",
    }


def test_metadata_of_a_tag(logdir, store):
    meta = records.metadata("scalars", display_name="Loss", description="what is minimised")
    logdir.run("a").value(records.scalar_value("loss", 1.0, meta=meta)).scalars("loss", [2.0], first_step=1)
    store.refresh()
    (info,) = store.tags("a")
    assert (info.plugin_name, info.display_name, info.description) == ("scalars", "Loss", "what is minimised")
    assert (info.point_count, info.last_step) == (2, 1)


def test_a_tag_that_is_not_utf8_keeps_its_bytes_visible(logdir, store):
    logdir.run("a").value(records.scalar_value(b"lo\xffss", 1.0)).value(
        records.scalar_value(b"lo\xfess", 2.0)
    )
    store.refresh()
    assert values_of(store, "a", "lo\\xffss") == [1.0]
    assert values_of(store, "a", "lo\\xfess") == [2.0]


def test_graphs_of_every_form_are_read_as_graph_def(logdir, store):
    graph_def = b"\x0a\x03\x0a\x01n"
    run = logdir.run("a").graph(graph_def)
    run.raw(records.event(1.0, 0, records.wire.bytes_(9, records.wire.bytes_(2, graph_def))))
    run.raw(
        records.summary(
            1.0, 0, b"".join([records.text_value("g", [graph_def], meta=records.metadata("graphs"))])
        )
    )
    store.refresh()
    tags = [info.tag for info in store.tags("a") if info.kind is Kind.GRAPH]
    assert tags == ["__meta_graph__", "__run_graph__", "g"]
    for tag in tags:
        assert store.read_sample("a", tag, Kind.GRAPH, 0) == graph_def


# Damage.


def test_a_truncated_tail_waits_and_is_reported_when_it_has_waited_long(logdir, store, clock):
    run = logdir.run("a").scalars("x", [1.0, 2.0]).truncate(-5)
    clock.now = run.path.stat().st_mtime + 1
    store.refresh()
    revision = store.status().revision
    assert codes(store) == []
    clock.now += 60
    assert store.refresh() == {"a"}
    assert store.status().revision > revision
    (problem,) = store.status().problems
    assert (problem.code, problem.path) == ("truncated", f"a/{run.path.name}")
    assert "the 2 records before it are read, and reading goes on if the file grows" in problem.message
    assert store.runs()["a"].problem_count == 1
    rest = records.summary(FIRST_WALL_TIME + 1, 1, records.scalar_value("x", 2.0))[-5:]
    run.raw(rest).scalars("x", [3.0], first_step=2)
    clock.now = run.path.stat().st_mtime + 1
    store.refresh()
    assert values_of(store, "a", "x") == [1.0, 2.0, 3.0]
    assert codes(store) == []


def test_a_corrupt_record_is_counted_and_reading_goes_on(logdir, store):
    run = logdir.run("a").scalars("x", [1.0])
    start = run.path.stat().st_size
    run.scalars("x", [2.0], first_step=1)
    run.scalars("x", [3.0], first_step=2).flip(start + 20)
    store.refresh()
    assert values_of(store, "a", "x") == [1.0, 3.0]
    (problem,) = store.status().problems
    assert (problem.code, problem.offset) == ("corrupt", start)
    assert "checksum of a record's data" in problem.message


def test_every_flipped_byte_leaves_the_other_records(logdir, tmp_path):
    run = logdir.run("a").scalars("x", [1.0, 2.0, 3.0])
    size = run.path.stat().st_size
    for offset in range(size):
        run.flip(offset)
        store = refreshed(logdir.root)
        (info,) = store.tags("a")
        assert info.point_count >= 2, offset
        assert len(store.status().problems) == 1, offset
        run.flip(offset)


def test_every_truncation_keeps_what_is_whole(logdir):
    run = logdir.run("a")
    ends = []
    for step in range(3):
        run.scalars("x", [1.0], first_step=step)
        ends.append(run.path.stat().st_size)
    data = run.path.read_bytes()
    for size in range(len(data) + 1):
        run.path.write_bytes(data[:size])
        assert refreshed(logdir.root).status().point_count == sum(end <= size for end in ends), size


def test_many_damaged_places_are_listed_in_part_and_counted(logdir, store):
    run = logdir.run("a")
    bad = records.event(1.0, 0, b"\x2a\x05\x00")
    run.raw(bad * 200).scalars("x", [1.0])
    store.refresh()
    problems = store.status().problems
    assert len(problems) == 51
    assert "150 more times" in problems[-1].message
    assert values_of(store, "a", "x") == [1.0]


def test_a_git_lfs_pointer_is_named(logdir, store):
    logdir.garbage(
        "a/events.out.tfevents.1", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    )
    store.refresh()
    (problem,) = store.status().problems
    assert problem.code == "not-an-event-file"
    assert "git lfs pull" in problem.message
    assert store.runs()["a"].point_count == 0


@pytest.mark.parametrize("beginning", [b"\x1f\x8b", b"PK\x03\x04", b"\x00\x01\x02"])
def test_other_strangers_are_named_too(logdir, store, beginning):
    logdir.garbage("a/x.tfevents.gz", beginning + bytes(range(256)))
    store.refresh()
    assert codes(store) == ["not-an-event-file"]


def test_a_large_stranger_is_not_read_to_its_end(logdir, store):
    logdir.garbage("a/x.tfevents", b"spam and eggs " * 600_000)
    store.refresh()
    (problem,) = store.status().problems
    assert "8,400,000 bytes" in problem.message
    assert store._files[str(logdir.root / "a/x.tfevents")].reader.position < 6 << 20
    assert store.status().loaded_bytes == store.status().total_bytes


def test_an_empty_file_is_no_problem(logdir, store):
    logdir.garbage("a/x.tfevents.profile-empty", b"")
    store.refresh()
    assert store.status().problems == ()
    assert store.runs()["a"].point_count == 0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=60))
def test_any_bytes_are_survived(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("any")
    path = folder / "x.tfevents"
    path.write_bytes(first)
    store = LogStore(folder)
    store.refresh()
    with path.open("ab") as file:
        file.write(second)
    store.refresh()
    assert store.status().state == "ready"
    for info in store.tags("."):
        assert info.point_count


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
