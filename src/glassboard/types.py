"""The vocabulary of the data model: kinds of tags and the quantities that points are made of."""

from __future__ import annotations

import enum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Float64Array", "Int64Array", "Kind"]

Int64Array: TypeAlias = npt.NDArray[np.int64]
Float64Array: TypeAlias = npt.NDArray[np.float64]


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
