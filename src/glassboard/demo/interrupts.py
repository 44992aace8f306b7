"""Ctrl-C that cannot be lost."""

from __future__ import annotations

import _thread
import contextlib
import sys
import threading
from collections.abc import Iterator

__all__ = ["interrupts_kept"]

again_secs = 0.05


@contextlib.contextmanager
def interrupts_kept() -> Iterator[None]:
    """Within this block an interrupt that Python had to drop is raised once more in the main thread.

    Python drops an exception that comes up in a finalizer or a weak reference's callback, and runs many of those: the first
    optimizer makes torch import some thousand modules, and Ctrl-C then went unheard now and then.
    """
    report = sys.unraisablehook

    def raise_again(dropped: sys.UnraisableHookArgs) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            report(dropped)
            return
        # Not at once: raised in here it would be dropped, too.
        timer = threading.Timer(again_secs, _thread.interrupt_main)
        timer.daemon = True
        timer.start()

    sys.unraisablehook = raise_again
    try:
        yield
    finally:
        sys.unraisablehook = report
