"""TensorBoard reads our graphs: nodes, edges with shapes, and its graph plugin takes them; we read torch's."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.compat.proto import graph_pb2
from tensorboard.context import RequestContext
from tensorboard.plugins.base_plugin import TBContext
from torch import nn

from glassboard import _kernel
from glassboard.codec.payloads.graph import decode_graph_def, encode_graph_def, split_input
from glassboard.instrument.graph import trace_graph


class TwoHeads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
        self.left, self.right = nn.Linear(4 * 36, 2), nn.Linear(4 * 36, 3)

    def forward(self, images: torch.Tensor, scale: torch.Tensor) -> dict[str, torch.Tensor]:
        features = self.body(images) * scale
        first, second = features.chunk(2)
        return {"left": self.left(first), "right": self.right(second)}


def graph_def_bytes() -> bytes:
    return encode_graph_def(trace_graph(TwoHeads(), (torch.zeros(4, 1, 8, 8), torch.ones(()))))


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    records = _kernel.encode_file_version(1.0) + _kernel.encode_graph(graph_def_bytes(), 0, 2.0)
    (folder / "events.out.tfevents.1.host").write_bytes(records)
    return folder


def test_every_input_is_a_node_and_every_edge_has_a_shape(run_folder: Path) -> None:
    accumulator = EventAccumulator(str(run_folder))
    accumulator.Reload()
    graph: graph_pb2.GraphDef = accumulator.Graph()
    shapes = {node.name: list(node.attr["_output_shapes"].list.shape) for node in graph.node}
    assert len(shapes) == len(graph.node)
    for node in graph.node:
        for text in node.input:
            name, output, _ = split_input(text)
            assert len(shapes[name]) > output, text


def test_inputs_lead_to_every_output(run_folder: Path) -> None:
    accumulator = EventAccumulator(str(run_folder))
    accumulator.Reload()
    nodes = accumulator.Graph().node
    for start in ("input/images", "input/scale"):
        reached = {start}
        for node in nodes:
            if any(split_input(text)[0] in reached for text in node.input):
                reached.add(node.name)
        assert reached >= {"output/left", "output/right"}
    sizes = {
        node.name: [dim.size for dim in node.attr["_output_shapes"].list.shape[0].dim]
        for node in nodes
        if node.op == "Output"
    }
    assert sizes == {"output/left": [2, 2], "output/right": [2, 3]}


# The plugin brings a library whose import warns of itself.
@pytest.mark.filterwarnings("ignore:html5lib:DeprecationWarning")
def test_the_graph_plugin_serves_it(run_folder: Path) -> None:
    from tensorboard.plugins.graph.graphs_plugin import GraphsPlugin

    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(run_folder.parent))
    multiplexer.Reload()
    provider = MultiplexerDataProvider(multiplexer, str(run_folder.parent))
    plugin = GraphsPlugin(TBContext(data_provider=provider))
    context = RequestContext()
    assert plugin.info_impl(context, experiment="")["run"]["run_graph"] is True
    text, content_type = plugin.graph_impl(context, "run", None, False, "", 1024, "_too_large_attrs")
    assert content_type == "text/x-protobuf"
    assert 'name: "TwoHeads/body/Conv2d[0]/conv2d"' in text
    # Our table of modules is a field that TensorBoard's page must not meet.
    assert "1000" not in text
    assert "kernel_size" not in text


def test_a_graph_of_torchs_own_writer_is_read(tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with pytest.warns(DeprecationWarning, match="torch.jit"), SummaryWriter(str(tmp_path)) as writer:
        writer.add_graph(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU()), torch.zeros(2, 1, 8, 8))
    scanner = _kernel.EventScanner()
    data = next(tmp_path.glob("events*")).read_bytes()
    scanner.feed(data)
    samples = scanner.take().samples
    forms = [scanner.series[int(index)].form for index in samples.series]
    at = int(samples.starts[forms.index("graph_def")])
    offset, length = int(samples.offsets[at]), int(samples.lengths[at])
    graph = decode_graph_def(data[offset : offset + length])
    relu = next(node for node in graph.nodes if node.op == "aten::relu")
    assert relu.output_shapes == ((2, 4, 6, 6),)
    assert relu.inputs[0] in {node.name for node in graph.nodes}
