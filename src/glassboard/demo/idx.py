"""IDX, the file format of MNIST and its relatives: a magic number, the sizes, then one byte a pixel or label.

Format: http://yann.lecun.com/exdb/mnist/ . Only unsigned bytes are read, the one type that these data sets use.
"""

from __future__ import annotations

import gzip
import io
import math
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError

__all__ = ["UInt8Array", "read_idx", "write_idx"]

type_code_uint8 = 0x08
max_array_bytes = 1 << 31

UInt8Array = npt.NDArray[np.uint8]


def read_idx(path: Path, *, ndim: int) -> UInt8Array:
    """The array in an IDX file, gzipped where the name ends in `.gz`.

    `ndim` is the number of dimensions that the caller wants: 3 for images, 1 for labels.
    Raises `NotFoundError`, `TruncatedError`, `CorruptError` or `TooLargeError`, each saying what was found.
    """
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as file:
            return _read_array(file, path, ndim)  # type: ignore[arg-type]  # either is a file of bytes
    except FileNotFoundError:
        raise NotFoundError(f"there is no such file ({path})") from None
    except EOFError:
        raise TruncatedError(f"the gzip stream ends before its end mark: the file was cut ({path})") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise CorruptError(f"not a sound gzip file: {error} ({path})") from None
    except OSError as error:
        raise NotFoundError(f"cannot be read: {error.strerror or error} ({path})") from None


def _read_array(file: BinaryIO, path: Path, ndim: int) -> UInt8Array:
    magic = file.read(4)
    wanted = bytes((0, 0, type_code_uint8, ndim))
    if len(magic) < 4:
        raise TruncatedError(f"{len(magic)} bytes are too few for an IDX header ({path})")
    if magic != wanted:
        raise CorruptError(
            f"wrong magic number: got 0x{magic.hex()}, want 0x{wanted.hex()} for {ndim}-D bytes ({path})"
        )
    sizes = file.read(4 * ndim)
    if len(sizes) < 4 * ndim:
        raise TruncatedError(f"the IDX header ends after {4 + len(sizes)} of {4 + 4 * ndim} bytes ({path})")
    shape = struct.unpack(f">{ndim}I", sizes)
    byte_count = math.prod(shape)
    if byte_count > max_array_bytes:
        raise TooLargeError(f"the header promises {shape}, more than {max_array_bytes} bytes ({path})")
    content = file.read(byte_count + 1)
    if len(content) < byte_count:
        raise TruncatedError(f"{len(content)} bytes of data, want {byte_count} for {shape} ({path})")
    if len(content) > byte_count:
        raise CorruptError(f"more data than the {byte_count} bytes that the header's {shape} takes ({path})")
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def write_idx(path: Path, array: UInt8Array) -> None:
    """Writes unsigned bytes of any shape as IDX, gzipped where the name ends in `.gz`; equal input, equal bytes."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, type_code_uint8, array.ndim, *array.shape)
    content = header + np.ascontiguousarray(array, dtype=np.uint8).tobytes()
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=4, mtime=0) as file:
            file.write(content)
        content = buffer.getvalue()
    with path.open("wb") as file_on_disk:
        file_on_disk.write(content)
        file_on_disk.flush()
        os.fsync(file_on_disk.fileno())
