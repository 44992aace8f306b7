"""Our columns of a graph against TensorBoard's reading of the same bytes: nodes, inputs, shapes, types, scopes."""

from __future__ import annotations

import json
import tarfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2, types_pb2
from tensorboard.plugins.graph import keras_util

import glassboard
from glassboard import _kernel
from glassboard.codec.payloads.graph_def import dtype_numbers
from glassboard.codec.payloads.graph_table import GraphTable, decode_graph_table
from glassboard.codec.payloads.keras_model import decode_keras_model
from glassboard.testing import records
from glassboard.types import Kind

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "open.tar.xz"


def synthetic() -> bytes:
    """As TensorFlow 1 writes: a variable, a loop, control dependencies, a function in the library."""
    graph = graph_pb2.GraphDef()
    graph.versions.producer = 22

    def add(
        name: str, op: str, *inputs: str, shape: tuple[int, ...] | None = None, dtype: str = "DT_FLOAT"
    ) -> None:
        node = graph.node.add(name=name, op=op, input=inputs, device="/cpu:0" if "w" in name else "")
        node.attr["T"].type = types_pb2.DataType.Value(dtype)
        if shape is not None:
            sizes = node.attr["_output_shapes"].list.shape.add()
            for size in shape:
                sizes.dim.add(size=size)
        else:
            node.attr["_output_shapes"].list.shape.add(unknown_rank=True)

    add("x", "Placeholder", shape=(-1, 4))
    add("layer/w", "VariableV2", shape=(4, 2))
    add("layer/w/read", "Identity", "layer/w", shape=(4, 2))
    add("layer/MatMul", "MatMul", "x", "layer/w/read", shape=(-1, 2))
    add("layer/enter", "Merge", "layer/MatMul", "layer/next")
    add("layer/next", "NextIteration", "layer/enter:0", "^x")
    add("split", "Split", "layer/enter", shape=(-1, 1), dtype="DT_INT64")
    add("end", "square", "split:1", "^layer/next", shape=(-1, 1))
    square = graph.library.function.add()
    square.signature.name = "square"
    square.signature.input_arg.add(name="a", type=types_pb2.DT_FLOAT)
    square.node_def.add(name="mul", op="Mul", input=["a", "a"])
    square.ret["out"] = "mul:z:0"
    return graph.SerializeToString()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not CORPUS.exists():
        pytest.skip("the corpus of real files is not beside the repository")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(CORPUS) as archive:
        archive.extractall(folder, filter="data")
    return folder


def corpus_graphs(corpus: Path, *, is_keras: bool) -> Iterator[tuple[str, bytes]]:
    for name, run in glassboard.open(corpus).runs.items():
        for tag in run.tags.of("graph"):
            if tag.startswith("__") != is_keras:
                yield f"{name} {tag}", run.tensors(tag, kind=Kind.GRAPH)[0].raw()


def reading(data: bytes) -> graph_pb2.GraphDef:
    graph = graph_pb2.GraphDef()
    graph.ParseFromString(data)
    return graph


def compare(table: GraphTable, graph: graph_pb2.GraphDef) -> None:
    count = len(graph.node)
    assert table.names[:count] == [node.name for node in graph.node]
    assert table.ops[:count] == [node.op for node in graph.node]
    assert table.devices[:count] == [node.device for node in graph.node]
    numbers: dict[str, int] = {}
    for index, node in enumerate(graph.node):
        numbers.setdefault(node.name, index)
    for index, node in enumerate(graph.node):
        wanted = []
        for text in node.input:
            name, _, output = text.removeprefix("^").partition(":")
            wanted.append((numbers.get(name, -1), int(output or 0), text.startswith("^")))
        assert [(each.node, each.output, each.is_control) for each in table.inputs[index]] == wanted, (
            node.name
        )
        shapes = [
            None if shape.unknown_rank else tuple(dim.size for dim in shape.dim)
            for shape in node.attr["_output_shapes"].list.shape
        ]
        assert list(table.shapes[index]) == shapes, node.name


