"""Vectors and labels from a person's own files: read as they are, or refused with the line that is wrong."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from glassboard.codec.payloads.embedding import format_metadata
from glassboard.errors import MisuseError, TooLargeError

__all__ = ["MAX_VECTOR_BYTES", "Form", "read_labels", "read_vectors", "unplaced"]

Form = Literal["tsv", "npy"]
Vectors = npt.NDArray[np.float32]

MAX_VECTOR_BYTES = 512 << 20
"""Of the numbers as float32: a file of small integers grows to four times its size and more."""
_NPY_MAGIC = b"\x93NUMPY"
_SHOWN_CHARACTERS = 24


def read_vectors(path: Path, form: Form) -> Vectors:
    """float32 [points, dimensions] of a NumPy file or of tab-separated text without a header.

    Raises `MisuseError` with the line or the shape that is wrong, `TooLargeError` over 512 MiB. NaN and infinity are
    numbers; a file of nothing else is refused.
    """
    vectors = _read_npy(path) if form == "npy" else _read_text(path)
    if len(vectors) < 2:
        raise MisuseError("vectors of 1 point: wanted two points or more, a line for each")
    if not np.isfinite(vectors).all(axis=1).any():
        raise MisuseError(f"each of the {len(vectors):,} vectors holds NaN or infinity: none has a place")
    return vectors


def unplaced(vectors: Vectors) -> str | None:
    """What to say of rows with NaN or infinity; None where there is none."""
    rows = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(rows) == 0:
        return None
    count = f"{len(rows):,} of {len(vectors):,} vectors" if len(rows) > 1 else "One vector"
    return f"{count} with NaN or infinity, the first in line {rows[0] + 1:,}, without a place in the picture"


def _read_npy(path: Path) -> Vectors:
    with path.open("rb") as file:
        magic = file.read(len(_NPY_MAGIC))
    if magic.startswith(b"PK"):
        raise MisuseError("an archive of several arrays (.npz): wanted one array as numpy.save writes it")
    if magic != _NPY_MAGIC:
        raise MisuseError(f"no NumPy file (.npy): it begins with the bytes {magic.hex(' ') or 'of nothing'}")
    try:
        # Mapped: what the head claims is held against the size of the file before anything is allocated.
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, OverflowError, TypeError) as error:
        raise MisuseError(f"no NumPy file (.npy) of numbers: {error}") from error
    if array.ndim != 2 or 0 in array.shape:
        shape = " x ".join(map(str, array.shape)) or "no dimension"
        raise MisuseError(f"an array of {shape}: wanted two dimensions, points x dimensions")
    if array.dtype.kind not in "fiub":
        raise MisuseError(f"an array of {array.dtype}: wanted real numbers")
    _check_size(*array.shape)
    with np.errstate(over="ignore"):
        return np.array(array, np.float32, order="C")


def _read_text(path: Path) -> Vectors:
    data = path.read_bytes()
    text = _decoded(data, "vectors")
    if not text.strip():
        raise MisuseError(f"vectors of {len(data):,} bytes without a number")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    lines = text.rstrip("\r\n").count("\n") + 1
    _check_size(lines, first.count("\t") + 1)
    try:
        rows = np.loadtxt(io.StringIO(text), np.float32, delimiter="\t", ndmin=2, comments=None)
    except ValueError as error:
        raise MisuseError(_first_wrong_line(text) or f"no table of numbers: {error}") from error
    if len(rows) != lines:
        raise MisuseError(_first_wrong_line(text) or f"{lines:,} lines hold {len(rows):,} vectors")
    return rows


def _first_wrong_line(text: str) -> str | None:
    """The line that is none of as many numbers as the first has; None where all are."""
    width = None
    for number, line in enumerate(text.rstrip("\r\n").split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if cells == [""]:
            return f"line {number:,} of the vectors is empty: wanted a line of numbers for every point"
        for place, cell in enumerate(cells, 1):
            if not _is_number(cell):
                return f"line {number:,} of the vectors is wrong: {_hint(number, cells, place)}"
        if width is not None and len(cells) != width:
            return f"line {number:,} of the vectors has {len(cells):,} numbers, line 1 has {width:,}"
        width = len(cells)
    return None


def _hint(number: int, cells: Sequence[str], place: int) -> str:
    cell = cells[place - 1]
    if len(cells) == 1 and any(sign in cell for sign in ",; "):
        return f"{_short(cell)!r} holds no tab: wanted numbers with tabs between them"
    names = ", a line of names has no place here" if number == 1 and not any(map(_is_number, cells)) else ""
    return f"{_short(cell)!r} in column {place:,} is no number{names}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def read_labels(data: bytes, point_count: int) -> bytes:
    """A metadata file for as many points, in the form that projectors read. Raises `MisuseError` with the wrong line.

    Several columns want a line of names first; of one column the first line is a name where there is a line too many.
    """
    lines = [line.removesuffix("\r") for line in _decoded(data, "metadata").split("\n")]
    if lines[-1] == "":
        lines.pop()
    rows = [line.split("\t") for line in lines]
    if not rows:
        raise MisuseError("metadata without a line")
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise MisuseError(
                f"line {number:,} of the metadata has {len(row):,} columns, line 1 has {width:,}"
            )
    has_names = len(rows) == point_count + 1
    if not has_names and (len(rows) != point_count or width > 1):
        names = "" if width == 1 else ", one of them with the names of the columns"
        wanted = point_count + (width > 1)
        raise MisuseError(
            f"metadata of {len(rows):,} lines for {point_count:,} points: wanted {wanted:,}{names}"
        )
    if not has_names:
        return format_metadata(None, rows)
    twice = [name for name, count in Counter(rows[0]).items() if count > 1]
    if twice or not all(name.strip() for name in rows[0]):
        told = f"names {_short(twice[0])!r} twice" if twice else "has a column without a name"
        raise MisuseError(f"line 1 of the metadata {told}")
    # One column has no line of names in this format: its name is lost, its values are not.
    return format_metadata(rows[0], rows[1:])


def _decoded(data: bytes, what: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        like = ", as in UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        found = data[error.start : error.start + 4].hex(" ")
        raise MisuseError(
            f"line {line:,} of the {what} is no UTF-8 text: it holds the bytes {found}{like}"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise MisuseError(f"line {line:,} of the {what} holds a NUL character: wanted text")
    return text


def _check_size(points: int, dimensions: int) -> None:
    if math.prod((points, dimensions, 4)) > MAX_VECTOR_BYTES:
        raise TooLargeError(
            f"{points:,} x {dimensions:,} numbers take more than {MAX_VECTOR_BYTES >> 20} MiB, which is the most"
        )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
