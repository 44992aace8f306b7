"""Per-sample evaluation records: what was true of each sample, and with what probabilities the model answered.

A record of many rows is written in parts, each a string tensor of the plugin `glassboard_predictions` under the tag of the
record. The parts of one record have one step and one wall time, follow each other, and hold consecutive rows. Elements:

    0  header, a message: 1 version, 2 rows of the record, 3 first row of this part, 4 rows of this part, 5 classes,
       6 dtype of the probabilities (1 float32, 19 float16), 7 kind of ids (0 none, 1 int64, 2 strings),
       8 class names (repeated), 9 width, 10 height and 11 channels of an image, 12 images in a row of a sheet,
       13 images in a full sheet, 14 what the paths of all images begin with, where element 4 holds paths
    1  targets: int32 [rows], the number of the class; -1 where it is not known
    2  probabilities [rows, classes]; one class stands for the probability of class 1 of two
    3  ids: int64 [rows], or the ends of each string in what follows, uint32 [rows], and the strings in UTF-8; or nothing
    4+ sheets of images, each a PNG with the images row by row; or with field 14 one element, the rest of the path of each
       row's image, laid out as ids that are strings
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import tensor
from glassboard.codec.payloads.tensor import DT_FLOAT
from glassboard.codec.payloads.text_column import TextColumn
from glassboard.errors import CorruptError
from glassboard.types import AnyArray, AnyDtype

__all__ = [
    "PLUGIN_NAME",
    "Ids",
    "ImagePaths",
    "PredictionsPart",
    "Sheets",
    "decode",
    "decode_columns",
    "encode_part",
]

PLUGIN_NAME = "glassboard_predictions"
_VERSION = 1
_DT_HALF = 19
_DTYPES: dict[int, AnyDtype] = {DT_FLOAT: np.dtype("<f4"), _DT_HALF: np.dtype("<f2")}
_NO_IDS, _INT_IDS, _STRING_IDS = 0, 1, 2
_PREFIX_FIELD = 14
_PATH_ERRORS = "surrogateescape"
"""Names of files are bytes: those that are no UTF-8 come back as they were."""

Ids = npt.NDArray[np.int64] | tuple[str, ...]
_Element: TypeAlias = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Sheets:
    """The images of the rows of one part, several to a picture."""

    width: int
    """Of one image, in pixels."""
    height: int
    channels: int
    column_count: int
    """Images side by side in a sheet."""
    images_per_sheet: int
    encoded: tuple[bytes, ...] = ()
    """PNG."""

    def locate(self, row: int) -> tuple[int, int, int]:
        """The sheet that holds the image of a row of this part, and its left and top pixel there."""
        sheet, at = divmod(row, self.images_per_sheet)
        return sheet, at % self.column_count * self.width, at // self.column_count * self.height


@dataclass(frozen=True, slots=True, eq=False)
class ImagePaths:
    """Where the images of the rows of one part lie, relative to the folder of the run, with `/` between names."""

    prefix: str
    """What all of them begin with: empty, or up to a `/`."""
    rests: TextColumn
    """Empty for a row without an image."""

    @classmethod
    def of(cls, paths: Sequence[str]) -> ImagePaths:
        """Of one path a row, empty for none."""
        named = [path for path in paths if path]
        least, most = (min(named), max(named)) if named else ("", "")
        same = next((i for i, (a, b) in enumerate(zip(least, most, strict=False)) if a != b), len(least))
        cut = least.rfind("/", 0, same) + 1
        rests = [path[cut:] for path in paths]
        return cls(least[:cut], TextColumn.of(rests, _PATH_ERRORS))

    def of_row(self, row: int) -> str:
        """Empty for none."""
        rest = self.rests[row]
        return self.prefix + rest if rest else ""


@dataclass(frozen=True, slots=True, eq=False)
class PredictionsPart:
    """Consecutive rows of one record."""

    first_row: int
    total_row_count: int
    """Rows of the whole record."""
    targets: npt.NDArray[np.int32]
    probabilities: AnyArray
    """[rows, classes], float32 or float16; not finite where the model's answer was not."""
    ids: Ids | None = None
    class_names: tuple[str, ...] = ()
    sheets: Sheets | None = None
    image_paths: ImagePaths | None = None
    """In place of sheets."""


