"""What is wrong with an event file, in words: bounded in memory however broken the file is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from glassboard._kernel import Damage
from glassboard.store.provider import Problem

__all__ = ["DamageLog", "PlainDamage", "describe_stranger", "describe_tail"]

PlainDamage: TypeAlias = tuple[list[tuple[int, int, str]], dict[str, int]]
"""Offset, length and reason of the places that are listed; how many more there are for each reason."""

_MAX_LISTED = 50
"""Damaged places of one file that are listed one by one; the rest is counted."""

_REASONS = {
    "length-checksum": ("corrupt", "the checksum of a record's length does not match"),
    "data-checksum": ("corrupt", "the checksum of a record's data does not match"),
    "too-long": ("corrupt", "a record claims to be longer than any record may be"),
    "undecodable": ("undecodable", "a record with sound checksums is not an event"),
}


class DamageLog:
    """The damaged places of one file by their offset; one that grew replaces what was known of it."""

    __slots__ = ("_listed", "_more")

    def __init__(self) -> None:
        self._listed: dict[int, tuple[int, str]] = {}
        self._more: dict[str, int] = {}

    def add(self, damage: Iterable[Damage]) -> None:
        for each in damage:
            self._add(each.offset, each.length, each.reason)

    def _add(self, offset: int, length: int, reason: str) -> None:
        if offset in self._listed or len(self._listed) < _MAX_LISTED:
            self._listed[offset] = (length, reason)
        else:
            self._more[reason] = self._more.get(reason, 0) + 1

    def plain(self) -> PlainDamage:
        """As what JSON can carry, for `restore`."""
        listed = [(offset, length, reason) for offset, (length, reason) in self._listed.items()]
        return listed, dict(self._more)

    def restore(self, plain: PlainDamage) -> None:
        """Takes over what another one held. Raises `TypeError` or `ValueError` for what `plain` never gives."""
        listed, more = plain
        for offset, length, reason in listed:
            self._add(int(offset), int(length), str(reason))
        for reason, count in more.items():
            self._more[str(reason)] = self._more.get(str(reason), 0) + int(count)

    def __len__(self) -> int:
        return len(self._listed) + len(self._more)

    def reaches(self, offset: int) -> bool:
        """Whether a damaged place ends at `offset`: what follows is then no record that was cut."""
        return any(start + length == offset for start, (length, _) in self._listed.items())

    def problems(self, path: str, records: int) -> list[Problem]:
        out = []
        for offset, (length, reason) in sorted(self._listed.items()):
            code, sentence = _REASONS.get(reason, ("corrupt", reason))
            lost = f"{length:,} bytes from byte {offset:,} on are left out"
            out.append(
                Problem(path, offset, code, f"{sentence}: {lost}; {records:,} records of the file are read")
            )
        for reason, count in sorted(self._more.items()):
            code, sentence = _REASONS.get(reason, ("corrupt", reason))
            out.append(Problem(path, None, code, f"{sentence}: {count:,} more times, beyond those listed"))
        return out


def describe_tail(path: str, offset: int, present: int, wanted: int, records: int) -> Problem:
    """A record that ends beyond the end of the file, in a file that has not grown for a while."""
    message = (
        f"the last record is cut: {present:,} of at least {wanted:,} bytes are there; "
        f"the {records:,} records before it are read, and reading goes on if the file grows"
    )
    return Problem(path, offset, "truncated", message)


def describe_stranger(path: str, head: bytes, size: int) -> Problem:
    """A file that is named like an event file and is none; `head` is how it begins."""
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        what = "a git-LFS pointer; `git lfs pull` fetches the file it stands for"
    elif head.startswith(b"\x1f\x8b"):
        what = "gzip-compressed; unpack it to read it"
    elif head.startswith(b"PK\x03\x04"):
        what = "a zip archive; unpack it to read it"
    elif head and all(32 <= byte < 127 or byte in b"\t\n\r" for byte in head):
        what = "text"
    else:
        what = "something else"
    return Problem(
        path, None, "not-an-event-file", f"no event in {size:,} bytes: this is {what}; it is left out"
    )
