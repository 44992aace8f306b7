"""Audio: the `audio` field, or a string tensor of the audio plugin, one row per clip. Decoding only."""

from __future__ import annotations

from dataclasses import dataclass

from glassboard import _kernel
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError

__all__ = ["EncodedAudio", "decode"]

PLUGIN_NAME = "audio"


@dataclass(frozen=True, slots=True)
class EncodedAudio:
    """One clip as it was logged, still encoded."""

    media_type: str
    data: bytes
    label: str = ""
    sample_rate_hz: float | None = None
    """None in tensor form, where only the encoded bytes say it; so are the next two."""
    channel_count: int | None = None
    frame_count: int | None = None


def _media_type(data: bytes) -> str:
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "audio/wav"
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data.startswith(b"fLaC"):
        return "audio/flac"
    if data.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    return "application/octet-stream"


def decode(value: _kernel.Value) -> tuple[EncodedAudio, ...]:
    """The clips of one sample in their order. Raises `CorruptError` where the value holds none in either form."""
    if value.audio is not None:
        audio = value.audio
        return (
            EncodedAudio(
                _media_type(audio.encoded),
                audio.encoded,
                "",
                audio.sample_rate,
                audio.num_channels,
                audio.length_frames,
            ),
        )
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no audio")
    shape = value.tensor.shape
    if len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] not in (1, 2)):
        raise CorruptError(
            f"audio tensor has the shape {shape}, wanted (clips,), (clips, 1) or (clips, 2) with labels"
        )
    parts = tensor.strings(value.tensor)
    width = shape[1] if len(shape) == 2 else 1
    labels = [label.decode("utf-8", "replace") for label in parts[1::2]] if width == 2 else [""] * len(parts)
    return tuple(
        EncodedAudio(_media_type(data), data, label)
        for data, label in zip(parts[::width], labels, strict=True)
    )
