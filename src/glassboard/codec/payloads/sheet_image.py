"""Pictures that hold the images of many samples: decoded, but never more of them than was expected."""

from __future__ import annotations

import io
import struct

import numpy as np
import numpy.typing as npt
from PIL import Image

from glassboard.errors import CorruptError, TooLargeError

__all__ = ["MAX_SHEET_PIXELS", "crop_sheet", "decode_sheet"]

MAX_SHEET_PIXELS = 1 << 25
"""Of a sheet that is decoded: a small file can claim any size."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PLAIN_MODES = {"L", "LA", "RGB", "RGBA"}


def decode_sheet(encoded: bytes, what: str) -> npt.NDArray[np.uint8]:
    """uint8 [height, width] or [height, width, channels] of a PNG. `what` is whose sheet it is, for the errors.

    The size is read from the header before anything is decoded: `TooLargeError` over 2^25 pixels. Raises `CorruptError`
    for bytes that are no PNG.
    """
    if not encoded.startswith(_PNG) or len(encoded) < 24:
        raise CorruptError(f"the sheet of {what} begins with {encoded[:8].hex(' ')}, wanted a PNG")
    width, height = struct.unpack(">II", encoded[16:24])
    if width * height > MAX_SHEET_PIXELS:
        raise TooLargeError(
            f"the sheet of {what} has {width} x {height} pixels, wanted at most {MAX_SHEET_PIXELS}"
        )
    try:
        with Image.open(io.BytesIO(encoded), formats=["PNG"]) as picture:
            plain = picture if picture.mode in _PLAIN_MODES else picture.convert("RGBA")
            return np.asarray(plain, np.uint8)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise CorruptError(f"the sheet of {what} cannot be decoded: {error}") from error


def crop_sheet(
    sheet: npt.NDArray[np.uint8], box: tuple[int, int, int, int], what: str
) -> npt.NDArray[np.uint8]:
    """The pixels from `left, top` to `right, bottom` of a sheet. Raises `CorruptError` where they are not there."""
    left, top, right, bottom = box
    height, width = sheet.shape[:2]
    if right > width or bottom > height:
        raise CorruptError(f"{what} is said to be at {box} of a sheet of {width} x {height}")
    return sheet[top:bottom, left:right]
