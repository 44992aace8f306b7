"""One event file as readers see it: its series, its points, and what is wrong with it."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from glassboard.store.access import FileAccess
from glassboard.store.columns import Columns
from glassboard.store.damage import DamageLog, describe_stranger, describe_tail
from glassboard.store.discovery import EventFilePath
from glassboard.store.extent import NO_POINTS
from glassboard.store.file_reader import FileReader, KeptFile, Reading
from glassboard.store.provider import Problem
from glassboard.store.series_table import NO_SERIES, FileSeries, SeriesTable
from glassboard.store.stamp import FileStamp

__all__ = ["STALE_SECONDS", "EventFile"]

STALE_SECONDS = 30.0
"""A record that is still incomplete after this long without a write is reported, though it may yet be completed."""


class EventFile:
    """What was read of one file. `reader` works on its own; everything else is for use under the lock of the store."""

    def __init__(
        self,
        where: EventFilePath,
        access: FileAccess,
        *,
        kept: KeptFile | None = None,
        is_interrupted: Callable[[], bool],
    ) -> None:
        self.where = where
        self.access = access
        self.reader = FileReader(
            where,
            kept=kept,
            open_file=access.open,
            chunk_bytes=access.chunk_bytes,
            is_interrupted=is_interrupted,
        )
        self.generation = 0
        """Grows when everything that was read before became void."""
        self._clear()

    def _clear(self) -> None:
        self.generation += 1
        self.kept_bytes = 0
        """Up to where the index has it."""
        self.taken_over_bytes = 0
        """Up to where it was taken over from the index, instead of being decoded."""
        self.table: SeriesTable = NO_SERIES
        self.scalars = Columns()
        self.samples = Columns()
        self.extent = NO_POINTS
        self.record_count = 0
        self.damage = DamageLog()
        self._last = Reading()
        self._trouble = ""
        self._stale = False

    def apply(self, reading: Reading) -> bool:
        """Takes over what was read and says whether any reader could see the difference."""
        trouble = reading.error != self._trouble
        self._trouble = reading.error
        if reading.error:
            return trouble  # what was read before stays: the file may be out of reach for a moment only
        if reading.replaced:
            self._clear()
        before = self.record_count, len(self.damage), self.table
        for part in reading.parts:
            self.scalars.add(part.scalars)
            self.samples.add(part.samples)
            self.extent = self.extent.join(part.extent)
            self.record_count += part.records
            self.damage.add(part.damage)
            if part.kept_damage is not None:
                self.damage.restore(part.kept_damage)
        damaged = any(part.damage for part in reading.parts)
        reading.parts.clear()
        self.table = reading.table
        self.kept_bytes = max(self.kept_bytes, reading.kept_offset)
        self.taken_over_bytes += reading.kept_offset
        self._last = reading
        after = self.record_count, len(self.damage), self.table
        return reading.replaced or trouble or damaged or before != after

    @property
    def series(self) -> tuple[FileSeries, ...]:
        return self.table.series

    @property
    def stamp(self) -> FileStamp | None:
        """By which the file is known again; None where nothing was read."""
        return self._last.stamp

    @property
    def position(self) -> bytes:
        """Where its scanner stands, for `EventScanner.resume`."""
        return self._last.position

    @property
    def news_bytes(self) -> int:
        """Decoded bytes that the index does not have; 0 for a file that is no event file."""
        return 0 if self.is_stranger else self._last.offset - self.kept_bytes

    @property
    def loaded_bytes(self) -> int:
        """Bytes that are decoded, a reading in progress included; a file that is no event file counts as done."""
        return self._last.size if self.is_stranger else self.reader.position

    @property
    def size(self) -> int:
        return self._last.size

    @property
    def waiting_bytes(self) -> int:
        """Bytes of a record whose end is not there yet."""
        return 0 if self.is_stranger else self._last.size - self._last.offset

    @property
    def modified_at(self) -> float:
        """When it was last written to, in seconds since the epoch."""
        return self._last.modified_at

    @property
    def head(self) -> bytes:
        """How the file begins, by which another file under the same name is told."""
        return self._last.head

    @property
    def fingerprint(self) -> int:
        """Changes when the file turned out to be another one; the same after a restart of the server."""
        return zlib.crc32(self._last.head[:64], zlib.crc32(self.where.relative_path.encode()))

    @property
    def order(self) -> tuple[float, str]:
        """Where this file stands among those of its run: by its first point, then by name."""
        return self.extent.first_wall_time, self.where.relative_path

    @property
    def is_stranger(self) -> bool:
        return self._last.is_stranger or (self.record_count == 0 and len(self.damage) > 0)

    def note_time(self, now: float) -> bool:
        """Says whether the passing of time alone changed what is wrong: a tail that is waited for has become stale."""
        stale = self.waiting_bytes > 0 and now - self._last.modified_at > STALE_SECONDS
        changed = stale != self._stale
        self._stale = stale
        return changed

    def problems(self) -> list[Problem]:
        path, last = self.where.relative_path, self._last
        out = []
        if self._trouble:
            kept = (
                f"{self.record_count:,} records that were read before are kept"
                if self.record_count
                else "it is left out"
            )
            out.append(Problem(path, None, "unreadable", f"cannot be read: {self._trouble}; {kept}"))
        if self.is_stranger:
            return [*out, describe_stranger(path, last.head, last.size)]
        out += self.damage.problems(path, self.record_count)
        if self._stale and not self.damage.reaches(last.offset):
            out.append(
                describe_tail(path, last.offset, self.waiting_bytes, last.wanted_bytes, self.record_count)
            )
        return out
