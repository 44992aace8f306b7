"""Graphs in event files: a model's graph written as a GraphDef, and any GraphDef read.

What a GraphDef has no place for, the table of modules, stands in a field of its own at the end of the message.
"""

from __future__ import annotations

from collections.abc import Iterator

from glassboard.codec import wire
from glassboard.codec.payloads.graph_def import (
    AttributeValue,
    GraphDef,
    GraphFunction,
    GraphNode,
    Shape,
    TensorAttribute,
    decode_graph_def,
    dtype_numbers,
    modules_field,
    split_input,
)
from glassboard.codec.payloads.model_graph import Attribute, ModelGraph, ModuleInfo, Node, TensorSpec

__all__ = [
    "AttributeValue",
    "GraphDef",
    "GraphFunction",
    "GraphNode",
    "Shape",
    "TensorAttribute",
    "decode_graph_def",
    "encode_graph_def",
    "split_input",
]

# The version of the message that TensorFlow and torch write.
_producer_version = 22


def encode_graph_def(graph: ModelGraph) -> bytes:
    """The graph as a GraphDef message: each node with its inputs, the shapes and types of its outputs, its attributes."""
    nodes = (wire.message(1, _node_def(node)) for node in graph.nodes)
    versions = wire.message(4, wire.int64(1, _producer_version))
    modules = (wire.message(modules_field, _module(module)) for module in graph.modules)
    return b"".join((*nodes, versions, *modules))


def _node_def(node: Node) -> bytes:
    inputs = (
        wire.bytes_(3, f"{source.node}:{source.output}" if source.output else source.node)
        for source in node.sources
    )
    attributes = (
        wire.message(5, wire.bytes_(1, name), wire.bytes_(2, value)) for name, value in _attributes(node)
    )
    return b"".join((wire.bytes_(1, node.name), wire.bytes_(2, node.op), *inputs, *attributes))


def _attributes(node: Node) -> Iterator[tuple[str, bytes]]:
    """Attribute names and encoded AttrValue messages; what describes the node stands before its own arguments."""
    if node.outputs:
        shapes = (wire.message(7, _shape(spec)) for spec in node.outputs)
        yield "_output_shapes", wire.message(1, *shapes)
        numbers = [dtype_numbers.get(spec.dtype, 0) for spec in node.outputs]
        yield "_output_dtypes", wire.message(1, *(wire.int64(6, number) for number in numbers))
    if node.sources:
        labels = (wire.bytes_(2, source.label) for source in node.sources)
        yield "_input_names", wire.message(1, *labels)
    if node.module:
        yield "module", wire.bytes_(2, node.module)
    if node.flops is not None:
        yield "_flops", wire.int64(3, node.flops)
    if node.memory_bytes:
        yield "_memory_bytes", wire.int64(3, node.memory_bytes)
    for name, value in node.attributes.items():
        yield name, _attr_value(value)


def _shape(spec: TensorSpec) -> bytes:
    return b"".join(wire.message(2, wire.int64(1, size)) for size in spec.shape)


def _attr_value(value: Attribute) -> bytes:
    if isinstance(value, bool):
        return wire.bool_(5, value)
    if isinstance(value, int):
        return wire.int64(3, value) if _fits_int64(value) else wire.bytes_(2, str(value))
    if isinstance(value, float):
        return wire.float_(4, value)
    if isinstance(value, str):
        return wire.bytes_(2, value)
    return wire.message(1, *_list_entries(value))


def _list_entries(values: tuple[Attribute, ...]) -> Iterator[bytes]:
    """A list of one type as such, anything else as text."""
    if all(isinstance(value, bool) for value in values):
        yield from (wire.bool_(5, bool(value)) for value in values)
    elif all(isinstance(value, int) and _fits_int64(value) for value in values):
        yield from (wire.int64(3, value) for value in values if isinstance(value, int))
    elif all(isinstance(value, float) for value in values):
        yield from (wire.float_(4, value) for value in values if isinstance(value, float))
    else:
        yield from (wire.bytes_(2, str(value)) for value in values)


def _fits_int64(value: int) -> bool:
    return -(1 << 63) <= value < 1 << 63


def _module(module: ModuleInfo) -> bytes:
    outputs = (
        wire.message(10, wire.message(1, _shape(spec)), wire.bytes_(2, spec.dtype)) for spec in module.outputs
    )
    return b"".join(
        (
            wire.bytes_(1, module.path),
            wire.bytes_(2, module.scope),
            wire.bytes_(3, module.class_name),
            wire.bytes_(4, module.extra_repr),
            wire.int64(5, module.own_parameter_count),
            wire.int64(6, module.parameter_count),
            wire.int64(7, module.trainable_parameter_count),
            wire.int64(8, module.buffer_count),
            wire.int64(9, module.call_count),
            *outputs,
            wire.int64(11, module.flops),
            wire.int64(12, module.uncounted_operation_count),
            wire.int64(13, module.parameter_bytes),
            wire.int64(14, module.activation_bytes),
            wire.bool_(15, module.is_unused),
            wire.bytes_(16, module.source_file),
            wire.int64(17, module.source_line),
        )
    )
