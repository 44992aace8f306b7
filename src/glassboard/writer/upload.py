"""Writing to object storage: event files grow in a folder of this machine and are uploaded as they grow.

Objects cannot be appended to, so each upload replaces the object of a file that has grown. To bound what is sent again and
again, an event file that has reached 16 MiB is left and another begun; the files of a folder are one run, whoever reads.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import Final

from glassboard.bucket import Bucket
from glassboard.writer.background import BackgroundWriter, at_end
from glassboard.writer.health import Health

__all__ = ["UploadingWriter"]

PART_BYTES: Final = 16 << 20
UPLOAD_INTERVAL_SECS: Final = 5.0
MAX_FLUSH_SECS: Final = 10.0
"""`flush` waits no longer than this for a store that does not answer: the loop goes on, and so does the upload."""
_MARK: Final = "tfevents"

_log = logging.getLogger("glassboard")


class _Uploads:
    """Keeps the objects under an address equal to the files of a folder. Any thread may call it; one at a time uploads.

    Only the process `owner` uploads: obstore's runtime does not live through a fork.
    """

    def __init__(self, bucket: Bucket, folder: Path, owner: int) -> None:
        self.owner = owner
        self._bucket = bucket
        self._folder = folder
        self._lock = threading.Lock()
        self._sent: dict[Path, tuple[int, int]] = {}
        """Size and time of change of each file as its object has it."""
        self._has_warned = False
        self.error = ""
        """Why the last upload failed; empty once one succeeded."""

    def upload(self) -> bool:
        """Sends every file that has changed; False, with one warning for all time, where that is not possible."""
        if os.getpid() != self.owner:
            return True
        with self._lock:
            try:
                self.upload_or_raise()
            except OSError as error:
                self.error = f"uploading failed: {error.strerror or error}"
                if not self._has_warned:
                    self._has_warned = True
                    _log.warning(
                        "%s; training goes on, everything is kept in %s and uploading is tried again (%s)",
                        self.error, self._folder, self.address,
                    )  # fmt: skip
                return False
            self.error = ""
            return True

    def upload_or_raise(self) -> None:
        """Raises `OSError`."""
        import obstore

        for path in self._changed():
            try:
                status, data = path.stat(), path.read_bytes()
            except FileNotFoundError:
                continue  # a file of the projector that was replaced meanwhile
            key = "/".join(filter(None, (self._bucket.prefix, path.relative_to(self._folder).as_posix())))
            with self._bucket.one_kind_of_error():
                # What was appended since the file was looked at goes along, and is sent again with the next upload.
                obstore.put(self._bucket.store, key, data)
            self._sent[path] = (status.st_size, status.st_mtime_ns)

    def is_complete(self) -> bool:
        return not self._changed()

    def _changed(self) -> list[Path]:
        """Event files last: what they speak of is there when they are."""
        found = []
        for path in self._folder.rglob("*"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file() and self._sent.get(path) != (status.st_size, status.st_mtime_ns):
                found.append(path)
        return sorted(found, key=lambda path: (_MARK in path.name, path))

    @property
    def address(self) -> str:
        return self._bucket.address_of(self._bucket.prefix)


class UploadingWriter(BackgroundWriter):
    """A `BackgroundWriter` into a folder of its own, which a second thread uploads every five seconds.

    Where the store cannot be reached at construction it raises `OSError`; after that trouble is warned of once and uploading
    is tried again. The folder goes away with the writer once the store has everything, and stays where it has not. What a
    forked process logs goes into the same folder, and is uploaded by the process that made the writer.
    """

    max_file_bytes = PART_BYTES

    def __init__(self, address: str, *, suffix: str = "", interval_secs: float = 1.0) -> None:
        self._bucket = Bucket(address, purpose="written")
        self._owner = os.getpid()
        super().__init__(
            Path(tempfile.mkdtemp(prefix="glassboard-upload-")), suffix=suffix, interval_secs=interval_secs
        )
        try:
            self._uploads.upload_or_raise()
        except OSError:
            self._outbox.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        _folders[self.folder] = self._uploads
        weakref.finalize(self, _remove_if_complete, self._uploads, self.folder).atexit = False

    def _reset(self) -> None:
        super()._reset()
        self._uploads = _Uploads(self._bucket, self.folder, self._owner)
        self._ended = threading.Event()

    def _start(self) -> None:
        super()._start()
        if self._thread is not None and os.getpid() == self._owner:
            self._ended.set()  # a thread that sleeps since the writer was closed
            self._ended = threading.Event()
            arguments = (weakref.ref(self), self._uploads, self._ended)
            name = "glassboard-upload"
            threading.Thread(target=_upload_until, args=arguments, name=name, daemon=True).start()

    def flush(self) -> None:
        """Returns when the store has everything logged before the call, refused it, or took longer than ten seconds."""
        super().flush()
        done = threading.Thread(target=self._uploads.upload, name="glassboard-flush", daemon=True)
        try:
            done.start()
        except RuntimeError:
            self._uploads.upload()  # threads cannot start any more at interpreter exit
        else:
            done.join(MAX_FLUSH_SECS)

    def _finish(self) -> None:
        # Before the file is closed, while the interpreter still waits for this writer.
        self._drain()
        is_sent = self._uploads.upload()
        self._ended.set()
        super()._finish()
        if not (is_sent and self._uploads.upload()):
            _log.warning("what was not uploaded is kept in %s (%s)", self.folder, self._uploads.address)

    def health(self) -> Health:
        found = super().health()
        error = found.error or self._uploads.error
        return Health(found.written_count, found.pending_count, found.lost_count, error)


def _upload_until(owner: weakref.ref[UploadingWriter], uploads: _Uploads, ended: threading.Event) -> None:
    while owner() is not None and not ended.is_set():
        started = time.monotonic()
        uploads.upload()
        ended.wait(max(0.0, started + UPLOAD_INTERVAL_SECS - time.monotonic()))


_folders: dict[Path, _Uploads] = {}


def _remove_if_complete(uploads: _Uploads, folder: Path) -> None:
    """A forked child must not take away the folder of its parent."""
    if os.getpid() == uploads.owner and uploads.is_complete():
        shutil.rmtree(folder, ignore_errors=True)
        _folders.pop(folder, None)


def _remove_all() -> None:
    for folder, uploads in tuple(_folders.items()):
        if uploads.upload():
            _remove_if_complete(uploads, folder)


at_end.append(_remove_all)
