"""How large an image says that it is: asked before anything is decoded."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from glassboard.codec.payloads.image_size import image_size
from glassboard.errors import CorruptError, TooLargeError
from glassboard.log._samples import decode_image

from .claimed_sizes import png_header


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_the_size_of_every_kind(form: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (7, 5)).save(file, form)
    assert image_size(file.getvalue(), "it") == (7, 5)


def test_the_head_alone_is_enough() -> None:
    assert image_size(png_header(16, 9), "it") == (16, 9)


@pytest.mark.parametrize("own_limit", [True, False])
def test_more_pixels_than_are_decoded(own_limit: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever imports Pillow may have lifted its limit.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None if own_limit else Image.MAX_IMAGE_PIXELS)
    for ask in (image_size, decode_image):
        with pytest.raises(TooLargeError, match=r"'a' claims .*pixels"):
            ask(png_header(1 << 15, 1 << 14), "'a'")


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"nothing", png_header(3, 3)[:20]])
def test_what_is_no_image(data: bytes) -> None:
    with pytest.raises(CorruptError, match="'a' cannot be decoded"):
        image_size(data, "'a'")
