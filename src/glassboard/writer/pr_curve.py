"""Precision-recall curves: counts of true and false positives and negatives per threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard import _kernel
from glassboard.codec.payloads import pr_curve
from glassboard.codec.payloads.tensor import DT_FLOAT
from glassboard.errors import MisuseError
from glassboard.types import Float64Array
from glassboard.writer.arrays import Array, as_array, describe

__all__ = ["PrCurveJob", "compute", "prepare", "prepare_raw"]

MAX_THRESHOLDS = 1 << 16
_SMALLEST_DIVISOR = 1e-7
"""As in TensorBoard: precision and recall are 0 where there is nothing to divide by."""
_TOLERANCE = 1e-3
"""Probabilities computed in half precision may pass 1 by this much."""


@dataclass(frozen=True, slots=True)
class PrCurveJob:
    tag: str
    step: int
    wall_time: float
    rows: npt.NDArray[np.float32]
    """[6, thresholds]: true positives, false positives, true negatives, false negatives, precision, recall."""

    @property
    def byte_count(self) -> int:
        return self.rows.nbytes + 256

    def encode(self) -> bytes:
        return _kernel.encode_tensor(
            self.tag,
            self.step,
            self.wall_time,
            DT_FLOAT,
            self.rows.shape,
            self.rows.astype("<f4").tobytes(),
            plugin_name=pr_curve.PLUGIN_NAME,
            plugin_content=pr_curve.encode_content(self.rows.shape[1]),
        )


def compute(labels: Array, predictions: Array, weights: Array, threshold_count: int) -> Float64Array:
    """The six rows over thresholds 0 to 1. A prediction that is NaN is positive at threshold 0 only, as 0 is."""
    if predictions.dtype not in (np.float32, np.float64):
        predictions = predictions.astype(np.float64)
    predictions = np.clip(np.nan_to_num(predictions, nan=0.0), 0.0, 1.0)
    # In the precision of the predictions, so that each falls where torch.utils.tensorboard has it.
    buckets = np.floor(predictions * (threshold_count - 1)).astype(np.int64)
    positive = labels.astype(np.float64)
    true_counts = np.bincount(buckets, positive * weights, threshold_count)
    false_counts = np.bincount(buckets, (1.0 - positive) * weights, threshold_count)
    true_positives = np.cumsum(true_counts[::-1])[::-1]
    false_positives = np.cumsum(false_counts[::-1])[::-1]
    true_negatives = false_positives[0] - false_positives
    false_negatives = true_positives[0] - true_positives
    precision = true_positives / np.maximum(_SMALLEST_DIVISOR, true_positives + false_positives)
    recall = true_positives / np.maximum(_SMALLEST_DIVISOR, true_positives + false_negatives)
    return np.stack((true_positives, false_positives, true_negatives, false_negatives, precision, recall))


def prepare(
    tag: str,
    step: int,
    wall_time: float,
    labels: object,
    predictions: object,
    num_thresholds: object,
    weights: object,
) -> PrCurveJob:
    """Checks the arguments and counts. Raises `MisuseError` with what was found and what was wanted."""
    if not isinstance(num_thresholds, (int, np.integer)) or not 2 <= num_thresholds <= MAX_THRESHOLDS:
        raise MisuseError(f"found {describe(num_thresholds)} as num_thresholds, wanted 2 to {MAX_THRESHOLDS}")
    wanted = as_array(labels, "labels of 0 and 1").reshape(-1)
    predicted = as_array(predictions, "predictions as probabilities from 0 to 1").reshape(-1)
    if wanted.size != predicted.size:
        raise MisuseError(f"found {wanted.size} labels and {predicted.size} predictions, wanted one each")
    if wanted.size == 0:
        raise MisuseError("found no labels and no predictions, wanted at least one of each")
    if not (wanted.min() >= 0 and wanted.max() <= 1):
        raise MisuseError(f"found labels from {wanted.min()} to {wanted.max()}, wanted 0 and 1")
    finite = predicted[np.isfinite(predicted)] if predicted.dtype.kind == "f" else predicted
    if finite.size and not (finite.min() >= -_TOLERANCE and finite.max() <= 1 + _TOLERANCE):
        raise MisuseError(
            f"found predictions from {finite.min()} to {finite.max()}, wanted probabilities from 0 to 1 "
            "(for logits, apply a sigmoid or softmax first)"
        )
    weight = (
        np.ones(1) if weights is None else as_array(weights, "a weight for all or one per label").reshape(-1)
    )
    if weight.size not in (1, wanted.size):
        raise MisuseError(
            f"found {weight.size} weights for {wanted.size} labels, wanted one for all or one each"
        )
    rows = compute(wanted, predicted, weight.astype(np.float64), int(num_thresholds))
    return PrCurveJob(tag, step, wall_time, rows.astype(np.float32))


_ROWS = ("true_positive_counts", "false_positive_counts", "true_negative_counts", "false_negative_counts",
         "precision", "recall")  # fmt: skip


def prepare_raw(tag: str, step: int, wall_time: float, rows: tuple[object, ...]) -> PrCurveJob:
    """Checks and copies six rows, in the order of `PrCurveJob.rows`. Raises `MisuseError`."""
    arrays = [
        as_array(row, f"{name} as numbers, one a threshold").reshape(-1)
        for name, row in zip(_ROWS, rows, strict=True)
    ]
    sizes = {name: array.size for name, array in zip(_ROWS, arrays, strict=True)}
    if len(set(sizes.values())) > 1 or not 2 <= arrays[0].size <= MAX_THRESHOLDS:
        found = ", ".join(f"{size} {name}" for name, size in sizes.items())
        raise MisuseError(f"found {found}; wanted as many of each, 2 to {MAX_THRESHOLDS}")
    return PrCurveJob(tag, step, wall_time, np.stack(arrays).astype(np.float32))
