"""Images, figures and sprites: every layout and dtype to the right levels, and what is no image refused with a reason."""

from __future__ import annotations

import io
import math

import matplotlib as mpl
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from glassboard.errors import MisuseError
from glassboard.writer import embedding, figure, image

mpl.use("agg")
MAGENTA = [255, 0, 255]


def decode(job: image.ImageJob) -> Image.Image:
    from glassboard import _kernel
    from glassboard.codec.payloads.image import decode as decode_value

    record = job.encode()
    scanner = _kernel.EventScanner()
    scanner.feed(record)
    samples = scanner.take().samples
    offset, length = int(samples.offsets[0]), int(samples.lengths[0])
    (encoded,) = decode_value(_kernel.decode_value(record[offset : offset + length]))
    picture = Image.open(io.BytesIO(encoded.data))
    assert (encoded.width, encoded.height, encoded.media_type) == (*picture.size, "image/png")
    return picture


def levels(value: object, dataformats: str = "CHW") -> np.ndarray:
    return np.asarray(decode(image.prepare("t", 0, 0.0, value, dataformats)))


LEVELS = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)  # channels, height, width


@pytest.mark.parametrize("dataformats", ["CHW", "HWC", "WHC", "chw", "WCH"])
def test_any_order_of_axes(dataformats):
    array = LEVELS.transpose(["CHW".index(axis) for axis in dataformats.upper()])
    np.testing.assert_array_equal(levels(array, dataformats), LEVELS.transpose(1, 2, 0))


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
def test_one_to_four_channels(channels, mode):
    array = np.random.default_rng(0).integers(0, 256, (channels, 4, 5)).astype(np.uint8)
    picture = decode(image.prepare("t", 0, 0.0, array, "CHW"))
    assert picture.mode == mode
    np.testing.assert_array_equal(np.asarray(picture).reshape(4, 5, channels), array.transpose(1, 2, 0))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0, -3.0, 7.0]], np.float32), [0, 127, 255, 0, 255]),
        (np.array([[0.0, 0.5, 1.0, math.inf, -math.inf]]), [0, 127, 255, 255, 0]),
        (np.array([[0.0, 1.0]], np.float16), [0, 255]),
        (np.array([[True, False]]), [255, 0]),
        (np.array([[0, 1, 1]], np.int64), [0, 255, 255]),
        (np.array([[0, 128, 300, -5]], np.int64), [0, 128, 255, 0]),
        (np.array([[-1, 100]], np.int8), [0, 100]),
        (np.array([[0, 65535]], np.uint16), [0, 255]),
        (torch.tensor([[0.0, 0.5, 1.0]], dtype=torch.bfloat16, requires_grad=True), [0, 127, 255]),
        ([[0.0, 1.0], [0.5, 0.25]], [[0, 255], [127, 63]]),
    ],
)
def test_levels_of_every_kind_of_number(values, expected):
    np.testing.assert_array_equal(levels(values, "HW"), np.atleast_2d(expected))


def test_nan_is_drawn_in_magenta():
    grey = np.array([[0.0, math.nan, 1.0]])
    np.testing.assert_array_equal(levels(grey, "HW")[0], [[0, 0, 0], MAGENTA, [255, 255, 255]])
    colour = np.full((3, 1, 2), 0.5)
    colour[1, 0, 1] = math.nan
    np.testing.assert_array_equal(levels(colour)[0], [[127, 127, 127], MAGENTA])
    see_through = np.zeros((4, 1, 1))
    see_through[0] = math.nan
    np.testing.assert_array_equal(levels(see_through)[0, 0], [*MAGENTA, 255])


def test_what_changes_later_is_not_logged():
    array = np.zeros((1, 2, 2), np.uint8)
    tensor = torch.zeros(1, 2, 2)
    jobs = [image.prepare("t", 0, 0.0, value, "CHW") for value in (array, tensor, array.view())]
    array += 9
    tensor += 1
    assert all(not np.asarray(decode(job)).any() for job in jobs)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "HSV", "I;16", "F"])
