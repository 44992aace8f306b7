"""Where the class of a module is written."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["source_place"]


def source_place(owner: type) -> tuple[str, int]:
    """File and line of a class with a `forward` in Python; ("", 0) where there is none.

    The file is relative to the longest import path or to the working directory that holds it, so that a log tells nobody how
    the machine's folders are named. Nothing is read: the line is that of the class (Python 3.13), or of its `forward`.
    """
    code = getattr(getattr(owner, "forward", None), "__code__", None)
    if code is None:
        return "", 0
    # A class that inherits its forward is written elsewhere, which only 3.13 knows without reading the file.
    is_own = "forward" in vars(owner)
    file = code.co_filename if is_own else getattr(sys.modules.get(owner.__module__), "__file__", None)
    if not file or file.startswith("<"):
        return "", 0
    line = vars(owner).get("__firstlineno__") or (code.co_firstlineno if is_own else 0)
    return _relative(Path(file).absolute()), int(line)


def _relative(file: Path) -> str:
    folders = [Path(folder).absolute() for folder in (*sys.path, "")]
    above = [folder for folder in folders if file.is_relative_to(folder)]
    return str(file.relative_to(max(above, key=lambda folder: len(folder.parts)))) if above else file.name