def test_a_graph_of_tensorflow_has_the_nodes_and_inputs_that_tensorboard_reads() -> None:
    data = synthetic()
    table, graph = decode_graph_table(data), reading(data)
    compare(table, graph)
    assert table.dtypes[len(graph.node) - 2] == ("int64",)
    assert [name for name, number in dtype_numbers.items() if number == types_pb2.DT_INT64] == ["int64"]
    (function,) = graph.library.function
    inside = [name.rpartition("/")[2] for name in table.names[len(graph.node) :]]
    assert inside == ["a", *(node.name for node in function.node_def), "out"]


def test_graphs_of_the_corpus_have_the_nodes_and_inputs_that_tensorboard_reads(corpus: Path) -> None:
    found = list(corpus_graphs(corpus, is_keras=False))
    assert len(found) > 20
    for name, data in found:
        table, graph = decode_graph_table(data), reading(data)
        assert table.damage == [], name
        compare(table, graph)


def compare_layers(data: bytes, *, has_inputs: bool = True) -> None:
    value = _kernel.decode_value(data)
    assert value.tensor is not None
    assert value.tensor.strings
    table = decode_keras_model(value)
    graph = keras_util.keras_model_to_graph_def(json.loads(value.tensor.strings[0]))
    root = graph.node[0].name.partition("/")[0]
    prefix = f"{root}/" if all(node.name.startswith(f"{root}/") for node in graph.node) else ""
    wanted = {
        node.name.removeprefix(prefix): [each.removeprefix(prefix) for each in node.input]
        for node in graph.node
    }
    ours = {
        name: [each.name for each in inputs] for name, inputs in zip(table.names, table.inputs, strict=True)
    }
    if has_inputs:
        assert ours == wanted
    assert list(ours) == list(wanted)
    assert table.ops == [node.attr["keras_class"].s.decode() for node in graph.node]


def layer(class_name: str, name: str, *inbound: str) -> dict[str, Any]:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}} for each in inbound
    ]
    nodes = [{"args": [tensors], "kwargs": {}}] if inbound else []
    return {"class_name": class_name, "name": name, "config": {"name": name}, "inbound_nodes": nodes}


def link(class_name: str, name: str) -> dict[str, Any]:
    """A layer of a chain, which says nothing of its inputs."""
    return {"class_name": class_name, "config": {"name": name}}


def test_a_graph_as_text_becomes_a_run_as_the_guide_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "graphs.md").read_text()
    section = guide.partition("## A graph file outside of a log")[2]
    code = textwrap.dedent("\n".join(line for line in section.splitlines() if line.startswith("    ")))
    monkeypatch.chdir(tmp_path)
    Path("graph.pbtxt").write_text(text_format.MessageToString(reading(synthetic())))
    exec(compile(code, "graphs.md", "exec"), {})
    ((_, data),) = corpus_graphs(tmp_path / "runs", is_keras=False)
    compare(decode_graph_table(data), reading(synthetic()))


def test_keras_models_have_the_layers_and_inputs_that_tensorboard_reads() -> None:
    model = {
        "class_name": "Model",
        "config": {
            "name": "net",
            "layers": [
                layer("InputLayer", "left"),
                layer("InputLayer", "right"),
                layer("Dense", "one", "left"),
                layer("Concatenate", "both", "one", "right"),
                layer("Dense", "end", "both"),
            ],
            "input_layers": [["left", 0, 0], ["right", 0, 0]],
            "output_layers": [["end", 0, 0]],
        },
    }
    compare_layers(records.text_value("keras", [json.dumps(model)]))
    chain = {
        "class_name": "Sequential",
        "config": {"name": "net", "layers": [link("Dense", "a"), link("ReLU", "b")]},
    }
    compare_layers(records.text_value("keras", [json.dumps(chain)]))


def test_keras_models_of_the_corpus_have_the_layers_and_inputs_that_tensorboard_reads(corpus: Path) -> None:
    found = list(corpus_graphs(corpus, is_keras=True))
    assert found
    for _, data in found:
        # Of Keras 2 TensorBoard reads no inputs but those of chains.
        compare_layers(data, has_inputs=b'"Sequential"' in data)
