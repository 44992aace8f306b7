"""Event files in object storage: `s3://`, `gs://` and `az://` log directories, through obstore.

One listing tells everything about all files, so a look costs one request a thousand objects and none per file. Objects
are never appended to, only replaced: one that begins as it did and became longer has grown, and its new bytes alone
are read.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassboard import _lazy
from glassboard.errors import GlassboardError, MisuseError
from glassboard.store.discovery import MARK, EventFilePath, Found
from glassboard.store.names import natural_key
from glassboard.store.provider import Problem

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["SCHEMES", "ObjectStorage", "is_address"]

SCHEMES = ("s3", "gs", "az")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.DOTALL | re.IGNORECASE)
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SKIP_SIGNATURE=true for a public bucket)",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
_MAX_MESSAGE = 200


def is_address(location: str) -> bool:
    """Whether a log directory is named by an address such as `s3://bucket/logs` instead of a path."""
    return _ADDRESS.fullmatch(location) is not None


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
    def of(meta: Mapping[str, Any]) -> _ObjectStatus:
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
        found = _ADDRESS.fullmatch(address)
        scheme = found[1].lower() if found else ""
        bucket, _, prefix = found[2].partition("/") if found else ("", "", "")
        if scheme not in SCHEMES or not bucket:
            wanted = "want s3://BUCKET/PATH, gs://BUCKET/PATH, az://CONTAINER/PATH or a path on this machine"
            raise MisuseError(f"log directory {address!r} cannot be read: {wanted}")
        self._scheme = scheme
        self._bucket = bucket
        self._prefix = "/".join(part for part in prefix.split("/") if part)
        self._store = _open_store(scheme, bucket)
        self._listed: dict[str, _ObjectStatus] = {}

    @property
    def root(self) -> str:
        """The address in its simplest form, without a slash at the end."""
        return self._address(self._prefix).rstrip("/")

    def _address(self, key: str) -> str:
        return f"{self._scheme}://{self._bucket}/{key}"

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

        with self._one_kind_of_error():
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
            with self._one_kind_of_error():
                return bytes(obstore.get_range(self._store, key, start=offset, length=length))
        except OSError as error:
            if error.errno == errno.ERANGE:
                return b""
            raise

    @contextlib.contextmanager
    def _one_kind_of_error(self) -> Iterator[None]:
        """Turns what obstore raises into `OSError` with a reason of one line."""
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, "the object is gone") from error
        except (BaseError, OSError, ValueError) as error:
            number, reason = self._reason(str(error))
            raise OSError(number, reason) from error

    def _reason(self, told: str) -> tuple[int, str]:
        place = f"{self._scheme}://{self._bucket}"
        if re.search(r"\b416\b|InvalidRange", told):
            return errno.ERANGE, "the object is shorter than it was"
        if re.search(r"NoSuchBucket|ContainerNotFound|specified bucket does not exist", told):
            return errno.ENOENT, f"there is no bucket {place}"
        if re.search(r"latest/(api/token|meta-data)|computeMetadata|metadata/identity|[Cc]redential", told):
            return errno.EACCES, f"no credentials for {place}: set {_CREDENTIALS[self._scheme]}"
        if re.search(r"\b40[13]\b|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch", told):
            code = re.search(r"<Code>(\w+)</Code>", told)
            why = f" ({code[1]})" if code else ""
            return errno.EACCES, f"access to {place} is denied{why}: check {_CREDENTIALS[self._scheme]}"
        if re.search(r"error sending request|dns error|Connect|connection", told):
            host = re.search(r"https?://[^/\s)]+", told)
            return errno.EHOSTUNREACH, f"{host[0] if host else place} cannot be reached"
        line = " ".join(told.split())
        return errno.EIO, line if len(line) <= _MAX_MESSAGE else f"{line[:_MAX_MESSAGE]}…"


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

    def read_into(self, buffer: bytearray, offset: int) -> int:
        self._held = self._storage.fetch(self._key, min(len(buffer), self._status.st_size - offset), offset)
        self._held_offset = offset
        buffer[: len(self._held)] = self._held
        return len(self._held)


def _open_store(scheme: str, bucket: str) -> ObjectStore:
    try:
        _lazy.require("obstore", f"a log directory at {scheme}://", extra="cloud")
    except ImportError as error:
        raise GlassboardError(str(error)) from error
    from obstore.store import from_url

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    options: dict[str, Any] = {"connect_timeout": "5s", "timeout": "60s"}
    config: dict[str, Any] = {}
    if scheme == "s3" and endpoint:
        config["endpoint"] = endpoint
        options["allow_http"] = endpoint.startswith("http://")
    if scheme == "s3" and not (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
        config["region"] = "us-east-1"
    retry = {"max_retries": 2, "retry_timeout": datetime.timedelta(seconds=10)}
    try:
        opened: ObjectStore = _untyped(from_url)(
            f"{scheme}://{bucket}", client_options=options, retry_config=retry, **config
        )
        return opened
    except Exception as error:  # obstore's own classes for what is wrong with the environment
        line = " ".join(str(error).split())[:_MAX_MESSAGE]
        raise GlassboardError(
            f"{scheme}://{bucket} cannot be opened: {line}; it wants {_CREDENTIALS[scheme]}"
        ) from error


def _untyped(function: Any) -> Any:
    """The overloads of obstore are one per provider; which one it is, is known at run time only."""
    return function
