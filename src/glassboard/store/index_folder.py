"""Where the index is kept, and how much of the disk it may take."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["INDEX_LIMIT_BYTES", "PACK_SUFFIX", "PARTIAL_SUFFIX", "IndexFolder", "user_cache"]

INDEX_LIMIT_BYTES = 4 << 30
PACK_SUFFIX = ".pack"
PARTIAL_SUFFIX = ".partial"
_ABANDONED_SECONDS = 3600.0
"""A partial pack that nobody wrote to for this long has lost its writer."""


def user_cache() -> Path:
    """The folder for what can be made again: the XDG base directory specification, on macOS Apple's place for it."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if chosen and Path(chosen).is_absolute():
        return Path(chosen) / "glassboard"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "glassboard"
    return Path.home() / ".cache" / "glassboard"


class IndexFolder:
    """The packs of one log directory, among those of all others."""

    def __init__(self, root: str, *, base: Path | None = None, limit_bytes: int = INDEX_LIMIT_BYTES) -> None:
        self.root = root if "://" in root else os.path.realpath(root)
        self._base = (user_cache() if base is None else base) / "index"
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:32]
        self.path = self._base / name
        self._limit_bytes = limit_bytes

    def packs(self) -> list[Path]:
        """Newest first: their names begin with the time."""
        try:
            return sorted((path for path in self.path.iterdir() if path.suffix == PACK_SUFFIX), reverse=True)
        except OSError:
            return []

    def mark_used(self) -> None:
        with contextlib.suppress(OSError):
            os.utime(self.path)

    def make_room(self, wanted_bytes: int) -> bool:
        """Removes what was used longest ago, and says whether so much may be written. Raises `OSError`."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.mark_used()
        if wanted_bytes > shutil.disk_usage(self.path).free // 2:
            return False
        folders = sorted(self._folders(), key=lambda each: each[0])
        taken = sum(size for _, size, _ in folders)
        for _, size, folder in folders:
            if taken + wanted_bytes <= self._limit_bytes:
                break
            if folder != self.path:
                shutil.rmtree(folder, ignore_errors=True)
                taken -= size
        return taken + wanted_bytes <= self._limit_bytes

    def _folders(self) -> Iterator[tuple[float, int, Path]]:
        """When each log directory's folder was used last, and what it takes; abandoned files go on the way."""
        for folder in self._base.iterdir():
            with contextlib.suppress(OSError):
                used_at, size = folder.stat().st_mtime, 0
                for file in folder.iterdir():
                    status = file.stat()
                    if file.suffix == PARTIAL_SUFFIX and time.time() - status.st_mtime > _ABANDONED_SECONDS:
                        file.unlink(missing_ok=True)
                    else:
                        size += status.st_size
                yield used_at, size, folder