def encode_part(part: PredictionsPart) -> list[bytes]:
    """The elements of the string tensor."""
    rows, classes = part.probabilities.shape
    dtype = _DT_HALF if part.probabilities.dtype == np.float16 else DT_FLOAT
    if part.ids is None:
        id_kind, ids = _NO_IDS, b""
    elif isinstance(part.ids, tuple):
        id_kind, ids = _STRING_IDS, TextColumn.of(part.ids, "backslashreplace").to_bytes()
    else:
        id_kind, ids = _INT_IDS, part.ids.astype("<i8").tobytes()
    numbers = (_VERSION, part.total_row_count, part.first_row, rows, classes, dtype, id_kind)
    header = [wire.int64(field, number) for field, number in enumerate(numbers, 1)]
    header += [wire.bytes_(8, name.encode("utf-8", "backslashreplace")) for name in part.class_names]
    if part.sheets is not None:
        it = part.sheets
        sizes = (it.width, it.height, it.channels, it.column_count, it.images_per_sheet)
        header += [wire.int64(field, size) for field, size in enumerate(sizes, 9)]
        images = part.sheets.encoded
    elif part.image_paths is not None:
        header.append(wire.bytes_(_PREFIX_FIELD, part.image_paths.prefix.encode("utf-8", _PATH_ERRORS)))
        images = (part.image_paths.rests.to_bytes(),)
    else:
        images = ()
    return [
        b"".join(header),
        part.targets.astype("<i4").tobytes(),
        part.probabilities.astype(_DTYPES[dtype], copy=False).tobytes(),
        ids,
        *images,
    ]


def decode(value: _kernel.Value) -> PredictionsPart:
    """One part of a record. Raises `CorruptError` where the value holds none or its columns disagree."""
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no predictions")
    return _of_elements(tensor.strings(value.tensor))


def decode_columns(encoded: bytes) -> PredictionsPart:
    """As `decode`, of an encoded `Summary.Value`: columns lie in its bytes as they are, and sheets come without pictures.

    Most of a part are the pictures, which only those who look at one need.
    """
    elements = tensor.string_views(encoded)
    if elements is None:
        return decode(_kernel.decode_value(encoded))
    return _of_elements(elements, pictures=False)


def _of_elements(elements: Sequence[_Element], *, pictures: bool = True) -> PredictionsPart:
    if len(elements) < 4:
        raise CorruptError(f"predictions hold {len(elements)} elements, wanted a header and three columns")
    numbers, names, prefix = _header(elements[0])
    version, total, first, rows, classes, dtype, id_kind = (numbers.get(field, 0) for field in range(1, 8))
    if version != _VERSION or dtype not in _DTYPES or classes < 1 or first + rows > total:
        raise CorruptError(
            f"predictions of version {version}, {classes} classes, dtype {dtype} and rows {first} to {first + rows}"
            f" of {total}; wanted version {_VERSION}, a class, dtype {DT_FLOAT} or {_DT_HALF} and rows of the record"
        )
    targets = _column(elements[1], "<i4", rows, "targets")
    probabilities = _column(elements[2], _DTYPES[dtype], rows * classes, "probabilities")
    return PredictionsPart(
        first,
        total,
        targets,
        probabilities.reshape(rows, classes),
        _ids(elements[3], id_kind, rows),
        names,
        None if prefix is not None else _sheets(numbers, elements[4:], rows, pictures=pictures),
        None if prefix is None else _image_paths(prefix, elements[4:], rows),
    )


def _header(data: _Element) -> tuple[dict[int, int], tuple[str, ...], str | None]:
    numbers: dict[int, int] = {}
    names = []
    prefix = None
    for field, found in wire.fields(data):
        if isinstance(found, int):
            numbers[field] = found
        elif field == 8:
            names.append(bytes(found).decode("utf-8", "replace"))
        elif field == _PREFIX_FIELD:
            prefix = bytes(found).decode("utf-8", _PATH_ERRORS)
    return numbers, tuple(names), prefix


def _column(data: _Element, dtype: str | AnyDtype, count: int, what: str) -> AnyArray:
    size = np.dtype(dtype).itemsize
    if len(data) != count * size:
        raise CorruptError(f"predictions hold {len(data)} bytes of {what}, wanted {count * size}")
    return np.frombuffer(data, dtype)


def _ids(data: _Element, kind: int, rows: int) -> Ids | None:
    if kind == _NO_IDS:
        return None
    if kind == _INT_IDS:
        return _column(data, "<i8", rows, "ids")
    if kind != _STRING_IDS:
        raise CorruptError(f"predictions have ids of kind {kind}, wanted 0 to {_STRING_IDS}")
    return tuple(TextColumn.parse(bytes(data), rows, "ids"))


def _image_paths(prefix: str, elements: Sequence[_Element], rows: int) -> ImagePaths:
    if len(elements) != 1:
        raise CorruptError(f"predictions hold {len(elements)} elements with paths of images, wanted one")
    return ImagePaths(prefix, TextColumn.parse(bytes(elements[0]), rows, "paths of images", _PATH_ERRORS))


def _sheets(
    numbers: dict[int, int], encoded: Sequence[_Element], rows: int, *, pictures: bool
) -> Sheets | None:
    if not encoded:
        return None
    width, height, channels, column_count, images_per_sheet = sizes = [
        numbers.get(field, 0) for field in range(9, 14)
    ]
    if min(sizes) < 1 or math.ceil(rows / images_per_sheet) != len(encoded):
        raise CorruptError(f"predictions hold {len(encoded)} sheets for {rows} rows, with the sizes {sizes}")
    held = tuple(map(bytes, encoded)) if pictures else ()
    return Sheets(width, height, channels, column_count, images_per_sheet, held)
