"""Makes the answers of the graph's routes of what the codec read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from glassboard import _kernel
from glassboard.analysis.graph_problems import graph_problems
from glassboard.codec.payloads.graph_def import AttributeValue, GraphNode, Shape, TensorAttribute
from glassboard.codec.payloads.graph_table import GraphTable, decode_graph_table, decode_nodes
from glassboard.codec.payloads.keras_model import decode_keras_model, decode_keras_nodes
from glassboard.codec.payloads.model_graph import ModuleInfo
from glassboard.server.models.graph import (
    GraphAnswer,
    GraphAttribute,
    GraphFunctionItem,
    GraphModule,
    GraphNodeAttributes,
    GraphProblemItem,
    NodeNumbers,
)

__all__ = ["KERAS_PLUGIN", "attribute_items", "graph_answer", "read_attributes", "read_table"]

KERAS_PLUGIN = "graph_keras_model"
_MAX_TEXT = 2_000
_MAX_ATTRIBUTES = 200
_MAX_ANSWER_SIZE = 4 << 20
_MOST = (1 << 53) - 1
"""What the page's numbers hold exactly."""

_T = TypeVar("_T", bound=Hashable)


def read_table(data: bytes, *, is_keras: bool) -> GraphTable:
    """Raises `CorruptError` where the bytes are no graph, `TooLargeError` where it has too many nodes."""
    return decode_keras_model(_kernel.decode_value(data)) if is_keras else decode_graph_table(data)


def read_attributes(data: bytes, first: int, count: int, *, is_keras: bool) -> tuple[int, list[GraphNode]]:
    if is_keras:
        return decode_keras_nodes(_kernel.decode_value(data), first, count)
    return decode_nodes(data, first, count)


class _Places(Generic[_T]):
    """Numbers texts and shapes in the order in which they are met."""

    def __init__(self) -> None:
        self.places: dict[_T, int] = {}

    def of(self, value: _T) -> int:
        return self.places.setdefault(value, len(self.places))


def graph_answer(
    table: GraphTable, *, run: str, tag: str, sample: int, step: int, is_keras: bool
) -> GraphAnswer:
    ops, devices, labels, dtypes = (_Places[str]() for _ in range(4))
    shapes = _Places[Shape]()
    output_shapes, output_dtypes = _outputs(table, shapes, dtypes)
    return GraphAnswer(
        run=run,
        tag=tag,
        sample=sample,
        step=step,
        form="keras" if is_keras else "graph_def",
        names=[_sound(name) for name in table.names],
        ops=[ops.of(op) for op in table.ops],
        devices=[devices.of(device) for device in table.devices],
        input_counts=table.inputs.counts(),
        input_nodes=table.inputs.nodes,
        input_outputs=[min(output, _MOST) for output in table.inputs.outputs],
        input_labels=[labels.of(label) for label in table.inputs.labels],
        output_counts=[len(of_node) for of_node in table.shapes],
        output_shapes=output_shapes,
        output_dtypes=output_dtypes,
        op_names=[*ops.places],
        device_names=[*devices.places],
        label_names=[*labels.places],
        dtype_names=[*dtypes.places],
        shapes=[None if shape is None else [_bounded(size) for size in shape] for shape in shapes.places],
        parameters=_numbers(table.parameter_counts),
        frozen=[index for index, trainable in enumerate(table.trainable) if trainable is False],
        flops=_numbers(table.flops),
        memory_bytes=_numbers(table.memory_bytes),
        modules=[_module(each) for each in table.modules],
        functions=[
            GraphFunctionItem(name=each.name, first=each.first, count=each.count) for each in table.functions
        ],
        problems=[
            GraphProblemItem(
                code=each.code,
                severity=each.severity.value,
                message=each.message,
                nodes=list(each.nodes),
                scope=each.scope,
            )
            for each in graph_problems(table)
        ],
    )


