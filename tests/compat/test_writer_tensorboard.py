"""TensorBoard's own reader reads what our writer writes, to the same values as from torch's writer."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image
from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins.pr_curve import plugin_data_pb2
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard import SummaryWriter
from glassboard.errors import MisuseError

from .both_writers import both, multiplexer, read


def pixels(image: object) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(image.encoded_image_string)).convert("RGB"))


def test_scalars_have_step_time_and_value(tmp_path):
    values = [0.1, -2.5, math.nan, math.inf, -math.inf, 0.0, 1e-45]
    with SummaryWriter(tmp_path) as writer:
        for step, value in enumerate(values):
            writer.add_scalar("loss", value, step, walltime=1000.25 + step)
    points = read(tmp_path).Scalars("loss")
    assert [point.step for point in points] == list(range(7))
    assert [point.wall_time for point in points] == [1000.25 + step for step in range(7)]
    np.testing.assert_array_equal([point.value for point in points], np.array(values, np.float32))


@pytest.mark.parametrize(
    "value",
    [
        2,
        True,
        np.float16(0.5),
        np.float64(0.25),
        np.int8(-3),
        np.array(7.5),
        np.array([[7.5]], np.float32),
        torch.tensor(1.5),
        torch.tensor([2.5], dtype=torch.bfloat16),
        torch.tensor(3.5, requires_grad=True),
        torch.tensor(4, dtype=torch.int64),
        torch.nn.Parameter(torch.tensor([5.0])),
    ],
    ids=repr,
)
def test_a_scalar_may_be_any_single_number(tmp_path, value):
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", value, 3)
    assert [(p.step, p.value) for p in read(tmp_path).Scalars("x")] == [
        (3, value.item() if hasattr(value, "item") else value)
    ]


def test_tensor_form_scalars_equal_torch(tmp_path):
    def log(writer):
        writer.add_scalar("single", 0.1, 1, new_style=True)
        writer.add_scalar("double", 0.1, 1, new_style=True, double_precision=True)

    ours, theirs = both(tmp_path, log)
    for tag in ("single", "double"):
        mine, other = ours.Tensors(tag)[0].tensor_proto, theirs.Tensors(tag)[0].tensor_proto
        assert mine.dtype == other.dtype
        assert tensor_util.make_ndarray(mine) == tensor_util.make_ndarray(other)
        assert ours.SummaryMetadata(tag).data_class == summary_pb2.DATA_CLASS_SCALAR
        assert ours.SummaryMetadata(tag).plugin_data.plugin_name == "scalars"


def test_what_overflows_32_bits_is_written_in_64(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("huge", 1e39, 0)
        writer.add_scalar("huge", -1e300, 1)
        writer.add_scalar(
            "told", 0.1, 0, double_precision=True, display_name="Loss", summary_description="*why*"
        )
    accumulator = read(tmp_path)
    found = [tensor_util.make_ndarray(point.tensor_proto).item() for point in accumulator.Tensors("huge")]
    assert found == [1e39, -1e300]
    assert tensor_util.make_ndarray(accumulator.Tensors("told")[0].tensor_proto).item() == 0.1
    assert accumulator.SummaryMetadata("told").display_name == "Loss"
    assert accumulator.SummaryMetadata("told").summary_description == "*why*"


def test_scalars_of_one_call_are_tags_of_the_run(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalars("loss", {"train": 1.0, "valid": torch.tensor(2.0)}, 5)
    assert sorted(path.name.split(".")[0] for path in tmp_path.iterdir()) == ["events"]
    accumulator = read(tmp_path)
    assert accumulator.Scalars("loss/train")[0].value == 1.0
    assert [(point.step, point.value) for point in accumulator.Scalars("loss/valid")] == [(5, 2.0)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, np.int32])
def test_histograms_equal_torch(tmp_path, dtype):
    values = (np.random.default_rng(0).normal(size=5000) * 50).astype(dtype)
    values[:3] = 0, -1, 1

    def log(writer):
        writer.add_histogram("default", values, 3)
        writer.add_histogram("edges", values, 3, bins=[-10.0, 0.0, 5.0, 20.0])
        writer.add_histogram("rule", values, 3, bins="sturges")

    ours, theirs = both(tmp_path, log)
    for tag in ("default", "edges", "rule"):
        mine, other = ours.Histograms(tag)[0].histogram_value, theirs.Histograms(tag)[0].histogram_value
        assert mine.bucket == other.bucket
        np.testing.assert_allclose(mine.bucket_limit, other.bucket_limit)
        np.testing.assert_allclose(
            [mine.min, mine.max, mine.num, mine.sum, mine.sum_squares],
            [other.min, other.max, other.num, other.sum, other.sum_squares],
        )


@pytest.mark.parametrize(
    "values",
    [[], [math.nan, math.nan], [math.inf, 1.0, -math.inf, 2.0], [1e30, -1e30]],
    ids=["empty", "nan", "inf", "huge"],
)
def test_histograms_that_stop_torch_are_readable(tmp_path, values):
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("h", np.array(values), 1)
        writer.add_histogram("h", torch.ones(4), 2)
    first, second = (point.histogram_value for point in read(tmp_path).Histograms("h"))
    finite = [value for value in values if math.isfinite(value)]
    assert first.num == sum(first.bucket) == len(finite)
    assert (first.min, first.max) == ((min(finite), max(finite)) if finite else (0.0, 0.0))
    assert second.num == 4
    tensors = multiplexer(tmp_path).Tensors(".", "h")  # the form that TensorBoard's histogram view reads
    buckets = tensor_util.make_ndarray(tensors[0].tensor_proto)
    assert buckets.shape[1] == 3
    assert buckets[:, 2].sum() == len(finite)


def test_images_equal_torch(tmp_path):
    rng = np.random.default_rng(0)
    floats = rng.uniform(-0.2, 1.2, (3, 20, 30)).astype(np.float32)

    greys, colours = rng.random((11, 1, 6, 7)), rng.random((3, 6, 7, 3))

    def log(writer):
        writer.add_image("chw", floats, 1)
        writer.add_image("hwc", floats.transpose(1, 2, 0).astype(np.float64), 1, dataformats="HWC")
        writer.add_image("hw", floats[0], 1, dataformats="HW")
        writer.add_image("levels", (floats.clip(0, 1) * 255).astype(np.uint8), 1)
        writer.add_images("grid", torch.from_numpy(greys), 2)
        writer.add_images("nhwc", colours, 2, dataformats="NHWC")

    ours, theirs = both(tmp_path, log)
    assert ours.Tags()["images"] == theirs.Tags()["images"]
    for tag in ours.Tags()["images"]:
        mine, other = ours.Images(tag)[0], theirs.Images(tag)[0]
        assert (mine.step, mine.width, mine.height) == (other.step, other.width, other.height)
        np.testing.assert_array_equal(pixels(mine), pixels(other))


def test_figures_equal_torch(tmp_path):
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    def log(writer):
        first, axes = pyplot.subplots(figsize=(2, 1.5))
        axes.plot([1, 2, 0])
        second = pyplot.figure(figsize=(2, 1.5))
        writer.add_figure("one", first, 4, close=False)
        assert pyplot.fignum_exists(first.number)
        writer.add_figure("two", [first, second], 4)
        assert not pyplot.get_fignums()

    ours, theirs = both(tmp_path, log)
    for tag in ("one", "two"):
        np.testing.assert_array_equal(pixels(ours.Images(tag)[0]), pixels(theirs.Images(tag)[0]))


def test_text_equals_torch(tmp_path):
    ours, theirs = both(tmp_path, lambda writer: writer.add_text("notes", "**れ** & <b>\n", 9))
    mine, other = ours.Tensors("notes/text_summary")[0], theirs.Tensors("notes/text_summary")[0]
    assert mine.step == other.step == 9
    np.testing.assert_array_equal(
        tensor_util.make_ndarray(mine.tensor_proto), tensor_util.make_ndarray(other.tensor_proto)
    )
    assert tensor_util.make_ndarray(mine.tensor_proto).tolist() == ["**れ** & <b>\n".encode()]
    assert ours.SummaryMetadata("notes/text_summary") == theirs.SummaryMetadata("notes/text_summary")


@pytest.mark.parametrize("threshold_count", [127, 11])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pr_curves_equal_torch(tmp_path, threshold_count, dtype):
    rng = np.random.default_rng(1)
    labels, predictions = rng.integers(0, 2, 3000), rng.random(3000).astype(dtype)
    weights = rng.random(3000)

    def log(writer):
        writer.add_pr_curve("pr", labels, predictions, 2, threshold_count)
        writer.add_pr_curve(
            "weighted", torch.from_numpy(labels), predictions, 2, threshold_count, weights=weights
        )

    ours, theirs = both(tmp_path, log)
    for tag in ("pr", "weighted"):
        mine, other = ours.Tensors(tag)[0].tensor_proto, theirs.Tensors(tag)[0].tensor_proto
        np.testing.assert_array_equal(tensor_util.make_ndarray(mine), tensor_util.make_ndarray(other))
        assert ours.SummaryMetadata(tag) == theirs.SummaryMetadata(tag)


def test_more_thresholds_than_torch_allows(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_pr_curve("pr", [0, 1], [0.2, 0.8], num_thresholds=201)
    accumulator = read(tmp_path)
    content = accumulator.SummaryMetadata("pr").plugin_data.content
    assert plugin_data_pb2.PrCurvePluginData.FromString(content).num_thresholds == 201
    assert tensor_util.make_ndarray(accumulator.Tensors("pr")[0].tensor_proto).shape == (6, 201)


def test_a_resumed_run_purges_what_it_rewrites(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        for step in range(5):
            writer.add_scalar("x", 1.0, step)
    with SummaryWriter(tmp_path, purge_step=3) as writer:
        writer.add_scalar("x", 2.0, 3)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(set(names)) == 2
    accumulator = read(tmp_path)
    assert [(point.step, point.value) for point in accumulator.Scalars("x")] == [
        (0, 1),
        (1, 1),
        (2, 1),
        (3, 2),
    ]


def test_a_model_graph_is_read(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_graph(torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.ReLU()), torch.zeros(1, 4))
    assert len(read(tmp_path).Graph().node) > 2


def test_the_default_folder_is_named_as_torch_names_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours, theirs = SummaryWriter(comment="_x"), TorchWriter(comment="_x")
    assert ours.log_dir[:10] == theirs.log_dir[:10]
    assert ours.log_dir.split("_")[2:] == theirs.log_dir.split("_")[2:]
    assert ours.get_logdir() == ours.log_dir
    arguments = ("purge_step", "max_queue", "filename_suffix")
    assert [getattr(ours, name) for name in arguments] == [getattr(theirs, name) for name in arguments]
    ours.close()
    theirs.close()
    with pytest.raises(MisuseError, match="wanted one of them"):
        SummaryWriter("a", logdir="b")
