"""How large an encoded image says that it is, from its head alone: a small file can claim any size."""

from __future__ import annotations

import io

from PIL import Image

from glassboard.errors import CorruptError, TooLargeError

__all__ = ["MAX_PIXELS", "image_size"]

MAX_PIXELS = 1 << 28
"""Of an image that is decoded or shown: 1 GiB of RGBA."""


def image_size(data: bytes, what: str) -> tuple[int, int]:
    """Width and height in pixels. `what` it is, for the errors.

    Raises `CorruptError` for what Pillow cannot read, `TooLargeError` over 2^28 pixels or Pillow's own limit.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    except Image.DecompressionBombError as error:
        raise TooLargeError(f"{what} claims too many pixels: {error}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise CorruptError(f"{what} cannot be decoded: {error}") from error
    if width * height > MAX_PIXELS:
        raise TooLargeError(f"{what} claims {width} x {height} pixels, wanted at most {MAX_PIXELS:,}")
    return width, height
