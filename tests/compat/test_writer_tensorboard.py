"""TensorBoard's own reader and backends read what our writer writes, to the same values as from torch's writer."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
from tensorboard.plugins.pr_curve import plugin_data_pb2
from tensorboard.plugins.projector import projector_plugin
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard import SummaryWriter
from glassboard.errors import MisuseError

from .both_writers import both, read


def pixels(image: object) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(image.encoded_image_string)).convert("RGB"))


def multiplexer(folder: Path) -> plugin_event_multiplexer.EventMultiplexer:
    found = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"scalars": 0})
    found.AddRunsFromDirectory(str(folder))
    found.Reload()
    return found


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


def hparams_of(
    folder: Path, metrics: tuple[str, ...] = ()
) -> tuple[api_pb2.Experiment, list[api_pb2.SessionGroup]]:
    """The experiment and the session groups that TensorBoard's hparams backend lists for a log directory."""
    provider = data_provider.MultiplexerDataProvider(multiplexer(folder), str(folder))
    backend = backend_context.Context(base_plugin.TBContext(data_provider=provider, logdir=str(folder)))
    request_context = context.RequestContext()
    experiment = get_experiment.Handler(request_context, backend, "", api_pb2.GetExperimentRequest()).run()
    request = api_pb2.ListSessionGroupsRequest(
        allowed_statuses=[0, 1, 2, 3],
        slice_size=1000,
        col_params=[api_pb2.ColParams(metric=api_pb2.MetricName(tag=tag)) for tag in metrics],
    )
    return experiment, list(
        list_session_groups.Handler(request_context, backend, "", request).run().session_groups
    )


def test_27_runs_are_27_groups_with_their_metrics(tmp_path):
    combinations = [
        (rate, size, name)
        for rate in (0.1, 0.01, 0.001)
        for size in (16, 32, 64)
        for name in ("sgd", "adam", "rms")
    ]
    for i, (rate, size, name) in enumerate(combinations):
        with SummaryWriter(tmp_path / f"search/{i:02d}") as writer:
            hparams = {"lr": rate, "batch_size": size, "optimizer": name, "nesterov": False}
            writer.add_hparams(hparams, {"hparam/accuracy": i / 27})
    assert not [path for path in tmp_path.glob("search/*/*") if path.is_dir()]
    experiment, groups = hparams_of(tmp_path, ("hparam/accuracy",))
    assert {info.name for info in experiment.hparam_infos} == {"lr", "batch_size", "optimizer", "nesterov"}
    assert [info.name.tag for info in experiment.metric_infos] == ["hparam/accuracy"]
    assert len(groups) == 27
    by_name = {group.name: group for group in groups}
    for i, (rate, size, name) in enumerate(combinations):
        group = by_name[f"search/{i:02d}"]
        assert group.hparams["lr"].number_value == rate
        assert group.hparams["batch_size"].number_value == size
        assert group.hparams["optimizer"].string_value == name
        assert group.hparams["nesterov"].bool_value is False
        assert group.sessions[0].status == api_pb2.STATUS_SUCCESS
        assert [value.value for value in group.metric_values] == [np.float32(i / 27)]


def test_hparams_of_any_type_and_a_run_that_fails(tmp_path):
    with pytest.raises(KeyError), SummaryWriter(tmp_path / "a") as writer:  # noqa: PT012 - the end of it is tested
        writer.add_hparams(
            {"layers": [64, 32], "dropout": None, "act": torch.nn.ReLU, "seed": torch.tensor(3)}, {}
        )
        writer.add_scalar("loss", 2.0, 1)
        raise KeyError
    experiment, groups = hparams_of(tmp_path)
    hparams = groups[0].hparams
    assert hparams["layers"].string_value == "[64, 32]"
    assert hparams["dropout"].string_value == "None"
    assert hparams["act"].string_value == "ReLU"
    assert hparams["seed"].number_value == 3
    assert groups[0].sessions[0].status == api_pb2.STATUS_FAILURE
    assert [info.name.tag for info in experiment.metric_infos] == ["loss"]


