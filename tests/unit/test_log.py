"""`glassboard.open`: what a user's script reads."""

import io
import math
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import glassboard
from glassboard.codec import wire
from glassboard.errors import CorruptError, NotFoundError
from glassboard.log import Log
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder, MemoryProvider, records
from glassboard.types import Kind


@pytest.fixture
def logdir(tmp_path):
    return LogdirBuilder(tmp_path / "logs")


def test_every_point_of_a_scalar(logdir):
    logdir.run("a").scalars("loss", [1.0, math.nan, 3.0])
    loss = glassboard.open(logdir.root).runs["a"].scalars("loss")
    assert loss.steps.tolist() == [0, 1, 2]
    assert loss.wall_times.tolist() == [FIRST_WALL_TIME + step for step in range(3)]
    np.testing.assert_array_equal(loss.values, [1.0, math.nan, 3.0])
    assert len(loss) == 3
    assert repr(loss) == "<Scalars 'loss' of run 'a': 3 points, steps 0 to 2, last value 3>"


def test_segments_of_a_restarted_run(logdir):
    first = logdir.run("a").scalars("loss", [0.0, 1.0, 2.0])
    first.writer().scalars("loss", [10.0], first_step=1, wall_times=[FIRST_WALL_TIME + 60])
    loss = glassboard.open(logdir.root).runs["a"].scalars("loss")
    assert loss.values.tolist() == [0, 1, 2, 10]
    assert loss.newest().values.tolist() == [0, 10]
    assert loss.segment(0).values.tolist() == [0, 1, 2]
    assert loss.segment(-1).values.tolist() == [10]
    assert "2 segments" in repr(loss)
    with pytest.raises(NotFoundError, match="no segment 2 of 'loss': it has 2"):
        loss.segment(2)
    with pytest.raises(ValueError, match="read-only"):
        loss.newest().values[0] = 1


def test_runs_are_a_mapping(logdir):
    logdir.run("b10").scalars("x", [1.0])
    logdir.run("b2").scalars("x", [1.0])
    log = glassboard.open(logdir.root)
    assert list(log.runs) == ["b2", "b10"]
    assert len(log.runs) == 2
    assert "b2" in log.runs
    assert "c" not in log.runs
    assert log.runs.get("c") is None
    with pytest.raises(NotFoundError, match="did you mean 'b2'"):
        log.runs["b22"]
    assert repr(log.runs) == "<2 runs: 'b2', 'b10'>"
    assert repr(log.runs["b2"]) == "<Run 'b2': 1 tags, 1 points, last step 0>"
    assert "2 points in 2 runs from 2 event files" in repr(log)


def test_tags_are_a_mapping_to_kinds(logdir):
    logdir.run("a").scalars("x", [1.0]).text("x", "both").image("picture")
    tags = glassboard.open(logdir.root).runs["a"].tags
    assert dict(tags) == {"picture": Kind.IMAGE, "x": Kind.SCALAR}
    assert tags.kinds("x") == (Kind.SCALAR, Kind.TEXT)
    assert tags.of("text") == ("x",)
    assert tags.get("y") is None
    assert "y" not in tags
    assert repr(tags) == "{'picture': image, 'x': scalar+text}"
    with pytest.raises(NotFoundError, match="no tag 'pictur'"):
        tags["pictur"]


def test_videos(tmp_path):
    frames = np.zeros((1, 5, 3, 40, 30), np.uint8)
    with glassboard.SummaryWriter(tmp_path) as writer:
        writer.add_video("clip", frames, 3, fps=5, file_format="webm")
        writer.add_video("gif", frames, 3, fps=5, file_format="gif")
    run = glassboard.open(tmp_path).runs["."]
    assert dict(run.tags) == {"clip": Kind.VIDEO, "gif": Kind.IMAGE}
    (sample,) = run.videos("clip")
    video = sample.video()
    assert (sample.step, video.media_type, video.frame_count, video.width, video.height) == (
        3,
        "video/webm",
        5,
        30,
        40,
    )
    assert sample.read() == video.data
    assert Image.open(io.BytesIO(sample.still())).size == (30, 40)
    with pytest.raises(NotFoundError, match="gif"):
        run.videos("gif")


