"""Hints from the operating system about what changed below a folder, so that nobody need look to know."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from glassboard._lazy import require

__all__ = ["FolderWatcher"]

_logger = logging.getLogger(__name__)

_STEP_MILLISECONDS = 60
"""Changes are handed over when there was none for so long. A thread wakes as often, all the time."""
_LONGEST_MILLISECONDS = 80
_HEARTBEAT_MILLISECONDS = 1000
_LOCAL_FILE_SYSTEMS = frozenset(
    ("bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "ramfs", "tmpfs", "xfs", "zfs")
)


class FolderWatcher:
    """Collects the paths that changed below one folder, and calls `wake` from a thread of its own when there are any.

    They are hints, and never all of them: network file systems tell nothing of other machines, and a folder that is new
    may hold files before it is watched. Whoever must not miss anything looks now and then. Where nothing can be watched
    (the package `watchfiles` is not installed, the system's limit is reached) there are simply no hints.
    """

    def __init__(self, folder: str, wake: Callable[[], None]) -> None:
        self._folder = folder
        self._wake = wake
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._identity: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._possible = True
        self.is_alive = False
        """Whether changes made on this machine are being told."""
        self.is_local = False
        """Whether only this machine can make changes."""

    def keep_up(self) -> None:
        """Watches the folder that is there now: called now and then, as it may come, go, and be another one."""
        if not self._possible:
            return
        try:
            status = os.stat(self._folder)  # noqa: PTH116 - called often
        except OSError:
            return
        identity = status.st_dev, status.st_ino
        if self._thread is not None and self._thread.is_alive() and identity == self._identity:
            return
        self.stop()
        self._identity = identity
        self.is_local = _is_local(self._folder)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(self._stop,), name="glassboard-watch", daemon=True
        )
        self._thread.start()
        # A thread within the package must not be met by the interpreter's end.
        atexit.register(self.stop)

    def stop(self) -> None:
        """Ends watching, until `keep_up` is called again."""
        self._stop.set()
        atexit.unregister(self.stop)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.is_alive = False

    def take(self) -> set[str]:
        """The paths that changed since the last call."""
        if not self._changed:
            return set()
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def _run(self, stop: threading.Event) -> None:
        try:
            for changes in _watch(self._folder, stop):
                self.is_alive = True
                if changes:
                    with self._lock:
                        self._changed |= changes
                    self._wake()
        except (ImportError, OSError, RuntimeError, ValueError) as error:  # its own errors are RuntimeErrors
            self._possible = False
            _logger.info("changes of %s are looked for instead of being told: %s", self._folder, error)
        finally:
            self.is_alive = False


def _watch(folder: str, stop: threading.Event) -> Iterator[set[str]]:
    watchfiles = require("watchfiles", "being told of changes")
    for changes in watchfiles.watch(
        folder,
        watch_filter=None,
        stop_event=stop,
        step=_STEP_MILLISECONDS,
        debounce=_LONGEST_MILLISECONDS,
        rust_timeout=_HEARTBEAT_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=False,
        ignore_permission_denied=True,
    ):
        yield {path for _, path in changes}


def _is_local(folder: str) -> bool:
    """By the type of the file system, where Linux tells it; otherwise no."""
    try:
        lines = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return False
    path = os.path.realpath(folder) + "/"
    # Spaces and the like in mount points are spelled as octal numbers; such a mount is then not found, and no is safe.
    mounts = [line.split() for line in lines]
    above = [mount for mount in mounts if len(mount) > 2 and path.startswith(mount[1].rstrip("/") + "/")]
    return bool(above) and max(above, key=lambda mount: len(mount[1]))[2] in _LOCAL_FILE_SYSTEMS
