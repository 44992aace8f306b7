"""Calls as programs for tensorboardX make them, by position and by name, and the small classes beside SummaryWriter."""

from __future__ import annotations

import io
import json
import math
import multiprocessing
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2
from tensorboard.compat.proto.config_pb2 import RunMetadata

from glassboard import FileWriter, GlobalSummaryWriter, RecordWriter, SummaryWriter, _kernel
from glassboard.codec.payloads import hparams
from glassboard.errors import MisuseError
from glassboard.writer import summary


class Written:
    """What the event files of a folder hold."""

    def __init__(self, folder: Path) -> None:
        self.scalars: dict[str, list[tuple[int, float, float]]] = {}
        self.values: dict[str, list[_kernel.Value]] = {}
        self.infos: dict[str, _kernel.SeriesInfo] = {}
        for path in sorted(folder.glob("*tfevents*")):
            self._read(path.read_bytes())

    def _read(self, data: bytes) -> None:
        scanner = _kernel.EventScanner()
        assert scanner.feed(data) == len(data)
        batch = scanner.take()
        for i, series in enumerate(batch.scalars.series):
            info = scanner.series[series]
            rows = slice(batch.scalars.starts[i], batch.scalars.starts[i + 1])
            self.infos[info.tag.decode()] = info
            columns = (batch.scalars.steps, batch.scalars.wall_times, batch.scalars.values)
            self.scalars.setdefault(info.tag.decode(), []).extend(
                zip(*(column[rows].tolist() for column in columns), strict=True)
            )
        samples = batch.samples
        for i, series in enumerate(samples.series):
            info = scanner.series[series]
            for k in range(samples.starts[i], samples.starts[i + 1]):
                at = int(samples.offsets[k])
                blob = data[at : at + int(samples.lengths[k])]
                if info.form not in ("graph_def", "run_metadata"):
                    self.values.setdefault(info.tag.decode(), []).append(_kernel.decode_value(blob))
                else:
                    self.infos[info.form] = info


def test_the_two_texts_of_a_scalar_by_position(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1.5, 3, 7.0, "Loss", "*why*")
        writer.add_scalar("y", 1.5, 3, 7.0, "", "")
    written = Written(tmp_path)
    assert written.scalars == {"x": [(3, 7.0, 1.5)], "y": [(3, 7.0, 1.5)]}
    assert (written.infos["x"].display_name, written.infos["x"].description) == ("Loss", "*why*")
    assert written.infos["y"].plugin_name == ""


