"""The kinds beyond the walkthrough, as TensorBoard's reader and backends see them, beside torch's writer."""

from __future__ import annotations

import dataclasses
import io
import json
import warnings
import wave
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins import base_plugin
from tensorboard.plugins.mesh import metadata as mesh_metadata
from tensorboard.plugins.mesh import plugin_data_pb2
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard import SummaryWriter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries they come with
    from tensorboard.plugins.custom_scalar.custom_scalars_plugin import CustomScalarsPlugin
    from tensorboard.plugins.image.images_plugin import ImagesPlugin

from .both_writers import both, read

RNG = np.random.default_rng(0)


def array(accumulator: EventAccumulator, tag: str, index: int = 0) -> np.ndarray:
    return tensor_util.make_ndarray(accumulator.Tensors(tag)[index].tensor_proto)


def plugin_context(folder: Path) -> base_plugin.TBContext:
    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"images": 0})
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(folder))
    return base_plugin.TBContext(data_provider=provider, logdir=str(folder))


@pytest.mark.parametrize(
    "dtype",
    [torch.float16, torch.float32, torch.float64, torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64,
     torch.bool, torch.complex128],
    ids=str,
)  # fmt: skip
def test_tensors_equal_torch(tmp_path, dtype):
    tensor = torch.tensor([[0, 1, 2], [3, 4, 5]]).to(dtype)
    ours, theirs = both(tmp_path, lambda writer: writer.add_tensor("t", tensor, 4, walltime=9.5))
    point, other = ours.Tensors("t")[0], theirs.Tensors("t")[0]
    assert (point.step, point.wall_time) == (other.step, other.wall_time) == (4, 9.5)
    assert point.tensor_proto.dtype == other.tensor_proto.dtype
    assert array(ours, "t").dtype == tensor.numpy().dtype
    if dtype not in (torch.float16, torch.uint8):  # which torch writes so that TensorBoard cannot read them
        np.testing.assert_array_equal(array(ours, "t"), array(theirs, "t"))
    np.testing.assert_array_equal(array(ours, "t"), tensor.numpy())
    assert ours.SummaryMetadata("t") == theirs.SummaryMetadata("t")


def test_a_tensor_of_one_element_and_of_none(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_tensor("one", torch.tensor(2.5))
        writer.add_tensor("none", np.zeros((0, 3)))
    accumulator = read(tmp_path)
    assert array(accumulator, "one").shape == ()
    assert array(accumulator, "one") == 2.5
    assert array(accumulator, "none").shape == (0, 3)


def test_counted_histograms_equal_torch(tmp_path):
    def log(writer):
        writer.add_histogram_raw(
            "h", min=0.0, max=2.0, num=6, sum=5.5, sum_squares=7.25,
            bucket_limits=[0.5, 1.0, 2.0], bucket_counts=np.array([1, 2, 3]), global_step=3, walltime=7.0,
        )  # fmt: skip

    ours, theirs = both(tmp_path, log)
    assert ours.Histograms("h") == theirs.Histograms("h")


def test_counted_pr_curves_equal_torch(tmp_path):
    rows = RNG.random((6, 127))
    ours, theirs = both(tmp_path, lambda writer: writer.add_pr_curve_raw("pr", *rows, 3))
    np.testing.assert_array_equal(array(ours, "pr"), array(theirs, "pr"))
    assert ours.SummaryMetadata("pr") == theirs.SummaryMetadata("pr")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mono_audio_equals_torch_to_the_byte(tmp_path, dtype):
    sound = np.sin(np.arange(2000) / 7).astype(dtype)

    def log(writer):
        writer.add_audio("flat", sound, 2, sample_rate=8000)
        writer.add_audio("row", torch.from_numpy(sound)[None], 2, 8000)

    ours, theirs = both(tmp_path, log)
    for tag in ("flat", "row"):
        mine, other = (dataclasses.replace(found.Audio(tag)[0], wall_time=0) for found in (ours, theirs))
        assert mine == other


def test_stereo_audio_has_both_channels(tmp_path):
    left = (np.arange(100) * 300).astype(np.int16)
    with SummaryWriter(tmp_path) as writer:
        writer.add_audio("frames first", np.stack([left, -left], axis=1), 0, 22050)
        writer.add_audio("channels first", torch.from_numpy(np.stack([left, -left])), 0, 22050)
    accumulator = read(tmp_path)
    for tag in ("frames first", "channels first"):
        sound = accumulator.Audio(tag)[0]
        assert (sound.sample_rate, sound.length_frames, sound.content_type) == (22050, 100, "audio/wav")
        with wave.open(io.BytesIO(sound.encoded_audio_string)) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 22050)
            frames = np.frombuffer(file.readframes(100), "<i2").reshape(100, 2)
        np.testing.assert_array_equal(frames, np.stack([left, -left], axis=1))


def test_meshes_equal_torch(tmp_path):
    vertices, faces = RNG.random((2, 4, 3)).astype(np.float32), RNG.integers(0, 4, (2, 5, 3))
    colors = RNG.integers(0, 256, (2, 4, 3))
    config = {"camera": {"cls": "PerspectiveCamera", "fov": 75}}

    def log(writer):
        writer.add_mesh("all", torch.from_numpy(vertices), colors, faces, config, 5)
        writer.add_mesh("points", vertices)

    ours, theirs = both(tmp_path, log)
    tags = [tag for tag in ours.Tags()["tensors"] if tag.startswith(("all", "points"))]
    assert tags == ["all_VERTEX", "all_FACE", "all_COLOR", "points_VERTEX"]
    for tag in tags:
        np.testing.assert_array_equal(array(ours, tag), array(theirs, tag))
        mine, other = (
            mesh_metadata.parse_plugin_metadata(accumulator.SummaryMetadata(tag).plugin_data.content)
            for accumulator in (ours, theirs)
        )
        assert mine == other
        assert ours.Tensors(tag)[0].step == (5 if tag.startswith("all") else 0)
    assert mine.content_type == plugin_data_pb2.MeshPluginData.VERTEX


