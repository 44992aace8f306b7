"""Per-sample evaluation records: columns of up to millions of rows, copied in parts so that memory stays bounded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from glassboard import _lazy
from glassboard.codec.payloads import predictions
from glassboard.codec.payloads.predictions import Ids, ImagePaths, PredictionsPart, Sheets
from glassboard.codec.payloads.tensor import DT_STRING
from glassboard.errors import MisuseError
from glassboard.writer.arrays import Array, as_array, describe
from glassboard.writer.image import arrange, grid, to_levels
from glassboard.writer.image_paths import as_paths, relative_to_run
from glassboard.writer.png import to_png
from glassboard.writer.tensor import TensorJob

__all__ = ["PredictionsJob", "prepare"]

MAX_PART_BYTES = 8 << 20
MAX_PART_ROWS = 1 << 16
MAX_ROWS = 1 << 31
MAX_SHEET_PIXELS = 4096
"""Wide and high: what every browser decodes."""
MAX_SHEET_COLUMNS = 32
UNKNOWN_TARGET = -1
_TOLERANCE = 1e-3
"""Probabilities computed in half precision may pass 1 by this much."""


@dataclass(frozen=True, slots=True)
class PredictionsJob:
    """One part, its images still to be encoded."""

    tag: str
    step: int
    wall_time: float
    part: PredictionsPart
    images: Array | None
    """[rows, height, width, channels], as the user gave the values; None too where the part names files."""

    @property
    def byte_count(self) -> int:
        images = 0 if self.images is None else self.images.nbytes
        if self.part.image_paths is not None:
            images = len(self.part.image_paths.rests.data)
        return images + self.part.probabilities.nbytes + self.part.targets.nbytes * 4 + 256

    def encode(self) -> bytes:
        part = self.part
        if self.images is not None:
            part = replace(part, sheets=_sheets(to_levels(self.images)))
        content = predictions.encode_part(part)
        shape = (len(content),)
        job = TensorJob(
            self.tag, self.step, self.wall_time, DT_STRING, shape, content, predictions.PLUGIN_NAME
        )
        return job.encode()


def _sheets(levels: npt.NDArray[np.uint8]) -> Sheets:
    _, height, width, channels = levels.shape
    columns = min(MAX_SHEET_COLUMNS, MAX_SHEET_PIXELS // width)
    full = columns * min(MAX_SHEET_COLUMNS, MAX_SHEET_PIXELS // height)
    encoded = tuple(to_png(grid(levels[at : at + full], columns)) for at in range(0, len(levels), full))
    return Sheets(width, height, channels, columns, full, encoded)


@dataclass(frozen=True, slots=True)
class _Columns:
    """All rows of a record, still in the user's memory."""

    targets: npt.NDArray[np.int32]
    probabilities: Array
    ids: Ids | None
    images: Array | None
    image_paths: list[str] | None
    """Relative to the run's folder."""
    class_names: tuple[str, ...]

    @property
    def row_bytes(self) -> int:
        image_bytes = 0 if self.images is None else math.prod(self.images.shape[1:])
        if self.image_paths is not None:
            image_bytes = max(map(len, self.image_paths))
        return 12 + int(self.probabilities.shape[1]) * 4 + image_bytes


def _probabilities(value: object) -> Array:
    wanted = "probabilities [rows, classes], or [rows] of class 1 of two"
    array = as_array(value, wanted)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or 0 in array.shape:
        raise MisuseError(f"found {describe(value)}, wanted {wanted}")
    if array.shape[0] > MAX_ROWS:
        raise MisuseError(f"found {array.shape[0]} rows, wanted at most {MAX_ROWS}")
    least, most = _finite_range(array)
    if least < -_TOLERANCE or most > 1 + _TOLERANCE:
        raise MisuseError(
            f"found probabilities from {least:g} to {most:g}, wanted 0 to 1 (for logits, apply a softmax or a"
            " sigmoid first)"
        )
    return array


