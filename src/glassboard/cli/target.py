"""The file that a command writes: refused early, whole or not there at all."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from glassboard.errors import GlassboardError, MisuseError

__all__ = ["check_target", "target_stream"]


def check_target(target: Path, *, force: bool) -> None:
    """Before anything is read: a long scan must not end with a refusal."""
    if target.is_dir():
        raise MisuseError(f"--to names a folder, want a file ({target})")
    if target.is_file() and not force:
        raise GlassboardError(f"the file exists; --force overwrites it ({target})")
    if not target.absolute().parent.is_dir():
        raise GlassboardError(f"there is no such folder to write into ({target.absolute().parent})")


@contextlib.contextmanager
def target_stream(target: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name only when all of it is written."""
    if target is None:
        yield sys.stdout.buffer
        return
    try:
        # A device or a pipe is written to, never replaced.
        is_special = target.exists() and not target.is_file()
        with target.open("wb") if is_special else _new_file(target) as stream:
            yield stream
    except OSError as error:
        raise GlassboardError(f"cannot write: {error.strerror or error} ({target})") from error


@contextlib.contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    target = target.resolve()  # what a link points to is replaced, not the link
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        partial.chmod(0o666 & ~_umask())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
