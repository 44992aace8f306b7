"""The vocabulary of the data model: kinds of tags and the quantities that points are made of."""

from __future__ import annotations

import enum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["AnyArray", "AnyDtype", "Float64Array", "Int64Array", "JsonObject", "Kind"]

Int64Array: TypeAlias = npt.NDArray[np.int64]
Float64Array: TypeAlias = npt.NDArray[np.float64]
AnyArray: TypeAlias = npt.NDArray[Any]
"""Its element type is known at run time only: data said it, or a user's tensor has it."""
AnyDtype: TypeAlias = np.dtype[Any]
JsonObject: TypeAlias = dict[str, Any]
"""As `json` reads and writes it: who wrote it knows what a member is."""


class Kind(enum.StrEnum):
    """What the values of a tag are. A tag of one run may hold several kinds; each is a series of its own."""

    SCALAR = "scalar"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    HISTOGRAM = "histogram"
    PR_CURVE = "pr_curve"
    HPARAMS = "hparams"
    GRAPH = "graph"
    MESH = "mesh"
    CUSTOM_SCALARS = "custom_scalars"
    PREDICTIONS = "predictions"
    """What a classifier answered for each sample of an evaluation."""
    RUN_NOTES = "run_notes"
    """What people say of a run: its notes and its tags."""
    EMBEDDING = "embedding"
    """Vectors for the projector, in files beside the event files: no series, see `glassboard.log.Run.embeddings`."""
    TENSOR = "tensor"
    """Any other tensor or plugin value; its plugin name says what it was meant for."""
