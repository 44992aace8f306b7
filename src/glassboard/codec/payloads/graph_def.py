"""Reads TensorFlow's GraphDef, the form in which event files hold graphs, whoever wrote it.

Field numbers: tensorflow/core/framework/{graph,node_def,attr_value,tensor_shape,types,function}.proto.
What a GraphDef has no place for, the table of modules, stands in field 1000 of the message (see docs/format.md);
readers that do not know the field skip it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from glassboard.codec import wire
from glassboard.codec.payloads.model_graph import ModuleInfo, TensorSpec
from glassboard.errors import CorruptError

__all__ = [
    "AttributeValue",
    "GraphDef",
    "GraphFunction",
    "GraphNode",
    "Shape",
    "TensorAttribute",
    "decode_graph_def",
    "dtype_numbers",
    "modules_field",
    "read_attribute",
    "read_module",
    "read_node",
    "split_input",
]

Shape: TypeAlias = tuple[int, ...] | None
"""Sizes, -1 where one is not known; None where not even the number of dimensions is."""

_unknown_shape: Shape = None
modules_field = 1000

# tensorflow/core/framework/types.proto; the names are torch's where the two differ.
dtype_numbers = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "string": 7, "complex64": 8,
    "int64": 9, "bool": 10, "qint8": 11, "quint8": 12, "qint32": 13, "bfloat16": 14, "qint16": 15, "quint16": 16,
    "uint16": 17, "complex128": 18, "float16": 19, "resource": 20, "variant": 21, "uint32": 22, "uint64": 23,
    "float8_e5m2": 24, "float8_e4m3fn": 25, "float8_e4m3fnuz": 26, "float8_e4m3b11fnuz": 27, "float8_e5m2fnuz": 28,
    "int4": 29, "uint4": 30, "int2": 31, "uint2": 32,
}  # fmt: skip
_dtype_names = {number: name for name, number in dtype_numbers.items()}
# A type number plus 100 is a reference to such a tensor (TensorFlow 1 variables).
_reference_offset = 100


@dataclass(frozen=True, slots=True)
class TensorAttribute:
    """A tensor in an attribute (the value of a `Const` node), without its values."""

    dtype: str
    shape: Shape
    byte_count: int
    """Size of the encoded tensor."""


AttributeValue: TypeAlias = (
    "bool | int | float | str | bytes | TensorAttribute | tuple[AttributeValue, ...] | None"
)
"""Types are their names, shapes are tuples (None where unknown), functions are their names."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    name: str
    op: str
    inputs: tuple[str, ...]
    """As written: `node`, `node:1` for its second output, `^node` for a control dependency; see `split_input`."""
    device: str
    attributes: Mapping[str, AttributeValue]

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """One for each output, from `_output_shapes`; empty where the writer did not say."""
        shapes = self.attributes.get("_output_shapes")
        if not isinstance(shapes, tuple):
            return ()
        return tuple(_as_shape(shape) for shape in shapes)

    @property
    def output_dtypes(self) -> tuple[str, ...]:
        """One for each output, from `_output_dtypes`, else the one of `dtype` or `T`; empty where none is there."""
        dtypes = self.attributes.get("_output_dtypes")
        if isinstance(dtypes, tuple):
            return tuple(str(dtype) for dtype in dtypes)
        dtype = self.attributes.get("dtype", self.attributes.get("T"))
        return (dtype,) if isinstance(dtype, str) else ()

    @property
    def flops(self) -> int | None:
        """Floating-point operations, from `_flops`; None where the writer did not say."""
        return self._count("_flops")

    @property
    def memory_bytes(self) -> int | None:
        """What its outputs take, from `_memory_bytes`; None where the writer did not say."""
        return self._count("_memory_bytes")

    def _count(self, name: str) -> int | None:
        found = self.attributes.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None


@dataclass(frozen=True, slots=True)
class GraphFunction:
    """A function of the graph's library (`tf.function`); nodes name it as their `op`."""

    name: str
    nodes: tuple[GraphNode, ...]


