"""Images: any layout and dtype to 8 bits per channel, several to a grid, and all to PNG.

Numbers become levels like this:
    uint8           as they are
    bool            False 0, True 255
    float           0 to 1 is scaled to 0 to 255, what lies outside is clipped; NaN is drawn in magenta
    other integers  levels from 0 to 255, clipped; where all are 0 or 1 they are a mask, drawn as 0 and 255
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard import _kernel, _lazy
from glassboard.errors import MisuseError
from glassboard.writer.arrays import Array, as_array, describe, own
from glassboard.writer.png import to_png

__all__ = ["ImageJob", "arrange", "grid", "prepare", "read", "to_levels"]

MAX_PIXELS = 1 << 28
GRID_COLUMNS = 8
_NAN_COLOUR = (255, 0, 255)
_PIL_MODES = {"L": "HW", "RGB": "HWC", "RGBA": "HWC", "LA": "HWC"}


@dataclass(frozen=True, slots=True)
class ImageJob:
    tag: str
    step: int
    wall_time: float
    images: Array
    """[images, height, width, channels], as the user gave the values."""

    @property
    def byte_count(self) -> int:
        return self.images.nbytes + 256

    def encode(self) -> bytes:
        pixels = grid(to_levels(self.images))
        height, width, channels = pixels.shape
        return _kernel.encode_image(
            self.tag, self.step, self.wall_time, height, width, channels, to_png(pixels)
        )


def _from_pil(image: _lazy.Foreign) -> tuple[Array, str]:
    if image.mode not in _PIL_MODES:
        has_alpha = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
        grey = image.mode in ("1", "I", "F", "I;16")
        image = image.convert("RGBA" if has_alpha else "L" if grey else "RGB")
    return np.asarray(image), _PIL_MODES[image.mode]


def arrange(array: Array, dataformats: object, value: object) -> Array:
    """The array as [images, height, width, channels]. Raises `MisuseError`, which calls it `value`."""
    if not isinstance(dataformats, str):
        raise MisuseError(
            f"found {describe(dataformats)} as dataformats, wanted a string such as 'CHW' or 'NHWC'"
        )
    layout = dataformats.upper()
    if len(set(layout)) != len(layout) or not {"H", "W"} <= set(layout) <= set("NCHW"):
        raise MisuseError(
            f"found dataformats {dataformats!r}, wanted each of the letters H and W, and C and N where there are"
        )
    if array.ndim != len(layout):
        raise MisuseError(
            f"found {describe(value)}, wanted {len(layout)} dimensions as dataformats {layout!r} says"
        )
    present = [axis for axis in "NHWC" if axis in layout]
    array = array.transpose([layout.index(axis) for axis in present])
    if "C" not in layout:
        array = array[..., None]
    if "N" not in layout:
        array = array[None]
    if 0 in array.shape:
        raise MisuseError(f"found {describe(value)}, which holds no pixel; wanted at least one")
    if array.shape[3] > 4:
        raise MisuseError(
            f"found {describe(value)}: {array.shape[3]} channels as dataformats {layout!r} says, wanted 1 (grey), "
            "2 (grey, alpha), 3 (RGB) or 4 (RGBA)"
        )
    if array.size > MAX_PIXELS:
        raise MisuseError(f"found {describe(value)} with {array.size} values, wanted at most {MAX_PIXELS}")
    return array


def read(value: object, dataformats: object) -> Array:
    """A copy as [images, height, width, channels] of images in the layout that `dataformats` says.

    For Pillow images the layout is ignored. Raises `MisuseError` with what was found and what was wanted.
    """
    if _lazy.is_pil_image(value):
        array, dataformats = _from_pil(value)
    else:
        array = as_array(
            value, f"an image as an array, a tensor or a Pillow image (dataformats {dataformats!r})"
        )
    return own(arrange(array, dataformats, value), value)


def prepare(tag: str, step: int, wall_time: float, value: object, dataformats: object) -> ImageJob:
    """Checks and copies images. Raises `MisuseError` with what was found and what was wanted."""
    return ImageJob(tag, step, wall_time, read(value, dataformats))


def to_levels(images: Array) -> npt.NDArray[np.uint8]:
    """Levels from 0 to 255 of [..., channels]. Where a NaN is in grey images they come back as RGB, to show it."""
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind == "b":
        return images.astype(np.uint8) * np.uint8(255)
    if images.dtype.kind in "iu":
        is_mask = images.min() >= 0 and images.max() <= 1
        levels = images.clip(0, min(255, np.iinfo(images.dtype).max)).astype(np.uint8)
        return levels * np.uint8(255) if is_mask else levels
    # In float32, and cut off rather than rounded, so that every pixel is the one torch.utils.tensorboard writes.
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = images.astype(np.float32)
        scaled *= np.float32(255)
    np.clip(scaled, 0, 255, out=scaled)
    is_nan = np.isnan(scaled)
    if not is_nan.any():
        return scaled.astype(np.uint8)
    scaled[is_nan] = 0
    levels = scaled.astype(np.uint8)
    if levels.shape[-1] < 3:
        alpha = levels[..., 1:]
        levels = np.concatenate([levels[..., :1]] * 3 + [alpha], axis=-1)
    levels[is_nan.any(axis=-1), :3] = _NAN_COLOUR
    if levels.shape[-1] == 4:
        levels[is_nan.any(axis=-1), 3] = 255
    return levels


def grid(images: npt.NDArray[np.uint8], columns: int = GRID_COLUMNS) -> npt.NDArray[np.uint8]:
    """Images [n, height, width, channels] side by side on black, row by row: one [rows, columns, channels]."""
    count, height, width, channels = images.shape
    if count == 1:
        first: npt.NDArray[np.uint8] = images[0]
        return first
    columns = min(count, columns)
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width, channels), np.uint8)
    cells[:count] = images
    in_rows = cells.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    sheet: npt.NDArray[np.uint8] = in_rows.reshape(rows * height, columns * width, channels)
    return sheet
