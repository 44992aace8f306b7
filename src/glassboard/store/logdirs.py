"""What a user may call a log directory: a path, an address, several of them, with or without names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from glassboard.errors import MisuseError
from glassboard.store.combined import CombinedSource
from glassboard.store.log import LogStore

__all__ = ["Logdirs", "OpenLogdirs", "name_logdirs", "open_source", "split_name"]

_Place: TypeAlias = str | os.PathLike[str]
Logdirs: TypeAlias = _Place | Sequence[_Place] | Mapping[str, _Place]
"""One log directory, or several: those without names are called after their folders."""

OpenLogdirs: TypeAlias = LogStore | CombinedSource

_NAMED = re.compile(r"([^/\\:.~][^/\\:]*):(?!//)(.+)", re.DOTALL)


def open_source(logdirs: Logdirs, *, cache: bool = False) -> OpenLogdirs:
    """A source that was not refreshed yet. Raises `MisuseError` for names that cannot be.

    With `cache` what was read is kept between processes (docs/design/0005-index.md).
    """
    if isinstance(logdirs, str | os.PathLike):
        return LogStore(logdirs, cache=cache)
    if isinstance(logdirs, Mapping):
        return CombinedSource({name: LogStore(place, cache=cache) for name, place in logdirs.items()})
    if not logdirs:
        raise MisuseError("no log directory is given")
    if len(logdirs) == 1:
        return LogStore(logdirs[0], cache=cache)
    return open_source(name_logdirs((None, place) for place in logdirs), cache=cache)


def split_name(text: str) -> tuple[str | None, str]:
    """`name:path` as it is given on a command line. A path that exists as it stands, or an address, has no name."""
    found = _NAMED.fullmatch(text)
    if found is None or Path(text).exists():
        return None, text
    return found[1], found[2]


def name_logdirs(places: Iterable[tuple[str | None, _Place]]) -> dict[str, _Place]:
    """Gives each place that has no name that of its folder, with as many folders above as tell it from the others.

    Raises `MisuseError` where a name or a place is given twice.
    """
    every = list(places)
    out: dict[str, _Place] = {}
    unnamed = [os.fspath(place) for name, place in every if name is None]
    for name, place in every:
        path = os.fspath(place)
        if name is None:
            name = _own_name(path, [other for other in unnamed if other != path])
        if name in out:
            same = os.fspath(out[name]) == path
            told = f"{path} is given twice" if same else f"{os.fspath(out[name])} and {path}"
            raise MisuseError(f"two log directories are named {name!r}: {told}; NAME:PATH gives another name")
        out[name] = place
    return out


def _own_name(path: str, others: Sequence[str]) -> str:
    """`runs`, or `lab-runs` where another ends in `runs` too."""
    own, rest = _parts(path), [_parts(other) for other in others]
    for count in range(1, len(own) + 1):
        if all(other[-count:] != own[-count:] for other in rest):
            break
    return "-".join(own[-count:])


def _parts(path: str) -> list[str]:
    """Folders of an absolute path or an address, without the scheme."""
    _, is_address, rest = path.partition("://")
    whole = rest if is_address else os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 - keeps ".." of links
    return [part for part in whole.split("/") if part] or ["root"]
