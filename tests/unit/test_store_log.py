"""The store over log directories that grow and go: scripted, without a real clock."""

import math
import shutil

import numpy as np

from glassboard.codec import wire
from glassboard.codec.payloads.video import VIDEO_FIELD
from glassboard.testing import FIRST_WALL_TIME, records
from glassboard.types import Kind

from .read_stores import codes, refreshed, values_of

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
