"""Our PNGs are what Pillow reads back, whatever the picture; and no filter choice makes them much larger than Pillow's."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from glassboard.writer import png

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def read(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()  # every checksum is verified
    return picture


def drawn(kind: str, height: int, width: int, channels: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind == "noise":
        return rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    if kind == "flat":
        return np.full((height, width, channels), seed % 256, np.uint8)
    if kind == "gradient":
        y, x = np.mgrid[0:height, 0:width]
        return (x[..., None] * 3 + y[..., None] * 5 + np.arange(channels)).astype(np.uint8)
    blocks = rng.integers(0, 4, (height // 8 + 1, width // 8 + 1, channels), dtype=np.uint8) * 80
    return blocks.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["noise", "flat", "gradient", "blocks"]),
    height=st.integers(1, 150),
    width=st.integers(1, 150),
    channels=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_pictures_come_back(kind, height, width, channels, seed):
    pixels = drawn(kind, height, width, channels, seed)
    picture = read(png.to_png(pixels))
    assert (picture.mode, picture.size) == (MODES[channels], (width, height))
    np.testing.assert_array_equal(np.asarray(picture).reshape(pixels.shape), pixels)


@pytest.mark.parametrize("kind", [png._NONE, png._SUB, png._UP, png._AVERAGE])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_each_filter_is_the_standards(monkeypatch, kind, channels):
    monkeypatch.setattr(png, "_choose", lambda rows, pixel_bytes: (kind, 4.0))
    pixels = drawn("noise", 70, 60, channels, kind)
    np.testing.assert_array_equal(np.asarray(read(png.to_png(pixels))).reshape(pixels.shape), pixels)


def test_a_view_that_is_not_contiguous():
    pixels = drawn("noise", 90, 80, 3, 1)[::-1, ::2]
    np.testing.assert_array_equal(np.asarray(read(png.to_png(pixels))), pixels)


def test_noise_is_stored():
    pixels = drawn("noise", 256, 256, 3, 0)
    assert len(png.to_png(pixels)) < pixels.size * 1.003


@pytest.mark.parametrize("kind", ["flat", "gradient", "noise", "blocks"])
def test_sizes_are_near_those_of_every_filter_on_every_row(kind):
    pixels = drawn(kind, 256, 256, 3, 5)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_type=zlib.Z_RLE)
    assert len(png.to_png(pixels)) < 1.6 * len(out.getvalue()) + 200
