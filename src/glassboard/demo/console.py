"""What the walkthrough prints: numbered steps, plain lines below them, times as people write them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["duration_text", "heading", "say", "step", "table"]

indent = "  "


def heading(text: str) -> None:
    """A line that stands out where the terminal can show it."""
    styled = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    _print(f"\n\x1b[1m{text}\x1b[0m" if styled else f"\n{text}")


def step(number: int, text: str) -> None:
    heading(f"{number}  {text}")


def say(text: str = "") -> None:
    """Indented lines; printed at once, so that a redirected output grows as the work does."""
    for line in text.split("\n"):
        _print(f"{indent}{line}".rstrip())


def table(rows: Sequence[Sequence[str]]) -> None:
    """Left-aligned columns, as wide as their widest cell."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)))


def duration_text(secs: float) -> str:
    """`42 s` or `3 min 05 s`."""
    minutes, rest = divmod(round(secs), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _width(text: str) -> int:
    """Columns on a terminal: hiragana take two."""
    return sum(2 if "\u3040" <= character <= "\u30ff" else 1 for character in text)


def _print(line: str) -> None:
    # Hiragana do not stop the walkthrough on a terminal that cannot show them.
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), flush=True)