def test_images(logdir):
    run = logdir.run("a")
    for step in range(25):
        run.image("data", shade=step, size=(5, 4), step=step)
    images = glassboard.open(logdir.root).runs["a"].images("data")
    assert len(images) == 25
    assert images.steps.tolist() == list(range(25))
    assert images[7].step == 7
    assert images[-1].read().startswith(b"\x89PNG")
    pixels = images.at(9).to_numpy()
    assert (pixels.shape, pixels.dtype, int(pixels.max())) == ((4, 5), np.uint8, 9)
    assert [image.step for image in images[3:6]] == [3, 4, 5]
    assert [image.step for image in images] == list(range(25))
    with pytest.raises(NotFoundError, match="the nearest is at step 24"):
        images.at(99)
    with pytest.raises(IndexError):
        images[25]
    with pytest.raises(NotFoundError, match="no image 1 at step 0: the sample holds 1"):
        images[0].read(1)
    assert repr(images) == "<Samples 'data' of run 'a': 25 x ImageSample, steps 0 to 24>"


def test_an_image_that_is_none(logdir):
    logdir.run("a").value(records.image_value("data", b"\x89PNG\r\n\x1a\nspoilt", height=1, width=1))
    (image,) = glassboard.open(logdir.root).runs["a"].images("data")
    assert image.read().endswith(b"spoilt")
    with pytest.raises(CorruptError, match="the image at step 0 cannot be decoded"):
        image.to_numpy()


@pytest.mark.parametrize(
    ("mode", "shape"), [("1", (2, 3)), ("P", (2, 3, 3)), ("LA", (2, 3, 4)), ("I;16", (2, 3))]
)
def test_images_of_unusual_modes_are_made_plain(logdir, tmp_path, mode, shape):
    Image.new(mode, (3, 2)).save(tmp_path / "x.png")
    value = records.image_value("data", (tmp_path / "x.png").read_bytes(), height=2, width=3)
    logdir.run("a").value(value)
    assert glassboard.open(logdir.root).runs["a"].images("data")[0].to_numpy().shape == shape


def test_the_newest_samples_of_a_restarted_run(logdir):
    first = logdir.run("a").text("note", "old 0", step=0).text("note", "old 1", step=1)
    again = first.writer()
    again.value(records.text_value("note", ["new 1"]), step=1, wall_time=FIRST_WALL_TIME + 60)
    notes = glassboard.open(logdir.root).runs["a"].texts("note")
    assert [note.read() for note in notes] == ["old 0", "old 1", "new 1"]
    newest = notes.newest()
    assert [note.read() for note in newest] == ["old 0", "new 1"]
    assert newest.steps.tolist() == [0, 1]
    assert newest[-1].read() == "new 1"
    assert notes.at(1).read() == "new 1"
    assert len(notes.segments) == 2


def test_texts_with_and_without_the_ending_that_writers_append(logdir):
    logdir.run("a").text("note/text_summary", "one", "two")
    run = glassboard.open(logdir.root).runs["a"]
    for tag in ("note", "note/text_summary"):
        assert run.texts(tag)[0].read() == "one\n\ntwo"
        assert run.texts(tag)[0].strings() == ("one", "two")
        assert run.texts(tag)[0].shape() == (2,)
    with pytest.raises(NotFoundError):
        run.texts("other")


def test_histograms_graphs_and_tensors(logdir):
    node = wire.message(1, wire.bytes_(1, "n"), wire.bytes_(2, "Relu"))
    run = logdir.run("a").histogram("weights", [0.0, 1.0, 2.0], [0.0, 3.0, 4.0]).graph(node)
    run.value(records.text_value("strings", ["x", "y"], meta=records.metadata("other")))
    read = glassboard.open(logdir.root).runs["a"]
    assert read.histograms("weights")[0].read().counts.sum() == 7
    assert read.graphs()[0].read().nodes[0].name == "n"
    assert read.graphs()[0].raw() == node
    assert read.tensors("strings")[0].to_numpy().tolist() == [b"x", b"y"]
    logdir.run("b").scalars("x", [1.0])
    without = glassboard.open(logdir.root).runs["b"]
    with pytest.raises(NotFoundError, match="no graph in run"):
        without.graphs()


