"""What people say of a run: notes as Markdown strings, and a set of tags. TensorBoard passes over both.

A note is a string tensor of the shape [1] under the tag `glassboard/notes`, plugin `glassboard_notes`; every note stands.
Tags are a string tensor [tags] under `glassboard/tags`, plugin `glassboard_tags`; the last one written holds.
"""

from __future__ import annotations

from glassboard import _kernel
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError

__all__ = ["NOTES_PLUGIN", "NOTES_TAG", "TAGS_PLUGIN", "TAGS_TAG", "decode_note", "decode_tags"]

NOTES_PLUGIN, NOTES_TAG = "glassboard_notes", "glassboard/notes"
TAGS_PLUGIN, TAGS_TAG = "glassboard_tags", "glassboard/tags"


def _strings(value: _kernel.Value, what: str) -> tuple[str, ...]:
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no {what}")
    return tuple(text.decode("utf-8", "replace") for text in tensor.strings(value.tensor))


def decode_note(value: _kernel.Value) -> str:
    """The text of one note. Raises `CorruptError` where the value holds none."""
    return "\n\n".join(_strings(value, "note"))


def decode_tags(value: _kernel.Value) -> tuple[str, ...]:
    """The tags of the run as this value sets them. Raises `CorruptError` where it holds none."""
    return _strings(value, "tags")
