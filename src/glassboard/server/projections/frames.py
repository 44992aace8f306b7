"""What the server and its worker say to each other over pipes: JSON with arrays of float32 or int64 behind it."""

from __future__ import annotations

import json
import struct
from typing import BinaryIO

import numpy as np

from glassboard.types import AnyArray, JsonObject

__all__ = ["GO_ON", "STOP", "read_frame", "write_frame"]

GO_ON, STOP = b"g", b"s"
"""The answer to a snapshot."""
_Array = AnyArray


def write_frame(stream: BinaryIO, said: JsonObject, **arrays: _Array) -> None:
    flat = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    places = {name: [array.dtype.str, array.shape] for name, array in flat.items()}
    text = json.dumps({"said": said, "arrays": places}).encode()
    stream.write(struct.pack("<I", len(text)) + text)
    for array in flat.values():
        stream.write(array.data.cast("B") if array.size else b"")
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[JsonObject, dict[str, _Array]]:
    """Raises `EOFError` where the other side has ended."""
    (length,) = struct.unpack("<I", _exactly(stream, 4))
    head = json.loads(_exactly(stream, length))
    arrays = {}
    for name, (dtype, shape) in head["arrays"].items():
        kind = np.dtype(dtype)
        data = _exactly(stream, kind.itemsize * int(np.prod(shape, dtype=np.int64)))
        arrays[name] = np.frombuffer(data, kind).reshape(shape)
    return head["said"], arrays


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
