"""Smoothing of a curve: an exponential mean free of the bias towards its first value, a Gaussian mean, a running median."""

from __future__ import annotations

import functools
from typing import Literal, TypeAlias, get_args

import numpy as np

from glassboard.analysis.gaussian import gaussian_mean
from glassboard.analysis.running_median import running_median
from glassboard.errors import MisuseError
from glassboard.types import Float64Array

__all__ = ["SmoothingKind", "smooth", "smooth_exponentially"]

SmoothingKind: TypeAlias = Literal["ema", "gaussian", "median"]
"""`ema`: exponential mean of what came before; `gaussian`, `median`: of the points on both sides."""

_BLOCK = 4096
_NO_BIAS = np.log(2.0**-54)


def smooth(values: Float64Array, weight: float, kind: SmoothingKind = "ema") -> Float64Array:
    """Finite `values` float64[n], smoothed as one number in [0, 1) says for all three kinds, float64[n]; 0 changes nothing.

    An exponential mean of weight w looks back as far as sqrt(w) / (1 - w) points (the standard deviation of its ages): a
    Gaussian of that standard deviation reaches as far to both sides, and so does a median of w / (1 - w) points (their mean
    age) on each side, rounded up. Both use the points that are there near the ends of the series.
    Raises `MisuseError` for another weight or kind.
    """
    if kind not in get_args(SmoothingKind):
        raise MisuseError(f"smoothing kind is {kind!r}, want one of {', '.join(get_args(SmoothingKind))}")
    if kind == "ema" or not 0 < weight < 1 or len(values) == 0:
        return smooth_exponentially(values, weight)
    if kind == "gaussian":
        return gaussian_mean(values, float(np.sqrt(weight)) / (1 - weight))
    # Rounding of 1 - weight must not add a point.
    return running_median(values, int(np.ceil(round(weight / (1 - weight), 9))))


def smooth_exponentially(values: Float64Array, weight: float) -> Float64Array:
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


@functools.lru_cache(maxsize=4)  # all series of a request have the same weight, and most are short
def _powers(weight: float) -> Float64Array:
    """weight ** 1 up to weight ** _BLOCK, not to be written to."""
    powers = weight ** np.arange(1, _BLOCK + 1, dtype=np.float64)
    powers.setflags(write=False)
    return powers


def _decay(inputs: Float64Array, weight: float) -> Float64Array:
    """s[i] = weight * s[i - 1] + inputs[i], in blocks that fit a processor's cache.

    Within a block the span of each sum doubles: with sums over k points, s[i] + weight ** k * s[i - k] spans 2 k. All
    weights are positive and below 1 and nothing is subtracted, so rounding errors fade as they do in the loop.
    (A product with a triangular matrix is faster on an idle machine, but the threads of the matrix library stall for
    milliseconds where a training run keeps every processor busy.)
    """
    sums = inputs.copy()
    powers = _powers(weight)
    carry = 0.0
    for start in range(0, len(sums), _BLOCK):
        block = sums[start : start + _BLOCK]
        span, factor = 1, weight
        while span < len(block) and factor > 0:
            block[span:] += factor * block[:-span]
            span, factor = span * 2, factor * factor
        block += carry * powers[: len(block)]
        carry = float(block[-1])
    return sums
