"""Embeddings: a folder with tensor, metadata and sprite per step and tag, and the projector config that names them."""

from __future__ import annotations

import fcntl
import logging
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from glassboard import _lazy
from glassboard.codec.payloads.embedding import (
    CONFIG_NAME,
    EmbeddingEntry,
    Sprite,
    format_config,
    format_metadata,
    merge,
    parse_config,
)
from glassboard.errors import CorruptError, MisuseError, TooLargeError
from glassboard.writer.arrays import Array, as_array, describe, own
from glassboard.writer.image import to_levels
from glassboard.writer.png import to_png

__all__ = ["EmbeddingJob", "prepare"]

MAX_SPRITE_PIXELS = 8192
"""Larger images are refused by the graphics of many machines, so the pictures are made smaller instead."""
_SNIFFED_BYTES = 16 << 20
_log = logging.getLogger("glassboard")


@dataclass(frozen=True, slots=True)
class EmbeddingJob:
    """Writes the files of one embedding into the folder of the run; it has no record in the event file."""

    folder: Path
    name: str
    """`tag:step`, as the projector lists it."""
    subfolder: str
    points: npt.NDArray[np.float32]
    """[points, dimensions]."""
    metadata: bytes | None
    images: Array | None
    """[points, height, width, channels], as the user gave the values."""

    @property
    def byte_count(self) -> int:
        return (
            self.points.nbytes
            + len(self.metadata or b"")
            + (0 if self.images is None else self.images.nbytes)
        )

    def encode(self) -> bytes:
        target = self.folder / self.subfolder
        target.mkdir(parents=True, exist_ok=True)
        entry = EmbeddingEntry(
            self.name,
            tensor_path=f"{self.subfolder}/{self._write_points(target)}",
            metadata_path="" if self.metadata is None else f"{self.subfolder}/metadata.tsv",
            tensor_shape=self.points.shape,
            sprite=None if self.images is None else self._write_sprite(target, self.images),
        )
        if self.metadata is not None:
            _replace(target / "metadata.tsv", self.metadata)
        with _locked(self.folder):
            config = self.folder / CONFIG_NAME
            _replace(config, format_config(merge(_existing(config), entry)))
        return b""

    def _write_points(self, target: Path) -> str:
        data = self.points.astype("<f4", copy=False).tobytes()
        name, other = "tensors.bytes", "tensors.tsv"
        if not _is_surely_binary(data):
            name, other = other, name
            data = "".join("\t".join(map(str, row)) + "\n" for row in self.points.tolist()).encode()
        _replace(target / name, data)
        (target / other).unlink(missing_ok=True)  # of an earlier embedding at the same step and tag
        return name

    def _write_sprite(self, target: Path, images: Array) -> Sprite:
        sheet, width, height = sprite_sheet(images)
        _replace(target / "sprite.png", to_png(sheet))
        return Sprite(f"{self.subfolder}/sprite.png", width, height)


def _is_surely_binary(data: bytes) -> bool:
    """Whether TensorBoard will see that this is no text.

    It reads a tensor as tab-separated text and turns to raw floats only where the first 16 MiB are not UTF-8.
    """
    try:
        data[:_SNIFFED_BYTES].decode()
    except UnicodeDecodeError as error:
        return error.start < len(data) - 4  # not a character that the cut at 16 MiB went through
    return False


