"""Graphs of ONNX and OpenVINO files, read without their packages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from glassboard import SummaryWriter, _kernel
from glassboard.codec import wire
from glassboard.codec.payloads.graph import decode_graph_def
from glassboard.codec.payloads.model_graph import ModelGraph, Role, TensorSpec
from glassboard.codec.payloads.onnx_graph import decode_onnx
from glassboard.codec.payloads.openvino_graph import decode_openvino
from glassboard.errors import CorruptError, MisuseError


def value_info(name: str, dtype: int, *sizes: int | str) -> bytes:
    dims = (
        wire.message(1, wire.int64(1, size) if isinstance(size, int) else wire.bytes_(2, size))
        for size in sizes
    )
    tensor = wire.message(1, wire.int64(1, dtype), wire.message(2, *dims))
    return wire.bytes_(1, name) + wire.message(2, tensor)


def attribute(name: str, *fields: bytes) -> bytes:
    return wire.message(5, wire.bytes_(1, name), *fields)


def operation(op: str, name: str, inputs: list[str], outputs: list[str], *attributes: bytes) -> bytes:
    parts = [wire.bytes_(1, each) for each in inputs] + [wire.bytes_(2, each) for each in outputs]
    return wire.message(1, *parts, wire.bytes_(3, name), wire.bytes_(4, op), *attributes)


def small_model(*, is_packed: bool = False) -> bytes:
    """y = split(relu(conv(x, weight)))[0], with a batch size that varies."""
    pads = wire.bytes_(8, b"\1\1\1\1") if is_packed else b"".join(wire.int64(8, 1) for _ in range(4))
    dims = (
        wire.bytes_(1, b"\4\3\3\3") if is_packed else b"".join(wire.int64(1, size) for size in (4, 3, 3, 3))
    )
    graph = (
        operation("Conv", "/conv/Conv", ["x", "weight"], ["c"], attribute("pads", pads),
                  attribute("group", wire.int64(3, 1)), attribute("auto_pad", wire.bytes_(4, "NOTSET"))),
        operation("Relu", "/Relu", ["c"], ["r"], attribute("alpha", wire.float_(2, 0.5))),
        operation("Split", "", ["r", ""], ["y", "z"], attribute("axis", wire.int64(3, -1)),
                  attribute("value", wire.message(5))),
        wire.bytes_(2, "small"),
        wire.message(5, dims, wire.int64(2, 1), wire.bytes_(8, "weight"), wire.bytes_(9, b"\0" * 432)),
        wire.message(11, value_info("x", 1, "batch", 3, 8, 8)),
        wire.message(11, value_info("weight", 1, 4, 3, 3, 3)),
        wire.message(12, value_info("y", 1, "batch", 2, 8, 8)),
        wire.message(13, value_info("c", 1, "batch", 4, 8, 8)),
    )  # fmt: skip
    return wire.int64(1, 8) + wire.message(7, *graph)


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_onnx_model(is_packed):
    graph = decode_onnx(small_model(is_packed=is_packed))
    assert [(node.name, node.role, node.op) for node in graph.nodes] == [
        ("weight", Role.PARAMETER, "Parameter"),
        ("input/x", Role.INPUT, "Input"),
        ("conv/Conv", Role.OPERATION, "Conv"),
        ("Relu", Role.OPERATION, "Relu"),
        ("Split/y", Role.OPERATION, "Split"),
        ("output/y", Role.OUTPUT, "Output"),
    ]
    weight, x, conv, relu, split, output = graph.nodes
    assert weight.outputs == (TensorSpec((4, 3, 3, 3), "float32"),)
    assert weight.attributes == {"parameter_count": 108}
    assert x.outputs == (TensorSpec((-1, 3, 8, 8), "float32"),)
    assert [(source.node, source.output, source.label) for source in conv.sources] == [
        ("input/x", 0, "x"),
        ("weight", 0, "weight"),
    ]
    assert conv.outputs == (TensorSpec((-1, 4, 8, 8), "float32"),)
    assert conv.attributes == {"pads": (1, 1, 1, 1), "group": 1, "auto_pad": "NOTSET"}
    assert relu.attributes == {"alpha": 0.5}
    assert split.attributes == {"axis": -1, "value": "tensor"}
    assert [(source.node, source.output) for source in output.sources] == [("Split/y", 0)]


XML = """<?xml version="1.0"?>
<net name="small" version="11">
  <layers>
    <layer id="0" name="x" type="Parameter"><data shape="1,3" element_type="f32"/>
      <output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim></port></output></layer>
    <layer id="1" name="x" type="Const">
      <output><port id="0" precision="I64"><dim>2</dim></port></output></layer>
    <layer id="2" name="fc" type="MatMul"><data transpose_a="false"/>
      <output><port id="2" precision="FP16"><dim>1</dim><dim>-1</dim></port></output></layer>
    <layer id="3" name="y" type="Result"/>
  </layers>
  <edges>
    <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
    <edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
    <edge from-layer="2" from-port="2" to-layer="3" to-port="0"/>
  </edges>
