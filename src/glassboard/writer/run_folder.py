"""Where a run is written: the folder that was asked for, checked, and the thread that writes into it."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from glassboard.bucket import SCHEMES, is_address
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe
from glassboard.writer.background import BackgroundWriter
from glassboard.writer.discard import DiscardingWriter
from glassboard.writer.event_file import check_suffix
from glassboard.writer.point import as_float

__all__ = ["as_log_dir", "open_background", "within"]


def as_log_dir(
    log_dir: str | os.PathLike[str] | None, logdir: str | os.PathLike[str] | None, comment: str = ""
) -> str:
    """The folder under either name; by default `runs/<date>_<time>_<host><comment>`. Raises `MisuseError`."""
    if log_dir and logdir and os.fspath(log_dir) != os.fspath(logdir):
        raise MisuseError(f"found log_dir {log_dir!r} and logdir {logdir!r}, wanted one of them")
    given = log_dir or logdir
    if not given:
        moment = datetime.now().astimezone().strftime("%b%d_%H-%M-%S")
        return str(Path("runs") / f"{moment}_{os.uname().nodename}{comment}")
    try:
        folder = os.fspath(given)
    except TypeError:
        raise MisuseError(f"found {describe(given)} as log_dir, wanted a path") from None
    if "\0" in folder:
        raise MisuseError(f"found {folder!r} as log_dir, wanted a path without null characters")
    if re.match(rf"({'|'.join(SCHEMES)}):/(?!/)", folder):
        raise MisuseError(
            f"found {folder!r} as log_dir, wanted two slashes: pathlib takes one away, give a string"
        )
    if "://" in folder and not folder.lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        wanted = "a folder of this machine, or s3://BUCKET/PATH, gs://BUCKET/PATH or az://CONTAINER/PATH"
        raise MisuseError(f"found {folder!r} as log_dir, wanted {wanted}")
    return folder


def within(log_dir: str, name: str) -> str:
    """The folder of a sub-run."""
    return f"{log_dir.rstrip('/')}/{name}" if is_address(log_dir) else str(Path(log_dir) / name)


def open_background(
    log_dir: str, suffix: object, flush_secs: object, *, is_written: bool = True
) -> BackgroundWriter:
    """Creates the folder and an event file in it; raises `OSError` where that is not possible, and `MisuseError`."""
    checked_suffix = check_suffix(suffix)
    interval_secs = as_float(flush_secs, "seconds as flush_secs")
    if not interval_secs > 0:
        raise MisuseError(f"found flush_secs {flush_secs!r}, wanted more than 0")
    if is_address(log_dir):
        if not is_written:
            return DiscardingWriter(Path(log_dir))
        from glassboard.writer.upload import UploadingWriter  # with obstore, which few need

        return UploadingWriter(log_dir, suffix=checked_suffix, interval_secs=interval_secs)
    # Absolute, because the script may change its working directory.
    folder = Path(log_dir).absolute()
    if not is_written:
        return DiscardingWriter(folder)
    if folder.exists() and not folder.is_dir():
        raise MisuseError(f"found a file, wanted a folder as log_dir: {log_dir}")
    return BackgroundWriter(folder, suffix=checked_suffix, interval_secs=interval_secs)
