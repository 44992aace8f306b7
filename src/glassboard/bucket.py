"""Addresses in object storage, `s3://`, `gs://` and `az://`, and the door to what lies there, through obstore."""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from glassboard import _lazy
from glassboard.errors import GlassboardError, MisuseError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["SCHEMES", "Bucket", "is_address"]

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


class Bucket:
    """A bucket or container, and the prefix of keys that an address names in it.

    Credentials and endpoints come from the environment variables of each provider, as their own tools take them. Raises
    `MisuseError` for an address that cannot be, `GlassboardError` where obstore is not installed.
    """

    def __init__(self, address: str, *, purpose: str = "read") -> None:
        found = _ADDRESS.fullmatch(address)
        scheme = found[1].lower() if found else ""
        name, _, prefix = found[2].partition("/") if found else ("", "", "")
        if scheme not in SCHEMES or not name:
            wanted = "want s3://BUCKET/PATH, gs://BUCKET/PATH, az://CONTAINER/PATH or a path on this machine"
            raise MisuseError(f"log directory {address!r} cannot be {purpose}: {wanted}")
        self._scheme = scheme
        self._name = name
        self.prefix = "/".join(part for part in prefix.split("/") if part)
        """Of every key, without a slash at either end."""
        self.store = _open_store(scheme, name)

    def address_of(self, key: str) -> str:
        return f"{self._scheme}://{self._name}/{key}"

    @contextlib.contextmanager
    def one_kind_of_error(self) -> Iterator[None]:
        """Turns what obstore raises into `OSError` with a reason of one line."""
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, self._missing(str(error))) from error
        except (BaseError, OSError, ValueError) as error:
            number, reason = self._reason(str(error))
            raise OSError(number, reason) from error

    def _missing(self, told: str) -> str:
        return self._reason(told)[1] if re.search(_NO_BUCKET, told) else "the object is gone"

    def _reason(self, told: str) -> tuple[int, str]:
        place = f"{self._scheme}://{self._name}"
        if re.search(r"\b416\b|InvalidRange", told):
            return errno.ERANGE, "the object is shorter than it was"
        if re.search(_NO_BUCKET, told):
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


_NO_BUCKET = r"NoSuchBucket|ContainerNotFound|specified bucket does not exist"


def _open_store(scheme: str, bucket: str) -> ObjectStore:
    try:
        _lazy.require("obstore", f"a log directory at {scheme}://", extra="cloud")
    except ImportError as error:
        raise GlassboardError(str(error)) from error
    from obstore.store import from_url

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    options: dict[str, str | bool] = {"connect_timeout": "5s", "timeout": "60s"}
    config: dict[str, str] = {}
    if scheme == "s3" and endpoint:
        config["endpoint"] = endpoint
        options["allow_http"] = endpoint.startswith("http://")
    if scheme == "s3" and not (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
        config["region"] = "us-east-1"
    retry = {"max_retries": 2, "retry_timeout": datetime.timedelta(seconds=10)}
    any_provider: Any = from_url  # it has an overload a provider; which one, is known at run time only
    try:
        opened: ObjectStore = any_provider(
            f"{scheme}://{bucket}", client_options=options, retry_config=retry, **config
        )
        return opened
    except Exception as error:  # obstore's own classes for what is wrong with the environment
        line = " ".join(str(error).split())[:_MAX_MESSAGE]
        raise GlassboardError(
            f"{scheme}://{bucket} cannot be opened: {line}; it wants {_CREDENTIALS[scheme]}"
        ) from error