@dataclass(frozen=True, slots=True)
class GraphDef:
    nodes: tuple[GraphNode, ...]
    functions: tuple[GraphFunction, ...] = ()
    modules: tuple[ModuleInfo, ...] = ()
    """Only in graphs that Glassboard wrote."""


def split_input(text: str) -> tuple[str, int, bool]:
    """The node, the output's number and whether it is a control dependency."""
    is_control = text.startswith("^")
    name, colon, number = text.removeprefix("^").rpartition(":")
    if colon and number.isdigit():
        # Within functions an output has a name too: `node:output:0`.
        return name.partition(":")[0], int(number), is_control
    return text.removeprefix("^"), 0, is_control


def decode_graph_def(data: bytes | memoryview) -> GraphDef:
    """The nodes, functions and, from graphs of ours, modules. Raises `CorruptError` where the bytes are no GraphDef."""
    nodes: list[GraphNode] = []
    functions: list[GraphFunction] = []
    modules: list[ModuleInfo] = []
    for number, value in wire.fields(data):
        if number == 1:
            nodes.append(read_node(_bytes(value)))
        elif number == 2:
            functions += [_read_function(_bytes(entry)) for n, entry in wire.fields(_bytes(value)) if n == 1]
        elif number == modules_field:
            modules.append(read_module(_bytes(value)))
    return GraphDef(tuple(nodes), tuple(functions), tuple(modules))


def _bytes(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise CorruptError(f"a graph holds the number {value} where a message or text belongs")
    return value


def _number(value: int | memoryview) -> int:
    if not isinstance(value, int):
        raise CorruptError(f"a graph holds {len(value)} bytes where a number belongs")
    return wire.as_int64(value)


def _text(value: int | memoryview) -> str:
    return str(_bytes(value), "utf-8", "replace")


def read_node(data: memoryview) -> GraphNode:
    """One `NodeDef`. Raises `CorruptError` where the bytes are none."""
    name = op = device = ""
    inputs: list[str] = []
    attributes: dict[str, AttributeValue] = {}
    for number, value in wire.fields(data):
        if number == 1:
            name = _text(value)
        elif number == 2:
            op = _text(value)
        elif number == 3:
            inputs.append(_text(value))
        elif number == 4:
            device = _text(value)
        elif number == 5:
            entry = dict(wire.fields(_bytes(value)))
            attributes[_text(entry.get(1, memoryview(b"")))] = read_attribute(
                _bytes(entry.get(2, memoryview(b"")))
            )
    return GraphNode(name, op, tuple(inputs), device, attributes)


def _read_function(data: memoryview) -> GraphFunction:
    name, nodes = "", []
    for number, value in wire.fields(data):
        if number == 1:
            name = next((_text(entry) for n, entry in wire.fields(_bytes(value)) if n == 1), "")
        elif number == 3:
            nodes.append(read_node(_bytes(value)))
    return GraphFunction(name, tuple(nodes))


def read_attribute(data: memoryview) -> AttributeValue:
    """The last value that is set, as for any protobuf `oneof`; an empty text where none is."""
    found: AttributeValue = ""
    for number, value in wire.fields(data):
        if number == 1:
            found = _read_list(_bytes(value))
        elif number in _readers:
            found = _readers[number](value)
        elif number == 9:
            found = _text(value)
        elif number == 10:
            found = _read_function_name(value)
    return found


def _read_list(data: memoryview) -> tuple[AttributeValue, ...]:
    found: list[AttributeValue] = []
    for number, value in wire.fields(data):
        if number in _packable and not isinstance(value, int):
            found += (_readers[number](entry) for entry in _unpacked(number, value))
        elif number in _readers:
            found.append(_readers[number](value))
        elif number == 9:
            found.append(_read_function_name(value))
    return tuple(found)


# Numbers of a list may be packed: one field of bytes that holds them all (protobuf encoding guide).
_packable = {3, 4, 5, 6}


def _unpacked(number: int, data: memoryview) -> Iterator[int]:
    if number == 4:
        if len(data) % 4:
            raise CorruptError(f"a packed list of floats has {len(data)} bytes, want a multiple of 4")
        yield from (int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4))
        return
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value & 0xFFFF_FFFF_FFFF_FFFF
            value = shift = 0
        elif shift > 63:
            raise CorruptError("a packed list holds a varint longer than 10 bytes")
    if shift:
        raise CorruptError("a packed list ends within a varint")


