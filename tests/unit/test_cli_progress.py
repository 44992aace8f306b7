"""The progress bar: on terminals only, not before half a second, gone when done."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable

import pytest

from glassboard.cli.progress import ProgressLine, quantity, read_with_progress
from glassboard.store.provider import Status
from glassboard.testing import MemoryProvider


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_bar_is_drawn_and_wiped() -> None:
    clock, terminal = Clock(), Terminal()
    line = ProgressLine(terminal, clock=clock)
    line.show("reading", 0, 100, "points")
    assert terminal.getvalue() == ""
    clock.now += 1.0
    line.show("reading", 25, 100, "points")
    shown = terminal.getvalue()
    assert shown.startswith("\r\x1b[Kreading  [#######.")
    assert shown.endswith("]  25%  25 points of 100 points, 3 s left")
    line.show("reading", 26, 100, "points")
    assert terminal.getvalue() == shown, "drawn a moment ago"
    line.clear()
    assert terminal.getvalue() == f"{shown}\r\x1b[K"
    line.clear()
    assert terminal.getvalue() == f"{shown}\r\x1b[K"


@pytest.mark.parametrize("width", [1, 10, 30, 200])
def test_it_fits_any_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    clock, terminal = Clock(), Terminal()
    line = ProgressLine(terminal, clock=clock)
    clock.now += 100
    line.show("reading", 3_000_000_000, 0, "bytes")
    clock.now += 1
    line.show("reading", 3_000_000_000, 2_000_000_000, "bytes")
    assert all(len(each) <= max(width - 1, 1) for each in terminal.getvalue().split("\r\x1b[K"))


def test_nothing_is_written_where_there_is_no_terminal() -> None:
    clock, stream = Clock(), io.StringIO()
    line = ProgressLine(stream, clock=clock)
    clock.now += 10
    line.show("reading", 1, 2, "bytes")
    line.clear()
    assert stream.getvalue() == ""


def test_quantities() -> None:
    wanted = ["0 bytes", "999 bytes", "1.0 kB", "43 kB", "2.5 GB", "4000 GB"]
    assert [quantity(each, "bytes") for each in (0, 999, 1000, 43_000, 2.5e9, 4e12)] == wanted
    assert quantity(1234567, "points") == "1,234,567 points"


def test_reading_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    asked = threading.Semaphore(0)

    class Slow(MemoryProvider):
        def status(self) -> Status:
            asked.release()
            return Status("loading", "", 0, 30, 100, 0, ())

    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("glassboard.cli.progress._QUIET_SECS", 0.0)
    with read_with_progress(Slow()):
        assert asked.acquire(timeout=60)
        assert asked.acquire(timeout=60)
    assert "reading  [#########....................." in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_failure_wipes_the_bar_and_goes_on_up(new_threads: Callable[[], set[str]]) -> None:
    with pytest.raises(KeyboardInterrupt), read_with_progress(MemoryProvider()):
        raise KeyboardInterrupt
    assert "glassboard-progress" not in new_threads()
