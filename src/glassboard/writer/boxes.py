"""Images with labelled boxes, drawn by Pillow on the writing thread."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from glassboard import _kernel
from glassboard.errors import MisuseError
from glassboard.types import Float64Array
from glassboard.writer import image
from glassboard.writer.arrays import Array, as_array, describe
from glassboard.writer.image import grid, to_levels
from glassboard.writer.png import to_png
from glassboard.writer.point import as_float

__all__ = ["BoxesJob", "prepare"]

Colour = tuple[int, int, int]
_Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont
_PALETTE: tuple[Colour, ...] = (
    (230, 25, 75), (0, 130, 200), (60, 180, 75), (245, 130, 48), (145, 30, 180), (0, 128, 128),
    (240, 50, 230), (128, 128, 0), (170, 110, 40), (0, 0, 128),
)  # fmt: skip
_MIN_FONT_PIXELS, _MAX_FONT_PIXELS = 10, 24


@dataclass(frozen=True, slots=True)
class BoxesJob:
    tag: str
    step: int
    wall_time: float
    images: Array
    """[1, height, width, channels], as the user gave the values."""
    boxes: Float64Array
    """[boxes, 4]: left, top, right, bottom in pixels of the image as it was given."""
    labels: tuple[str, ...]
    """One each, or none at all."""
    colours: tuple[Colour, ...]
    rescale: float

    @property
    def byte_count(self) -> int:
        return self.images.nbytes + self.boxes.nbytes + 256

    def encode(self) -> bytes:
        levels = grid(to_levels(self.images))
        picture = Image.fromarray(levels[..., 0] if levels.shape[2] == 1 else levels).convert("RGB")
        if self.rescale != 1:
            size = max(1, round(picture.width * self.rescale)), max(1, round(picture.height * self.rescale))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        self._draw(picture)
        pixels = np.asarray(picture)
        height, width, channels = pixels.shape
        return _kernel.encode_image(
            self.tag, self.step, self.wall_time, height, width, channels, to_png(pixels)
        )

    def _draw(self, picture: Image.Image) -> None:
        """After scaling, so that lines and letters are sharp at any size."""
        draw = ImageDraw.Draw(picture)
        side = min(picture.size)
        font = _font(min(max(side // 20, _MIN_FONT_PIXELS), _MAX_FONT_PIXELS))
        line_width = max(1, side // 200)
        with np.errstate(over="ignore"):  # what overflows lies outside, like any other
            corners = np.nan_to_num(self.boxes * self.rescale, nan=0.0)
        limit = 4.0 * max(picture.size)
        for i, (left, top, right, bottom) in enumerate(np.clip(corners, -limit, limit).tolist()):
            x0, x1 = min(left, right), max(left, right)
            y0, y1 = min(top, bottom), max(top, bottom)
            _outline(draw, (round(x0), round(y0), round(x1), round(y1)), self.colours[i], line_width)
            if self.labels and self.labels[i]:
                _write(draw, picture.size, (x0, y0), _drawable(self.labels[i], font), font, self.colours[i])


def _outline(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: Colour, width: int) -> None:
    """Four bars within the box; an outline of Pillow's spills out of a box that is flatter than its lines."""
    x0, y0, x1, y1 = box
    wide, high = min(width, x1 - x0 + 1) - 1, min(width, y1 - y0 + 1) - 1
    draw.rectangle((x0, y0, x1, y0 + high), fill=colour)
    draw.rectangle((x0, y1 - high, x1, y1), fill=colour)
    draw.rectangle((x0, y0, x0 + wide, y1), fill=colour)
    draw.rectangle((x1 - wide, y0, x1, y1), fill=colour)