def _finite_range(array: Array) -> tuple[float, float]:
    least, most = float(array.min()), float(array.max())
    if math.isfinite(least) and math.isfinite(most):
        return least, most
    finite = array[np.isfinite(array)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _targets(value: object, row_count: int, class_count: int) -> npt.NDArray[np.int32]:
    wanted = f"targets [{row_count}], the number of the true class of each row, or {UNKNOWN_TARGET}"
    array = as_array(value, wanted)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (row_count,):
        raise MisuseError(f"found {describe(value)}, wanted {wanted}")
    if array.dtype.kind == "f" and not (array == np.floor(array)).all():
        raise MisuseError(f"found {describe(value)} with fractions or NaN, wanted {wanted}")
    classes = max(class_count, 2)
    if array.min() < UNKNOWN_TARGET or array.max() >= classes:
        raise MisuseError(
            f"found targets from {array.min()} to {array.max()} for {classes} classes, wanted {UNKNOWN_TARGET}"
            f" to {classes - 1}"
        )
    return array.astype(np.int32)


def _ids(value: object, row_count: int) -> Ids | None:
    if value is None:
        return None
    wanted = f"ids as {row_count} integers or strings, one a row"
    if isinstance(value, np.ndarray) and value.dtype.kind in "US":
        value = value.tolist()
    if (
        isinstance(value, Sequence)
        and not isinstance(value, (str, bytes))
        and any(isinstance(v, str) for v in value)
    ):
        if len(value) != row_count:
            raise MisuseError(f"found {len(value)} ids, wanted {row_count}, one a row")
        return tuple(str(each) for each in value)
    array = as_array(value, wanted)
    if array.shape != (row_count,) or array.dtype.kind not in "ui":
        raise MisuseError(f"found {describe(value)} as ids, wanted {wanted}")
    return array.astype(np.int64)


def _images(value: object, row_count: int, dataformats: object) -> Array | None:
    """[rows, height, width, channels], which may share memory with the user's."""
    if value is None:
        return None
    if isinstance(value, Sequence) and value and all(_lazy.is_pil_image(each) for each in value):
        value = [np.asarray(each) for each in value]
        dataformats = "NHW" if value[0].ndim == 2 else "NHWC"
    array = as_array(value, f"images of one size, one a row (dataformats {dataformats!r})")
    if array.ndim == 3 and dataformats == "NCHW":
        dataformats = "NHW"  # grey
    layout = dataformats.upper() if isinstance(dataformats, str) else ""
    if not layout.startswith("N"):
        raise MisuseError(f"found dataformats {dataformats!r}, wanted the rows first: NCHW, NHWC or NHW")
    first = arrange(array[:1], layout, value)
    if array.shape[0] != row_count:
        raise MisuseError(f"found {describe(value)} as images, wanted {row_count}, one a row")
    if max(first.shape[1:3]) > MAX_SHEET_PIXELS:
        raise MisuseError(
            f"found {describe(value)} as images, wanted at most {MAX_SHEET_PIXELS} pixels wide and high"
        )
    array = array.transpose([layout.index(axis) for axis in "NHWC" if axis in layout])
    return array if "C" in layout else array[..., None]


def _class_names(value: object, class_count: int) -> tuple[str, ...]:
    if value is None:
        return ()
    if (
        isinstance(value, str)
        or not isinstance(value, Sequence)
        or not all(isinstance(v, str) for v in value)
    ):
        raise MisuseError(f"found {describe(value)} as class_names, wanted a list of strings")
    if len(value) != max(class_count, 2):
        raise MisuseError(f"found {len(value)} class_names, wanted {max(class_count, 2)}, one a class")
    return tuple(value)


def prepare(
    tag: str,
    step: int,
    wall_time: float,
    targets: object,
    probabilities: object,
    *,
    images: object,
    ids: object,
    class_names: object,
    dataformats: object,
    run_folder: str = ".",
) -> Iterator[PredictionsJob]:
    """Checks everything, then gives one part after the other, each a copy. Raises `MisuseError`, before the first part."""
    answers = _probabilities(probabilities)
    rows, classes = answers.shape
    paths = as_paths(images)
    columns = _Columns(
        _targets(targets, rows, classes),
        answers,
        _ids(ids, rows),
        None if paths is not None else _images(images, rows, dataformats),
        None if paths is None else relative_to_run(paths, run_folder, rows),
        _class_names(class_names, classes),
    )
    return _parts(tag, step, wall_time, columns)


def _parts(tag: str, step: int, wall_time: float, columns: _Columns) -> Iterator[PredictionsJob]:
    total = len(columns.targets)
    span = max(1, min(MAX_PART_ROWS, MAX_PART_BYTES // columns.row_bytes))
    dtype: type[np.floating] = np.float16 if columns.probabilities.dtype == np.float16 else np.float32
    for first in range(0, total, span):
        rows = slice(first, first + span)
        part = PredictionsPart(
            first,
            total,
            columns.targets[rows],
            np.array(columns.probabilities[rows], dtype=dtype, order="C"),
            None if columns.ids is None else columns.ids[rows],
            columns.class_names,
            image_paths=None if columns.image_paths is None else ImagePaths.of(columns.image_paths[rows]),
        )
        images = None if columns.images is None else np.array(columns.images[rows])
        yield PredictionsJob(tag, step, wall_time, part, images)
