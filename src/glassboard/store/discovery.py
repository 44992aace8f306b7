"""Finds the event files below a log directory, cheaply enough to look again and again."""

from __future__ import annotations

import math
import os
import stat
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glassboard.codec.payloads.embedding import CONFIG_NAME
from glassboard.store.names import natural_key
from glassboard.store.provider import Problem

__all__ = ["MARK", "ConfigFolder", "Discovery", "EventFilePath", "Found", "printable"]

MARK = "tfevents"
"""A file whose name contains this may be an event file: the rule of every TensorBoard reader."""

_RACY_NANOSECONDS = 2_000_000_000
"""A folder may change again within one tick of its clock (2 s on FAT, 1 s on old NFS) without a new modification time."""
_RELIST_SECONDS = 30.0
"""Network file systems may serve an old modification time for a while: every listing is made anew this often."""


@dataclass(frozen=True, slots=True)
class EventFilePath:
    run: str
    """Path of the folder relative to the log directory, with `/`; "." for the directory itself."""
    path: str
    """As the operating system wants it."""
    relative_path: str
    """For people: relative to the log directory, printable."""


@dataclass(frozen=True, slots=True)
class ConfigFolder:
    """A folder with a projector config, whether or not event files lie there."""

    run: str
    path: str
    """As the operating system wants it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one look at a log directory found."""

    exists: bool
    files: tuple[EventFilePath, ...] = ()
    """In natural order of their relative paths."""
    folder_count: int = 0
    other_file_count: int = 0
    problems: tuple[Problem, ...] = ()
    configs: tuple[ConfigFolder, ...] = ()
    """In natural order of their runs."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """The entries of one folder that matter, as they were at one moment."""

    modified_ns: int
    identity: tuple[int, int]
    settled: bool
    """Whether the modification time was old enough to be sure that the next change will move it."""
    listed_at: float
    folders: tuple[str, ...]
    links: tuple[str, ...]
    """Symbolic links to folders."""
    event_files: tuple[str, ...]
    dangling: tuple[str, ...]
    """Links to event files that lead nowhere."""
    other_file_count: int
    has_config: bool

    def is_current(self, status: os.stat_result, now: float) -> bool:
        return (
            self.settled
            and self.modified_ns == status.st_mtime_ns
            and self.identity == (status.st_dev, status.st_ino)
            and now - self.listed_at < _RELIST_SECONDS
        )


class Discovery:
    """Walks one log directory. Folders that have not changed since the last walk cost one `stat` each.

    Symbolic links to folders are followed, wherever they lead, after everything that is really there; a folder that was
    visited already (a loop, a `latest` link beside the run it points to) is not entered twice. A log directory that is a
    single file is one run named ".". Not safe for use by two threads at once.
    """

    def __init__(
        self,
        location: str,
        *,
        wall_clock_ns: Callable[[], int] = time.time_ns,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = location
        self._listings: dict[str, _Listing] = {}
        self._marks: list[tuple[str, int, int, int]] = []
        """Path, modification time, inode and device of each listing: what decides whether all are current."""
        self._relist_at = -math.inf
        self._last: Found | None = None
        self._wall_clock_ns = wall_clock_ns
        self._clock = clock

    def look(self) -> Found:
        """Never raises for what it meets: folders that cannot be read become problems."""
        try:
            root = Path(self._root).stat()
        except FileNotFoundError:
            return Found(exists=False)
        except (OSError, ValueError) as error:
            return Found(exists=False, problems=(_unreadable(".", error),))
        if not stat.S_ISDIR(root.st_mode):
            return self._single_file()
        if self._last is None or self._last.problems or not self._all_current():
            self._last = self._walk()
        return self._last

    def _single_file(self) -> Found:
        folder = Path(self._root).parent
        return Found(
            exists=True,
            files=(EventFilePath(".", self._root, printable(Path(self._root).name)),),
            configs=(ConfigFolder(".", str(folder)),) if (folder / CONFIG_NAME).is_file() else (),
        )

    def knows(self, folder: str) -> bool:
        """Whether the folder of that path was there at the last look."""
        return folder in self._listings

    def _all_current(self) -> bool:
        if self._clock() >= self._relist_at:
            return False
        look = os.stat
        try:
            for path, modified_ns, inode, device in self._marks:
                status = look(path)
                if status.st_mtime_ns != modified_ns or status.st_ino != inode or status.st_dev != device:
                    return False
        except OSError:
            return False
        return True

    def _walk(self) -> Found:
        files: list[EventFilePath] = []
        problems: list[Problem] = []
        configs: list[ConfigFolder] = []
        seen: set[tuple[int, int]] = set()
        listings: dict[str, _Listing] = {}
        other_files = 0
        real = deque([(self._root, "")])
        links: deque[tuple[str, str]] = deque()
        while real or links:
            path, relative = real.popleft() if real else links.popleft()
            try:
                listing = self._list(path)
            except (FileNotFoundError, NotADirectoryError):
                continue  # it went while we walked
            except OSError as error:
                problems.append(_unreadable(printable(relative) or ".", error))
                continue
            if listing.identity in seen:
                continue
            seen.add(listing.identity)
            listings[path] = listing
            other_files += listing.other_file_count
            run = printable(relative) or "."
            if listing.has_config:
                configs.append(ConfigFolder(run, path))
            for name in listing.dangling:
                below = printable(f"{relative}/{name}" if relative else name)
                problems.append(
                    Problem(below, None, "missing", "a symbolic link whose target does not exist")
                )
            for name in listing.event_files:
                below = f"{relative}/{name}" if relative else name
                files.append(EventFilePath(run, f"{path}/{name}", printable(below)))
            for names, queue in ((listing.folders, real), (listing.links, links)):
                queue.extend((f"{path}/{name}", f"{relative}/{name}" if relative else name) for name in names)
        self._listings = listings
        self._marks = [
            (path, each.modified_ns, each.identity[1], each.identity[0]) for path, each in listings.items()
        ]
        settled = all(each.settled for each in listings.values())
        oldest = min((each.listed_at for each in listings.values()), default=-math.inf)
        self._relist_at = oldest + _RELIST_SECONDS if settled else -math.inf
        files.sort(key=lambda file: natural_key(file.relative_path))
        configs.sort(key=lambda config: natural_key(config.run))
        return Found(
            exists=True,
            files=tuple(files),
            folder_count=len(listings),
            other_file_count=other_files,
            problems=tuple(problems),
            configs=tuple(configs),
        )

    def _list(self, path: str) -> _Listing:
        status = os.stat(path)  # noqa: PTH116 - thousands a second
        now = self._clock()
        known = self._listings.get(path)
        if known is not None and known.is_current(status, now):
            return known
        settled = self._wall_clock_ns() - status.st_mtime_ns > _RACY_NANOSECONDS
        folders: list[str] = []
        links: list[str] = []
        event_files: list[str] = []
        dangling: list[str] = []
        others = 0
        has_config = False
        with os.scandir(path) as entries:
            for entry in entries:
                try:
                    is_folder = entry.is_dir()
                except OSError:  # a link to itself, or one whose target may not be seen
                    is_folder = False
                if is_folder:
                    (links if entry.is_symlink() else folders).append(entry.name)
                elif MARK in entry.name:
                    leads_nowhere = entry.is_symlink() and not Path(entry.path).exists()
                    (dangling if leads_nowhere else event_files).append(entry.name)
                else:
                    others += 1
                    has_config |= entry.name == CONFIG_NAME
        return _Listing(
            modified_ns=status.st_mtime_ns,
            identity=(status.st_dev, status.st_ino),
            settled=settled,
            listed_at=now,
            folders=tuple(sorted(folders)),
            links=tuple(sorted(links)),
            event_files=tuple(event_files),
            dangling=tuple(dangling),
            other_file_count=others,
            has_config=has_config,
        )


def printable(path: str) -> str:
    """A path as text: bytes that are not UTF-8 are spelled out, so that the name can travel as JSON."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unreadable(path: str, error: OSError | ValueError) -> Problem:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Problem(path, None, "unreadable", f"cannot list this folder: {reason}; the others are read")
