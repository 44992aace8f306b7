"""Reads a GraphDef into columns: what a picture of twenty thousand nodes needs, without an object for every attribute.

`graph_def` reads everything of a node; here only the attributes that say what flows are decoded, each distinct value once.
Damage costs the nodes it touches: what stands before it is kept and `damage` says what is lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from glassboard.codec import wire
from glassboard.codec.payloads.graph_def import (
    AttributeValue,
    GraphNode,
    Shape,
    modules_field,
    read_attribute,
    read_module,
    read_node,
    split_input,
)
from glassboard.codec.payloads.model_graph import ModuleInfo
from glassboard.errors import CorruptError, TooLargeError

__all__ = ["GraphFunctionRange", "GraphTable", "Input", "decode_graph_table", "decode_nodes"]

MAX_NODES = 400_000
MAX_INPUTS = 4_000_000


class Input(NamedTuple):
    """What a node takes: output number `output` of `node`, the number of a node, or -1 where no node has the `name`."""

    node: int
    output: int
    is_control: bool
    label: str
    """The argument it is given as; empty where the writer did not say."""
    name: str


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
    inputs: list[list[Input]] = field(default_factory=list)
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
        attributes: Mapping[str, AttributeValue] | None = None,
    ) -> int:
        """Appends a node without inputs and returns its number."""
        said = attributes or {}
        self.names.append(name)
        self.ops.append(op)
        self.devices.append(device)
        self.inputs.append([])
        self.shapes.append(shapes)
        self.dtypes.append(dtypes)
        self.parameter_counts.append(_parameter_count(op, said, shapes))
        trainable = said.get("trainable")
        self.trainable.append(trainable if isinstance(trainable, bool) else None)
        self.registered.append(said.get("registered") is not False)
        self.flops.append(_count(said.get("_flops")))
        self.memory_bytes.append(_count(said.get("_memory_bytes")))
        return len(self.names) - 1


def decode_graph_table(data: bytes | memoryview) -> GraphTable:
    """Nodes first, then those of each function of the library. Raises `CorruptError` where nothing can be read at all.

    Raises `TooLargeError` beyond `MAX_NODES` nodes or `MAX_INPUTS` inputs.
    """
    message = bytes(data)
    table = GraphTable()
    entries: _Entries = {}
    taken: list[list[str]] = []
    labels: list[tuple[str, ...]] = []
    input_count = 0
    for place in _places(message, table):
        if place.function is not None and place.starts:
            table.functions.append(GraphFunctionRange(place.function, len(table.names), 0))
        try:
            node = _read(message, place, entries)
        except CorruptError as error:
            table.damage.append(f"the node at byte {place.at} cannot be read: {error}")
            node = GraphNode(f"unreadable/{place.at}", "", (), "", {})
        name = node.name if place.function is None else f"functions/{place.function}/{node.name}"
        _add_node(table, node, name)
        taken.append(list(node.inputs))
        labels.append(_texts(node.attributes.get("_input_names")))
        input_count += len(node.inputs)
        if len(table.names) > MAX_NODES or input_count > MAX_INPUTS:
            raise TooLargeError(
                f"a graph of more than {MAX_NODES:,} nodes or {MAX_INPUTS:,} inputs is not drawn; "
                "its bytes can be read as a blob"
            )
        if table.functions and place.function is not None:
            last = table.functions[-1]
            table.functions[-1] = GraphFunctionRange(last.name, last.first, last.count + 1)
    if not table.names and table.damage:
        raise CorruptError(f"the graph cannot be read: {table.damage[0]}")
    if not table.modules:
        _estimate_memory(table)
    _link(table, taken, labels)
    return table


def decode_nodes(data: bytes | memoryview, first: int, count: int) -> tuple[int, list[GraphNode]]:
    """How many nodes there are, and nodes `first` to `first + count` with every attribute, numbered as in `GraphTable`."""
    message, table = bytes(data), GraphTable()
    places = list(_places(message, table))
    nodes = []
    for place in places[first : first + count]:
        try:
            nodes.append(place.made or read_node(memoryview(message)[place.at : place.end]))
        except CorruptError as error:
            nodes.append(GraphNode("", "", (), "", {"unreadable": str(error)}))
    return len(places), nodes


@dataclass(frozen=True, slots=True)
class _Place:
    at: int
    end: int
    function: str | None = None
    starts: bool = False
    """The first node of its function."""
    made: GraphNode | None = None
    """An argument or a result of a function, which has no node of its own in the file."""


def _places(message: bytes, table: GraphTable) -> Iterator[_Place]:
    """Where each node lies; modules and damage go into the table."""
    for number, at, end in _fields(message, 0, len(message), table):
        try:
            if number == 1:
                yield _Place(at, end)
            elif number == 2:
                for inner, from_, to in _fields(message, at, end, table):
                    if inner == 1:
                        yield from _function_places(message, from_, to, table)
            elif number == modules_field:
                table.modules.append(read_module(memoryview(message)[at:end]))
        except CorruptError as error:
            table.damage.append(f"field {number} at byte {at} cannot be read: {error}")


def _function_places(message: bytes, at: int, end: int, table: GraphTable) -> Iterator[_Place]:
    """Arguments, nodes, results. Source: tensorflow/core/framework/function.proto."""
    name, nodes, arguments, results = "", [], [], []
    for number, from_, to in _fields(message, at, end, table):
        if number == 1:
            for inner, start, stop in _fields(message, from_, to, table):
                if inner == 1:
                    name = message[start:stop].decode("utf-8", "replace")
                elif inner == 2:
                    arguments.append(_text_field(message[start:stop], 1))
        elif number == 3:
            nodes.append((from_, to))
        elif number == 4:
            results.append((_text_field(message[from_:to], 1), _text_field(message[from_:to], 2)))
    begins = True
    for argument in arguments:
        yield _Place(at, at, name, begins, GraphNode(argument, "Arg", (), "", {}))
        begins = False
    for from_, to in nodes:
        yield _Place(from_, to, name, begins)
        begins = False
    for result, source in results:
        yield _Place(at, at, name, begins, GraphNode(f"results/{result}", "Retval", (source,), "", {}))
        begins = False


def _text_field(data: bytes, wanted: int) -> str:
    for number, value in wire.fields(data):
        if number == wanted and not isinstance(value, int):
            return str(value, "utf-8", "replace")
    return ""


def _fields(message: bytes, at: int, end: int, table: GraphTable) -> Iterator[tuple[int, int, int]]:
    """Number, begin and end of every field that holds bytes; a field cut by the end is damage and the last one."""
    while at < end:
        began = at
        try:
            key, at = _varint(message, at, end)
            kind = key & 7
            size = 0
            if kind == 2:
                size, at = _varint(message, at, end)
            elif kind == 0:
                _, at = _varint(message, at, end)
            elif kind == 1:
                size = 8
            elif kind == 5:
                size = 4
            else:
                raise CorruptError(f"wire type {kind} is none that a graph has")
            if size > end - at:
                raise CorruptError(f"{size:,} bytes are wanted, {end - at:,} are there")
        except CorruptError as error:
            table.damage.append(f"the graph ends at byte {began} of {len(message):,}: {error}")
            return
        if kind == 2:
            yield key >> 3, at, at + size
        at += size


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at < end and data[at] < 0x80:
        return data[at], at + 1
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise CorruptError("a number ends within itself")


_Entries: TypeAlias = dict[bytes, tuple[str, AttributeValue]]
"""Attributes that were read already: most are the same in many nodes."""

# What flows and what it costs; everything else of a node is read when somebody asks for it.
_WANTED = frozenset((
    b"_output_shapes", b"_output_dtypes", b"_input_names", b"_flops", b"_memory_bytes", b"parameter_count", b"trainable",
    b"registered", b"T", b"DstT", b"dtype", b"out_type", b"output_type", b"shape", b"transpose_a", b"transpose_b",
))  # fmt: skip


def _read(message: bytes, place: _Place, entries: _Entries) -> GraphNode:
    """As `read_node`, with the wanted attributes alone."""
    if place.made is not None:
        return place.made
    texts = ["", "", "", "", ""]
    inputs: list[str] = []
    attributes: dict[str, AttributeValue] = {}
    at, end = place.at, place.end
    while at < end:
        # Nearly all keys and lengths are one byte: calling `_varint` for them took half of the time.
        key = message[at]
        if key < 0x80:
            at += 1
        else:
            key, at = _varint(message, at, end)
        if key & 7 != 2:
            # No field of a node that is wanted is a number; `wire` knows how to pass over it, or that it cannot.
            return read_node(memoryview(message)[place.at : place.end])
        if at < end and message[at] < 0x80:
            size = message[at]
            at += 1
        else:
            size, at = _varint(message, at, end)
        stop = at + size
        if stop > end:
            raise CorruptError(f"a field wants {size:,} bytes, {end - at:,} are there")
        number = key >> 3
        if number == 5:
            content = message[at:stop]
            found = entries.get(content)
            if found is None:
                found = entries[content] = _entry(content)
            if found[0]:
                attributes[found[0]] = found[1]
        elif number == 3:
            inputs.append(str(message[at:stop], "utf-8", "replace"))
        elif number in (1, 2, 4):
            texts[number] = str(message[at:stop], "utf-8", "replace")
        at = stop
    return GraphNode(texts[1], texts[2], tuple(inputs), texts[4], attributes)


def _entry(data: bytes) -> tuple[str, AttributeValue]:
    """Name and value of an entry of the map of attributes; the name is empty where it is none of those wanted."""
    name = value = b""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at, end)
        if key & 7 != 2:
            raise CorruptError("an attribute holds a number where its name or value belongs")
        size, at = _varint(data, at, end)
        if size > end - at:
            raise CorruptError(f"an attribute wants {size:,} bytes, {end - at:,} are there")
        if key >> 3 == 1:
            name = data[at : at + size]
        elif key >> 3 == 2:
            value = data[at : at + size]
        at += size
    return (name.decode(), read_attribute(memoryview(value))) if name in _WANTED else ("", None)


_BOOLEAN = frozenset((
    "Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr", "LogicalNot",
    "IsNan", "IsInf", "IsFinite", "IsVariableInitialized",
))  # fmt: skip
_VARIABLES = frozenset(("Variable", "VariableV2", "VarHandleOp"))


def _add_node(table: GraphTable, node: GraphNode, name: str) -> None:
    dtypes = node.output_dtypes if "_output_dtypes" in node.attributes else _tensorflow_dtypes(node)
    table.add(
        name,
        node.op,
        device=node.device,
        shapes=node.output_shapes,
        dtypes=dtypes,
        attributes=node.attributes,
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


def _estimate_memory(table: GraphTable) -> None:
    """Other writers say shapes and types alone: what outputs of known size take."""
    for index, shapes in enumerate(table.shapes):
        dtypes = table.dtypes[index]
        if table.memory_bytes[index] is not None or not shapes or len(dtypes) != len(shapes):
            continue
        total: int | None = 0
        for shape, dtype in zip(shapes, dtypes, strict=True):
            elements, size = _elements(shape), _BYTES.get(dtype)
            total = None if total is None or elements is None or size is None else total + elements * size
        table.memory_bytes[index] = total


def _link(table: GraphTable, taken: list[list[str]], labels: list[tuple[str, ...]]) -> None:
    """Finds the node behind the text of each input: within a function its own nodes alone."""
    ends = [(each.first, each.first + each.count, f"functions/{each.name}/") for each in table.functions]
    body = ends[0][0] if ends else len(table.names)
    for first, stop, scope in [(0, body, ""), *ends]:
        numbers: dict[str, int] = {}
        for index in range(first, stop):
            numbers.setdefault(table.names[index], index)
        for index in range(first, stop):
            of_node = labels[index]
            for at, text in enumerate(taken[index]):
                name, output, is_control = split_input(text)
                if scope + name not in numbers and ":" in name:
                    name = name.partition(":")[0]
                number = numbers.get(scope + name, -1)
                label = of_node[at] if at < len(of_node) else ""
                table.inputs[index].append(Input(number, output, is_control, label, name))


def _texts(value: AttributeValue) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _count(value: AttributeValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
