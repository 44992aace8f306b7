"""Images that are named by the paths of their files, made relative to the folder of the run."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from glassboard.bucket import is_address
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe

__all__ = ["as_paths", "relative_to_run"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://|data:", re.IGNORECASE)


def as_paths(value: object) -> Sequence[object] | None:
    """The sequence, where it names files; None for anything else, such as pixels."""
    if getattr(getattr(value, "dtype", None), "kind", "") in ("U", "O") and hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        return None
    return value if any(isinstance(each, (str, os.PathLike)) for each in value) else None


def relative_to_run(paths: Sequence[object], run_folder: str, row_count: int) -> list[str]:
    """One path a row, relative to the run's folder and with `/` between names; empty for a row without an image (None).

    Given paths are those by which the process would open the files. No file is looked at. Raises `MisuseError`.
    """
    if is_address(run_folder):
        raise MisuseError(
            "found paths as images of a run in object storage, wanted pixels: no file is read beside it there"
        )
    if len(paths) != row_count:
        raise MisuseError(f"found {len(paths)} paths of images, wanted {row_count}, one a row")
    base = os.path.realpath(run_folder)
    folders: dict[str, str] = {}
    return [_relative(path, row, base, folders) for row, path in enumerate(paths)]


def _relative(path: object, row: int, base: str, folders: dict[str, str]) -> str:
    if path is None:
        return ""
    wanted = "the path of an image file, or None"
    if not isinstance(path, (str, os.PathLike)):
        raise MisuseError(f"found {describe(path)} as image of row {row}, wanted {wanted}")
    text = os.fspath(path)
    if not isinstance(text, str):
        text = os.fsdecode(text)
    name = text[text.rfind("/") + 1 :]
    head = text[: len(text) - len(name)]
    if name in ("", ".", "..") or "\0" in text:
        raise MisuseError(f"found {text!r} as image of row {row}, wanted {wanted}")
    if _ADDRESS.match(text):
        raise MisuseError(f"found the address {text[:80]!r} as image of row {row}, wanted {wanted}")
    if head not in folders:
        # Links are followed now, as a reader does: what a `..` leads to depends on it.
        at = os.path.relpath(os.path.realpath(head), base)
        folders[head] = "" if at == "." else f"{at}/"
    return folders[head] + name
