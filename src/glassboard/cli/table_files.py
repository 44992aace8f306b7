"""Tables of scalar points as files, written piece by piece: CSV, JSON lines, Parquet."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Protocol

from glassboard.errors import GlassboardError
from glassboard.log import Scalars
from glassboard.log.tables import COLUMNS, ScalarTable, require_arrow
from glassboard.types import Float64Array, Int64Array

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TableWriter", "open_writer"]

_ROW_GROUP_POINTS = 1 << 20
"""Of Parquet: large enough to compress well, 24 MB of memory."""


class TableWriter(Protocol):
    def write(
        self, run: str, tag: str, steps: Int64Array, wall_times: Float64Array, values: Float64Array
    ) -> None:
        """Appends points of one series."""


@contextlib.contextmanager
def open_writer(stream: IO[bytes], file_format: str) -> Iterator[TableWriter]:
    """A writer of `parquet`, `csv` or `jsonl` into a stream that stays open."""
    if file_format == "parquet":
        with _parquet(stream) as writer:
            yield writer
    else:
        yield _CsvWriter(stream) if file_format == "csv" else _JsonLinesWriter(stream)


class _CsvWriter:
    """RFC 4180 with line feeds. Numbers are the shortest that read back as the same; others are NaN, inf and -inf."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        stream.write(f"{','.join(COLUMNS)}\n".encode())

    def write(
        self, run: str, tag: str, steps: Int64Array, wall_times: Float64Array, values: Float64Array
    ) -> None:
        prefix = io.StringIO()
        csv.writer(prefix, lineterminator="").writerow((run, tag))
        names = prefix.getvalue()
        columns = zip(steps.tolist(), wall_times.tolist(), values.tolist(), strict=True)
        rows = [
            f"{names},{step},{_csv_number(wall_time)},{_csv_number(value)}\n"
            for step, wall_time, value in columns
        ]
        self._stream.write("".join(rows).encode())


def _csv_number(value: float) -> str:
    """Spelled so that pandas, polars and NumPy take a column with NaN for numbers."""
    return repr(value) if value == value else "NaN"


class _JsonLinesWriter:
    """One object a line. JSON has no NaN and no infinity: they are the strings "NaN", "Infinity" and "-Infinity"."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(
        self, run: str, tag: str, steps: Int64Array, wall_times: Float64Array, values: Float64Array
    ) -> None:
        names = f'{{"run": {json.dumps(run)}, "tag": {json.dumps(tag)}'
        columns = zip(steps.tolist(), wall_times.tolist(), values.tolist(), strict=True)
        rows = [
            f'{names}, "step": {step}, "wall_time": {_json_number(wall_time)}, "value": {_json_number(value)}}}\n'
            for step, wall_time, value in columns
        ]
        self._stream.write("".join(rows).encode())


def _json_number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'"{json.dumps(value)}"'


@contextlib.contextmanager
def _parquet(stream: IO[bytes]) -> Iterator[TableWriter]:
    try:
        require_arrow("a Parquet file")
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise GlassboardError(str(error)) from error
    schema = ScalarTable.of([]).to_arrow().schema
    with parquet.ParquetWriter(stream, schema, compression="zstd") as file:
        writer = _ParquetWriter(file)
        yield writer
        writer.flush()


class _ParquetWriter:
    """Gathers small series until a row group is full."""

    def __init__(self, file: pa.parquet.ParquetWriter) -> None:
        self._file = file
        self._waiting: list[Scalars] = []
        self._points = 0

    def write(
        self, run: str, tag: str, steps: Int64Array, wall_times: Float64Array, values: Float64Array
    ) -> None:
        self._waiting.append(Scalars(run, tag, steps, wall_times, values, ()))
        self._points += len(steps)
        if self._points >= _ROW_GROUP_POINTS:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self._file.write_table(ScalarTable.of(self._waiting).to_arrow(), row_group_size=self._points)
            self._waiting, self._points = [], 0
