"""Glassboard: a debugger for deep-learning pipelines.

from glassboard import SummaryWriter        # logs a run, as torch.utils.tensorboard does
log = glassboard.open("runs")               # reads every point of every run back
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glassboard.integrations.replacement import install, uninstall
    from glassboard.log import open  # noqa: A004
    from glassboard.summary_writer import FileWriter, GlobalSummaryWriter, RecordWriter, SummaryWriter

__all__ = [
    "FileWriter",
    "GlobalSummaryWriter",
    "RecordWriter",
    "SummaryWriter",
    "install",
    "open",
    "uninstall",
]

# Loaded on first use, so that `import glassboard` is light.
_HOMES = {
    "FileWriter": "glassboard.summary_writer",
    "GlobalSummaryWriter": "glassboard.summary_writer",
    "RecordWriter": "glassboard.summary_writer",
    "SummaryWriter": "glassboard.summary_writer",
    "install": "glassboard.integrations.replacement",
    "open": "glassboard.log",
    "uninstall": "glassboard.integrations.replacement",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
