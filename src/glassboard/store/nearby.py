"""Event files near a log directory that has none: in a folder above it, beside it, or below one of those."""

from __future__ import annotations

import difflib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from glassboard.store.discovery import MARK, printable

__all__ = ["Nearby"]

_MOST_ENTRIES = 500
"""Of folders that are listed, over the whole search."""
_MOST_SECS = 0.2
_MOST_LEVELS = 3
"""Folders below the one where a search begins."""
_MOST_PARENTS = 3
"""Folders above the log directory where a search begins."""
_AGAIN_SECS = 5.0
_PASSED_OVER = frozenset({"node_modules", "site-packages", "__pycache__", "lost+found"})


class Nearby:
    """Looks for the folder that was perhaps meant.

    A search ends after 500 entries or 0.2 s, whichever comes first, follows no symbolic link, enters neither hidden
    folders nor other file systems, and its answer holds for five seconds. Only names are looked at: no file is opened.
    """

    def __init__(self, location: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._location = Path(location)
        self._clock = clock
        self._answer = ""
        self._good_until = -1.0

    def folder(self) -> str:
        """The path of a folder that has event files in it or in folders of its own; empty where none was found."""
        if self._clock() >= self._good_until:
            self._answer = printable(self._search())
            self._good_until = self._clock() + _AGAIN_SECS
        return self._answer

    def _search(self) -> str:
        search = _Search(self._location, self._clock)
        home = Path.home()
        for begin in list(self._location.parents)[:_MOST_PARENTS]:
            if begin == Path(begin.anchor):
                break
            found = search.below(begin)
            if found is not None:
                return str(found)
            if begin == home:
                break
        return ""


def _may_be_named(folder: Path) -> bool:
    """Not a home or a folder like /tmp or /data, where reading everything below may take for ever."""
    return folder != Path.home() and folder.parent != Path(folder.anchor) and folder != Path(folder.anchor)


class _Search:
    """What all folders above share: how much may still be looked at, and what was looked at."""

    def __init__(self, location: Path, clock: Callable[[], float]) -> None:
        self._location = location
        self._entries_left = _MOST_ENTRIES
        self._deadline = clock() + _MOST_SECS
        self._clock = clock
        self._seen: set[Path] = {location}

    def below(self, begin: Path) -> Path | None:
        """The nearest folder with event files, breadth first, those with names like the wanted one first.

        Where several folders side by side have some, the folder that holds them, unless it holds much else.
        """
        try:
            device = begin.stat().st_dev
        except OSError:
            return None
        waiting = deque([(begin, 0)])
        while waiting:
            folder, level = waiting.popleft()
            if folder in self._seen:
                continue
            self._seen.add(folder)
            has_events, folders = self._list(folder, device)
            if has_events:
                beside = [each for each, _ in waiting if each.parent == folder.parent]
                if _may_be_named(folder.parent) and any(self._list(each, device)[0] for each in beside):
                    return folder.parent
                return folder
            if level < _MOST_LEVELS:
                waiting.extend((each, level + 1) for each in folders)
        return None

    def _list(self, folder: Path, device: int) -> tuple[bool, list[Path]]:
        """Whether there are event files in it, and its folders. Neither where the search has gone on long enough."""
        has_events = False
        names: list[str] = []
        try:
            for entry in self._entries(folder):
                if entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    hidden = entry.name.startswith(".") or entry.name in _PASSED_OVER
                    if not hidden and entry.stat(follow_symlinks=False).st_dev == device:
                        names.append(entry.name)
                elif MARK in entry.name:
                    has_events = True
        except OSError:
            pass  # a folder that may not be looked into: the search is a service, nobody waits for it
        wanted = self._location.name.lower()
        likeness = {name: difflib.SequenceMatcher(None, wanted, name.lower()).ratio() for name in names}
        return has_events, [folder / name for name in sorted(names, key=lambda name: (-likeness[name], name))]

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        if self._clock() >= self._deadline:
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                if self._entries_left <= 0 or self._clock() >= self._deadline:
                    return
                self._entries_left -= 1
                yield entry
