"""Names of runs and tags: their natural order, and what to say when one is not there."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Collection

from glassboard.errors import NotFoundError

__all__ = ["name_not_found", "natural_key"]

_DIGITS = re.compile(r"(\d+)")


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