def test_name_and_step_of_hparams_by_position(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams({"lr": 0.1}, {"m": 1.0}, "first", 5)
        writer.add_hparams({"lr": 0.2}, {"m": 2.0}, None, 6)
        writer.add_hparams({"lr": 0.3}, {"m": 3.0}, name="third", global_step=7)
        writer.add_hparams({"lr": 0.4}, {"m": 4.0}, {"lr": [0.4]}, "fourth", 8)
    points = {
        name: [(step, value) for step, _, value in Written(tmp_path / name).scalars["m"]]
        for name in (".", "first", "third", "fourth")
    }
    assert points == {".": [(6, 2.0)], "first": [(5, 1.0)], "third": [(7, 3.0)], "fourth": [(8, 4.0)]}


def test_layout_and_labels_of_boxes_by_position(tmp_path):
    picture = np.zeros((40, 60, 3), np.uint8)
    with SummaryWriter(tmp_path) as writer:
        writer.add_image_with_boxes("x", picture, [[5, 5, 20, 20]], 1, None, "HWC", ["cat"])
        writer.add_image_with_boxes("torch", picture, [[5, 5, 20, 20]], 1, None, 2, "HWC", ["cat"])
    values = Written(tmp_path).values
    assert (values["x"][0].image.width, values["x"][0].image.height) == (60, 40)
    assert (values["torch"][0].image.width, values["torch"][0].image.height) == (120, 80)


def test_steps_and_times_within_a_context(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        with writer.use_metadata(global_step=np.int64(9), walltime=100.5) as inner:
            assert inner is writer
            writer.add_scalar("x", 1.0)
            writer.add_scalar("x", 2.0, 10)
            writer.add_scalars("y", {"a": 1.0}, walltime=3.0)
            writer.add_text("t", "words")
            with writer.use_metadata(global_step=20):
                writer.add_scalar("x", 3.0)
            writer.add_scalar("x", 4.0)
        with pytest.raises(KeyError), writer.use_metadata(global_step=3):
            raise KeyError
        writer.add_scalar("z", 1.0)
        with pytest.raises(MisuseError, match="neither global_step nor walltime"), writer.use_metadata():
            pass
    scalars = Written(tmp_path).scalars
    assert scalars["x"] == [(9, 100.5, 1.0), (10, 100.5, 2.0), (20, 100.5, 3.0), (9, 100.5, 4.0)]
    assert scalars["y/a"] == [(9, 3.0, 1.0)]
    assert scalars["z"][0][0] == 0
    assert scalars["z"][0][1] > 1e9


def test_a_writer_that_writes_nothing_checks_everything(tmp_path):
    writer = SummaryWriter(tmp_path / "run", write_to_disk=False, purge_step=3, run_per_scalar=True)
    before = threading.active_count()
    for step in range(5000):
        writer.add_scalar("x", 1.0, step)
    writer.add_scalars("y", {"a": 1.0})
    writer.add_histogram("h", np.ones(9))
    writer.add_embedding(np.ones((2, 3)))
    writer.add_hparams({"a": 1}, {"m": 1.0}, run_name="sub")
    with pytest.raises(MisuseError, match="found str 'high'"):
        writer.add_scalar("x", "high")
    writer.flush()
    assert (writer.health.written_count, writer.health.pending_count, writer.health.is_well) == (0, 0, True)
    assert writer.scalar_dict == {}
    writer.close()
    assert threading.active_count() == before
    assert not list(tmp_path.iterdir())


def test_comet_is_said_to_be_ignored_where_it_is_wanted(tmp_path, caplog):
    SummaryWriter(tmp_path, comet_config={"disabled": True}).close()
    assert not caplog.records
    SummaryWriter(tmp_path, comet_config={"project_name": "p"}).close()
    assert "comet_config is ignored" in caplog.text


def test_scalars_are_exported_as_they_were_written(tmp_path, caplog):
    with SummaryWriter(tmp_path / "run") as writer:
        writer.add_scalar("x", 0.5, 1, walltime=10.0)
        writer.close()  # goes on in a second file
        writer.add_scalar("x", math.nan, 2, walltime=11.0)
        writer.add_scalars("y", {"a": 1e300}, 3, walltime=12.0)
        writer.export_scalars_to_json(tmp_path / "all.json")
        writer.export_scalars_to_json(tmp_path / "missing" / "all.json")
    found = json.loads((tmp_path / "all.json").read_text())
    assert found["y/a"] == [[12.0, 3, 1e300]]
    assert found["x"][0] == [10.0, 1, 0.5]
    assert math.isnan(found["x"][1][2])
    assert "the scalars could not be exported: No such file or directory" in caplog.text


def test_only_what_this_writer_wrote_is_exported(tmp_path):
    with SummaryWriter(tmp_path) as other, SummaryWriter(tmp_path) as writer:
        other.add_scalar("other", 1.0)
        other.flush()
        for step in range(200_000):  # several chunks of the file
            writer.add_scalar("mine", 1.0, step)
        found = writer.scalar_dict
    assert list(found) == ["mine"]
    assert [step for _, step, _ in found["mine"]] == list(range(200_000))


def test_protocol_buffers_of_others_are_written(tmp_path):
    event = event_pb2.Event(step=1, wall_time=2.0)
    event.summary.value.add(tag="a", simple_value=0.5)
    writer = FileWriter(tmp_path, filename_suffix=".pb")
    writer.add_event(event)
    writer.add_event(event, step=np.int32(7), walltime=9.0)
    writer.add_summary(event.summary, 8, 10.0)
    writer.add_summary(event.summary.SerializeToString(), 9, 10.0)
    with writer.use_metadata(global_step=11, walltime=12.0):
        writer.add_summary(event.summary)
    graph = graph_pb2.GraphDef()
    graph.node.add(name="n", op="Add")
    writer.add_graph((graph, RunMetadata()))
    writer.add_openvino_graph(graph)
    writer.flush()
    writer.close()
    writer.reopen()
    writer.add_summary(event.summary, 13, 14.0)
    writer.close()
    assert writer.get_logdir() == str(tmp_path)
    assert len(list(tmp_path.glob("*.pb"))) == 2
    written = Written(tmp_path)
    steps = [(step, wall_time) for step, wall_time, _ in written.scalars["a"]]
    assert steps[0][0] == 1
    assert steps[0][1] > 1e9  # the call's, as in torch
    assert steps[1:] == [(7, 9.0), (8, 10.0), (9, 10.0), (11, 12.0), (13, 14.0)]
    assert {"graph_def", "run_metadata"} <= set(written.infos)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda writer: writer.add_event("event"), "found str 'event', wanted an Event as a protocol buffer"),
        (lambda writer: writer.add_summary(b"\xff"), "found bytes that are no message .*, wanted a Summary"),
        (lambda writer: writer.add_graph(b""), "wanted a pair of a GraphDef"),
        (lambda writer: writer.add_event(b"", step="one"), "as global_step"),
    ],
)
def test_what_is_no_message_is_refused(tmp_path, call, message):
    writer = FileWriter(logdir=tmp_path)
    with pytest.raises(MisuseError, match=message):
        call(writer)
    writer.close()


