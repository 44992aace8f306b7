"""Text: Markdown strings."""

from __future__ import annotations

from dataclasses import dataclass

from glassboard import _kernel
from glassboard.codec.payloads import text
from glassboard.codec.payloads.tensor import DT_STRING
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe

__all__ = ["TextJob", "prepare"]


@dataclass(frozen=True, slots=True)
class TextJob:
    tag: str
    step: int
    wall_time: float
    data: bytes

    @property
    def byte_count(self) -> int:
        return len(self.data) + 256

    def encode(self) -> bytes:
        return _kernel.encode_tensor(
            self.tag + text.TAG_SUFFIX,
            self.step,
            self.wall_time,
            DT_STRING,
            (1,),
            [self.data],
            plugin_name=text.PLUGIN_NAME,
            plugin_content=text.encode_content(),
        )


def prepare(tag: str, step: int, wall_time: float, text_string: object) -> TextJob:
    """Raises `MisuseError` for anything but a string. Surrogates that UTF-8 cannot hold are written as escapes."""
    if not isinstance(text_string, str):
        raise MisuseError(f"found {describe(text_string)} as text, wanted a string")
    return TextJob(tag, step, wall_time, text_string.encode("utf-8", "backslashreplace"))
