"""Models that other programs wrote to a file, as graphs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from glassboard.codec.payloads.model_graph import ModelGraph
from glassboard.errors import CorruptError, MisuseError
from glassboard.writer.arrays import describe

__all__ = ["read_model"]


def read_model(source: object, decode: Callable[[bytes], ModelGraph], wanted: str) -> ModelGraph:
    """The graph of a path, of bytes, or of a protocol buffer message. Raises `MisuseError` where there is none."""
    if callable(serialize := getattr(source, "SerializeToString", None)):
        source = serialize()
    if isinstance(source, (bytes, bytearray, memoryview)):
        name, data = f"{len(source)} bytes", bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        name = str(source)
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise MisuseError(
                f"found no readable file ({error.strerror}), wanted {wanted}: {name}"
            ) from error
    else:
        raise MisuseError(f"found {describe(source)}, wanted the path or the bytes of {wanted}")
    try:
        return decode(data)
    except CorruptError as error:
        raise MisuseError(f"found something else ({error}), wanted {wanted}: {name}") from error