def test_the_file_writer_of_a_summary_writer_shares_its_file(tmp_path):
    value = summary_pb2.Summary()
    value.value.add(tag="a", simple_value=1.0)
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("b", 1.0)
        for each in writer.all_writers.values():
            each.add_summary(value, 4)
        writer._get_file_writer().flush()
        assert writer.file_writer.health.written_count == 2
    assert set(Written(tmp_path).scalars) == {"a", "b"}
    assert len(list(tmp_path.iterdir())) == 1


def test_records_of_any_bytes(tmp_path):
    writer = RecordWriter(tmp_path / "deep" / "records")
    writer.write(b"one")
    writer.write(bytearray(b""))
    writer.flush()
    assert not writer.closed
    writer.close()
    assert writer.closed
    assert (tmp_path / "deep/records").read_bytes() == _kernel.frame(b"one") + _kernel.frame(b"")
    memory = io.BytesIO()
    in_memory = RecordWriter(memory)
    in_memory.write(b"two")
    in_memory.flush()
    assert memory.getvalue() == _kernel.frame(b"two")
    with pytest.raises(MisuseError, match="found str 'text', wanted bytes"):
        in_memory.write("text")


def log_in_worker(writer: GlobalSummaryWriter, count: int) -> None:
    for _ in range(count):
        writer.add_scalar("shared", 1.0)
    writer.add_text("note", "of a worker")
    writer.close()