def _read_text_or_bytes(value: int | memoryview) -> AttributeValue:
    content = bytes(_bytes(value))
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def _read_float(value: int | memoryview) -> AttributeValue:
    if not isinstance(value, int):
        raise CorruptError(f"a graph holds {len(value)} bytes where a float belongs")
    return wire.as_float(value & 0xFFFF_FFFF)


def _read_bool(value: int | memoryview) -> AttributeValue:
    return bool(_number(value))


def _read_dtype(value: int | memoryview) -> str:
    number = _number(value)
    is_reference = number > _reference_offset
    name = _dtype_names.get(number - _reference_offset if is_reference else number)
    if name is None:
        return f"dtype {number}" if number else "unknown"
    return f"{name} reference" if is_reference else name


def _read_shape(value: int | memoryview) -> Shape:
    sizes = []
    for number, entry in wire.fields(_bytes(value)):
        if number == 2:
            size = next((_number(size) for n, size in wire.fields(_bytes(entry)) if n == 1), 0)
            sizes.append(size)
        elif number == 3 and _number(entry):
            return None
    return tuple(sizes)


def _read_tensor(value: int | memoryview) -> TensorAttribute:
    data = _bytes(value)
    dtype, shape = "unknown", _unknown_shape
    for number, entry in wire.fields(data):
        if number == 1:
            dtype = _read_dtype(entry)
        elif number == 2:
            shape = _read_shape(entry)
    return TensorAttribute(dtype, shape, len(data))


def _read_function_name(value: int | memoryview) -> str:
    return next((_text(name) for number, name in wire.fields(_bytes(value)) if number == 1), "")


_readers: dict[int, Callable[[int | memoryview], AttributeValue]] = {
    2: _read_text_or_bytes,
    3: _number,
    4: _read_float,
    5: _read_bool,
    6: _read_dtype,
    7: _read_shape,
    8: _read_tensor,
}


def _as_shape(value: AttributeValue) -> Shape:
    if not isinstance(value, tuple):
        return None
    return tuple(size for size in value if isinstance(size, int))


def read_module(data: memoryview) -> ModuleInfo:
    """One entry of the table of modules. Raises `CorruptError` where the bytes are none."""
    texts = dict.fromkeys((1, 2, 3, 4, 16), "")
    counts = dict.fromkeys((5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17), 0)
    outputs = []
    for number, value in wire.fields(data):
        if number in texts:
            texts[number] = _text(value)
        elif number in counts:
            counts[number] = _number(value)
        elif number == 10:
            entry = dict(wire.fields(_bytes(value)))
            shape = _read_shape(entry.get(1, memoryview(b"")))
            outputs.append(TensorSpec(shape or (), _text(entry.get(2, memoryview(b"")))))
    return ModuleInfo(
        path=texts[1],
        scope=texts[2],
        class_name=texts[3],
        extra_repr=texts[4],
        own_parameter_count=counts[5],
        parameter_count=counts[6],
        trainable_parameter_count=counts[7],
        buffer_count=counts[8],
        call_count=counts[9],
        outputs=tuple(outputs),
        flops=counts[11],
        uncounted_operation_count=counts[12],
        parameter_bytes=counts[13],
        activation_bytes=counts[14],
        is_unused=bool(counts[15]),
        source_file=texts[16],
        source_line=counts[17],
    )
