"""Glassboard: a debugger for deep-learning pipelines.

from glassboard import SummaryWriter        # logs a run, as torch.utils.tensorboard does
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glassboard.summary_writer import SummaryWriter

__all__ = ["SummaryWriter"]

# Loaded on first use, so that `import glassboard` is light.
_HOMES = {"SummaryWriter": "glassboard.summary_writer"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
