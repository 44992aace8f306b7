"""Images of samples that were logged by the paths of their files: found in the log directory, told by their first bytes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from glassboard.codec.payloads.image import IMAGE_TYPES, IMAGE_TYPES_SAID, media_type
from glassboard.codec.payloads.image_size import image_size
from glassboard.errors import CorruptError, GlassboardError, NotFoundError, TooLargeError
from glassboard.server.evaluation import Evaluation
from glassboard.store.named_files import (
    FileIdentity,
    NamedFile,
    find_named_file,
    read_named_file,
)
from glassboard.store.source import RunFolder

__all__ = ["FolderOf", "ImageFile", "PredictionFiles", "not_an_image"]

FolderOf = Callable[[str], RunFolder | None]
MAX_FILE_BYTES = 64 << 20
_HEAD_BYTES = 1 << 16
"""In which every kind but some JPEGs says its size."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    data: bytes
    media_type: str
    """`application/octet-stream` for what is no image that a browser may be handed."""
    stamp: FileIdentity


class PredictionFiles:
    """`folder_of` gives the folder of a run on this machine. Any thread may call it."""

    def __init__(self, folder_of: FolderOf) -> None:
        self._folder_of = folder_of

    def find(self, evaluation: Evaluation, row: int) -> NamedFile:
        """The file that a row names. Raises `NotFoundError` without one, and where it is not in the log directory."""
        run, path = evaluation.place.view.run, evaluation.image_path_of(row)
        if path is None:
            raise NotFoundError(f"no image of row {row} in {evaluation.place.where}: none was logged for it")
        place = self._folder_of(run)
        if place is None:
            raise NotFoundError(
                f"the file {path[:200]!r} is not read: the folder of the run is not on this machine"
            )
        return find_named_file(path, place)

    def read(self, file: NamedFile) -> ImageFile:
        """Never decoded here. Raises `TooLargeError` over 64 MiB, and where it claims more than 2^28 pixels."""
        data = read_named_file(file, MAX_FILE_BYTES)
        kind = media_type(data)
        _check_pixels(data, file.path.name)
        return ImageFile(data, kind if kind in IMAGE_TYPES else "application/octet-stream", file.stamp)

    def problem(self, evaluation: Evaluation, row: int) -> str | None:
        """Why the image of a row cannot be shown, as far as the head of its file says; None where it can, or has none."""
        if evaluation.image_path_of(row) is None:
            return None
        try:
            file = self.find(evaluation, row)
            if file.size_bytes > MAX_FILE_BYTES:
                raise TooLargeError(
                    f"{file.path.name!r} has {file.size_bytes:,} bytes, at most {MAX_FILE_BYTES:,} are read"
                )
            head = read_named_file(file, _HEAD_BYTES, head_only=True)
            if media_type(head) not in IMAGE_TYPES:
                return not_an_image(file, head)
            _check_pixels(head, file.path.name)
        except GlassboardError as error:
            return str(error)
        return None


def not_an_image(file: NamedFile, data: bytes) -> str:
    found = f"begins with the bytes {data[:8].hex(' ')}" if data else "is empty"
    return f"{file.path.name!r} {found}: want {IMAGE_TYPES_SAID}"


def _check_pixels(data: bytes, name: str) -> None:
    with suppress(CorruptError):  # what Pillow cannot read a browser will say
        image_size(data, repr(name))
