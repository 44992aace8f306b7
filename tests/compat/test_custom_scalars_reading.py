"""Layouts that torch, tensorboardX and TensorBoard itself write, beside what TensorBoard's plugin makes of them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
import tensorboardX
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins import base_plugin
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.custom_scalar import metadata as custom_scalar_metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.store.log import LogStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries they come with
    from fastapi.testclient import TestClient
    from tensorboard.plugins.custom_scalar.custom_scalars_plugin import CustomScalarsPlugin


def theirs(logdir: Path) -> list[dict[str, object]]:
    multiplexer = plugin_event_multiplexer.EventMultiplexer()
    multiplexer.AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(logdir))
    plugin = CustomScalarsPlugin(base_plugin.TBContext(data_provider=provider, logdir=str(logdir)))
    layout = json.loads(plugin.layout_impl(context.RequestContext(), ""))
    return [
        {
            "title": category["title"],
            "closed": category.get("closed", False),
            "charts": [
                {
                    "title": chart["title"],
                    "kind": "margin" if "margin" in chart else "multiline",
                    "tags": chart.get("multiline", {}).get("tag", []),
                    "series": chart.get("margin", {}).get("series", []),
                }
                for chart in category.get("chart", [])
            ],
        }
        for category in layout["category"]
    ]


def ours(logdir: Path) -> list[dict[str, object]]:
    store = LogStore(logdir)
    store.refresh()
    with TestClient(create_app(store, ChangeHub()), base_url="http://localhost") as client:
        body = client.get("/api/v1/custom_scalars").json()
    assert body["problems"] == []
    categories: list[dict[str, object]] = body["categories"]
    return categories


@pytest.mark.parametrize(
    "writer_class", [TorchWriter, tensorboardX.SummaryWriter], ids=["torch", "tensorboardX"]
)
def test_layouts_of_other_writers(tmp_path, writer_class):
    with writer_class(str(tmp_path / "a")) as writer:
        writer.add_custom_scalars_multilinechart(["loss/.*", "accuracy"])
    with writer_class(str(tmp_path / "b")) as writer:
        writer.add_custom_scalars_marginchart(["v", "v_low", "v_high"], category="bands", title="confidence")
    with writer_class(str(tmp_path / "c")) as writer:
        writer.add_custom_scalars(
            {
                "default": {
                    "untitled": ["Multiline", ["loss/.*", "accuracy"]],
                    "more": ["Multiline", [r"^x\d+$"]],
                },
                "名前": {"margin": ["Margin", ["a", "b", "c"]], "empty": ["Multiline", []]},
            }
        )
    assert ours(tmp_path) == theirs(tmp_path)
    assert [category["title"] for category in ours(tmp_path)] == ["default", "bands", "名前"]


def test_a_layout_as_tensorboards_own_summary_makes_it(tmp_path):
    margin = layout_pb2.MarginChartContent(
        series=[
            layout_pb2.MarginChartContent.Series(value=f"v{n}", lower=f"l{n}", upper=f"u{n}")
            for n in range(2)
        ]
    )
    layout = layout_pb2.Layout(
        category=[
            layout_pb2.Category(
                title="folded", closed=True, chart=[layout_pb2.Chart(title="two bands", margin=margin)]
            )
        ]
    )
    writer = EventFileWriter(str(tmp_path))
    # `summary.pb` of the plugin wants TensorFlow; this is what it does.
    tensor = tensor_util.make_tensor_proto(layout.SerializeToString())
    metadata = custom_scalar_metadata.create_summary_metadata()
    tag = custom_scalar_metadata.CONFIG_SUMMARY_TAG
    summary = Summary(value=[Summary.Value(tag=tag, metadata=metadata, tensor=tensor)])
    writer.add_event(Event(wall_time=1.0, step=0, summary=summary))
    writer.close()
    found = ours(tmp_path)
    assert found == theirs(tmp_path)
    assert found[0]["closed"] is True
