"""The binary answer for numeric columns: a JSON header and float64 columns (docs/design/0002-http-api.md)."""

from __future__ import annotations

import struct

import numpy as np
from pydantic import BaseModel

from glassboard.types import Float64Array, Int64Array

__all__ = ["MAGIC", "MEDIA_TYPE", "ColumnBody", "join"]

MEDIA_TYPE = "application/vnd.glassboard.columns"
MAGIC = b"GBC1"


class ColumnBody:
    """Collects columns and knows where each one starts. A column met before is not stored again."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._offsets: dict[bytes, int] = {}
        self._size_bytes = 0

    def add(self, column: Float64Array | Int64Array) -> tuple[int, int]:
        """Puts a column in as float64[n]; returns (byte offset in the body, n)."""
        data = np.ascontiguousarray(column, dtype="<f8").tobytes()
        offset = self._offsets.get(data)
        if offset is None:
            offset = self._offsets[data] = self._size_bytes
            self._chunks.append(data)
            self._size_bytes += len(data)
        return offset, len(data) // 8

    def chunks(self) -> list[bytes]:
        return self._chunks


def join(header: BaseModel, body: ColumnBody) -> bytes:
    """The whole answer. The body starts at a multiple of 8 bytes, so a client may lay float64 views over it."""
    text = header.model_dump_json().encode()
    text += b" " * (-(8 + len(text)) % 8)
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *body.chunks()])
