"""An event-file reader that is slow and obvious, so that the kernel has something to agree with.

Nothing here uses the kernel. It reads a whole file at once and follows docs/design/0001 word by word.
Sources: `event.proto`, `summary.proto` and `tensor.proto` of TensorFlow.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from glassboard.codec import wire
from glassboard.codec.payloads.video import VIDEO_FIELD
from glassboard.errors import CorruptError
from glassboard.testing.records import masked_crc32c

__all__ = ["Damaged", "Point", "ReferenceScan", "Sample", "scan"]

_FORMS = {2: "scalar", 3: "none", 4: "image", 5: "histo", 6: "audio", 8: "tensor"}
_REAL = {
    1: ("<f4", 5),
    2: ("<f8", 6),
    3: ("<i4", 7),
    4: ("u1", 7),
    5: ("<i2", 7),
    6: ("i1", 7),
    9: ("<i8", 10),
    10: ("?", 11),
    14: ("bfloat16", 13),
    17: ("<u2", 7),
    19: ("<f2", 13),
    22: ("<u4", 16),
    23: ("<u8", 17),
}
"""Data types that can be scalars: layout of an element, and the number of the typed field."""


@dataclass(frozen=True, slots=True)
class Point:
    tag: bytes
    step: int
    wall_time: float
    value: float


@dataclass(frozen=True, slots=True)
class Sample:
    tag: bytes
    form: str
    step: int
    wall_time: float
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Damaged:
    offset: int
    length: int
    reason: str


@dataclass(slots=True)
class ReferenceScan:
    """What one file holds, in file order."""

    points: list[Point] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    damage: list[Damaged] = field(default_factory=list)
    session_starts: list[tuple[int, float, int]] = field(default_factory=list)
    plugin_names: dict[bytes, str] = field(default_factory=dict)
    """By tag, for tags that carried metadata."""
    records: int = 0
    offset: int = 0
    """Where reading goes on when the file grows."""


def _judge(data: bytes, at: int, cap: int) -> tuple[str, int]:
    """`sound` or why not, and the length that the header claims."""
    if len(data) - at < 12:
        return "waits", 0
    (length,) = struct.unpack_from("<Q", data, at)
    if masked_crc32c(data[at : at + 8]) != struct.unpack_from("<I", data, at + 8)[0]:
        return "length-checksum", length
    if length > cap:
        return "too-long", length
    if len(data) - at < 16 + length:
        return "waits", length
    body = data[at + 12 : at + 12 + length]
    if masked_crc32c(body) != struct.unpack_from("<I", data, at + 12 + length)[0]:
        return "data-checksum", length
    return "sound", length


def _records(data: bytes, cap: int, out: ReferenceScan) -> Iterator[tuple[int, bytes]]:
    at = 0
    while True:
        verdict, length = _judge(data, at, cap)
        if verdict not in ("sound", "waits"):
            start, reason = at, verdict
            while verdict not in ("sound", "waits"):
                at += 1
                verdict, length = _judge(data, at, cap)
            out.damage.append(Damaged(start, at - start, reason))
        if verdict == "waits":
            out.offset = at
            return
        yield at, data[at + 12 : at + 12 + length]
        at += 16 + length


def _only_element(parts: list[memoryview]) -> float | None:
    """The number in a tensor that holds exactly one, else None."""
    dtype, count, content = 0, 1, b""
    typed: dict[int, list[int]] = {}
    for number, value in (pair for part in parts for pair in wire.fields(part)):
        if isinstance(value, int):
            if number == 1:
                dtype = value
            typed.setdefault(number, []).append(value)
        elif number == 2:
            for _, dim in wire.messages(value):
                sizes = [
                    wire.as_int64(size) for n, size in wire.fields(dim) if n == 1 and isinstance(size, int)
                ]
                size = sizes[-1] if sizes else 0
                count = -1 if size < 0 or count < 0 else count * size
        elif number == 4:
            content = bytes(value)
        elif number in (5, 6):
            width = 4 if number == 5 else 8
            bits = [int.from_bytes(value[i : i + width], "little") for i in range(0, len(value), width)]
            typed.setdefault(number, []).extend(bits)
        elif number in (7, 10, 11, 13, 16, 17):
            # one varint after another, which is what a message of nothing but such a field would hold
            rest = bytes(value)
            while rest:
                size = next(i for i, byte in enumerate(rest) if byte < 0x80) + 1
                [(_, bit)] = wire.fields(b"\x08" + rest[:size])
                typed.setdefault(number, []).append(int(bit))
                rest = rest[size:]
    if dtype not in _REAL or count != 1:
        return None
    layout, number = _REAL[dtype]
    width = 2 if layout == "bfloat16" else np.dtype(layout).itemsize
    if not content:
        values = typed.get(number, [0])
        if len(values) != 1:
            return None
        bits_kept = int(values[0] != 0) if layout == "?" else values[0] & ((1 << (8 * width)) - 1)
        content = bits_kept.to_bytes(width, "little")
    if len(content) != width:
        return None
    if layout == "bfloat16":
        layout, content = "<f4", b"\0\0" + content
    return float(np.frombuffer(content, layout)[0])


def _plugin_name(parts: list[memoryview]) -> str:
    name = b""
    for part in parts:
        for number, plugin in wire.fields(part):
            if number == 1 and not isinstance(plugin, int):
                name = next((bytes(v) for n, v in wire.fields(plugin) if n == 1), name)
    return name.decode()


def _value(value: memoryview, out: ReferenceScan, step: int, wall_time: float, offset: int) -> None:
    tag, form, simple, tensors, metadata = b"", "none", 0.0, list[memoryview](), list[memoryview]()
    has_video = False
    for number, found in wire.fields(value):
        if number in _FORMS:
            form = _FORMS[number]
        if isinstance(found, int):
            simple = wire.as_float(found) if number == 2 else simple
        elif number == 1:
            tag = bytes(found)
        elif number == 8:
            tensors.append(found)
        elif number == 9:
            metadata.append(found)
        elif number == VIDEO_FIELD:
            has_video = True
    if has_video and form == "image":
        form = "video"
    if form == "none" and not metadata:
        return
    if metadata:
        out.plugin_names.setdefault(tag, _plugin_name(metadata))
    number_found = simple if form == "scalar" else None
    if form == "tensor" and out.plugin_names.get(tag, "") in ("", "scalars"):
        number_found = _only_element(tensors)
    if number_found is None:
        out.samples.append(Sample(tag, form, step, wall_time, offset, len(value)))
    else:
        out.points.append(Point(tag, step, wall_time, number_found))


def _event(payload: bytes, offset: int, out: ReferenceScan) -> None:
    view = memoryview(payload)
    step, wall_time, bodies = 0, 0.0, list[tuple[int, memoryview]]()
    for number, value in wire.fields(view):
        if isinstance(value, int):
            if number == 1:
                wall_time = wire.as_double(value)
            elif number == 2:
                step = wire.as_int64(value)
        elif 3 <= number <= 9:
            bodies.append((number, value))
    for number, body in bodies:
        place = _offset_in(payload, body) + offset + 12
        if number == 5:
            for field_number, value in wire.fields(body):
                if field_number == 1 and not isinstance(value, int):
                    _value(value, out, step, wall_time, _offset_in(payload, value) + offset + 12)
        elif number == 7 and dict(wire.fields(body)).get(1) == 1:
            out.session_starts.append((step, wall_time, offset))
        elif number in (4, 9):
            form = "graph_def" if number == 4 else "meta_graph_def"
            out.samples.append(Sample(b"", form, step, wall_time, place, len(body)))
        elif number == 8:
            tag = next((bytes(v) for n, v in wire.fields(body) if n == 1), b"")
            out.samples.append(Sample(tag, "run_metadata", step, wall_time, place, len(body)))


def _offset_in(payload: bytes, view: memoryview) -> int:
    """Where a view of `payload` starts within it."""
    whole = np.frombuffer(payload, np.uint8)
    part = np.frombuffer(view, np.uint8)
    return part.ctypes.data - whole.ctypes.data if part.size else 0


def scan(data: bytes, *, max_record_bytes: int = 1 << 30) -> ReferenceScan:
    """Everything in the bytes of one event file. Events with two members of a oneof are not understood."""
    out = ReferenceScan()
    for offset, payload in _records(data, max_record_bytes, out):
        out.records += 1
        event = ReferenceScan(plugin_names=dict(out.plugin_names))
        try:
            _event(payload, offset, event)
        except CorruptError:
            out.damage.append(Damaged(offset, 16 + len(payload), "undecodable"))
            continue
        out.points += event.points
        out.samples += event.samples
        out.session_starts += event.session_starts
        out.plugin_names = event.plugin_names
    out.damage.sort(key=lambda damage: damage.offset)
    return out