def sprite_sheet(images: Array) -> tuple[npt.NDArray[np.uint8], int, int]:
    """A square of pictures, row by row, at most 8,192 pixels wide and high; with the size of one picture.

    `images` is [points, height, width, channels]; the sheet is [height, width, channels].
    """
    levels = to_levels(images)
    count, height, width, channels = levels.shape
    columns = math.ceil(math.sqrt(count))
    largest = max(1, MAX_SPRITE_PIXELS // columns)
    if max(height, width) > largest:
        scale = largest / max(height, width)
        width, height = max(1, int(width * scale)), max(1, int(height * scale))
        flat = [image[..., 0] if channels == 1 else image for image in levels]
        small = [
            np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX)) for image in flat
        ]
        levels = np.stack(small).reshape(count, height, width, channels)
    cells = np.zeros((columns * columns, height, width, channels), np.uint8)
    cells[:count] = levels
    rows = cells.reshape(columns, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return rows.reshape(columns * height, columns * width, channels), width, height


def _replace(path: Path, data: bytes) -> None:
    """Writes the file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keeps other writers, also of other processes, from the config of the folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            _log.debug("this file system has no locks: %s", folder)
        yield
    finally:
        os.close(descriptor)


def _existing(config: Path) -> tuple[EmbeddingEntry, ...]:
    try:
        return parse_config(config.read_bytes())
    except FileNotFoundError:
        return ()
    except (CorruptError, TooLargeError) as error:
        kept = config.with_name(f"{CONFIG_NAME}.broken")
        config.replace(kept)
        _log.warning("%s; it was kept as %s and a new one begun", error, kept)
        return ()


def _listed(value: Any, wanted: str) -> list[Any]:  # what has no length is refused, and what has is a list
    if isinstance(value, np.ndarray) or _lazy.is_tensor(value):
        value = value.tolist()
    if isinstance(value, (str, bytes)) or not hasattr(value, "__len__"):
        raise MisuseError(f"found {describe(value)}, wanted {wanted}")
    return list(value)


def _metadata(metadata: object, header: object, point_count: int) -> bytes:
    rows = _listed(metadata, "metadata as a list of labels, one per point")
    if len(rows) != point_count:
        raise MisuseError(f"found {len(rows)} labels as metadata, wanted {point_count}, one per point")
    columns = [] if header is None else _listed(header, "metadata_header as a list of column names")
    if not columns:
        return format_metadata(None, [(row,) for row in rows])
    wanted = f"rows of {len(columns)} values as metadata, as metadata_header says"
    cells = [_listed(row, wanted) for row in rows]
    for i, row in enumerate(cells):
        if len(row) != len(columns):
            raise MisuseError(f"found {len(row)} values in row {i}, wanted {wanted}")
    return format_metadata(columns, cells)


def _images(label_img: object, point_count: int) -> Array:
    array = as_array(label_img, "label_img as pictures [points, channels, height, width]")
    if array.ndim != 4 or array.shape[1] not in (1, 2, 3, 4) or 0 in array.shape:
        raise MisuseError(
            f"found {describe(label_img)} as label_img, wanted [points, 1 to 4 channels, height, width]"
        )
    if array.shape[0] != point_count:
        raise MisuseError(
            f"found {array.shape[0]} pictures as label_img, wanted {point_count}, one per point"
        )
    return own(array.transpose(0, 2, 3, 1), label_img)


def prepare(
    folder: Path,
    tag: str,
    step: int,
    mat: object,
    *,
    metadata: object,
    metadata_header: object,
    label_img: object,
) -> EmbeddingJob:
    """Checks and copies an embedding. Raises `MisuseError` with what was found and what was wanted."""
    array = as_array(mat, "mat as numbers [points, dimensions]")
    if array.ndim != 2 or 0 in array.shape:
        raise MisuseError(f"found {describe(mat)} as mat, wanted two dimensions, [points, dimensions]")
    count = array.shape[0]
    # As in torch.utils.tensorboard: the tag must be one folder, whatever is in it.
    folder_name = tag.replace("%", "%25").replace("/", "%2f").replace("\\", "%5c").replace("\0", "%00")
    if len(folder_name.encode()) > 200 or folder_name in (".", ".."):
        raise MisuseError(
            f"found the tag {tag!r}, which makes no folder name; wanted at most 200 bytes, and not dots only"
        )
    with np.errstate(over="ignore"):
        points = np.array(array, dtype=np.float32, order="C")
    return EmbeddingJob(
        folder=folder,
        name=f"{tag}:{step:05d}",
        subfolder=f"{step:05d}/{folder_name}",
        points=points,
        metadata=None if metadata is None else _metadata(metadata, metadata_header, count),
        images=None if label_img is None else _images(label_img, count),
    )
