"""Scalars that are not plain rows: in tensor form, and still on their way from an accelerator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassboard import _kernel, _lazy
from glassboard.codec.payloads.tensor import DT_FLOAT

__all__ = ["FLOAT32_MAX", "DeviceScalar", "PlainScalar", "TensorScalar", "on_device"]

FLOAT32_MAX = float(np.finfo(np.float32).max)
_DATA_CLASS_SCALAR = 1


@dataclass(frozen=True, slots=True)
class PlainScalar:
    """A scalar in 32 bits, for those who want it alone; writers encode many at once."""

    tag: str
    step: int
    wall_time: float
    value: float
    byte_count: int = 256

    def encode(self) -> bytes:
        return _kernel.encode_scalars([(self.tag, self.step, self.wall_time, self.value)])


@dataclass(frozen=True, slots=True)
class TensorScalar:
    """A scalar in tensor form: float64 where asked for or needed, with a title and a description where given."""

    tag: str
    step: int
    wall_time: float
    value: float
    is_double: bool
    display_name: str = ""
    description: str = ""
    byte_count: int = 256

    def encode(self) -> bytes:
        if self.is_double:
            return _kernel.encode_scalars(
                [(self.tag, self.step, self.wall_time, self.value)],
                double_precision=True,
                display_name=self.display_name,
                description=self.description,
            )
        return _kernel.encode_tensor(
            self.tag,
            self.step,
            self.wall_time,
            DT_FLOAT,
            (),
            np.float32(self.value).tobytes(),
            plugin_name="scalars",
            display_name=self.display_name,
            description=self.description,
            data_class=_DATA_CLASS_SCALAR,
        )


@dataclass(frozen=True, slots=True)
class DeviceScalar:
    """A scalar that the accelerator may still be computing: the writing thread waits for it, the training loop does not."""

    tag: str
    step: int
    wall_time: float
    tensor: _lazy.Foreign
    ready: _lazy.Foreign
    """An event recorded behind the copy, or None where reading the tensor waits by itself."""
    byte_count: int = 256

    def encode(self) -> bytes:
        if self.ready is not None:
            self.ready.synchronize()
        value = float(self.tensor)
        return _kernel.encode_scalars(
            [(self.tag, self.step, self.wall_time, value)],
            double_precision=FLOAT32_MAX < abs(value) < float("inf"),
        )


def on_device(value: object) -> tuple[_lazy.Foreign, _lazy.Foreign] | None:
    """A copy of a one-element CUDA tensor and the event that says it is made; None for everything else.

    The copy is queued on the stream of the caller, so that what the loop does to the tensor later does not show.
    """
    if not _lazy.is_tensor(value):
        return None
    tensor: _lazy.Foreign = value
    if tensor.device.type != "cuda" or tensor.numel() != 1 or tensor.is_complex():
        return None
    torch: _lazy.Foreign = _lazy.imported("torch")
    with torch.cuda.device(tensor.device):
        if torch.cuda.is_current_stream_capturing():
            return None
        copy = tensor.detach().clone()
        event = torch.cuda.Event()
        event.record()
    return copy, event
