"""The arguments that every logging call takes, checked and turned into what the kernel takes."""

from __future__ import annotations

import math
import operator
import time
from typing import Any

from glassboard import _lazy
from glassboard.errors import MisuseError
from glassboard.writer.arrays import as_array, describe

__all__ = ["as_float", "as_step", "as_tag", "as_wall_time"]

MAX_TAG_BYTES = 1 << 16


def as_tag(tag: object) -> str:
    """A tag that can be written, or `MisuseError`."""
    if not isinstance(tag, str):
        raise MisuseError(f"found {describe(tag)} as a tag, wanted a string")
    if not tag:
        raise MisuseError("found an empty tag, wanted a name")
    try:
        size = len(tag.encode())
    except UnicodeEncodeError as error:
        raise MisuseError(f"found the tag {tag!r}, which is not valid Unicode ({error.reason})") from error
    if size > MAX_TAG_BYTES:
        raise MisuseError(f"found a tag of {size} bytes, wanted at most {MAX_TAG_BYTES}")
    return str(tag)


def as_step(global_step: object) -> int:
    """The step as an integer of 64 bits: None is 0, and fractions are cut off, both as in torch.utils.tensorboard."""
    if global_step is None:
        return 0
    wanted = "an integer of 64 bits as global_step"
    value: Any = global_step  # `index` finds out whether it is one
    try:
        step = operator.index(value)
    except TypeError:
        if isinstance(value, (str, bytes)):
            raise MisuseError(f"found {describe(value)}, wanted {wanted}") from None
        number = as_float(value, wanted)
        if not math.isfinite(number):
            raise MisuseError(f"found {number}, wanted {wanted}") from None
        step = int(number)
    if not -(1 << 63) <= step < 1 << 63:
        raise MisuseError(f"found {step}, wanted {wanted}")
    return step


def as_wall_time(walltime: object) -> float:
    """Seconds since the epoch; None is now."""
    if walltime is None:
        return time.time()
    seconds = as_float(walltime, "seconds since the epoch as walltime")
    if not math.isfinite(seconds):
        raise MisuseError(f"found {seconds}, wanted seconds since the epoch as walltime")
    return seconds


def as_float(value: object, wanted: str = "a single number") -> float:
    """The one number in a Python or NumPy number, an array of one element or a tensor of one element."""
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if _lazy.is_tensor(value):
        tensor: _lazy.Foreign = value
        if tensor.numel() != 1 or tensor.is_complex():
            raise MisuseError(f"found {describe(value)}, wanted {wanted}")
        return float(tensor.detach())
    array = as_array(value, wanted)
    if array.size != 1:
        raise MisuseError(f"found {describe(value)} with {array.size} values, wanted {wanted}")
    return float(array.reshape(-1)[0])
