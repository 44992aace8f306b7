"""Text: a string tensor of the text plugin, of any shape."""

from __future__ import annotations

from dataclasses import dataclass

from glassboard import _kernel
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError

__all__ = ["PLUGIN_NAME", "TAG_SUFFIX", "TextSample", "decode", "encode_content"]

PLUGIN_NAME = "text"
TAG_SUFFIX = "/text_summary"
"""What torch.utils.tensorboard appends to the tag of every text, and we with it."""


@dataclass(frozen=True, slots=True)
class TextSample:
    """One text sample: Markdown strings in row-major order."""

    shape: tuple[int, ...]
    """() for a single string; torch writes (1,)."""
    strings: tuple[str, ...]


def encode_content() -> bytes:
    """`TextPluginData` with version 0, a field that is absent because it is zero."""
    return b""


def decode(value: _kernel.Value) -> TextSample:
    """The strings of one sample; bytes that are not UTF-8 become U+FFFD. Raises `CorruptError` where there are none."""
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no text")
    found = tensor.strings(value.tensor)
    return TextSample(tuple(value.tensor.shape), tuple(text.decode("utf-8", "replace") for text in found))
