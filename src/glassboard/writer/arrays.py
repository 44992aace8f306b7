"""What users hand to a writer, as NumPy arrays: numbers, sequences, NumPy, torch, Pillow, anything with `__array__`."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard import _lazy
from glassboard.errors import MisuseError

__all__ = ["Array", "as_array", "describe", "own"]

Array: TypeAlias = npt.NDArray[Any]
"""Its element type is that of whatever a user logs."""

# NumPy has no type for these, and every one of their values is a float32 exactly.
_WIDENED_TORCH_DTYPES = (
    "bfloat16",
    "float8_e4m3fn",
    "float8_e4m3fnuz",
    "float8_e5m2",
    "float8_e5m2fnuz",
    "float8_e8m0fnu",
)


def describe(value: object) -> str:
    """What was found, in words for an error message: type, and shape and dtype where there are any."""
    name = type(value).__qualname__
    shape = getattr(value, "shape", None)
    dtype = getattr(value, "dtype", None)
    if shape is not None and dtype is not None:
        return f"{name} of shape {tuple(shape)} and dtype {dtype}"
    if isinstance(value, (str, bytes, int, float)):
        text = repr(value)
        return f"{name} {text if len(text) <= 60 else text[:57] + '...'}"
    return name


def _from_tensor(tensor: _lazy.Foreign, wanted: str) -> Array:
    tensor = tensor.detach()
    if str(tensor.layout) != "torch.strided":
        tensor = tensor.to_dense()
    if str(tensor.dtype).removeprefix("torch.") in _WIDENED_TORCH_DTYPES:
        tensor = tensor.float()
    if tensor.device.type == "meta":
        raise MisuseError(
            f"found {describe(tensor)} on the meta device, which holds no values; wanted {wanted}"
        )
    if tensor.device.type != "cpu":
        tensor = tensor.cpu()
    array: Array = tensor.resolve_conj().resolve_neg().numpy()
    return array


def as_array(value: object, wanted: str, *, allows_complex: bool = False) -> Array:
    """A numeric (real, integer or bool) array of the value, which may share its memory.

    bfloat16 and float8 become float32, which holds each of their values exactly; tensors are detached and copied to
    the CPU. `wanted` ends the message of the `MisuseError` that anything else raises.
    """
    if isinstance(value, np.ndarray):
        array: Array = value
    elif _lazy.is_tensor(value):
        array = _from_tensor(value, wanted)
    elif isinstance(value, (str, bytes)) or value is None:
        raise MisuseError(f"found {describe(value)}, wanted {wanted}")
    else:
        if isinstance(value, (list, tuple)) and any(_lazy.is_tensor(item) for item in value):
            value = [as_array(item, wanted) for item in value]
        try:
            array = np.asarray(value)
        except (TypeError, ValueError, RuntimeError) as error:
            raise MisuseError(f"found {describe(value)} ({error}), wanted {wanted}") from error
    if array.dtype.kind == "c" and not allows_complex:
        raise MisuseError(f"found complex values ({describe(value)}), wanted {wanted}")
    if array.dtype.name in (
        "bfloat16",
        "float8_e4m3fn",
        "float8_e5m2",
    ):  # NumPy types of the ml_dtypes package
        array = array.astype(np.float32)
    if array.dtype.kind not in "buifc":
        raise MisuseError(f"found {describe(value)} with values of type {array.dtype}, wanted {wanted}")
    return array


def own(array: Array, source: object) -> Array:
    """The array in memory that the caller cannot change later: a copy where it shares memory with `source`."""
    if array is source or array.base is not None or not array.flags.owndata:
        return np.array(array)
    return array
