"""The graph of an OpenVINO model: the layers and edges of its .xml file (IR version 10 and 11)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from glassboard.codec.payloads.model_graph import Attribute, ModelGraph, Node, Role, Source, TensorSpec
from glassboard.errors import CorruptError

__all__ = ["decode_openvino"]

_ROLES = {"Parameter": Role.INPUT, "Const": Role.CONSTANT, "Result": Role.OUTPUT}
_DTYPES = {"FP32": "float32", "FP16": "float16", "BF16": "bfloat16", "FP64": "float64", "BOOL": "bool"} | {
    f"{kind}{bits}": f"{name}{bits}"
    for kind, name in (("I", "int"), ("U", "uint"))
    for bits in (8, 16, 32, 64)
}


def decode_openvino(data: bytes) -> ModelGraph:
    """The layers of a model in the file's order, which is that of execution. Raises `CorruptError`."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise CorruptError(f"the bytes are no XML: {error}") from error
    layers = root.findall("layers/layer")
    if not layers:
        raise CorruptError("the XML holds no layers/layer, as an OpenVINO model does")
    names: dict[str, str] = {}
    for layer in layers:
        name = layer.get("name") or "layer"
        names[layer.get("id", "")] = name if name not in names.values() else f"{name}_{layer.get('id')}"
    return ModelGraph((), tuple(_nodes(root, layers, names)))


def _nodes(
    root: ElementTree.Element, layers: list[ElementTree.Element], names: dict[str, str]
) -> Iterator[Node]:
    outputs = {layer.get("id", ""): layer.findall("output/port") for layer in layers}
    incoming: dict[str, list[Source]] = {}
    for edge in root.findall("edges/edge"):
        source, target = edge.get("from-layer", ""), edge.get("to-layer", "")
        if source not in names or target not in names:
            raise CorruptError(f"an edge leads from layer {source!r} to {target!r}, which are not both there")
        ports = [port.get("id") for port in outputs[source]]
        port = edge.get("from-port")
        index = ports.index(port) if port in ports else 0
        incoming.setdefault(target, []).append(Source(names[source], index, f"port {edge.get('to-port')}"))
    for layer in layers:
        key, op = layer.get("id", ""), layer.get("type", "Unknown")
        data = layer.find("data")
        attributes: dict[str, Attribute] = {} if data is None else dict(data.attrib)
        role = _ROLES.get(op, Role.OPERATION)
        specs = tuple(_spec(port) for port in outputs[key])
        yield Node(names[key], role, op, "", tuple(incoming.get(key, ())), specs, attributes)


def _spec(port: ElementTree.Element) -> TensorSpec:
    try:
        shape = tuple(int(size.text or "-1") for size in port.findall("dim"))
    except ValueError as error:
        raise CorruptError(f"a dimension is no number: {error}") from error
    precision = port.get("precision", "")
    return TensorSpec(shape, _DTYPES.get(precision, precision.lower()))
