"""Reads log directories once, from end to end, for commands that print or write what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassboard.cli.progress import read_with_progress
from glassboard.errors import GlassboardError

if TYPE_CHECKING:
    from glassboard.store.logdirs import Logdirs
    from glassboard.store.source import LogSource

__all__ = ["read_source"]


def read_source(logdirs: Logdirs, *, purpose: str, cache: bool) -> LogSource:
    """A source that was read, with a progress bar where that takes long.

    Raises `GlassboardError` where one of the log directories is not there, or nothing in any is an event file.
    """
    # Loads the kernel: not for --help.
    from glassboard.store.logdirs import open_source

    source = open_source(logdirs, cache=cache)
    try:
        with read_with_progress(source):
            source.refresh()
    except BaseException:
        source.close()
        raise
    source.rest()  # the index is written while the answer is
    status = source.status()
    if status.state != "ready" or not source.exists:
        raise GlassboardError(f"nothing to {purpose}: {status.message.replace('; waiting for it', '')}")
    return source
