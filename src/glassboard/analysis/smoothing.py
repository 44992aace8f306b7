"""Smoothing of a curve: an exponential mean free of the bias towards its first value, a Gaussian mean, a running median."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from glassboard._kernel import smooth_exponentially
from glassboard.analysis.gaussian import gaussian_mean
from glassboard.analysis.running_median import running_median
from glassboard.errors import MisuseError
from glassboard.types import Float64Array

__all__ = ["SmoothingKind", "smooth"]

SmoothingKind: TypeAlias = Literal["ema", "gaussian", "median"]
"""`ema`: exponential mean of what came before; `gaussian`, `median`: of the points on both sides."""
_KINDS = get_args(SmoothingKind)


def smooth(values: Float64Array, weight: float, kind: SmoothingKind = "ema") -> Float64Array:
    """Finite `values` float64[n], smoothed as one number in [0, 1) says for all three kinds, float64[n]; 0 changes nothing.

    An exponential mean of weight w looks back as far as sqrt(w) / (1 - w) points (the standard deviation of its ages): a
    Gaussian of that standard deviation reaches as far to both sides, and so does a median of w / (1 - w) points (their mean
    age) on each side, rounded up. Both use the points that are there near the ends of the series.
    Raises `MisuseError` for another weight or kind.
    """
    if kind not in _KINDS:
        raise MisuseError(f"smoothing kind is {kind!r}, want one of {', '.join(_KINDS)}")
    if kind == "ema" or not 0 < weight < 1 or len(values) == 0:
        return smooth_exponentially(values, weight)
    if kind == "gaussian":
        return gaussian_mean(values, float(np.sqrt(weight)) / (1 - weight))
    # Rounding of 1 - weight must not add a point.
    return running_median(values, int(np.ceil(round(weight / (1 - weight), 9))))
