"""What there is to say about one event file: who wrote it, how much of it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassboard.store.provider import Problem

if TYPE_CHECKING:
    from glassboard.store.event_file import EventFile

__all__ = ["FileInfo", "describe_file"]


@dataclass(frozen=True, slots=True)
class FileInfo:
    run: str
    path: str
    """Relative to the log directory."""
    size_bytes: int
    read_bytes: int
    """Decoded; the rest is a record that is awaited, or of no event file."""
    record_count: int
    point_count: int
    modified_at: float
    """Seconds since the epoch; 0 where the file could not be looked at."""
    file_version: str
    """What the first record says, such as `brain.Event:2`; empty where it says nothing."""
    writer: str
    """The library that the file names as its writer; empty where it names none, as older ones and tensorboardX do."""
    problems: tuple[Problem, ...]


def describe_file(file: EventFile) -> FileInfo:
    """For use under the lock of the store."""
    return FileInfo(
        run=file.where.run,
        path=file.where.relative_path,
        size_bytes=file.size,
        read_bytes=min(file.loaded_bytes, file.size),
        record_count=file.record_count,
        point_count=file.extent.point_count,
        modified_at=file.modified_at,
        file_version=file.table.file_version,
        writer=file.table.writer,
        problems=tuple(file.problems()),
    )
