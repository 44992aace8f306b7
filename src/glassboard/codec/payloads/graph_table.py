"""Reads a GraphDef into columns: what a picture of twenty thousand nodes needs, without an object for every attribute.

`graph_def` reads everything of a node; here only the attributes that say what flows are decoded, once for all nodes that say
the same. Damage costs the nodes it touches: what stands before it is kept and `damage` says what is lost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from glassboard.codec.payloads.graph_def import (
    AttributeValue,
    GraphNode,
    Shape,
    read_attribute,
    read_node,
    split_input,
)
from glassboard.codec.payloads.graph_inputs import InputColumns
from glassboard.codec.payloads.graph_places import Place, places, varint
from glassboard.codec.payloads.model_graph import ModuleInfo
from glassboard.errors import CorruptError, TooLargeError

__all__ = ["GraphFunctionRange", "GraphTable", "decode_graph_table", "decode_nodes"]

MAX_NODES = 400_000
MAX_INPUTS = 4_000_000


@dataclass(frozen=True, slots=True)
class GraphFunctionRange:
    """A function of the library: nodes `first` to `first + count`, under the scope `functions/<name>`."""

    name: str
    first: int
    count: int


@dataclass(slots=True)
class GraphTable:
    """A graph whose nodes are numbered in the order they were written.

    All lists but `modules`, `functions` and `damage` have one entry a node.
    """

    names: list[str] = field(default_factory=list)
    ops: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    inputs: InputColumns = field(default_factory=InputColumns)
    shapes: list[tuple[Shape, ...]] = field(default_factory=list)
    """Of each output; empty where the writer did not say."""
    dtypes: list[tuple[str, ...]] = field(default_factory=list)
    parameter_counts: list[int | None] = field(default_factory=list)
    """Elements of parameters and variables; None of other nodes."""
    trainable: list[bool | None] = field(default_factory=list)
    registered: list[bool] = field(default_factory=list)
    """False for a parameter that the model uses and does not list."""
    flops: list[int | None] = field(default_factory=list)
    memory_bytes: list[int | None] = field(default_factory=list)
    """What the outputs take; None where it is not known."""
    modules: list[ModuleInfo] = field(default_factory=list)
    functions: list[GraphFunctionRange] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    """What could not be read, in words."""

    def add(
        self,
        name: str,
        op: str,
        *,
        device: str = "",
        shapes: tuple[Shape, ...] = (),
        dtypes: tuple[str, ...] = (),
        trainable: bool | None = None,
    ) -> int:
        """Appends a node and returns its number; its inputs are appended apart."""
        self._append(name, op, device, _Told(shapes=shapes, dtypes=dtypes, trainable=trainable))
        return len(self.names) - 1

    def _append(self, name: str, op: str, device: str, told: _Told) -> None:
        self.names.append(name)
        self.ops.append(op)
        self.devices.append(device)
        self.shapes.append(told.shapes)
        self.dtypes.append(told.dtypes)
        self.parameter_counts.append(told.parameter_count)
        self.trainable.append(told.trainable)
        self.registered.append(told.is_registered)
        self.flops.append(told.flops)
        self.memory_bytes.append(told.memory_bytes)


class _Told(NamedTuple):
    """What the attributes of a node say; most nodes say what others said already."""

    shapes: tuple[Shape, ...] = ()
    dtypes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    parameter_count: int | None = None
    trainable: bool | None = None
    is_registered: bool = True
    flops: int | None = None
    memory_bytes: int | None = None
    output_bytes: int | None = None
    """By shapes and types; for graphs of writers that say no more."""


def decode_graph_table(data: bytes | memoryview) -> GraphTable:
    """Nodes first, then those of each function of the library. Raises `CorruptError` where nothing can be read at all.

    Raises `TooLargeError` beyond `MAX_NODES` nodes or `MAX_INPUTS` inputs.
    """
    message = bytes(data)
    table = GraphTable()
    reader = _NodeReader(message, table.inputs.names)
    all_told: list[_Told] = []
    for place in places(message, table.modules, table.damage):
        input_count = len(reader.taken)
        try:
            name, op, device, told = reader.read(place)
        except CorruptError as error:
            table.damage.append(f"the node at byte {place.at} cannot be read: {error}")
            name, op, device, told = f"unreadable/{place.at}", "", "", _Told()
            del reader.taken[input_count:]
        if place.function is not None:
            _count_in_function(table, place)
            name = f"functions/{place.function}/{name}"
        table._append(name, op, device, told)
        all_told.append(told)
        table.inputs.ends.append(len(reader.taken))
        if len(all_told) > MAX_NODES or len(reader.taken) > MAX_INPUTS:
            raise TooLargeError(
                f"a graph of more than {MAX_NODES:,} nodes or {MAX_INPUTS:,} inputs is not drawn; "
                "its bytes can be read as a blob"
            )
    if not table.names and table.damage:
        raise CorruptError(f"the graph cannot be read: {table.damage[0]}")
    if not table.modules:
        table.memory_bytes = [
            told.output_bytes if told.memory_bytes is None else told.memory_bytes for told in all_told
        ]
    _link(table, [told.labels for told in all_told])
    return table


def _count_in_function(table: GraphTable, place: Place) -> None:
    if place.starts:
        table.functions.append(GraphFunctionRange(str(place.function), len(table.names), 0))
    last = table.functions[-1]
    table.functions[-1] = GraphFunctionRange(last.name, last.first, last.count + 1)


def decode_nodes(data: bytes | memoryview, first: int, count: int) -> tuple[int, list[GraphNode]]:
    """How many nodes there are, and nodes `first` to `first + count` with every attribute, numbered as in `GraphTable`."""
    message = bytes(data)
    found = list(places(message, [], []))
    nodes = []
    for place in found[first : first + count]:
        try:
            nodes.append(place.made or read_node(memoryview(message)[place.at : place.end]))
        except CorruptError as error:
            nodes.append(GraphNode("", "", (), "", {"unreadable": str(error)}))
    return len(found), nodes


# What flows and what it costs; everything else of a node is read when somebody asks for it.
_WANTED = frozenset((
    b"_output_shapes", b"_output_dtypes", b"_input_names", b"_flops", b"_memory_bytes", b"parameter_count", b"trainable",
    b"registered", b"T", b"DstT", b"dtype", b"out_type", b"output_type", b"shape",
))  # fmt: skip


class _NodeReader:
    """Reads nodes of one message. What two nodes say with the same bytes is read once."""

    def __init__(self, message: bytes, taken: list[str]) -> None:
        self._message = message
        self.taken = taken
        """Inputs of all nodes, as written."""
        self._is_wanted: dict[bytes, bool] = {}
        self._told: dict[tuple[str, tuple[bytes, ...]], _Told] = {}
        self._texts: dict[bytes, str] = {}

    def read(self, place: Place) -> tuple[str, str, str, _Told]:
        """Name, operation, device, and what its attributes say; its inputs are appended. Raises `CorruptError`."""
        if place.made is not None:
            return self._plain(place.made)
        message, is_wanted = self._message, self._is_wanted
        name = op = device = b""
        taken, before = self.taken, len(self.taken)
        wanted: list[bytes] = []
        at, end = place.at, place.end
        while at < end:
            # Nearly all keys and lengths are one byte: calling `varint` for them took half of the time.
            key = message[at]
            if key < 0x80:
                at += 1
            else:
                key, at = varint(message, at, end)
            if key & 7 != 2:
                # No field of a node that is wanted is a number; `wire` knows how to pass over it, or that it cannot.
                del taken[before:]
                return self._plain(read_node(memoryview(message)[place.at : end]))
            if at < end and message[at] < 0x80:
                size = message[at]
                at += 1
            else:
                size, at = varint(message, at, end)
            stop = at + size
            if stop > end:
                raise CorruptError(f"a field wants {size:,} bytes, {end - at:,} are there")
            content = message[at:stop]
            if key == 0x2A:
                found = is_wanted.get(content)
                if found is None:
                    found = is_wanted[content] = _entry(content)[0] in _WANTED
                if found:
                    wanted.append(content)
            elif key == 0x1A:
                taken.append(content.decode("utf-8", "replace"))
            elif key == 0x0A:
                name = content
            elif key == 0x12:
                op = content
            elif key == 0x22:
                device = content
            at = stop
        operation = self._text(op)
        told = self._told.get((operation, entries := tuple(wanted)))
        if told is None:
            told = self._told[operation, entries] = _tell(operation, dict(map(_attribute, entries)))
        return name.decode("utf-8", "replace"), operation, self._text(device), told

    def _plain(self, node: GraphNode) -> tuple[str, str, str, _Told]:
        self.taken.extend(node.inputs)
        return node.name, node.op, node.device, _tell(node.op, node.attributes)

    def _text(self, data: bytes) -> str:
        """Operations and devices are few: equal ones are one text."""
        known = self._texts.get(data)
        if known is None:
            known = self._texts[data] = data.decode("utf-8", "replace")
        return known


def _entry(data: bytes) -> tuple[bytes, bytes]:
    """Name and value of an entry of the map of attributes."""
    name = value = b""
    at, end = 0, len(data)
    while at < end:
        key, at = varint(data, at, end)
        if key & 7 != 2:
            raise CorruptError("an attribute holds a number where its name or value belongs")
        size, at = varint(data, at, end)
        if size > end - at:
            raise CorruptError(f"an attribute wants {size:,} bytes, {end - at:,} are there")
        if key >> 3 == 1:
            name = data[at : at + size]
        elif key >> 3 == 2:
            value = data[at : at + size]
        at += size
    return name, value


def _attribute(entry: bytes) -> tuple[str, AttributeValue]:
    name, value = _entry(entry)
    return name.decode(), read_attribute(memoryview(value))


_BOOLEAN = frozenset((
    "Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr", "LogicalNot",
    "IsNan", "IsInf", "IsFinite", "IsVariableInitialized",
))  # fmt: skip
_VARIABLES = frozenset(("Variable", "VariableV2", "VarHandleOp"))


def _tell(op: str, said: Mapping[str, AttributeValue]) -> _Told:
    node = GraphNode("", op, (), "", said)
    shapes = node.output_shapes
    dtypes = node.output_dtypes if "_output_dtypes" in said else _tensorflow_dtypes(node)
    trainable = said.get("trainable")
    return _Told(
        shapes,
        dtypes,
        _texts(said.get("_input_names")),
        _parameter_count(op, said, shapes),
        trainable if isinstance(trainable, bool) else None,
        said.get("registered") is not False,
        _count(said.get("_flops")),
        _count(said.get("_memory_bytes")),
        _output_bytes(shapes, dtypes),
    )


def _tensorflow_dtypes(node: GraphNode) -> tuple[str, ...]:
    if node.op in _BOOLEAN:
        return ("bool",)
    if node.op == "VarHandleOp":
        return ("resource",)
    for name in ("DstT", "out_type", "output_type", "dtype", "T"):
        found = node.attributes.get(name)
        if isinstance(found, str):
            return (found,)
    return ()


def _parameter_count(op: str, said: Mapping[str, AttributeValue], shapes: tuple[Shape, ...]) -> int | None:
    found = _count(said.get("parameter_count"))
    if found is not None or op not in _VARIABLES:
        return found
    shape = said.get("shape")
    sizes = shape if isinstance(shape, tuple) else shapes[0] if shapes else None
    return _elements(tuple(size for size in sizes if isinstance(size, int))) if sizes is not None else None


def _elements(shape: Shape) -> int | None:
    if shape is None or any(size < 0 for size in shape):
        return None
    elements = math.prod(shape)
    return elements if elements < 1 << 53 else None


_BYTES = {
    "float32": 4, "float64": 8, "int32": 4, "uint8": 1, "int16": 2, "int8": 1, "complex64": 8, "int64": 8, "bool": 1,
    "bfloat16": 2, "uint16": 2, "complex128": 16, "float16": 2, "uint32": 4, "uint64": 8,
}  # fmt: skip


def _output_bytes(shapes: tuple[Shape, ...], dtypes: tuple[str, ...]) -> int | None:
    """None where a size or a type is not known."""
    if not shapes or len(dtypes) != len(shapes):
        return None
    total = 0
    for shape, dtype in zip(shapes, dtypes, strict=True):
        elements, size = _elements(shape), _BYTES.get(dtype)
        if elements is None or size is None:
            return None
        total += elements * size
    return total


def _link(table: GraphTable, labels: list[tuple[str, ...]]) -> None:
    """Finds the node behind the text of each input: within a function its own nodes alone."""
    ranges = [(each.first, each.first + each.count, f"functions/{each.name}/") for each in table.functions]
    body = ranges[0][0] if ranges else len(table.names)
    inputs = table.inputs
    for first, stop, scope in [(0, body, ""), *ranges]:
        numbers: dict[str, int] = {}
        for index in range(first, stop):
            numbers.setdefault(table.names[index], index)
        for index in range(first, stop):
            of_node = labels[index]
            start, end = len(inputs.nodes), inputs.ends[index]
            for at in range(start, end):
                text = inputs.names[at]
                # Nearly every input is the first output of a node, written as its name alone.
                number, output = numbers.get(scope + text, -1), 0
                if number < 0 or ":" in text or text.startswith("^"):
                    text, output, is_control = split_input(text)
                    if scope + text not in numbers and ":" in text:
                        text = text.partition(":")[0]
                    number = numbers.get(scope + text, -1)
                    output = -1 if is_control else output
                    inputs.names[at] = text
                inputs.nodes.append(number)
                inputs.outputs.append(output)
                inputs.labels.append(of_node[at - start] if at - start < len(of_node) else "")


def _texts(value: AttributeValue) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _count(value: AttributeValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
