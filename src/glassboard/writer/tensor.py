"""Tensors: the form of every kind that TensorFlow's messages have no field of its own for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassboard import _kernel, _lazy
from glassboard.codec.payloads import tensor
from glassboard.codec.payloads.graph_def import dtype_numbers
from glassboard.errors import MisuseError
from glassboard.types import AnyArray
from glassboard.writer.arrays import as_array, describe

__all__ = ["TensorJob", "prepare"]

PLUGIN_NAME = "tensor"
MAX_BYTES = (1 << 30) - (1 << 20)
"""A record holds at most 1 GiB, tag and metadata included."""


@dataclass(frozen=True, slots=True)
class TensorJob:
    tag: str
    step: int
    wall_time: float
    dtype: int
    """TensorFlow's number."""
    shape: tuple[int, ...]
    content: bytes | Sequence[bytes]
    """Elements, little-endian in row-major order; of a string tensor a list of them."""
    plugin_name: str
    plugin_content: bytes = b""

    @property
    def byte_count(self) -> int:
        held = len(self.content) if isinstance(self.content, bytes) else sum(map(len, self.content))
        return held + len(self.plugin_content) + 256

    def encode(self) -> bytes:
        return _kernel.encode_tensor(
            self.tag,
            self.step,
            self.wall_time,
            self.dtype,
            self.shape,
            self.content,
            plugin_name=self.plugin_name,
            plugin_content=self.plugin_content,
        )


def _bits_of_bfloat16(value: _lazy.Foreign) -> AnyArray:
    """A bfloat16 tensor, which NumPy has no type for, as the 16 bits of its elements."""
    torch: _lazy.Foreign = _lazy.imported("torch")
    bits: AnyArray = value.detach().to_dense().cpu().contiguous().view(torch.int16).numpy()
    return bits


def prepare(tag: str, step: int, wall_time: float, value: object) -> TensorJob:
    """A tensor of any shape in its own type; float8 becomes float32. Raises `MisuseError`."""
    held: _lazy.Foreign = value
    if _lazy.is_tensor(value) and str(held.dtype) == "torch.bfloat16" and held.device.type != "meta":
        array, name = _bits_of_bfloat16(value), "bfloat16"
    else:
        array = as_array(value, "numbers as a tensor or an array", allows_complex=True)
        if array.dtype.kind in "fc" and array.dtype.name not in dtype_numbers:  # long doubles
            array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
        name = array.dtype.name
    if array.nbytes > MAX_BYTES or array.size > tensor.MAX_ELEMENTS:
        raise MisuseError(
            f"found {describe(value)} of {array.nbytes} bytes, wanted at most {MAX_BYTES} bytes"
            f" and {tensor.MAX_ELEMENTS} elements"
        )
    content = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return TensorJob(tag, step, wall_time, dtype_numbers[name], array.shape, content, PLUGIN_NAME)
