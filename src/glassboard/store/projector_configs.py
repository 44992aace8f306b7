"""The projector configs below a log directory: which there are, and whether one was written anew."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from glassboard.codec.payloads.embedding import CONFIG_NAME
from glassboard.store.discovery import Found
from glassboard.store.source import RunFolder, run_folder

__all__ = ["ProjectorConfigs", "projector_folders"]

_Stamp = tuple[int, int, int]


class ProjectorConfigs:
    """Takes one `stat` a config and look: a folder tells that one came or went, and nothing of one written in place."""

    def __init__(self) -> None:
        self._stamps: dict[str, _Stamp | None] = {}

    def changed(self, found: Found) -> bool:
        """Whether a config came, went or is another one since the last call. Not for two threads at once."""
        stamps = {config.path: _stamp(config.path) for config in found.configs}
        if stamps == self._stamps:
            return False
        self._stamps = stamps
        return True


def projector_folders(found: Found, location: str) -> Sequence[RunFolder]:
    """Where they are; `location` is the log directory, or the one file that it is."""
    return [run_folder(config.run, Path(config.path), location) for config in found.configs]


def _stamp(folder: str) -> _Stamp | None:
    try:
        status = os.stat(f"{folder}/{CONFIG_NAME}")  # noqa: PTH116 - called often
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
