"""Precision-recall curves: a tensor [6, thresholds] of the pr_curves plugin.

Source: tensorboard/plugins/pr_curve/{metadata,summary}.py. Threshold i is i / (thresholds - 1); at each, a prediction
counts as positive when it is not below the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError
from glassboard.types import Float64Array

__all__ = ["PLUGIN_NAME", "PrCurve", "decode", "encode_content"]

PLUGIN_NAME = "pr_curves"


@dataclass(frozen=True, slots=True, eq=False)
class PrCurve:
    """Counts and rates per threshold; all arrays have one length, thresholds ascend from 0 to 1."""

    thresholds: Float64Array
    true_positives: Float64Array
    false_positives: Float64Array
    true_negatives: Float64Array
    false_negatives: Float64Array
    precision: Float64Array
    recall: Float64Array


def encode_content(threshold_count: int) -> bytes:
    """`PrCurvePluginData`: version (field 1) 0 is absent, number of thresholds (field 2)."""
    return wire.int64(2, threshold_count)


def decode(value: _kernel.Value) -> PrCurve:
    """The curve of one sample. Raises `CorruptError` where the value holds none."""
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no precision-recall curve")
    rows = tensor.to_array(value.tensor).astype(np.float64)
    if rows.ndim != 2 or rows.shape[0] != 6 or rows.shape[1] < 2:
        raise CorruptError(
            f"precision-recall tensor has the shape {rows.shape}, wanted (6, 2 or more thresholds)"
        )
    return PrCurve(np.linspace(0.0, 1.0, rows.shape[1]), *rows)
