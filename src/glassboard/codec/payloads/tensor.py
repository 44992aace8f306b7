"""Tensors of event files as NumPy arrays. Source: tensorflow/core/framework/{tensor,types}.proto."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.errors import CorruptError, TooLargeError

if TYPE_CHECKING:
    from glassboard.types import AnyArray

__all__ = ["DT_DOUBLE", "DT_FLOAT", "DT_STRING", "decode", "string_views", "strings", "to_array"]

DT_FLOAT, DT_DOUBLE, DT_STRING = 1, 2, 7
_BFLOAT16 = 14
_DTYPES = {
    1: "<f4",
    2: "<f8",
    3: "<i4",
    4: "u1",
    5: "<i2",
    6: "i1",
    8: "<c8",
    9: "<i8",
    10: "?",
    17: "<u2",
    18: "<c16",
    19: "<f2",
    22: "<u4",
    23: "<u8",
}
MAX_ELEMENTS = 1 << 28
_VALUE_TENSOR = 8
_TENSOR_DTYPE, _TENSOR_SHAPE, _TENSOR_VERSION, _TENSOR_STRINGS = 1, 2, 3, 8
_SHAPE_DIMENSION = 2


def _element_count(tensor: _kernel.Tensor, max_elements: int) -> int:
    if any(size < 0 for size in tensor.shape):
        raise CorruptError(f"tensor has the shape {tensor.shape}, wanted sizes of zero and more")
    count = math.prod(tensor.shape)
    if count > max_elements:
        raise TooLargeError(
            f"tensor of shape {tensor.shape} has {count} elements, at most {max_elements} are read"
        )
    return count


def to_array(tensor: _kernel.Tensor, *, max_elements: int = MAX_ELEMENTS) -> AnyArray:
    """The elements of a numeric tensor in its shape; bfloat16 comes as float32. Read-only.

    Raises `CorruptError` where content and shape disagree or the type is not numeric, `TooLargeError` over the cap.
    """
    if tensor.dtype not in _DTYPES and tensor.dtype != _BFLOAT16:
        raise CorruptError(f"tensor has the data type {tensor.dtype}, wanted a numeric one")
    count = _element_count(tensor, max_elements)
    dtype = np.dtype(_DTYPES.get(tensor.dtype, "<u2"))
    if len(tensor.content) % dtype.itemsize:
        raise CorruptError(
            f"tensor content of {len(tensor.content)} bytes is no multiple of {dtype.itemsize}"
        )
    array: AnyArray = np.frombuffer(tensor.content, dtype)
    if tensor.dtype == _BFLOAT16:
        array = (array.astype("<u4") << 16).view("<f4")
    if array.size == count:
        return array.reshape(tensor.shape)
    if array.size > 1:
        raise CorruptError(f"tensor of shape {tensor.shape} holds {array.size} elements, wanted {count}")
    return np.broadcast_to(array if array.size else np.zeros(1, array.dtype), (count,)).reshape(tensor.shape)


def strings(tensor: _kernel.Tensor, *, max_elements: int = 1 << 20) -> tuple[bytes, ...]:
    """The elements of a string tensor in row-major order. Raises as `to_array` does."""
    if tensor.strings is None:
        raise CorruptError(f"tensor has the data type {tensor.dtype}, wanted strings ({DT_STRING})")
    count = _element_count(tensor, max_elements)
    found = tuple(tensor.strings)
    if len(found) == count:
        return found
    if len(found) == 1:
        return found * count
    if not found:
        return (b"",) * count
    raise CorruptError(f"string tensor of shape {tensor.shape} holds {len(found)} elements, wanted {count}")


def string_views(encoded: bytes) -> tuple[memoryview, ...] | None:
    """The elements of the string tensor of an encoded `Summary.Value`, as they lie in its bytes; nothing is copied.

    None where it is no such value or not written plainly, which `strings` judges. Raises `CorruptError` where the bytes are
    no message.
    """
    tensors = [found for field, found in wire.fields(encoded) if field == _VALUE_TENSOR]
    if len(tensors) != 1 or not isinstance(tensors[0], memoryview):
        return None
    dtype, count, elements = 0, 1, []
    for field, found in wire.fields(tensors[0]):
        if field == _TENSOR_DTYPE and isinstance(found, int):
            dtype = found
        elif field == _TENSOR_SHAPE and isinstance(found, memoryview):
            for dimension in (each for number, each in wire.messages(found) if number == _SHAPE_DIMENSION):
                count *= next(
                    (
                        size
                        for number, size in wire.fields(dimension)
                        if number == 1 and isinstance(size, int)
                    ),
                    0,
                )
        elif field == _TENSOR_STRINGS and isinstance(found, memoryview):
            elements.append(found)
        elif field != _TENSOR_VERSION:
            return None
    return tuple(elements) if dtype == DT_STRING and len(elements) == count else None


def decode(value: _kernel.Value) -> AnyArray:
    """The numeric tensor of a value; a simple value is an array without dimensions."""
    if value.simple_value is not None:
        return np.asarray(value.simple_value)
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no tensor")
    return to_array(value.tensor)
