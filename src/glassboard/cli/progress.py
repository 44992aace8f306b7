"""A progress bar on the terminal, on standard error; nothing at all where that is no terminal."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from glassboard.store.provider import Provider

__all__ = ["ProgressLine", "quantity", "read_with_progress"]

_QUIET_SECS = 0.5
"""Work that is done sooner shows no bar."""
_REDRAW_SECS = 0.1
_MAX_BAR = 30


class ProgressLine:
    """One line that is drawn over again and again; `clear` leaves the terminal as it was."""

    def __init__(self, stream: TextIO | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shown = self._stream.isatty()
        self._clock = clock
        self._began = clock()
        self._drawn_at: float | None = None

    def show(self, label: str, done: int, total: int, unit: str) -> None:
        """Draws the bar, unless the work is still young or the bar was drawn a moment ago."""
        now = self._clock()
        since = self._drawn_at if self._drawn_at is not None else self._began + _QUIET_SECS - _REDRAW_SECS
        if self._shown and now - since >= _REDRAW_SECS:
            self._drawn_at = now
            self._stream.write(f"\r\x1b[K{self._line(label, done, total, unit, now - self._began)}")
            self._stream.flush()

    def clear(self) -> None:
        if self._drawn_at is not None:
            self._drawn_at = None
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, label: str, done: int, total: int, unit: str, took_secs: float) -> str:
        columns = shutil.get_terminal_size().columns - 1
        share = min(done / total, 1.0) if total else 0.0
        text = f" {share:4.0%}  {quantity(done, unit)} of {quantity(total, unit)}"
        if 0.02 < share < 1:
            text += f", {_duration(took_secs * (1 - share) / share)} left"
        width = min(_MAX_BAR, columns - len(label) - len(text) - 4)
        bar = f"  [{'#' * round(share * width)}{'.' * (width - round(share * width))}]" if width >= 8 else ""
        return f"{label}{bar}{text}"[: max(columns, 1)]


def quantity(count: float, unit: str) -> str:
    """`1.2 GB` for bytes, `1,234 points` for anything else."""
    if unit != "bytes":
        return f"{count:,.0f} {unit}"
    for scale in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or scale == "GB":
            return f"{count:.0f} {scale}" if scale == "bytes" or count >= 10 else f"{count:.1f} {scale}"
        count /= 1000
    raise AssertionError


def _duration(secs: float) -> str:
    return f"{secs:.0f} s" if secs < 90 else f"{secs / 60:.0f} min"


@contextlib.contextmanager
def read_with_progress(provider: Provider) -> Iterator[None]:
    """Shows how far the first look at a log has come while the body of the `with` takes it."""
    line = ProgressLine()
    ended = threading.Event()

    def draw() -> None:
        while not ended.wait(_REDRAW_SECS):
            status = provider.status()
            if status.state == "loading" and status.total_bytes:
                line.show("reading", status.loaded_bytes, status.total_bytes, "bytes")

    thread = threading.Thread(target=draw, name="glassboard-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        line.clear()