def test_steps_are_counted_across_threads_and_processes(tmp_path):
    writer = GlobalSummaryWriter(tmp_path)
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=log_in_worker, args=(writer, 50)) for _ in range(3)]
    for worker in workers:
        worker.start()
    threads = [threading.Thread(target=log_in_worker, args=(writer, 50)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for running in (*workers, *threads):
        running.join(30)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    writer.add_image("i", np.zeros((1, 2, 2)))
    writer.add_image("i", np.zeros((2, 2)), dataformats="HW")
    assert writer.file_writer.get_logdir() == str(tmp_path)
    writer.close()
    written = Written(tmp_path)
    assert sorted(step for step, _, _ in written.scalars["shared"]) == list(range(300))
    assert len(written.values["note/text_summary"]) == 6
    assert len(written.values["i"]) == 2


def test_one_global_writer_for_the_program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(GlobalSummaryWriter, "_shared", None)
    first = GlobalSummaryWriter.getSummaryWriter()
    first.add_scalar("x", 1.0)
    first.flush()
    assert GlobalSummaryWriter.getSummaryWriter() is first
    assert len(list((tmp_path / "runs").iterdir())) == 1
    first.close()


class TestSummaries:
    """Each function gives what the writer's method writes."""

    RNG = np.random.default_rng(0)
    VALUES = RNG.normal(size=50)
    PICTURE = RNG.random((3, 4, 5))
    ROWS = RNG.random((6, 11))
    CALLS = (
        ("x", lambda w: w.add_scalar("x", 0.5), lambda: summary.scalar("x", 0.5)),
        ("d", lambda w: w.add_scalar("d", 0.5, double_precision=True),
         lambda: summary.scalar("d", scalar=0.5, double_precision=True)),
        ("t", lambda w: w.add_tensor("t", [1, 2]), lambda: summary.tensor_proto("t", [1, 2])),
        ("h", lambda w: w.add_histogram("h", TestSummaries.VALUES),
         lambda: summary.histogram("h", TestSummaries.VALUES, "tensorflow")),
        ("r", lambda w: w.add_histogram_raw("r", 0, 1, 2, 1, 1, [1], [2]),
         lambda: summary.histogram_raw("r", 0, 1, 2, 1, 1, [1], [2])),
        ("i", lambda w: w.add_image("i", TestSummaries.PICTURE), lambda: summary.image("i", TestSummaries.PICTURE)),
        ("b", lambda w: w.add_image_with_boxes("b", TestSummaries.PICTURE, [[0, 0, 2, 2]]),
         lambda: summary.image_boxes("b", TestSummaries.PICTURE, [[0, 0, 2, 2]])),
        ("v", lambda w: w.add_video("v", TestSummaries.PICTURE[None, None]),
         lambda: summary.video("v", TestSummaries.PICTURE[None, None])),
        ("a", lambda w: w.add_audio("a", TestSummaries.VALUES / 9), lambda: summary.audio("a", TestSummaries.VALUES / 9)),
        ("s/text_summary", lambda w: w.add_text("s", "words"), lambda: summary.text("s", "words")),
        ("p", lambda w: w.add_pr_curve("p", [0, 1], [0.2, 0.7]), lambda: summary.pr_curve("p", [0, 1], [0.2, 0.7])),
        ("q", lambda w: w.add_pr_curve_raw("q", *TestSummaries.ROWS),
         lambda: summary.pr_curve_raw("q", *TestSummaries.ROWS)),
        ("m_VERTEX", lambda w: w.add_mesh("m", [[[0, 0, 0.5]]]), lambda: summary.mesh("m", [[[0, 0, 0.5]]], None, None)),
        ("custom_scalars__config__", lambda w: w.add_custom_scalars_multilinechart(["a"]),
         lambda: summary.custom_scalars({"default": {"untitled": ["Multiline", ["a"]]}})),
    )  # fmt: skip

    @pytest.mark.parametrize(("tag", "call", "make"), CALLS, ids=[tag for tag, _, _ in CALLS])
    def test_is_what_the_writer_writes(self, tmp_path, tag, call, make):
        with SummaryWriter(tmp_path) as writer:
            call(writer)
        events = [
            event_pb2.Event.FromString(payload)
            for path in tmp_path.glob("events*")
            for payload in payloads(path.read_bytes())
        ]
        (written,) = [value for event in events for value in event.summary.value if value.tag == tag]
        made = summary_pb2.Summary.FromString(make().SerializeToString())
        assert list(made.value) == [written]

    def test_a_session_of_hparams(self):
        experiment, start, end = summary.hparams({"lr": 0.1}, {"m": 1.0}, {"lr": [0.1, 0.2]})
        tags = [
            value.tag
            for each in (experiment, start, end)
            for value in summary_pb2.Summary.FromString(each.data).value
        ]
        assert tags == [hparams.EXPERIMENT_TAG, hparams.SESSION_START_TAG, hparams.SESSION_END_TAG]
        assert summary.hparams({"lr": 0.1}, {})[0].data == b""

    def test_an_enlarged_image(self):
        value = summary_pb2.Summary.FromString(summary.image("i", np.zeros((1, 4, 5)), rescale=3).data).value[
            0
        ]
        assert Image.open(io.BytesIO(value.image.encoded_image_string)).size == (15, 12)


def payloads(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 8], "little")
        found.append(data[at + 12 : at + 12 + size])
        at += size + 16
    return found
