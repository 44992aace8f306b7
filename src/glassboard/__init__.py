"""Glassboard: a debugger for deep-learning pipelines.

from glassboard import SummaryWriter        # logs a run, as torch.utils.tensorboard does
log = glassboard.open("runs")               # reads every point of every run back
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassboard import _lazy

if TYPE_CHECKING:
    from glassboard.integrations.replacement import install, uninstall
    from glassboard.log import open  # noqa: A004 - read as `glassboard.open`
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
    "FileWriter": "glassboard.summary_writer:FileWriter",
    "GlobalSummaryWriter": "glassboard.summary_writer:GlobalSummaryWriter",
    "RecordWriter": "glassboard.summary_writer:RecordWriter",
    "SummaryWriter": "glassboard.summary_writer:SummaryWriter",
    "install": "glassboard.integrations.replacement:install",
    "open": "glassboard.log:open",
    "uninstall": "glassboard.integrations.replacement:uninstall",
}
__getattr__ = _lazy.on_first_use(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