def test_pillow_images_of_any_mode(mode):
    original = Image.new(mode, (5, 4), 1 if mode not in ("RGB", "CMYK") else None)
    picture = decode(image.prepare("t", 0, 0.0, original, "CHW"))
    assert picture.size == (5, 4)
    assert picture.mode in ("L", "LA", "RGB", "RGBA")


def test_a_grid_is_eight_to_a_row_on_black():
    batch = np.full((10, 2, 3, 1), 9, np.uint8)
    sheet = image.grid(batch)
    assert sheet.shape == (4, 24, 1)
    assert (sheet[:2] == 9).all()
    assert (sheet[2:, :6] == 9).all()
    assert not sheet[2:, 6:].any()


@pytest.mark.parametrize(
    ("value", "dataformats", "message"),
    [
        (np.zeros((4, 5)), "CHW", r"ndarray of shape \(4, 5\) and dtype float64, wanted 3 dimensions"),
        (np.zeros((5, 4, 5)), "CHW", "5 channels as dataformats 'CHW' says"),
        (np.zeros((28, 28, 1)), "CHW", "28 channels"),
        (np.zeros((3, 0, 5)), "CHW", "holds no pixel"),
        (np.zeros((3, 4, 5)), "CHH", "found dataformats 'CHH'"),
        (np.zeros((3, 4, 5)), "XYZ", "found dataformats 'XYZ'"),
        (np.zeros((3, 4, 5)), None, "NoneType as dataformats"),
        (np.zeros((3, 4, 5), complex), "CHW", "complex values"),
        ("picture.png", "CHW", "str 'picture.png'"),
        (None, "CHW", "found NoneType"),
        ([[1, 2], [3]], "HW", "found list"),
        (torch.zeros(3, 4, 5, device="meta"), "CHW", "holds no values"),
    ],
)
def test_what_is_no_image_is_refused(value, dataformats, message):
    with pytest.raises(MisuseError, match=message):
        image.prepare("t", 0, 0.0, value, dataformats)


def test_a_figure_keeps_its_canvas():
    drawn = Figure(figsize=(2, 1), dpi=50)
    canvas = drawn.canvas
    assert figure.render(drawn, close=True).shape == (1, 50, 100, 3)
    assert drawn.canvas is canvas


def test_figures_of_different_sizes_are_padded():
    pixels = figure.render([Figure(figsize=(1, 1), dpi=20), Figure(figsize=(2, 3), dpi=20)], close=False)
    assert pixels.shape == (2, 60, 40, 3)
    assert (pixels[0, 20:] == 255).all()


def test_see_through_figures_keep_their_alpha():
    drawn = Figure(figsize=(1, 1), dpi=20, facecolor=(1, 0, 0, 0.5))
    assert figure.render(drawn, close=False).shape == (1, 20, 20, 4)


@pytest.mark.parametrize("value", [None, [], [1], np.zeros((3, 4, 4))])
def test_what_is_no_figure_is_refused(value):
    with pytest.raises(MisuseError, match="wanted a Matplotlib figure"):
        figure.render(value, close=True)


def test_a_sprite_sheet_is_square_and_never_too_large(monkeypatch):
    sheet, width, height = embedding.sprite_sheet(np.full((5, 4, 6, 3), 0.5))
    assert (sheet.shape, width, height) == ((12, 18, 3), 6, 4)
    assert not sheet[4:8, 12:].any()  # the sixth cell is empty
    monkeypatch.setattr(embedding, "MAX_SPRITE_PIXELS", 30)
    sheet, width, height = embedding.sprite_sheet(np.full((100, 8, 4, 1), 255, np.uint8))
    assert (width, height) == (1, 3)
    assert sheet.shape == (30, 10, 1)
    assert (sheet == 255).all()
