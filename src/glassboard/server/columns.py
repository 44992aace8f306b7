"""The binary answer for numeric columns: a JSON header and typed columns (docs/design/0002-http-api.md)."""

from __future__ import annotations

import struct
from typing import Literal, TypeAlias

import numpy as np

from glassboard._kernel import as_float32, as_float64, as_int32
from glassboard.types import AnyArray, AnyDtype

__all__ = [
    "MAGIC",
    "MEDIA_TYPE",
    "ColumnBody",
    "ColumnPlace",
    "ColumnType",
    "join",
    "narrowest",
    "read_header",
]

MEDIA_TYPE = "application/vnd.glassboard.columns"
MAGIC = b"GBC2"

ColumnType: TypeAlias = Literal["u1", "i4", "i8", "f4", "f8"]
ColumnPlace: TypeAlias = tuple[ColumnType, int, int]
"""Type, byte offset in the body, number of values."""
_Column: TypeAlias = AnyArray

_NAMES: dict[AnyDtype, ColumnType] = {
    np.dtype("u1"): "u1",
    np.dtype("<i4"): "i4",
    np.dtype("<i8"): "i8",
    np.dtype("<f4"): "f4",
    np.dtype("<f8"): "f8",
}
_ALIGNMENT = 8


def narrowest(column: _Column) -> _Column:
    """The column in the smallest type that holds every number of it exactly.

    Integers become i4; f8 where they need more than that and have no more than 53 bits, since a browser calculates in
    those; else i8. Floats, which are finite, become f4 or stay f8.
    """
    narrower: _Column | None = None
    if column.dtype == np.int64:
        narrower = as_int32(column)
        if narrower is None:
            narrower = as_float64(column)
    elif column.dtype == np.float64:
        narrower = as_float32(column)
    return column if narrower is None else narrower


class ColumnBody:
    """Collects columns and knows where each one starts: at a multiple of 8 bytes, whatever its type."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size_bytes = 0

    def add(self, column: _Column) -> ColumnPlace:
        """Puts a column in as it is."""
        data = np.ascontiguousarray(column).tobytes()
        place = (_NAMES[column.dtype], self._size_bytes, len(column))
        self._chunks.append(data)
        gap = -len(data) % _ALIGNMENT
        if gap:
            self._chunks.append(bytes(gap))
        self._size_bytes += len(data) + gap
        return place

    def chunks(self) -> list[bytes]:
        return self._chunks


def join(header: str, body: ColumnBody) -> bytes:
    """The whole answer. Its body starts at a multiple of 8 bytes, so a client may lay typed views over it."""
    text = header.encode()
    text += b" " * (-(8 + len(text)) % _ALIGNMENT)
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *body.chunks()])


def read_header(answer: bytes) -> bytes:
    """The JSON of an answer that `join` made."""
    (length,) = struct.unpack_from("<I", answer, len(MAGIC))
    return answer[8 : 8 + length]
