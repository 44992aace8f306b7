"""One pack of the index: the columns of many event files and a catalogue of them, never changed once it is there."""

from __future__ import annotations

import base64
import json
import os
import struct
import sys
import weakref
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from glassboard._kernel import EventScanner, crc32c
from glassboard.errors import CorruptError
from glassboard.store.columns import Column, Points, PointViews
from glassboard.store.damage import DamageLog, PlainDamage
from glassboard.store.extent import Extent
from glassboard.store.file_reader import Kept, Part
from glassboard.store.series_table import SeriesTable
from glassboard.store.stamp import FileStamp
from glassboard.types import AnyDtype

__all__ = ["Entry", "Pack", "Snapshot", "write_pack"]

_MAGIC = b"GBINDEX1"
_VERSION = 2
_FOOTER = struct.Struct("<QQIi8s")
"""Offset, length and checksum of the catalogue, version, magic."""
_SLICE_BYTES = 1 << 20
"""Read and verified while it is in the processor's cache."""
_MANY_SLICES = 16
"""From here on threads are worth their start."""
_SCALAR_DTYPES = (np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.float64))
_SAMPLE_DTYPES = (np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All that was read of one event file, at one moment."""

    path: str
    """Relative to the log directory."""
    stamp: FileStamp
    position: bytes
    table: SeriesTable
    record_count: int
    extent: Extent
    damage: PlainDamage
    scalars: PointViews
    samples: PointViews


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One event file in a pack. Is a `KeptFile`."""

    pack: Pack
    path: str
    stamp: FileStamp
    position: bytes
    table: int
    record_count: int
    extent: Extent
    damage: PlainDamage
    shape: tuple[int, int, int, int]
    """Series and points of scalars, series and points of samples."""
    offset: int
    length: int
    crc: int

    def load(self) -> Kept | None:
        return self.pack.load(self)


class Pack:
    """A pack that is open for reading. Its file is closed with the last entry that is let go."""

    def __init__(self, path: Path, root: str) -> None:
        """Reads the catalogue. Raises `OSError`, and `CorruptError` where it is not one of `root`."""
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._descriptor)
        self.size = os.fstat(self._descriptor).st_size
        try:
            catalogue = json.loads(self._catalogue())
            if catalogue["root"] != root:
                raise CorruptError("another log directory's")
            self._tables = [base64.b64decode(table) for table in catalogue["tables"]]
            self.entries = [self._entry(row) for row in catalogue["files"]]
        except (ValueError, TypeError, LookupError, RecursionError, OverflowError, struct.error) as error:
            raise CorruptError(f"the catalogue of a pack cannot be read: {error}") from error

    def _catalogue(self) -> bytes:
        footer = os.pread(self._descriptor, _FOOTER.size, max(self.size - _FOOTER.size, 0))
        offset, length, crc, version, magic = _FOOTER.unpack(footer)
        if magic != _MAGIC or version != _VERSION or offset + length + _FOOTER.size != self.size:
            raise CorruptError("not a pack of this version")
        data = os.pread(self._descriptor, length, offset)
        if crc32c(data) != crc:
            raise CorruptError("the checksum of a catalogue does not match")
        return data

    def _entry(self, row: Sequence[Any]) -> Entry:  # JSON; whoever wrote it, each value is converted
        path, stamp, position, table, records, extent, damage, shape, offset, length, crc = row
        device, inode, size, modified_ns, head, reached, tail_crc = stamp
        head = base64.b64decode(head)
        first, last, last_step, point_count = extent
        last_step = None if last_step is None else int(last_step)
        return Entry(
            self,
            str(path),
            FileStamp(
                int(device), int(inode), int(size), int(modified_ns), head, int(reached), int(tail_crc)
            ),
            base64.b64decode(position),
            int(table),
            int(records),
            Extent(float(first), float(last), last_step, int(point_count)),
            damage,
            (int(shape[0]), int(shape[1]), int(shape[2]), int(shape[3])),
            int(offset),
            int(length),
            int(crc),
        )

    def load(self, entry: Entry) -> Kept | None:
        """The columns of one file, as views into one array; None where they are not what they were."""
        try:
            block = np.empty(entry.length, np.uint8)
            if self._fill(block.data, entry.offset) != entry.crc:
                return None
            if EventScanner.resume(entry.position, b"").offset != entry.stamp.offset:
                return None
            DamageLog().restore(entry.damage)
            table = SeriesTable.decode(self._tables[entry.table])
            series_count = len(table.series)
            scalar_series, scalar_rows, sample_series, sample_rows = entry.shape
            cut = _Cutter(block)
            scalars = cut.points(scalar_series, scalar_rows, _SCALAR_DTYPES, series_count)
            samples = cut.points(sample_series, sample_rows, _SAMPLE_DTYPES, series_count)
            part = Part((scalars,), (samples,), entry.extent, entry.record_count, kept_damage=entry.damage)
            return Kept(part, table, entry.position)
        except (OSError, MemoryError, CorruptError, ValueError, TypeError, LookupError, OverflowError):
            return None

    def _fill(self, block: memoryview, offset: int) -> int:
        """Reads a block and gives its checksum. Of a large one several slices are read at once: getting memory and
        copying into it takes most of the time, and each slice has its checksum taken while the next ones are read."""
        starts = range(0, len(block), _SLICE_BYTES)

        def read(start: int) -> memoryview:
            piece = block[start : start + _SLICE_BYTES]
            if os.preadv(self._descriptor, [piece], offset + start) != len(piece):
                raise CorruptError("a pack is shorter than its catalogue says")
            return piece

        crc = 0
        if len(starts) < _MANY_SLICES:
            for start in starts:
                crc = crc32c(read(start), crc)
            return crc
        with ThreadPoolExecutor(min(4, os.cpu_count() or 2), thread_name_prefix="glassboard-pack") as pool:
            for piece in pool.map(read, starts):
                crc = crc32c(piece, crc)
        return crc


