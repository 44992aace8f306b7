"""The scalars that a writer has written, read back from its files rather than kept in memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from glassboard import _kernel

__all__ = ["read_back"]

_CHUNK_BYTES = 4 << 20


def read_back(paths: Iterable[Path]) -> dict[str, list[list[float]]]:
    """`[wall time, step, value]` of every point by tag, in order. A file that is gone is left out."""
    found: dict[str, list[list[float]]] = {}
    for path in paths:
        try:
            _read(path, found)
        except FileNotFoundError:
            continue
    return found


def _read(path: Path, found: dict[str, list[list[float]]]) -> None:
    scanner = _kernel.EventScanner()
    with path.open("rb") as file:
        while chunk := file.read(max(_CHUNK_BYTES, scanner.wanted_bytes)):
            scanner.feed(chunk)
            file.seek(scanner.offset)
            if len(chunk) < scanner.wanted_bytes:
                break
    batch = scanner.take()
    # A long series stands in columns of its own, and in no other.
    for columns in (batch.scalars, *batch.long_scalars):
        _add(scanner, columns, found)


def _add(
    scanner: _kernel.EventScanner, columns: _kernel.ScalarColumns, found: dict[str, list[list[float]]]
) -> None:
    for i, series in enumerate(columns.series):
        rows = slice(columns.starts[i], columns.starts[i + 1])
        points = found.setdefault(scanner.series[series].tag.decode("utf-8", "backslashreplace"), [])
        points += map(
            list,
            zip(
                columns.wall_times[rows].tolist(),
                columns.steps[rows].tolist(),
                columns.values[rows].tolist(),
                strict=True,
            ),
        )
