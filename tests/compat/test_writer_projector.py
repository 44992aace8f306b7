"""TensorBoard's projector backend reads what our writer writes."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tensorboard.backend.event_processing import data_provider
from tensorboard.plugins import base_plugin
from tensorboard.plugins.projector import projector_plugin
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard import SummaryWriter

from .both_writers import multiplexer


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
