"""The series of a file, shared by all files that have the same."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass

from glassboard._kernel import EventScanner
from glassboard.store.kinds import tag_of

__all__ = ["NO_SERIES", "FileSeries", "SeriesTable"]


@dataclass(frozen=True, slots=True)
class FileSeries:
    """One series of one file, as the file describes it."""

    tag: str
    form: str
    plugin_name: str
    display_name: str
    description: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class SeriesTable:
    """What a scanner learnt of a file. Two tables are the same object where their bytes are."""

    encoded: bytes
    """For `EventScanner.resume`."""
    series: tuple[FileSeries, ...] = ()
    """The number of a series in columns is its position here."""
    file_version: str = ""
    writer: str = ""

    @staticmethod
    def of(scanner: EventScanner) -> SeriesTable:
        """That of a scanner from which everything was taken."""
        encoded = scanner.table
        with _lock:
            known = _tables.get(encoded)
        if known is not None:
            return known
        table = SeriesTable(
            encoded,
            tuple(
                FileSeries(
                    tag_of(info.form, info.tag),
                    info.form,
                    info.plugin_name,
                    info.display_name,
                    info.description,
                )
                for info in scanner.series
            ),
            scanner.file_version or "",
            scanner.writer,
        )
        with _lock:
            return _tables.setdefault(encoded, table)

    @staticmethod
    def decode(encoded: bytes) -> SeriesTable:
        """From bytes that a scanner gave. Raises `CorruptError`."""
        with _lock:
            known = _tables.get(encoded)
        return known or SeriesTable.of(EventScanner.resume(b"", encoded))


NO_SERIES = SeriesTable(b"")
_lock = threading.Lock()
_tables: weakref.WeakValueDictionary[bytes, SeriesTable] = weakref.WeakValueDictionary({b"": NO_SERIES})
