"""What each kind of value needs, loaded by the first call that logs one: most runs log few kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassboard import _lazy

if TYPE_CHECKING:
    from glassboard.summary_writer import _graphs as graphs

_MODULES = (
    "audio",
    "boxes",
    "custom_scalars",
    "embedding",
    "figure",
    "histogram",
    "hparams",
    "image",
    "mesh",
    "pr_curve",
    "predictions",
    "run_notes",
    "tensor",
    "text",
    "video",
)

__all__ = ["graphs", *_MODULES]

__getattr__ = _lazy.on_first_use(
    __name__,
    {
        "graphs": "glassboard.summary_writer._graphs",
        **{name: f"glassboard.writer.{name}" for name in _MODULES},
    },
)
