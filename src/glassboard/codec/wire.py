"""The protocol-buffer wire format, for the small messages that need not be fast.

Source: https://protobuf.dev/programming-guides/encoding/. What must be fast is encoded and decoded by the kernel.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from glassboard.errors import CorruptError

__all__ = [
    "as_double",
    "as_float",
    "as_int64",
    "bool_",
    "bytes_",
    "double",
    "fields",
    "float_",
    "int64",
    "message",
    "messages",
    "varint",
    "varints",
]

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


def varint(value: int) -> bytes:
    """An integer without a field, as packed lists hold them."""
    out = bytearray()
    value &= 0xFFFF_FFFF_FFFF_FFFF
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def int64(number: int, value: int) -> bytes:
    """Field `number` holding an integer, bool or enum; negative values take ten bytes, as the format wants."""
    return varint(number << 3 | _VARINT) + varint(value)


def bool_(number: int, value: bool) -> bytes:
    return int64(number, int(value))


def double(number: int, value: float) -> bytes:
    return varint(number << 3 | _FIXED64) + struct.pack("<d", value)


def float_(number: int, value: float) -> bytes:
    return varint(number << 3 | _FIXED32) + struct.pack("<f", value)


def bytes_(number: int, value: bytes | str) -> bytes:
    """Field `number` holding a string, bytes or an encoded message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | _LENGTH) + varint(len(data)) + data


def message(number: int, *parts: bytes) -> bytes:
    """Field `number` holding the message made of `parts`."""
    return bytes_(number, b"".join(parts))


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise CorruptError(f"message ends within a varint at byte {at}")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift > 63:
            raise CorruptError(f"varint longer than 10 bytes at byte {at}")


def fields(data: bytes | memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yields (field number, value) in order: an unsigned int for varints and fixed fields, a view for the rest.

    Raises `CorruptError` where the bytes are not a message.
    """
    view = memoryview(data)
    at = 0
    while at < len(view):
        key, at = _read_varint(view, at)
        number, wire_type = key >> 3, key & 7
        if number == 0:
            raise CorruptError(f"field number 0 before byte {at}")
        if wire_type == _VARINT:
            value, at = _read_varint(view, at)
            yield number, value
            continue
        if wire_type == _LENGTH:
            size, at = _read_varint(view, at)
        elif wire_type == _FIXED64:
            size = 8
        elif wire_type == _FIXED32:
            size = 4
        else:
            raise CorruptError(f"wire type {wire_type} of field {number} is not supported before byte {at}")
        if size > len(view) - at:
            raise CorruptError(f"field {number} wants {size} bytes at byte {at}, {len(view) - at} are there")
        chunk = view[at : at + size]
        at += size
        yield number, (chunk if wire_type == _LENGTH else int.from_bytes(chunk, "little"))


def messages(data: bytes | memoryview) -> Iterator[tuple[int, memoryview]]:
    """As `fields`, of a message whose fields are all strings, bytes or messages; others are passed over."""
    return ((number, value) for number, value in fields(data) if not isinstance(value, int))


def varints(data: memoryview) -> Iterator[int]:
    """The unsigned integers of a packed list. Raises `CorruptError` where it ends within one."""
    at = 0
    while at < len(data):
        value, at = _read_varint(data, at)
        yield value


def as_int64(value: int) -> int:
    """The signed reading of an unsigned varint."""
    return value - (1 << 64) if value >= 1 << 63 else value


def as_double(value: int) -> float:
    """The double behind a fixed64 field."""
    return float(struct.unpack("<d", value.to_bytes(8, "little"))[0])


def as_float(value: int) -> float:
    """The float behind a fixed32 field."""
    return float(struct.unpack("<f", value.to_bytes(4, "little"))[0])
