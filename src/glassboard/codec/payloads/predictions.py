"""Per-sample evaluation records: what was true of each sample, and with what probabilities the model answered.

A record of many rows is written in parts, each a string tensor of the plugin `glassboard_predictions` under the tag of the
record. The parts of one record have one step and one wall time, follow each other, and hold consecutive rows. Elements:

    0  header, a message: 1 version, 2 rows of the record, 3 first row of this part, 4 rows of this part, 5 classes,
       6 dtype of the probabilities (1 float32, 19 float16), 7 kind of ids (0 none, 1 int64, 2 strings),
       8 class names (repeated), 9 width, 10 height and 11 channels of an image, 12 images in a row of a sheet,
       13 images in a full sheet
    1  targets: int32 [rows], the number of the class; -1 where it is not known
    2  probabilities [rows, classes]; one class stands for the probability of class 1 of two
    3  ids: int64 [rows], or the ends of each string in what follows, uint32 [rows], and the strings in UTF-8; or nothing
    4+ sheets of images, each a PNG with the images row by row
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import tensor
from glassboard.codec.payloads.tensor import DT_FLOAT
from glassboard.errors import CorruptError

__all__ = ["PLUGIN_NAME", "Ids", "PredictionsPart", "Sheets", "decode", "encode_part"]

PLUGIN_NAME = "glassboard_predictions"
_VERSION = 1
_DT_HALF = 19
_DTYPES: dict[int, np.dtype[Any]] = {DT_FLOAT: np.dtype("<f4"), _DT_HALF: np.dtype("<f2")}
_NO_IDS, _INT_IDS, _STRING_IDS = 0, 1, 2

Ids = npt.NDArray[np.int64] | tuple[str, ...]


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
class PredictionsPart:
    """Consecutive rows of one record."""

    first_row: int
    total_row_count: int
    """Rows of the whole record."""
    targets: npt.NDArray[np.int32]
    probabilities: npt.NDArray[Any]
    """[rows, classes], float32 or float16; not finite where the model's answer was not."""
    ids: Ids | None = None
    class_names: tuple[str, ...] = ()
    sheets: Sheets | None = None


def encode_part(part: PredictionsPart) -> list[bytes]:
    """The elements of the string tensor."""
    rows, classes = part.probabilities.shape
    dtype = _DT_HALF if part.probabilities.dtype == np.float16 else DT_FLOAT
    if part.ids is None:
        id_kind, ids = _NO_IDS, b""
    elif isinstance(part.ids, tuple):
        strings = [text.encode("utf-8", "backslashreplace") for text in part.ids]
        ends = np.cumsum([len(text) for text in strings], dtype=np.int64)
        id_kind, ids = _STRING_IDS, ends.astype("<u4").tobytes() + b"".join(strings)
    else:
        id_kind, ids = _INT_IDS, part.ids.astype("<i8").tobytes()
    numbers = (_VERSION, part.total_row_count, part.first_row, rows, classes, dtype, id_kind)
    header = [wire.int64(field, number) for field, number in enumerate(numbers, 1)]
    header += [wire.bytes_(8, name.encode("utf-8", "backslashreplace")) for name in part.class_names]
    if part.sheets is not None:
        it = part.sheets
        sizes = (it.width, it.height, it.channels, it.column_count, it.images_per_sheet)
        header += [wire.int64(field, size) for field, size in enumerate(sizes, 9)]
    return [
        b"".join(header),
        part.targets.astype("<i4").tobytes(),
        part.probabilities.astype(_DTYPES[dtype], copy=False).tobytes(),
        ids,
        *(part.sheets.encoded if part.sheets is not None else ()),
    ]


def decode(value: _kernel.Value) -> PredictionsPart:
    """One part of a record. Raises `CorruptError` where the value holds none or its columns disagree."""
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no predictions")
    elements = tensor.strings(value.tensor)
    if len(elements) < 4:
        raise CorruptError(f"predictions hold {len(elements)} elements, wanted a header and three columns")
    numbers, names = _header(elements[0])
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
        _sheets(numbers, elements[4:], rows),
    )


def _header(data: bytes) -> tuple[dict[int, int], tuple[str, ...]]:
    numbers: dict[int, int] = {}
    names = []
    for field, found in wire.fields(data):
        if isinstance(found, int):
            numbers[field] = found
        elif field == 8:
            names.append(bytes(found).decode("utf-8", "replace"))
    return numbers, tuple(names)


def _column(data: bytes, dtype: str | np.dtype[Any], count: int, what: str) -> npt.NDArray[Any]:
    size = np.dtype(dtype).itemsize
    if len(data) != count * size:
        raise CorruptError(f"predictions hold {len(data)} bytes of {what}, wanted {count * size}")
    return np.frombuffer(data, dtype)


def _ids(data: bytes, kind: int, rows: int) -> Ids | None:
    if kind == _NO_IDS:
        return None
    if kind == _INT_IDS:
        return _column(data, "<i8", rows, "ids")
    if kind != _STRING_IDS:
        raise CorruptError(f"predictions have ids of kind {kind}, wanted 0 to {_STRING_IDS}")
    ends = _column(data[: rows * 4], "<u4", rows, "ends of ids").tolist()
    text = data[rows * 4 :]
    starts = [0, *ends[:-1]]
    if any(start > end for start, end in zip(starts, ends, strict=False)) or (rows and ends[-1] != len(text)):
        raise CorruptError("predictions hold ids whose ends do not ascend to the end of the text")
    return tuple(text[start:end].decode("utf-8", "replace") for start, end in zip(starts, ends, strict=False))


def _sheets(numbers: dict[int, int], encoded: tuple[bytes, ...], rows: int) -> Sheets | None:
    if not encoded:
        return None
    width, height, channels, column_count, images_per_sheet = sizes = [
        numbers.get(field, 0) for field in range(9, 14)
    ]
    if min(sizes) < 1 or math.ceil(rows / images_per_sheet) != len(encoded):
        raise CorruptError(f"predictions hold {len(encoded)} sheets for {rows} rows, with the sizes {sizes}")
    return Sheets(width, height, channels, column_count, images_per_sheet, encoded)