@functools.cache
def _font(size: int) -> _Font:
    """DejaVu Sans where Matplotlib is installed, which has it; Pillow's own font knows ASCII alone."""
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib is not None and matplotlib.origin is not None:
        path = Path(matplotlib.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


def _write(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    corner: tuple[float, float],
    text: str,
    font: _Font,
    colour: Colour,
) -> None:
    """The label above the box on its colour, moved so far that it lies within the picture."""
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    width, height = right - left + 4, bottom - top + 4
    x = min(max(corner[0], 0), max(size[0] - width, 0))
    y = min(max(corner[1] - height, 0), max(size[1] - height, 0))
    draw.rectangle((x, y, x + width, y + height), fill=colour)
    is_dark = 299 * colour[0] + 587 * colour[1] + 114 * colour[2] < 150_000
    draw.text((x + 2 - left, y + 2 - top), text, fill="white" if is_dark else "black", font=font)


def _drawable(text: str, font: _Font) -> str:
    """The text with what the font has no picture of as its number: `U+308C` says more than an empty box."""
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    missing = bytes(font.getmask("\U0010ffff"))
    return "".join(
        # What is no character to print stops the layout of the whole text.
        each
        if each.isprintable() and (each.isascii() or bytes(font.getmask(each)) != missing)
        else f"U+{ord(each):04X}"
        for each in text
    )


def _labels(labels: object, count: int) -> tuple[str, ...]:
    if labels is None:
        return ()
    listed: Any = [labels] if isinstance(labels, str) else labels  # arrays of strings have no type
    if not isinstance(listed, Sequence) and not (
        isinstance(listed, np.ndarray) and listed.dtype.kind in "US"
    ):
        listed = as_array(listed, "labels as a list of strings, one a box").tolist()
    found = tuple(str(label) for label in listed)
    if len(found) != count:
        raise MisuseError(f"found {len(found)} labels for {count} boxes, wanted one each")
    return found


def _colours(colours: object, labels: tuple[str, ...], count: int) -> tuple[Colour, ...]:
    """As given; else one for each label text, in order of appearance."""
    if colours is None:
        numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
        return tuple(_PALETTE[(numbers[labels[i]] if labels else 0) % len(_PALETTE)] for i in range(count))
    is_one = isinstance(colours, str) or (
        isinstance(colours, tuple) and all(isinstance(c, int) for c in colours)
    )
    listed: object = [colours] * count if is_one else colours
    if not isinstance(listed, Sequence) or len(listed) != count:
        raise MisuseError(
            f"found {describe(colours)} as box_colors, wanted one colour, or {count}, one a box"
        )
    return tuple(map(_colour, listed))


def _colour(colour: Any) -> Colour:  # what `int` takes of it is found out
    try:
        rgb = ImageColor.getrgb(colour) if isinstance(colour, str) else tuple(map(int, colour))
    except (ValueError, TypeError):
        rgb = ()
    if len(rgb) < 3 or not all(0 <= level <= 255 for level in rgb):
        raise MisuseError(
            f"found {colour!r} as a colour, wanted a name, #rrggbb or three levels from 0 to 255"
        )
    return rgb[0], rgb[1], rgb[2]


def prepare(
    tag: str,
    step: int,
    wall_time: float,
    value: object,
    box_tensor: object,
    *,
    rescale: object,
    dataformats: object,
    labels: object,
    colours: object,
) -> BoxesJob:
    """Checks and copies an image with boxes. Raises `MisuseError` with what was found and what was wanted."""
    images = image.read(value, dataformats)
    wanted = "boxes [boxes, 4] as left, top, right, bottom in pixels"
    boxes = as_array(box_tensor, wanted).astype(np.float64)
    if boxes.size == 0:
        boxes = boxes.reshape(0, 4)
    if boxes.ndim == 1:
        boxes = boxes[None]
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise MisuseError(f"found {describe(box_tensor)}, wanted {wanted}")
    factor = as_float(rescale, "a factor as rescale")
    pixels = images.shape[1] * images.shape[2] * factor * factor
    if not factor > 0 or pixels > image.MAX_PIXELS:
        raise MisuseError(
            f"found rescale {rescale} of {describe(value)}, wanted more than 0 and at most {image.MAX_PIXELS} pixels"
        )
    texts = _labels(labels, len(boxes))
    return BoxesJob(tag, step, wall_time, images, boxes, texts, _colours(colours, texts, len(boxes)), factor)
