"""The projector configs below a log directory and the files they name: which there are, and whether one was written anew."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glassboard.codec.payloads.embedding import CONFIG_NAME
from glassboard.errors import GlassboardError
from glassboard.store.discovery import Found
from glassboard.store.embeddings import read_embeddings
from glassboard.store.source import RunFolder, run_folder

__all__ = ["ProjectorConfigs", "projector_folders"]

_Stamp = tuple[int, int, int]
_MAX_FILES = 2_000
"""Looked at in all: those of later configs are met by their folders alone."""


@dataclass(slots=True)
class _Config:
    stamp: _Stamp | None
    files: dict[str, _Stamp | None]


class ProjectorConfigs:
    """Takes one `stat` a file and look: a folder tells that one came or went, and nothing of one written in place."""

    def __init__(self, location: str) -> None:
        """`location` is the log directory, or the one file that it is."""
        self._location = location
        self._configs: dict[str, _Config] = {}

    def changed(self, found: Found) -> bool:
        """Whether a config, or a file that one names, came, went or is another one since the last call.

        Not for two threads at once.
        """
        changed = False
        room = _MAX_FILES
        for config in found.configs:
            stamp = _stamp(f"{config.path}/{CONFIG_NAME}")
            known = self._configs.get(config.path)
            if known is None or known.stamp != stamp:
                files: dict[str, _Stamp | None] = dict.fromkeys(self._named(config.path)[:room])
                known = self._configs[config.path] = _Config(stamp, files)
                changed = True
            room -= len(known.files)
            for path, before in known.files.items():
                now = _stamp(path)
                changed |= now != before
                known.files[path] = now
        gone = self._configs.keys() - {config.path for config in found.configs}
        for path in gone:
            del self._configs[path]
        return changed or bool(gone)

    def names(self, path: str) -> bool:
        """Whether a config names the file of that path."""
        return any(path in config.files for config in self._configs.values())

    def _named(self, folder: str) -> list[str]:
        try:
            embeddings = read_embeddings(Path(folder), root=run_folder("", Path(folder), self._location).root)
        except GlassboardError:  # whoever asks for the embeddings is told why
            return []
        # As the system tells of them, below the log directory as it was named.
        return list(
            {
                os.path.normpath(f"{folder}/{relative}"): None
                for embedding in embeddings.values()
                for relative, path in zip(embedding.named_files(), embedding.files(), strict=True)
                if path is not None
            }
        )


def projector_folders(found: Found, location: str) -> Sequence[RunFolder]:
    """Where they are; `location` is the log directory, or the one file that it is."""
    return [run_folder(config.run, Path(config.path), location) for config in found.configs]


def _stamp(path: str) -> _Stamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - called often
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