def test_another_trial_of_one_writer_is_another_group(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        for i in range(3):
            writer.add_hparams({"lr": 0.1 * i}, {"hparam/loss": 10.0 * i})
        writer.add_hparams({"lr": 9.0}, {"hparam/loss": 1.0}, run_name="named")
    _, groups = hparams_of(tmp_path)
    assert {group.name: group.hparams["lr"].number_value for group in groups} == {
        ".": 0.0,
        "trial_2": 0.1,
        "trial_3": 0.2,
        "named": 9.0,
    }


def test_hparam_domains_are_listed(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams({"size": 2, "kind": "a"}, {"m": 1.0}, {"size": [1, 2, 4], "kind": ["a", "b"]})
    experiment, _ = hparams_of(tmp_path)
    domains = {
        info.name: [json.loads(json.dumps(v)) for v in info.domain_discrete]
        for info in experiment.hparam_infos
    }
    assert domains == {"size": [1.0, 2.0, 4.0], "kind": ["a", "b"]}


class Projector:
    """TensorBoard's projector backend over a log directory, asked as its page asks."""

    def __init__(self, folder: Path) -> None:
        provider = data_provider.MultiplexerDataProvider(multiplexer(folder), str(folder))
        plugin = projector_plugin.ProjectorPlugin(
            base_plugin.TBContext(data_provider=provider, logdir=str(folder))
        )
        self._apps = plugin.get_plugin_apps()

    def get(self, route: str, **query: str) -> bytes:
        from werkzeug.test import Client

        response = Client(self._apps[route]).get(route, query_string=query)
        assert response.status_code == 200, response.get_data()
        return response.get_data()


def test_the_projector_reads_points_labels_and_sprite(tmp_path):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(10, 7)).astype(np.float32)
    pictures = rng.random((10, 3, 5, 6)).astype(np.float32)
    with SummaryWriter(tmp_path) as writer:
        writer.add_embedding(
            torch.from_numpy(points).requires_grad_(),
            metadata=[[f"name\t{i}", i % 3] for i in range(10)],
            metadata_header=["name", "class"],
            label_img=pictures,
            global_step=4,
            tag="val/pixels",
        )
        writer.add_scalar("x", 1.0)
    projector = Projector(tmp_path)
    assert json.loads(projector.get("/runs")) == ["."]
    (entry,) = json.loads(projector.get("/info", run="."))["embeddings"]
    assert entry["tensorName"] == "val/pixels:00004"
    assert entry["tensorShape"] == [10, 7]
    tensor = projector.get("/tensor", run=".", name="val/pixels:00004")
    np.testing.assert_array_equal(np.frombuffer(tensor, np.float32).reshape(10, 7), points)
    lines = projector.get("/metadata", run=".", name="val/pixels:00004").decode().splitlines()
    assert lines[:2] == ["name\tclass", "name 0\t0"]
    assert len(lines) == 11
    assert entry["sprite"]["singleImageDim"] == [6, 5]
    sheet = np.asarray(
        Image.open(io.BytesIO(projector.get("/sprite_image", run=".", name="val/pixels:00004")))
    )
    assert sheet.shape == (4 * 5, 4 * 6, 3)
    np.testing.assert_array_equal(
        sheet[5:10, 6:12], (pictures[5].transpose(1, 2, 0) * np.float32(255)).astype(np.uint8)
    )


@pytest.mark.parametrize(
    "points",
    [np.zeros((3, 2)), np.array([[math.nan, 1.0], [0.5, math.inf]]), np.eye(4)],
    ids=["zero", "nan", "eye"],
)
def test_the_projector_reads_any_points(tmp_path, points):
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1.0)
        writer.add_embedding(points, metadata=["a"] * len(points))
    tensor = Projector(tmp_path).get("/tensor", run=".", name="default:00000")
    np.testing.assert_array_equal(
        np.frombuffer(tensor, np.float32).reshape(points.shape), points.astype(np.float32)
    )


def test_embeddings_of_earlier_writers_stay(tmp_path):
    torch_writer = TorchWriter(str(tmp_path))
    torch_writer.add_embedding(torch.ones(3, 2), metadata=["a", "b", "c"], global_step=1, tag="old")
    torch_writer.close()
    for step in (2, 3):
        with SummaryWriter(tmp_path) as writer:
            writer.add_embedding(torch.randn(4, 2), global_step=step, tag="new")
            writer.add_embedding(torch.randn(5, 2), global_step=step, tag="new")
    entries = json.loads(Projector(tmp_path).get("/info", run="."))["embeddings"]
    assert [(entry["tensorName"], entry["tensorShape"]) for entry in entries] == [
        ("old:00001", [3, 2]),
        ("new:00002", [5, 2]),
        ("new:00003", [5, 2]),
    ]


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
