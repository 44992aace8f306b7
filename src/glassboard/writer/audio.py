"""Audio: one or two channels of samples to a WAV file, with every sample as it was given.

int16, uint8, int32      as they are
other integers           int16 where all fit
float                    16 bits where all samples lie within -1 to 1, as torch.utils.tensorboard writes them; else
                         32-bit floats, which hold the samples beyond, and NaN, as they are
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from glassboard import _kernel
from glassboard.errors import MisuseError
from glassboard.writer.arrays import Array, as_array, describe, own
from glassboard.writer.point import as_float

__all__ = ["AudioJob", "prepare", "to_wav"]

_PCM, _FLOAT = 1, 3
_INT16 = np.iinfo(np.int16)
MAX_RATE_HZ = (1 << 32) - 1
MAX_BYTES = 1 << 29


@dataclass(frozen=True, slots=True)
class AudioJob:
    tag: str
    step: int
    wall_time: float
    samples: Array
    """[frames, channels], as the user gave the values."""
    rate_hz: int

    @property
    def byte_count(self) -> int:
        return self.samples.nbytes + 256

    def encode(self) -> bytes:
        frames, channels = self.samples.shape
        wav = to_wav(self.samples, self.rate_hz)
        return _kernel.encode_audio(
            self.tag, self.step, self.wall_time, self.rate_hz, channels, frames, wav, "audio/wav"
        )


def _as_wav_type(samples: Array) -> Array:
    if samples.dtype.kind == "f":
        if not (np.abs(samples) <= 1).all():  # NaN is not within either
            return samples.astype("<f4")
        # Cut off rather than rounded, so that each sample is the one torch.utils.tensorboard writes.
        wide = samples.astype(np.promote_types(samples.dtype, np.float32), copy=False)
        levels: Array = (wide * wide.dtype.type(_INT16.max)).astype("<i2")
        return levels
    return samples.astype(samples.dtype.newbyteorder("<") if samples.dtype.itemsize > 1 else samples.dtype)


def to_wav(samples: Array, rate_hz: int) -> bytes:
    """A RIFF WAVE file of [frames, channels]."""
    values = _as_wav_type(samples)
    frames, channels = values.shape
    size = values.dtype.itemsize
    kind = _FLOAT if values.dtype.kind == "f" else _PCM
    data = values.tobytes()
    format_chunk = struct.pack(
        "<4sIHHIIHH",
        b"fmt ",
        16,
        kind,
        channels,
        rate_hz,
        rate_hz * channels * size,
        channels * size,
        size * 8,
    )
    # The number of frames must be said apart wherever the samples are not plain integers.
    fact_chunk = struct.pack("<4sII", b"fact", 4, frames) if kind == _FLOAT else b""
    data_chunk = struct.pack("<4sI", b"data", len(data)) + data + b"\0" * (len(data) % 2)
    body = b"WAVE" + format_chunk + fact_chunk + data_chunk
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def _arrange(array: Array, value: object) -> Array:
    """[frames, channels]: a single dimension is mono; of two, the one of 1 or 2 entries is the channels."""
    wanted = "samples as [frames], [frames, 1 or 2 channels] or [1 or 2 channels, frames]"
    if array.ndim > 2:  # batches and the like of one
        array = array.squeeze()
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or 0 in array.shape:
        raise MisuseError(f"found {describe(value)}, wanted {wanted}")
    if array.shape[1] in (1, 2):
        return array
    if array.shape[0] in (1, 2):
        return array.T
    raise MisuseError(f"found {describe(value)}, wanted {wanted}")


def prepare(tag: str, step: int, wall_time: float, snd_tensor: object, sample_rate: object) -> AudioJob:
    """Checks and copies a sound. Raises `MisuseError` with what was found and what was wanted."""
    rate = as_float(sample_rate, "samples per second as sample_rate")
    if not 1 <= rate <= MAX_RATE_HZ:
        raise MisuseError(f"found sample_rate {sample_rate}, wanted 1 to {MAX_RATE_HZ} samples per second")
    array = _arrange(as_array(snd_tensor, "sound as an array or a tensor"), snd_tensor)
    if array.dtype.kind == "b":
        raise MisuseError(f"found {describe(snd_tensor)}, wanted floats from -1 to 1, or integers")
    if array.nbytes > MAX_BYTES:
        raise MisuseError(f"found {describe(snd_tensor)} of {array.nbytes} bytes, wanted at most {MAX_BYTES}")
    if array.dtype.kind in "ui" and array.dtype not in (np.int16, np.uint8, np.int32):
        low, high = array.min(), array.max()
        if low < _INT16.min or high > _INT16.max:
            raise MisuseError(
                f"found {describe(snd_tensor)} with samples from {low} to {high}, wanted int16, int32 or uint8,"
                " or floats from -1 to 1"
            )
        array = array.astype(np.int16)
    return AudioJob(tag, step, wall_time, own(array, snd_tensor), round(rate))
