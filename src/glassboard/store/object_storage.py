"""Event files in object storage: `s3://`, `gs://` and `az://` log directories, through obstore.

One listing tells everything about all files, so a look costs one request a thousand objects and none per file. Objects
are never appended to, only replaced: one that begins as it did and became longer has grown, and its new bytes alone
are read.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glassboard.bucket import Bucket
from glassboard.store.discovery import MARK, EventFilePath, Found
from glassboard.store.names import natural_key
from glassboard.store.provider import Problem

if TYPE_CHECKING:
    from obstore import ObjectMeta

__all__ = ["ObjectStorage"]


@dataclass(frozen=True, slots=True)
class _ObjectStatus:
    """What a listing says of one object, in the words of `os.stat_result`."""

    st_size: int
    st_mtime_ns: int
    """When it was replaced; the nanoseconds tell versions of one second apart by their entity tags."""
    st_mtime: float
    st_dev: int = 0
    st_ino: int = 0
    st_mode: int = stat.S_IFREG

    @staticmethod
    def of(meta: ObjectMeta) -> _ObjectStatus:
        modified: datetime.datetime = meta["last_modified"]
        seconds = modified.timestamp()
        version = zlib.crc32(str(meta.get("e_tag")).encode()) % 1_000_000
        return _ObjectStatus(meta["size"], int(seconds * 1000) * 1_000_000 + version, seconds)


class ObjectStorage:
    """The `FileAccess` of an address.

    Credentials and endpoints come from the environment variables of each provider, as their own tools take them. Raises
    `MisuseError` for an address that cannot be, `GlassboardError` where obstore is not installed.
    """

    chunk_bytes = 8 << 20
    thread_count = 32
    """A request waits most of its time."""
    shortest_round_secs = 2.0

    def __init__(self, address: str) -> None:
        self._bucket = Bucket(address)
        self._store = self._bucket.store
        self._prefix = self._bucket.prefix
        self._listed: dict[str, _ObjectStatus] = {}

    @property
    def root(self) -> str:
        """The address in its simplest form, without a slash at the end."""
        return self._address(self._prefix).rstrip("/")

    def _address(self, key: str) -> str:
        return self._bucket.address_of(key)

    def _key(self, path: str) -> str:
        return path.removeprefix(self._address(""))

    def look(self) -> Found:
        try:
            objects = self._list()
        except OSError as error:
            return Found(exists=False, problems=(Problem(".", None, "unreadable", str(error.strerror)),))
        files, folders, others = [], {""}, 0
        listed: dict[str, _ObjectStatus] = {}
        for key, status in objects.items():
            relative = key.removeprefix(self._prefix).lstrip("/") or key.rpartition("/")[2]
            folder, _, name = relative.rpartition("/")
            folders.add(folder)
            if MARK in name:
                path = self._address(key)
                listed[path] = status
                files.append(EventFilePath(folder or ".", path, relative))
            else:
                others += 1
        self._listed = listed
        files.sort(key=lambda file: natural_key(file.relative_path))
        return Found(
            exists=bool(objects),
            files=tuple(files),
            folder_count=len(folders) if objects else 0,
            other_file_count=others,
        )

    def _list(self) -> dict[str, _ObjectStatus]:
        """Every object below the prefix; where that is none, the object that the address names."""
        import obstore

        with self._bucket.one_kind_of_error():
            found = {
                meta["path"]: _ObjectStatus.of(meta)
                for chunk in obstore.list(self._store, self._prefix or None, chunk_size=1000)
                for meta in chunk
            }
            if not found and MARK in self._prefix.rpartition("/")[2]:
                with contextlib.suppress(FileNotFoundError):
                    found[self._prefix] = _ObjectStatus.of(obstore.head(self._store, self._prefix))
        return found

    def knows(self, folder: str) -> bool:
        return any(path.startswith(f"{folder}/") for path in self._listed)

    def status(self, path: str) -> _ObjectStatus:
        """As of the last `look`."""
        status = self._listed.get(path)
        if status is None:
            raise FileNotFoundError(errno.ENOENT, "the object is gone", path)
        return status

    @contextlib.contextmanager
    def open(self, path: str) -> Iterator[_Object]:
        yield _Object(self, self._key(path), self.status(path))

    def folder_of(self, path: str) -> Path | None:
        del path
        return None

    def fetch(self, key: str, length: int, offset: int) -> bytes:
        """One ranged request; fewer bytes where the object ends earlier. Raises `OSError`."""
        import obstore

        if length <= 0:
            return b""
        try:
            with self._bucket.one_kind_of_error():
                return bytes(obstore.get_range(self._store, key, start=offset, length=length))
        except OSError as error:
            if error.errno == errno.ERANGE:
                return b""
            raise


class _Object:
    """One object; what was fetched last is at hand for a second look at its end."""

    def __init__(self, storage: ObjectStorage, key: str, status: _ObjectStatus) -> None:
        self._storage = storage
        self._key = key
        self._status = status
        self._held_offset = 0
        self._held = b""

    def status(self) -> _ObjectStatus:
        return self._status

    def read(self, length: int, offset: int) -> bytes:
        length = min(length, self._status.st_size - offset)
        start = offset - self._held_offset
        if start >= 0 and start + length <= len(self._held):
            return self._held[start : start + length]
        return self._storage.fetch(self._key, length, offset)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        self._held = self._storage.fetch(self._key, min(len(buffer), self._status.st_size - offset), offset)
        self._held_offset = offset
        buffer[: len(self._held)] = self._held
        return len(self._held)
