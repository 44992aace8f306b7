"""Text that comes from files of others, made safe for a terminal."""

from __future__ import annotations

__all__ = ["printable_line"]


def printable_line(line: str) -> str:
    """What could steer a terminal is spelled out."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)
