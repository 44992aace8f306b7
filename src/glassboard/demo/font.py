"""The hiragana font: IPAexGothic, as the PyPI package `matplotlib-fontja` ships it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from glassboard.errors import NotFoundError

__all__ = ["hiragana_font_path"]


def hiragana_font_path() -> Path:
    """The font file. The package is located, not imported: its import changes Matplotlib's font for everybody."""
    package = find_spec("matplotlib_fontja")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder) / "fonts" / "ipaexg.ttf"
        if path.is_file():
            return path
    raise NotFoundError("the font IPAexGothic was not found; `pip install matplotlib-fontja` brings it")
