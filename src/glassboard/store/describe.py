"""The state of a log directory in one sentence for people."""

from __future__ import annotations

import difflib
from pathlib import Path

from glassboard.store.discovery import MARK, Found

__all__ = ["describe_status"]


def describe_status(
    location: str,
    *,
    state: str,
    found: Found,
    run_count: int,
    point_count: int,
    loaded_bytes: int,
    total_bytes: int,
) -> str:
    """What was looked at and what was found there; where nothing was, what would be recognised."""
    if state == "loading":
        return f"reading {location}: {_bytes(loaded_bytes)} of {_bytes(total_bytes)}"
    if state == "waiting" and not found.exists:
        if found.problems:
            return f"cannot look into {location}: {found.problems[0].message}"
        return f"{location} does not exist yet; waiting for it{_like(location)}"
    if state == "waiting":
        looked = f"{_count(found.folder_count, 'folder')} and {_count(found.other_file_count, 'other file')}"
        return f"no event file in {location} yet: looked at {looked} for a name that contains {MARK!r}"
    files = _count(len(found.files), "event file")
    return (
        f"{_count(point_count, 'point')} in {_count(run_count, 'run')} from {files} ({_bytes(loaded_bytes)})"
    )


def _like(location: str) -> str:
    """The folder beside it that was perhaps meant."""
    path = Path(location)
    try:
        beside = [each.name for each in path.absolute().parent.iterdir() if each.is_dir()]
    except OSError:
        return ""
    nearest = difflib.get_close_matches(path.name, beside, n=1)
    return f" (there is {str(path.with_name(nearest[0]))!r})" if nearest and path.name else ""


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _bytes(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
