"""An interrupt that comes up where Python drops exceptions is raised again where it is heard."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from glassboard.demo.interrupts import interrupts_kept


class InterruptedFinalizer:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)
        # The interrupt is raised here, between two instructions.
        time.sleep(0)


def test_an_interrupt_in_a_finalizer_is_raised_again() -> None:
    hook = sys.unraisablehook
    heard = False
    with interrupts_kept():
        try:
            InterruptedFinalizer()
            until = time.monotonic() + 5
            while time.monotonic() < until:
                time.sleep(0.01)
        except KeyboardInterrupt:
            heard = True
    assert heard
    assert sys.unraisablehook is hook


def test_other_dropped_exceptions_are_reported_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class FailingFinalizer:
        def __del__(self) -> None:
            raise ZeroDivisionError

    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: reported.append(dropped.exc_type))
    with interrupts_kept():
        FailingFinalizer()
    assert reported == [ZeroDivisionError]