</net>"""


def test_an_openvino_model():
    graph = decode_openvino(XML.encode())
    assert [(node.name, node.role) for node in graph.nodes] == [
        ("x", Role.INPUT),
        ("x_1", Role.CONSTANT),
        ("fc", Role.OPERATION),
        ("y", Role.OUTPUT),
    ]
    assert graph.nodes[2].outputs == (TensorSpec((1, -1), "float16"),)
    assert graph.nodes[1].outputs == (TensorSpec((2,), "int64"),)
    assert [source.node for source in graph.nodes[2].sources] == ["x", "x_1"]
    assert graph.nodes[2].attributes == {"transpose_a": "false"}


def written(folder) -> list[bytes]:
    (path,) = folder.glob("events*")
    data = path.read_bytes()
    scanner = _kernel.EventScanner()
    scanner.feed(data)
    samples = scanner.take().samples
    return [
        data[int(at) : int(at) + int(length)]
        for at, length in zip(samples.offsets, samples.lengths, strict=True)
    ]


def test_models_from_paths_bytes_and_messages(tmp_path):
    (tmp_path / "model.onnx").write_bytes(small_model())
    (tmp_path / "model.xml").write_text(XML)
    message = SimpleNamespace(SerializeToString=small_model)
    with SummaryWriter(tmp_path / "run") as writer:
        writer.add_onnx_graph(str(tmp_path / "model.onnx"))
        writer.add_onnx_graph(onnx_model_file=tmp_path / "model.onnx")
        writer.add_onnx_graph(small_model())
        writer.add_onnx_graph(message)
        writer.add_openvino_graph(tmp_path / "model.xml")
    graphs = [decode_graph_def(data) for data in written(tmp_path / "run")]
    assert [len(graph.nodes) for graph in graphs] == [6, 6, 6, 6, 4]
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]
    conv = next(node for node in graphs[0].nodes if node.op == "Conv")
    assert conv.inputs == ("input/x", "weight")


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("add_onnx_graph", "missing.onnx", "found no readable file .* wanted an ONNX model: missing.onnx"),
        ("add_onnx_graph", b"", "found something else .* no ONNX graph .* 0 bytes"),
        ("add_onnx_graph", b"\xff\xff", "found something else"),
        ("add_onnx_graph", None, "found NoneType, wanted the path or the bytes"),
        ("add_onnx_graph", 3, "found int 3"),
        ("add_openvino_graph", b"<net/>", "holds no layers/layer"),
        ("add_openvino_graph", b"not xml", "are no XML"),
        (
            "add_openvino_graph",
            XML.replace('to-layer="3"', 'to-layer="9"').encode(),
            "which are not both there",
        ),
        ("add_openvino_graph", XML.replace("<dim>2", "<dim>two").encode(), "a dimension is no number"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, name, source, message):
    with SummaryWriter(tmp_path) as writer, pytest.raises(MisuseError, match=message):
        getattr(writer, name)(source)


def test_damaged_onnx_is_a_graph_or_corrupt():
    data = small_model()
    for at in range(len(data)):
        for changed in (data[:at], bytes([*data[:at], data[at] ^ 0x55, *data[at + 1 :]])):
            try:
                assert isinstance(decode_onnx(changed), ModelGraph)
            except CorruptError:
                continue
