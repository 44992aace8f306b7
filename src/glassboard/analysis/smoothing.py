"""Exponential smoothing of a curve, free of the bias towards its first value."""

from __future__ import annotations

import functools

import numpy as np

from glassboard.errors import MisuseError
from glassboard.types import Float64Array

__all__ = ["smooth"]

_BLOCK = 64
"""Points that one row of the weight matrix spans: wide enough for the matrix product, narrow enough to stay in cache."""

_NO_BIAS = np.log(2.0**-54)


def smooth(values: Float64Array, weight: float) -> Float64Array:
    """The debiased exponential mean of finite `values` float64[n] at every point, float64[n].

    With m = 0 before the first point: m = weight * m + (1 - weight) * value, and the result is m / (1 - weight ** count),
    the mean of all values so far with weights that fall by `weight` a point. `weight` is in [0, 1); 0 changes nothing.
    Raises `MisuseError` for another weight. Source: bias correction as in Adam, https://arxiv.org/abs/1412.6980, section 3.
    """
    if not 0 <= weight < 1:
        raise MisuseError(f"smoothing is {weight}, want a number from 0 up to, not including, 1")
    if weight == 0 or len(values) == 0:
        return values.astype(np.float64, copy=True)
    means = _decay((1 - weight) * values, weight)
    # Where weight ** count is below half the spacing of float64 at 1 there is no bias left to take away.
    biased = means[: int(np.ceil(_NO_BIAS / np.log(weight)))]
    counts = np.arange(1, len(biased) + 1, dtype=np.float64)
    biased /= -np.expm1(
        counts * np.log(weight)
    )  # 1 - weight ** count, without cancellation for weights close to 1
    return means


def _decay(inputs: Float64Array, weight: float) -> Float64Array:
    """s[i] = weight * s[i - 1] + inputs[i], in blocks: a product with a triangular matrix, then the carry between blocks.

    All weights are powers of a number below 1 and nothing is subtracted, so rounding errors fade as they do in the loop.
    The carry follows the same recurrence with weight ** block, hence the recursion.
    """
    size = len(inputs)
    weights = _triangle(weight)
    rows = -(-size // _BLOCK)
    padded = np.zeros(rows * _BLOCK)
    padded[:size] = inputs
    sums = padded.reshape(rows, _BLOCK) @ weights.T
    if rows > 1:
        carry = _decay(sums[:-1, -1], weight**_BLOCK)
        sums[1:] += np.outer(carry, weight ** np.arange(1, _BLOCK + 1))
    return sums.reshape(-1)[:size]


@functools.lru_cache(maxsize=32)
def _triangle(weight: float) -> Float64Array:
    """Row i holds the weights of points 0 to i at point i."""
    age = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
    return np.where(age >= 0, weight ** np.maximum(age, 0), 0.0)