def _outputs(table: GraphTable, shapes: _Places[Shape], dtypes: _Places[str]) -> tuple[list[int], list[int]]:
    """Of all outputs of all nodes, the place of the shape and of the type."""
    known: dict[tuple[tuple[Shape, ...], tuple[str, ...]], tuple[list[int], list[int]]] = {}
    all_shapes: list[int] = []
    all_dtypes: list[int] = []
    for key in zip(table.shapes, table.dtypes, strict=True):
        found = known.get(key)
        if found is None:
            of_node, named = key
            said = named if len(named) != 1 else named * len(of_node)
            found = known[key] = (
                [shapes.of(shape) for shape in of_node],
                [dtypes.of(said[at] if at < len(said) else "") for at in range(len(of_node))],
            )
        all_shapes += found[0]
        all_dtypes += found[1]
    return all_shapes, all_dtypes


def _numbers(column: Sequence[int | None]) -> NodeNumbers:
    known = [(index, value) for index, value in enumerate(column) if value]
    return NodeNumbers(nodes=[index for index, _ in known], values=[_bounded(value) for _, value in known])


def _bounded(value: int) -> int:
    return max(-1, min(value, _MOST))


def _sound(text: str) -> str:
    """JSON of half a character is none."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _module(info: ModuleInfo) -> GraphModule:
    return GraphModule(
        path=info.path,
        scope=info.scope,
        class_name=info.class_name,
        extra_repr=info.extra_repr[:_MAX_TEXT],
        own_parameter_count=_bounded(info.own_parameter_count),
        parameter_count=_bounded(info.parameter_count),
        trainable_parameter_count=_bounded(info.trainable_parameter_count),
        buffer_count=_bounded(info.buffer_count),
        call_count=_bounded(info.call_count),
        output_shapes=[[_bounded(size) for size in spec.shape] for spec in info.outputs],
        output_dtypes=[spec.dtype for spec in info.outputs],
        flops=_bounded(info.flops),
        uncounted_operation_count=_bounded(info.uncounted_operation_count),
        parameter_bytes=_bounded(info.parameter_bytes),
        activation_bytes=_bounded(info.activation_bytes),
        is_unused=info.is_unused,
        source_file=info.source_file,
        source_line=_bounded(info.source_line),
    )


def attribute_items(nodes: Sequence[GraphNode], first: int) -> list[GraphNodeAttributes]:
    """Fewer nodes where their attributes are large, but at least one."""
    found: list[GraphNodeAttributes] = []
    room = _MAX_ANSWER_SIZE
    for offset, node in enumerate(nodes):
        items = [_attribute(name, value) for name, value in sorted(node.attributes.items())[:_MAX_ATTRIBUTES]]
        room -= sum(100 + len(item.text) for item in items)
        if room < 0 and found:
            break
        found.append(GraphNodeAttributes(node=first + offset, attributes=items))
    return found


def _attribute(name: str, value: AttributeValue) -> GraphAttribute:
    kind, text = _told(value)
    return GraphAttribute(
        name=_sound(name[:200]), kind=kind, text=_sound(text[:_MAX_TEXT]), is_cut=len(text) > _MAX_TEXT
    )


def _told(value: AttributeValue) -> tuple[str, str]:
    if value is None:
        return "none", "unknown"
    if isinstance(value, bool):
        return "bool", str(value)
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, str):
        return "text", value
    if isinstance(value, bytes):
        return "bytes", f"{len(value):,} bytes: {value[:32].hex(' ')}"
    if isinstance(value, TensorAttribute):
        shape = "of unknown shape" if value.shape is None else str(list(value.shape))
        return (
            "tensor",
            f"{value.dtype}{shape if value.shape is not None else ' ' + shape}, {value.byte_count:,} bytes",
        )
    texts: list[str] = []
    room = _MAX_TEXT
    for each in value:
        texts.append(_told(each)[1])
        room -= len(texts[-1]) + 2
        if room < 0:
            break
    return "list", f"[{', '.join(texts)}{', …' if len(texts) < len(value) else ''}]"
