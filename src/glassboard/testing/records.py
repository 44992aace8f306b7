"""Event-file bytes, written the slow and obvious way, so that what reads and writes them fast can be checked.

Nothing here uses the kernel. Sources: the TFRecord framing of
https://www.tensorflow.org/tutorials/load_data/tfrecord and the fields of `event.proto`, `summary.proto` and `tensor.proto`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from glassboard.codec import wire

__all__ = [
    "crc32c",
    "event",
    "file_version",
    "frame",
    "graph",
    "histogram_value",
    "image_value",
    "masked_crc32c",
    "metadata",
    "metadata_only_value",
    "scalar_value",
    "session_start",
    "summary",
    "tensor_scalar_value",
    "text_value",
]

_POLYNOMIAL = 0x82F63B78
_DT_FLOAT, _DT_DOUBLE, _DT_STRING = 1, 2, 7


def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ _POLYNOMIAL if crc & 1 else crc >> 1
        rows.append(crc)
    return tuple(rows)


_TABLE = _table()


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def masked_crc32c(data: bytes) -> int:
    """The checksum as TFRecord stores it: rotated and offset, so that a checksum of checksums is not weak."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def frame(payload: bytes) -> bytes:
    """One record: length, checksum of the length, payload, checksum of the payload."""
    length = struct.pack("<Q", len(payload))
    return b"".join(
        (length, struct.pack("<I", masked_crc32c(length)), payload, struct.pack("<I", masked_crc32c(payload)))
    )


def event(wall_time: float, step: int, *parts: bytes) -> bytes:
    """One framed `Event`; `parts` are its encoded fields."""
    stamp = wire.double(1, wall_time) + (wire.int64(2, step) if step else b"")
    return frame(stamp + b"".join(parts))


def file_version(wall_time: float) -> bytes:
    return event(wall_time, 0, wire.bytes_(3, "brain.Event:2"))


def session_start(wall_time: float, step: int) -> bytes:
    return event(wall_time, step, wire.message(7, wire.int64(1, 1)))


def graph(wall_time: float, graph_def: bytes, *, step: int = 0) -> bytes:
    return event(wall_time, step, wire.bytes_(4, graph_def))


def summary(wall_time: float, step: int, *values: bytes) -> bytes:
    """One framed `Event` with the encoded `Summary.Value` messages given."""
    return event(wall_time, step, wire.message(5, *(wire.bytes_(1, value) for value in values)))


def metadata(
    plugin_name: str, *, content: bytes = b"", display_name: str = "", description: str = ""
) -> bytes:
    """Field 9 of `Summary.Value`: what the value is meant for."""
    parts = [wire.message(1, wire.bytes_(1, plugin_name), wire.bytes_(2, content))]
    if display_name:
        parts.append(wire.bytes_(2, display_name))
    if description:
        parts.append(wire.bytes_(3, description))
    return wire.message(9, *parts)


def scalar_value(tag: str | bytes, value: float, *, meta: bytes = b"") -> bytes:
    """The older form: a float32 `simple_value`."""
    return wire.bytes_(1, tag) + meta + wire.float_(2, value)


def tensor_scalar_value(tag: str, value: float, *, double: bool = False, meta: bytes | None = None) -> bytes:
    """The newer form: a one-element tensor of the scalars plugin, float32 or float64."""
    number = (
        wire.message(6, struct.pack("<d", value)) if double else wire.message(5, struct.pack("<f", value))
    )
    tensor = wire.message(8, wire.int64(1, _DT_DOUBLE if double else _DT_FLOAT), wire.message(2), number)
    return wire.bytes_(1, tag) + (metadata("scalars") if meta is None else meta) + tensor


def text_value(
    tag: str, strings: Sequence[str], *, shape: Sequence[int] | None = None, meta: bytes | None = None
) -> bytes:
    """Strings in row-major order; without a shape they are a vector."""
    sizes = (len(strings),) if shape is None else shape
    dimensions = wire.message(2, *(wire.message(2, wire.int64(1, size)) for size in sizes))
    tensor = wire.message(
        8, wire.int64(1, _DT_STRING), dimensions, *(wire.bytes_(8, text) for text in strings)
    )
    return wire.bytes_(1, tag) + (metadata("text") if meta is None else meta) + tensor


def image_value(tag: str, encoded: bytes, *, height: int, width: int, channels: int = 3) -> bytes:
    fields = (wire.int64(1, height), wire.int64(2, width), wire.int64(3, channels), wire.bytes_(4, encoded))
    return wire.bytes_(1, tag) + wire.message(4, *fields)


def histogram_value(tag: str, limits: Sequence[float], counts: Sequence[float]) -> bytes:
    """A `histo` whose buckets end at `limits`; minimum and maximum are the outer limits."""
    total = sum(counts)
    fields = (
        wire.double(1, limits[0]),
        wire.double(2, limits[-1]),
        wire.double(3, total),
        wire.double(4, sum(limit * count for limit, count in zip(limits, counts, strict=True))),
        wire.double(5, sum(limit * limit * count for limit, count in zip(limits, counts, strict=True))),
        wire.message(6, struct.pack(f"<{len(limits)}d", *limits)),
        wire.message(7, struct.pack(f"<{len(counts)}d", *counts)),
    )
    return wire.bytes_(1, tag) + wire.message(5, *fields)


def metadata_only_value(tag: str, meta: bytes) -> bytes:
    """A value with metadata and no value field, as the hparams plugin writes."""
    return wire.bytes_(1, tag) + meta
