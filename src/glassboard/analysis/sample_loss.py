"""How wrong the answer to each sample is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["cross_entropy", "scores_of", "wrongest_first"]

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]

_LAST = 0xFFFFFFFF


def scores_of(scores: Float32Array, classes: Int32Array) -> Float32Array:
    """float32[n]: the score of each sample's own class; NaN where that is -1. `scores` float32[classes, n]."""
    found = scores[np.maximum(classes, 0), np.arange(scores.shape[1])]
    return np.where(classes < 0, np.float32(np.nan), found)


def cross_entropy(true_scores: Float32Array) -> Float32Array:
    """-ln of the probability of the true class, in nats; infinite at 0, NaN where the probability is.

    float32[n] to float32[n]; a rounding beyond 1 counts as 1. Source: I. J. Good, "Rational decisions" (1952); the mean over
    the samples is the log loss.
    """
    with np.errstate(divide="ignore"):
        return -np.log(np.clip(true_scores, 0.0, 1.0))


def wrongest_first(losses: Float32Array, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """int64[n]: every sample, the largest loss first, of equals the first row first.

    NaN stands before all others: there is no worse answer than none. Samples without a known target (`known` false) have no
    loss and stand last.
    """
    # The bits of floats that are not negative ascend as they do. With the row below them one plain sort does, which takes a
    # tenth of the time of a stable argsort.
    bits = np.abs(losses).view(np.uint32).astype(np.uint64)
    keys = np.uint64(_LAST - 1) - bits
    keys[np.isnan(losses)] = 0
    keys[~known] = _LAST
    keys <<= np.uint64(32)
    keys |= np.arange(len(losses), dtype=np.uint64)
    keys.sort()
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