def layout_of(folder: Path) -> dict[str, dict[str, object]]:
    """What TensorBoard's custom scalars backend lays out for a log directory."""
    plugin = CustomScalarsPlugin(plugin_context(folder))
    found = plugin.layout_impl(context.RequestContext(), "")
    return {
        category["title"]: {chart["title"]: {k: v for k, v in chart.items() if k != "title"} for chart in category["chart"]}
        for category in json.loads(found)["category"]
    }  # fmt: skip


def test_custom_scalars_equal_torch_and_take_effect_on_every_call(tmp_path):
    layout = {"Taiwan": {"twse": ["Multiline", ["twse/0050", "twse/2330"]]},
              "USA": {"dow": ["Margin", ["dow/aaa", "dow/bbb", "dow/ccc"]]}}  # fmt: skip
    both(tmp_path, lambda writer: writer.add_custom_scalars(layout))
    assert layout_of(tmp_path / "ours") == layout_of(tmp_path / "theirs")
    with SummaryWriter(tmp_path / "more") as writer:
        writer.add_custom_scalars(layout)
        writer.add_custom_scalars_multilinechart(["loss/.*"], category="USA", title="losses")
        writer.add_custom_scalars_marginchart(["v", "low", "high"])
        writer.add_custom_scalars({"Taiwan": {"twse": ["Multiline", ["other"]]}})
    found = layout_of(tmp_path / "more")
    assert list(found) == ["Taiwan", "USA", "default"]
    assert found["Taiwan"]["twse"] == {"multiline": {"tag": ["other"]}}
    assert list(found["USA"]) == ["dow", "losses"]
    assert found["default"]["untitled"] == {
        "margin": {"series": [{"value": "v", "lower": "low", "upper": "high"}]}
    }


def test_boxes_are_where_they_are_in_torch(tmp_path):
    grey = np.full((3, 60, 80), 128, np.uint8)
    boxes = torch.tensor([[10, 10, 50, 40]])
    ours, theirs = both(tmp_path, lambda writer: writer.add_image_with_boxes("b", grey, boxes, 1))
    drawn = [
        np.asarray(Image.open(io.BytesIO(found.Images("b")[0].encoded_image_string)).convert("RGB"))
        for found in (ours, theirs)
    ]
    rows = [np.flatnonzero((picture != 128).any(axis=(1, 2)))[[0, -1]] for picture in drawn]
    columns = [np.flatnonzero((picture != 128).any(axis=(0, 2)))[[0, -1]] for picture in drawn]
    np.testing.assert_allclose(rows[0], rows[1], atol=1)
    np.testing.assert_allclose(columns[0], columns[1], atol=1)


def test_a_gif_is_played_and_a_video_shows_its_first_frame(tmp_path):
    frames = RNG.integers(0, 256, (2, 5, 3, 40, 30)).astype(np.uint8)
    with SummaryWriter(tmp_path) as writer:
        writer.add_video("gif", frames, 1, fps=5, file_format="gif")
        writer.add_video("webm", frames, 1, fps=5, file_format="webm")
    found = read(tmp_path).Images("gif")[0]
    assert (found.width, found.height) == (60, 40)
    assert Image.open(io.BytesIO(found.encoded_image_string)).n_frames == 5
    still = Image.open(io.BytesIO(read(tmp_path).Images("webm")[0].encoded_image_string))
    assert still.format == "PNG"
    np.testing.assert_array_equal(np.asarray(still)[:, :30], frames[0, 0].transpose(1, 2, 0))
    # The page's own backend lists both as images.
    images = ImagesPlugin(plugin_context(tmp_path))._index_impl(context.RequestContext(), "")
    assert set(images["."]) == {"gif", "webm"}


def test_what_is_only_ours_is_passed_over(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_note("why")
        writer.set_tags("baseline")
        writer.add_predictions("eval", [0, 1], [[0.9, 0.1], [0.2, 0.8]])
        writer.add_scalar("loss", 1.0)
    accumulator = read(tmp_path)
    assert accumulator.Tags()["scalars"] == ["loss"]
    plugins = {
        accumulator.SummaryMetadata(tag).plugin_data.plugin_name for tag in accumulator.Tags()["tensors"]
    }
    assert plugins == {"glassboard_notes", "glassboard_tags", "glassboard_predictions"}


@pytest.mark.parametrize("as_runs", [False, True])
def test_scalars_of_one_call_in_the_old_layout(tmp_path, as_runs):
    with SummaryWriter(tmp_path / "ours", run_per_scalar=as_runs) as writer:
        writer.add_scalars("loss/all", {"train": 1.0, "valid": 2.0}, 5)
        writer.add_scalars("loss/all", {"train": 0.5}, 6)
        assert len(writer.all_writers) == (3 if as_runs else 1)
    with TorchWriter(str(tmp_path / "theirs")) as theirs:
        theirs.add_scalars("loss/all", {"train": 1.0, "valid": 2.0}, 5)
    folders = sorted(path.name for path in (tmp_path / "ours").iterdir() if path.is_dir())
    assert folders == (
        sorted(path.name for path in (tmp_path / "theirs").iterdir() if path.is_dir()) if as_runs else []
    )
    if as_runs:
        points = read(tmp_path / "ours" / "loss_all_train").Scalars("loss/all")
        assert [(point.step, point.value) for point in points] == [(5, 1.0), (6, 0.5)]