def test_hyperparameters(logdir):
    pair = wire.message(1, wire.bytes_(1, "lr"), wire.message(2, wire.double(2, 0.1)))
    content = wire.message(3, pair)
    meta = records.metadata("hparams", content=content)
    logdir.run("a").value(records.metadata_only_value("_hparams_/session_start_info", meta))
    run = glassboard.open(logdir.root).runs["a"]
    assert dict(run.hparams) == {"lr": 0.1}
    assert run.experiment is None
    assert run.session_end is None


def write_projector(folder, *, tensor_path="t.tsv", data=b"1\t2\n3\t4\n5\t6\n"):
    (folder / "t.tsv").write_bytes(data)
    (folder / "m.tsv").write_text("お\nき\nす\n", encoding="utf-8")
    (folder / "projector_config.pbtxt").write_text(
        f'embeddings {{ tensor_name: "e" tensor_path: "{tensor_path}" metadata_path: "m.tsv" }}'
    )


def test_embeddings(logdir):
    run = logdir.run("a").scalars("x", [1.0])
    read = glassboard.open(logdir.root).runs["a"]
    assert dict(read.embeddings) == {}
    write_projector(run.folder)
    embedding = read.embeddings["e"]
    assert embedding.to_numpy().tolist() == [[1, 2], [3, 4], [5, 6]]
    assert embedding.metadata() == (("label",), [("お",), ("き",), ("す",)])
    with pytest.raises(NotFoundError, match="has no sprite"):
        embedding.sprite()


def test_an_embedding_cannot_read_outside_the_log_directory(logdir):
    run = logdir.run("a").scalars("x", [1.0])
    (logdir.root / "shared.tsv").write_text("1\t2\n")
    write_projector(run.folder, tensor_path="../shared.tsv")
    assert glassboard.open(logdir.root).runs["a"].embeddings["e"].to_numpy().tolist() == [[1.0, 2.0]]
    (logdir.root.parent / "secret.tsv").write_text("1\t2\n")
    write_projector(run.folder, tensor_path="../../secret.tsv")
    embedding = glassboard.open(logdir.root).runs["a"].embeddings["e"]
    with pytest.raises(NotFoundError, match="outside the log directory"):
        embedding.to_numpy()


def test_a_broken_embedding_is_told(logdir):
    run = logdir.run("a").scalars("x", [1.0])
    write_projector(run.folder, data=b"1\t2\nx\t4\n")
    with pytest.raises(CorruptError, match=r"no table of numbers.*t\.tsv"):
        glassboard.open(logdir.root).runs["a"].embeddings["e"].to_numpy()


def test_refresh_reads_on(logdir):
    run = logdir.run("a").scalars("x", [1.0])
    log = glassboard.open(logdir.root)
    before = log.runs["a"].scalars("x")
    run.scalars("x", [2.0], first_step=1)
    assert log.refresh() == {"a"}
    assert log.refresh() == frozenset()
    assert len(before) == 1
    assert len(log.runs["a"].scalars("x")) == 2


def test_problems_are_told_and_are_no_error(logdir):
    logdir.run("a").scalars("x", [1.0])
    logdir.garbage("b/x.tfevents", b"no event at all" * 10)
    log = glassboard.open(logdir.root)
    assert [problem.path for problem in log.problems] == ["b/x.tfevents"]
    assert "1 problems, see .problems" in repr(log)


def test_a_directory_that_is_not_there(tmp_path):
    (tmp_path / "runs").mkdir()
    with pytest.raises(NotFoundError, match=r"does not exist.*\(there is '.*/runs'\)"):
        glassboard.open(tmp_path / "rums")


def test_an_empty_directory_is_an_empty_log(tmp_path):
    log = glassboard.open(tmp_path)
    assert dict(log.runs) == {}
    assert "no event file" in repr(log)


def test_any_provider_can_be_read():
    memory = MemoryProvider()
    memory.add_scalars("a", "x", [0, 1], [1.0, 2.0])
    log = Log(memory)
    assert log.refresh() == {"a"}
    assert log.runs["a"].scalars("x").values.tolist() == [1.0, 2.0]
    assert dict(log.runs["a"].embeddings) == {}


def test_opening_loads_neither_torch_nor_the_server(tmp_path):
    code = (
        "import sys, glassboard; glassboard.open(sys.argv[1]);"
        "print(sorted({'torch', 'fastapi', 'google.protobuf', 'tensorboard', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
