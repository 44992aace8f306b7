"""Images: the `image` field, or a string tensor [width, height, image, image, ...] of the images plugin."""

from __future__ import annotations

from dataclasses import dataclass

from glassboard import _kernel
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError

__all__ = ["IMAGE_TYPES", "IMAGE_TYPES_SAID", "EncodedImage", "decode", "media_type"]

PLUGIN_NAME = "images"
MAX_IMAGES = 1 << 16
IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
"""What a browser shows as an image, and can run nothing of; `media_type` names no others."""
IMAGE_TYPES_SAID = "a PNG, JPEG, GIF, WebP or BMP image"


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """One image as it was logged, still encoded. What it says of its size is not checked against the bytes."""

    width: int
    """Pixels, as the writer noted them; 0 where it did not."""
    height: int
    media_type: str
    data: bytes


def media_type(data: bytes) -> str:
    """The media type by the first bytes; `application/octet-stream` for what a browser could not show as an image."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"BM"):
        return "image/bmp"
    return "application/octet-stream"


def _pixels(text: bytes) -> int:
    try:
        pixels = int(text)
    except ValueError as error:
        raise CorruptError(
            f"image tensor begins with {text[:20]!r}, wanted a width and a height in digits"
        ) from error
    if not 0 <= pixels < 1 << 31:
        raise CorruptError(f"image tensor says {pixels} pixels, wanted 0 to 2^31 - 1")
    return pixels


def decode(value: _kernel.Value) -> tuple[EncodedImage, ...]:
    """The images of one sample in their order. Raises `CorruptError` where the value holds none in either form."""
    if value.image is not None:
        image = value.image
        return (
            EncodedImage(max(image.width, 0), max(image.height, 0), media_type(image.encoded), image.encoded),
        )
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no image")
    if len(value.tensor.shape) != 1:
        raise CorruptError(f"image tensor has the shape {value.tensor.shape}, wanted one dimension")
    parts = tensor.strings(value.tensor, max_elements=MAX_IMAGES)
    if len(parts) < 2:
        raise CorruptError(f"image tensor holds {len(parts)} strings, wanted width, height and the images")
    width, height = _pixels(parts[0]), _pixels(parts[1])
    return tuple(EncodedImage(width, height, media_type(data), data) for data in parts[2:])
