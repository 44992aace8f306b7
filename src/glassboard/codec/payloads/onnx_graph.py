"""The graph of an ONNX file, read without the onnx package. Field numbers: onnx/onnx.proto."""

from __future__ import annotations

import math
from collections.abc import Iterator

from glassboard.codec import wire
from glassboard.codec.payloads.model_graph import Attribute, ModelGraph, Node, Role, Source, TensorSpec
from glassboard.errors import CorruptError

__all__ = ["decode_onnx"]

# TensorProto.DataType
_DTYPES = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
    10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16",
}  # fmt: skip
_MAX_LIST = 64
"""Attribute lists longer than this are weights rather than settings, and are told by their length."""


def decode_onnx(data: bytes) -> ModelGraph:
    """The nodes of a `ModelProto`: inputs, initializers, operations and outputs. Raises `CorruptError`."""
    graphs = [message for number, message in wire.messages(data) if number == 7]
    if not graphs:
        raise CorruptError("the bytes hold no ONNX graph (field 7 of a ModelProto)")
    return ModelGraph((), tuple(_nodes(graphs[-1])))


def _text(data: memoryview | int) -> str:
    return "" if isinstance(data, int) else bytes(data).decode("utf-8", "replace")


def _nodes(graph: memoryview) -> Iterator[Node]:
    parts: dict[int, list[memoryview]] = {}
    for number, message in wire.messages(graph):
        parts.setdefault(number, []).append(message)
    operations, initializers = parts.get(1, []), parts.get(5, [])
    specs = dict(_value_info(message) for number in (11, 12, 13) for message in parts.get(number, []))
    weights = dict(map(_initializer, initializers))
    producers: dict[str, tuple[str, int]] = {}
    taken: set[str] = set()

    def unique(name: str) -> str:
        chosen, count = name, 1
        while chosen in taken:
            chosen, count = f"{name}_{count}", count + 1
        taken.add(chosen)
        return chosen

    for name, spec in weights.items():
        node = unique(name)
        producers[name] = (node, 0)
        count: dict[str, Attribute] = {"parameter_count": math.prod(spec.shape)}
        yield Node(node, Role.PARAMETER, "Parameter", "", (), (spec,), count)
    for message in parts.get(11, []):
        name, found = _value_info(message)
        if name not in weights:  # older files list the weights among the inputs
            node = unique(f"input/{name}")
            producers[name] = (node, 0)
            yield Node(node, Role.INPUT, "Input", "", (), (found,))
    unknown = TensorSpec((), "")
    for message in operations:
        inputs, outputs, name, op, attributes = _operation(message)
        # Exporters begin names with a slash, which would be a scope without a name.
        node = unique(name.strip("/") or f"{op}/{outputs[0] if outputs else 'unnamed'}")
        sources = tuple(Source(*producers[each], each) for each in inputs if each in producers)
        for index, each in enumerate(outputs):
            producers[each] = (node, index)
        known = tuple(specs.get(each, unknown) for each in outputs)
        shown = known if all(spec.dtype for spec in known) else ()
        yield Node(node, Role.OPERATION, op, "", sources, shown, attributes)
    for message in parts.get(12, []):
        name, found = _value_info(message)
        sources = (Source(*producers[name], name),) if name in producers else ()
        yield Node(unique(f"output/{name}"), Role.OUTPUT, "Output", "", sources, (found,))


def _value_info(message: memoryview) -> tuple[str, TensorSpec]:
    name, spec = "", TensorSpec((), "")
    for number, found in wire.messages(message):
        if number == 1:
            name = _text(found)
        elif number == 2:
            for field, tensor in wire.messages(found):
                if field == 1:
                    spec = _tensor_type(tensor)
    return name, spec


def _tensor_type(message: memoryview) -> TensorSpec:
    dtype = ""
    shape: tuple[int, ...] = ()
    for number, found in wire.fields(message):
        if number == 1 and isinstance(found, int):
            dtype = _DTYPES.get(found, f"type {found}")
        elif number == 2 and not isinstance(found, int):
            shape = tuple(_size(size) for field, size in wire.messages(found) if field == 1)
    return TensorSpec(shape, dtype)


def _size(message: memoryview) -> int:
    """-1 for a dimension that varies: it has a name, or nothing, instead of a size."""
    sizes = [value for number, value in wire.fields(message) if number == 1 and isinstance(value, int)]
    return sizes[-1] if sizes else -1


def _initializer(message: memoryview) -> tuple[str, TensorSpec]:
    name, dtype = "", ""
    shape: list[int] = []
    for number, found in wire.fields(message):
        if number == 1:
            shape += [found] if isinstance(found, int) else list(wire.varints(found))
        elif number == 2 and isinstance(found, int):
            dtype = _DTYPES.get(found, f"type {found}")
        elif number == 8:
            name = _text(found)
    return name, TensorSpec(tuple(shape), dtype)


def _operation(message: memoryview) -> tuple[list[str], list[str], str, str, dict[str, Attribute]]:
    inputs, outputs, name, op = [], [], "", "Unknown"
    attributes: dict[str, Attribute] = {}
    for number, found in wire.messages(message):
        if number == 1:
            inputs.append(_text(found))
        elif number == 2:
            outputs.append(_text(found))
        elif number == 3:
            name = _text(found)
        elif number == 4:
            op = _text(found)
        elif number == 5:
            key, value = _attribute(found)
            attributes[key] = value
    return inputs, outputs, name, op, attributes


def _attribute(message: memoryview) -> tuple[str, Attribute]:
    name: str = ""
    value: Attribute = ""
    listed: list[Attribute] = []
    for number, found in wire.fields(message):
        if number == 1:
            name = _text(found)
        elif number == 2 and isinstance(found, int):
            value = wire.as_float(found)
        elif number == 3 and isinstance(found, int):
            value = wire.as_int64(found)
        elif number == 4:
            value = _text(found)
        elif number in (5, 6):
            value = "tensor" if number == 5 else "graph"
        elif number == 7:
            listed += [wire.as_float(bits) for bits in _fixed32(found)]
        elif number == 8:
            listed += [
                wire.as_int64(each) for each in ([found] if isinstance(found, int) else wire.varints(found))
            ]
        elif number == 9:
            listed.append(_text(found))
    if len(listed) > _MAX_LIST:
        return name, f"{len(listed)} values"
    return name, tuple(listed) if listed else value


def _fixed32(found: int | memoryview) -> list[int]:
    if isinstance(found, int):
        return [found]
    return [int.from_bytes(found[at : at + 4], "little") for at in range(0, len(found) - 3, 4)]
