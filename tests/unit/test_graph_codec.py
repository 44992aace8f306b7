"""GraphDef messages: ours written and read back, and what other writers put into theirs."""

from __future__ import annotations

import dataclasses

import pytest
from tensorboard.compat.proto import attr_value_pb2, graph_pb2, types_pb2

from glassboard.codec.payloads.graph import (
    GraphDef,
    TensorAttribute,
    decode_graph_def,
    encode_graph_def,
    split_input,
)
from glassboard.codec.payloads.model_graph import ModelGraph, ModuleInfo, Node, Role, Source, TensorSpec
from glassboard.errors import CorruptError

IMAGE = TensorSpec((2, 1, 28, 28), "float32")
GRAPH = ModelGraph(
    modules=(
        ModuleInfo("", "Net", "Net", "", 0, 320, 300, 7, 1, (TensorSpec((2, 2), "float32"), TensorSpec((), "bool"))),
        ModuleInfo("conv", "Net/conv", "Conv2d", "1, 32, kernel_size=(3, 3)", 320, 320, 300, 0, 2),
    ),
    nodes=(
        Node("input/x", Role.INPUT, "Input", "", (), (IMAGE,)),
        Node(
            "Net/conv/split",
            Role.OPERATION,
            "split",
            "conv",
            (Source("input/x", 0, "input"),),
            (TensorSpec((2, -1), "float8_e4m3fn"), TensorSpec((), "int64")),
            {
                "stride": (1, 2),
                "dim": -1,
                "eps": 0.5,
                "training": True,
                "mode": "nearest",
                "index": (0, "1:"),
                "scales": (0.5, 2.0),
                "huge": 1 << 80,
                "flags": (True, False),
            },
        ),
        Node("output", Role.OUTPUT, "Output", "", (Source("Net/conv/split", 1, "output"),), (TensorSpec((), "int64"),)),
    ),
)  # fmt: skip


def test_round_trip_keeps_nodes_and_modules() -> None:
    decoded = decode_graph_def(encode_graph_def(GRAPH))
    assert decoded.modules == GRAPH.modules
    assert [(node.name, node.op) for node in decoded.nodes] == [(node.name, node.op) for node in GRAPH.nodes]
    split = decoded.nodes[1]
    assert split.inputs == ("input/x",)
    assert decoded.nodes[2].inputs == ("Net/conv/split:1",)
    assert split.output_shapes == ((2, -1), ())
    assert split.output_dtypes == ("float8_e4m3fn", "int64")
    own = {name: value for name, value in split.attributes.items() if name in GRAPH.nodes[1].attributes}
    assert own == {**GRAPH.nodes[1].attributes, "index": ("0", "1:"), "huge": str(1 << 80)}
    assert split.attributes["module"] == "conv"


def test_protobuf_reads_the_same() -> None:
    message = graph_pb2.GraphDef.FromString(encode_graph_def(GRAPH))
    split = message.node[1]
    shapes = split.attr["_output_shapes"].list.shape
    assert [[dim.size for dim in shape.dim] for shape in shapes] == [[2, -1], []]
    assert list(split.attr["stride"].list.i) == [1, 2]
    assert (split.attr["dim"].i, split.attr["eps"].f, split.attr["training"].b) == (-1, 0.5, True)
    assert split.attr["_output_dtypes"].list.type[1] == types_pb2.DT_INT64
    assert list(split.attr["flags"].list.b) == [True, False]
    # What TensorBoard sends to its page is the text form, which leaves out what it does not know.
    assert "1000" not in str(message)


def foreign_graph() -> graph_pb2.GraphDef:
    graph = graph_pb2.GraphDef()
    variable = graph.node.add(name="layer/kernel", op="VariableV2", device="/gpu:0")
    variable.attr["dtype"].type = types_pb2.DT_FLOAT_REF
    variable.attr["shape"].shape.dim.add(size=3)
    constant = graph.node.add(name="const", op="Const")
    constant.attr["value"].tensor.dtype = types_pb2.DT_INT32
    constant.attr["value"].tensor.tensor_shape.dim.add(size=4)
    constant.attr["value"].tensor.tensor_content = b"\0" * 16
    node = graph.node.add(name="layer/call", op="PartitionedCall", input=["const", "layer/kernel:0", "^init"])
    node.attr["f"].func.name = "__inference_call"
    node.attr["raw"].s = b"\xff\xfe"
    node.attr["_output_shapes"].list.shape.add(unknown_rank=True)
    node.attr["_output_shapes"].list.shape.add().dim.add(size=-1)
    node.attr["Tin"].list.type.extend([types_pb2.DT_INT32, types_pb2.DT_RESOURCE])
    node.attr["ks"].list.i.extend([1, -1, 300])
    node.attr["rates"].list.f.extend([0.5, -2.0])
    node.attr["placeholder"].placeholder = "T"
    node.attr["empty"].CopyFrom(attr_value_pb2.AttrValue())
    function = graph.library.function.add()
    function.signature.name = "__inference_call"
    function.node_def.add(name="inner", op="Relu", input=["arg:output:0"])
    return graph


def test_tensorflow_graphs_with_functions_types_and_tensors() -> None:
    decoded = decode_graph_def(foreign_graph().SerializeToString())
    variable, constant, call = decoded.nodes
    assert variable.device == "/gpu:0"
    assert variable.output_dtypes == ("float32 reference",)
    assert variable.attributes["shape"] == (3,)
    assert constant.attributes["value"] == TensorAttribute(
        "int32", (4,), len(foreign_graph().node[1].attr["value"].tensor.SerializeToString())
    )
    assert call.inputs == ("const", "layer/kernel:0", "^init")
    assert call.output_shapes == (None, (-1,))
    assert call.attributes["Tin"] == ("int32", "resource")
    assert call.attributes["ks"] == (1, -1, 300)
    assert call.attributes["rates"] == (0.5, -2.0)
    assert call.attributes["f"] == "__inference_call"
    assert call.attributes["raw"] == b"\xff\xfe"
    assert call.attributes["placeholder"] == "T"
    assert call.attributes["empty"] == ""
    assert [(f.name, f.nodes[0].op) for f in decoded.functions] == [("__inference_call", "Relu")]
    assert decoded.modules == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b", ("a/b", 0, False)),
        ("a/b:2", ("a/b", 2, False)),
        ("^a/b", ("a/b", 0, True)),
        ("node:output:1", ("node", 1, False)),
        ("odd:name", ("odd:name", 0, False)),
    ],
)
def test_inputs_name_a_node_and_an_output(text: str, expected: tuple[str, int, bool]) -> None:
    assert split_input(text) == expected


def test_an_empty_message_is_an_empty_graph() -> None:
    assert decode_graph_def(b"") == GraphDef(())


@pytest.mark.parametrize("data", [encode_graph_def(GRAPH), foreign_graph().SerializeToString()])
def test_cut_and_changed_bytes_raise_nothing_but_corrupt(data: bytes) -> None:
    for length in range(len(data)):
        with_error(data[:length])
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            with_error(bytes(changed))


def with_error(data: bytes) -> None:
    try:
        graph = decode_graph_def(data)
    except CorruptError:
        return
    for node in graph.nodes:
        assert len(node.output_shapes) + len(node.output_dtypes) <= len(data)
    assert dataclasses.is_dataclass(graph)
