"""A committed folder of the kinds that are drawn, encoded by libraries or lie beside the event file.

Our reader and TensorBoard's find in it what was logged, and the writer still writes it. Where the bytes change on purpose,
write it anew: `python tests/compat/test_writer_golden_folder.py`.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

import av
import numpy as np
import pytest
from google.protobuf import text_format
from matplotlib.figure import Figure
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.projector import projector_config_pb2, projector_plugin

import glassboard
from glassboard import SummaryWriter, _kernel
from glassboard.codec.payloads import custom_scalars
from glassboard.log import Run
from glassboard.types import Kind

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "drawn"
EVENTS = "events.out.tfevents.1700000001.golden.1.0"
FRAMES = (np.arange(3 * 16 * 24, dtype=np.uint8) * 3).reshape(1, 3, 1, 16, 24)
PICTURE = np.full((3, 20, 30), 128, np.uint8)
POINTS = np.array([[0.5, -1.0], [np.nan, np.inf], [1e-30, 3e38]], np.float32)
LABELS = [["お", 0], ["a\tb", 1], ["", 2]]
SPRITES = (np.arange(3 * 1 * 2 * 2, dtype=np.uint8) * 20).reshape(3, 1, 2, 2)


def log_everything(folder: Path) -> None:
    figure = Figure(figsize=(0.4, 0.3), dpi=100, facecolor="#204060")
    with SummaryWriter(folder) as writer, writer.use_metadata(walltime=1_700_000_001.5):
        writer.add_figure("figure", figure, 2)
        writer.add_video("video", FRAMES, 3, fps=10, file_format="webm")
        writer.add_video("gif", FRAMES, 3, fps=10, file_format="gif")
        writer.add_image_with_boxes("boxes", PICTURE, [[2, 3, 20, 12]], 4, box_colors="#ff0000")
        writer.add_custom_scalars_multilinechart(["loss/train", "loss/val"], "loss", "both")
        writer.add_custom_scalars_marginchart(["mean", "low", "high"], "bands", "of seeds")
        writer.add_embedding(POINTS, LABELS, SPRITES, 5, "points", ["name", "class"])
    (written,) = folder.glob("events*")
    written.rename(folder / EVENTS)


def records(folder: Path) -> list[bytes]:
    """Without the first, which says when the file was begun, and without what other libraries encoded."""
    data, at, found = (folder / EVENTS).read_bytes(), 0, []
    while at < len(data):
        end = at + 16 + int.from_bytes(data[at : at + 8], "little")
        found.append(data[at:end])
        at = end
    return [record for record in found[1:] if b"PNG" not in record and b"GIF8" not in record]


def files(folder: Path) -> dict[str, bytes]:
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    return {name: data for name, data in found.items() if name != EVENTS}


@pytest.fixture(scope="module")
def run() -> Run:
    return glassboard.open(GOLDEN, cache=False).runs["."]


@pytest.fixture(scope="module")
def board() -> EventAccumulator:
    return EventAccumulator(str(GOLDEN), size_guidance={"images": 0, "tensors": 0}).Reload()


def test_the_writer_still_writes_this_folder(tmp_path: Path) -> None:
    log_everything(tmp_path)
    assert records(tmp_path) == records(GOLDEN)
    fresh, golden = files(tmp_path), files(GOLDEN)
    assert fresh.keys() == golden.keys()
    for name in golden:
        if name.endswith(".png"):  # whose compressor may be another
            pixels = [np.asarray(Image.open(io.BytesIO(data))) for data in (fresh[name], golden[name])]
            np.testing.assert_array_equal(*pixels)
        else:
            assert fresh[name] == golden[name], name


def test_pictures_are_what_was_logged(run: Run, board: EventAccumulator) -> None:
    figure = run.images("figure")[0].to_numpy()
    assert figure.shape == (30, 40, 3)
    assert set(map(tuple, figure.reshape(-1, 3).tolist())) == {(0x20, 0x40, 0x60)}
    boxes = run.images("boxes")[0].to_numpy()
    is_drawn = (boxes == (255, 0, 0)).all(axis=2)
    assert (boxes[~is_drawn] == 128).all()
    outline = np.zeros((20, 30), bool)
    outline[3:13, 2:21] = True
    outline[4:12, 3:20] = False
    np.testing.assert_array_equal(is_drawn, outline)
    for tag, step in (("figure", 2), ("boxes", 4)):
        (event,) = board.Images(tag)
        assert (event.step, event.encoded_image_string) == (step, run.images(tag)[0].read())


def test_videos_are_what_was_logged(run: Run, board: EventAccumulator) -> None:
    gif = Image.open(io.BytesIO(run.images("gif")[0].read()))
    assert gif.n_frames == 3
    for i in range(3):
        gif.seek(i)
        np.testing.assert_array_equal(np.asarray(gif.convert("L")), FRAMES[0, i, 0])
    found = run.videos("video")[0].video()
    assert (found.media_type, found.frames_per_second, found.frame_count) == ("video/webm", 10, 3)
    assert (found.width, found.height) == (24, 16)
    with av.open(io.BytesIO(found.data)) as container:
        assert len(list(container.decode(video=0))) == 3
    np.testing.assert_array_equal(
        np.asarray(Image.open(io.BytesIO(run.videos("video")[0].still()))), FRAMES[0, 0, 0]
    )
    for tag, wanted in (("video", run.videos("video")[0].still()), ("gif", run.images("gif")[0].read())):
        (event,) = board.Images(tag)
        assert (event.step, event.height, event.width) == (3, 16, 24)
        assert event.encoded_image_string == wanted


def test_charts_are_those_that_were_laid_out(run: Run, board: EventAccumulator) -> None:
    layouts = [event.tensor_proto.string_val[0] for event in board.Tensors("custom_scalars__config__")]
    layout = layout_pb2.Layout.FromString(layouts[-1])
    assert [(category.title, [chart.title for chart in category.chart]) for category in layout.category] == [
        ("loss", ["both"]),
        ("bands", ["of seeds"]),
    ]
    assert list(layout.category[0].chart[0].multiline.tag) == ["loss/train", "loss/val"]
    (margin,) = layout.category[1].chart[0].margin.series
    assert (margin.value, margin.lower, margin.upper) == ("mean", "low", "high")
    samples = run.tensors(custom_scalars.CONFIG_TAG, kind=Kind.CUSTOM_SCALARS)
    ours = custom_scalars.decode(_kernel.decode_value(samples[-1].raw()))
    assert [chart.tags for category in ours for chart in category.charts] == [
        ("loss/train", "loss/val"),
        ("mean", "low", "high"),
    ]


def test_the_embedding_is_what_was_logged(run: Run) -> None:
    found = run.embeddings["points:00005"]
    np.testing.assert_array_equal(found.to_numpy(), POINTS)
    assert found.metadata() == (("name", "class"), [("お", "0"), ("a b", "1"), ("", "2")])
    sheet = np.asarray(Image.open(io.BytesIO(found.sprite())))
    np.testing.assert_array_equal(sheet[2:4, :2], SPRITES[2, 0])
    config = text_format.Parse(
        (GOLDEN / "projector_config.pbtxt").read_text(), projector_config_pb2.ProjectorConfig()
    )
    (entry,) = config.embeddings
    assert (entry.tensor_name, list(entry.tensor_shape)) == ("points:00005", [3, 2])
    theirs = projector_plugin._read_tensor_binary_file(str(GOLDEN / entry.tensor_path), (3, 2))
    np.testing.assert_array_equal(np.array(theirs).reshape(3, 2), POINTS)


def test_every_record_is_sound() -> None:
    scanner = _kernel.EventScanner()
    data = (GOLDEN / EVENTS).read_bytes()
    assert scanner.feed(data) == len(data)
    assert glassboard.open(GOLDEN, cache=False).problems == ()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        log_everything(Path(made))
        shutil.rmtree(GOLDEN, ignore_errors=True)
        shutil.copytree(made, GOLDEN)