class _Cutter:
    """Cuts a block into the arrays it is made of. Raises `ValueError` where it cannot be cut so."""

    def __init__(self, block: Column) -> None:
        self._block = block
        self._at = 0

    def _array(self, dtype: AnyDtype, count: int) -> Column:
        start, stop = self._at, self._at + dtype.itemsize * count
        self._at = stop + -stop % 8
        if count < 0 or stop > len(self._block):
            raise ValueError("a block is shorter than its arrays")
        return self._block[start:stop].view(dtype)

    def points(self, series_count: int, row_count: int, dtypes: Sequence[AnyDtype], known: int) -> Points:
        series = self._array(np.dtype(np.int32), series_count)
        starts = self._array(np.dtype(np.int64), series_count + 1)
        columns = tuple(self._array(dtype, row_count) for dtype in dtypes)
        if starts.item(0) != 0 or starts.item(-1) != row_count:
            raise ValueError("the groups of a block do not fit")
        if series_count and not 0 <= series.item(0) <= series.item(-1) < known:
            raise ValueError("the series of a block are not those of its table")
        return Points(series, starts, columns)


def write_pack(
    out: IO[bytes], root: str, snapshots: Iterable[Snapshot], *, is_stopped: Callable[[], bool]
) -> bool:
    """Writes a pack; False where it was stopped on the way. Raises `OSError`."""
    out.write(_MAGIC)
    at = len(_MAGIC)
    tables: dict[bytes, int] = {}
    rows = []
    for snapshot in snapshots:
        if is_stopped():
            return False
        crc, length = 0, 0
        for array in _arrays(snapshot):
            crc, length = crc32c(array.data, crc), length + array.nbytes
            out.write(array.data)
            padding = bytes(-length % 8)
            if padding:
                crc, length = crc32c(padding, crc), length + len(padding)
                out.write(padding)
        rows.append(_row(snapshot, tables, at, length, crc))
        at += length
    catalogue = json.dumps(
        {
            "root": root,
            "tables": [base64.b64encode(table).decode() for table in tables],
            "files": rows,
        },
        separators=(",", ":"),
    ).encode()
    out.write(catalogue)
    out.write(_FOOTER.pack(at, len(catalogue), crc32c(catalogue), _VERSION, _MAGIC))
    return True


def _arrays(snapshot: Snapshot) -> Iterable[Column]:
    """What `_Cutter` finds again. Pieces of a column have eight bytes a row, so that none is padded within it."""
    for points in (snapshot.scalars, snapshot.samples):
        yield points.series
        yield points.starts
        for pieces in points.columns:
            yield from (np.ascontiguousarray(piece) for piece in pieces)


def _row(snapshot: Snapshot, tables: dict[bytes, int], at: int, length: int, crc: int) -> list[object]:
    stamp, extent = snapshot.stamp, snapshot.extent
    shape = []
    for points in (snapshot.scalars, snapshot.samples):
        shape += [len(points.series), int(points.starts[-1])]
    return [
        snapshot.path,
        [
            stamp.device,
            stamp.inode,
            stamp.size,
            stamp.modified_ns,
            base64.b64encode(stamp.head).decode(),
            stamp.offset,
            stamp.tail_crc,
        ],
        base64.b64encode(snapshot.position).decode(),
        tables.setdefault(snapshot.table.encoded, len(tables)),
        snapshot.record_count,
        [extent.first_wall_time, extent.last_wall_time, extent.last_step, extent.point_count],
        snapshot.damage,
        shape,
        at,
        length,
        crc,
    ]


if sys.byteorder != "little":  # pragma: no cover - the kernel does not build there either
    raise ImportError("the index is little-endian")
