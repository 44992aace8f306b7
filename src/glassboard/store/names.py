"""Names of runs, tags and event files: their order, what to say when one is not there, which files go on from others."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Collection

from glassboard.errors import NotFoundError

__all__ = ["goes_on_from", "name_not_found", "natural_key"]

_DIGITS = re.compile(r"(\d+)")
_AFTER_TIME = re.compile(r"tfevents\.\d+\.(.*)", re.DOTALL)
_PART = re.compile(r"_part(\d{1,9})")


@functools.lru_cache(maxsize=1 << 15)
def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts `run2` before `run10`, and `a/b` directly below `a`; a total order, so equal keys mean equal names."""
    parts: list[tuple[int, int, str]] = []
    for folder in name.split("/"):
        for text in _DIGITS.split(folder):
            if text.isdecimal() and text.isascii():
                parts.append((1, int(text) if len(text) < 4000 else 0, text))
            elif text:
                parts.append((2, 0, text))
        parts.append((0, 0, ""))  # the end of a folder comes before any longer name
    return tuple(parts)


def goes_on_from(later: str, earlier: str) -> bool:
    """Whether the event file `later` is a further part of the one writer that wrote `earlier`, as their names say."""
    writer, part = _writer_and_part(later)
    other, earlier_part = _writer_and_part(earlier)
    return writer == other and part > earlier_part


@functools.lru_cache(maxsize=1 << 12)
def _writer_and_part(path: str) -> tuple[str, int]:
    """Host, process, number and suffix as one text, and 1 for the file that a writer began with."""
    found = _AFTER_TIME.search(path.rpartition("/")[2])
    if found is None:
        return path, 1
    part = _PART.search(found[1])
    return _PART.sub("", found[1], count=1), 1 if part is None else int(part[1])


def name_not_found(what: str, name: str, known: Collection[str], *, where: str) -> NotFoundError:
    """The error for a name that is not among `known`, with the nearest ones that are."""
    nearest = difflib.get_close_matches(name, known, n=3, cutoff=0.5) if len(known) <= 10_000 else []
    if not known:
        hint = "there is none"
    elif nearest:
        hint = "did you mean " + " or ".join(repr(each) for each in nearest)
    else:
        some = ", ".join(repr(each) for each in sorted(known, key=natural_key)[:3])
        hint = f"{len(known)} are there: {some}{', …' if len(known) > 3 else ''}"
    return NotFoundError(f"no {what} {name!r} ({where}): {hint}")
