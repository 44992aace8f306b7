"""A Gaussian mean of a curve, of any width in the same time."""

from __future__ import annotations

import numpy as np

from glassboard.errors import MisuseError
from glassboard.types import Float64Array

__all__ = ["gaussian_mean"]

_REACH = 4.0
"""Standard deviations that the kernel reaches: what is beyond weighs 6e-5 in all."""
_LEAST_SIGMA = 0.1
"""Below it a neighbour weighs 2e-22 or less, which no float64 shows."""
_FEW_TAPS = 64
_SHARE_OF_LARGE = 0.01
_LARGE = 1e3
_HUGE = 1e290


def gaussian_mean(values: Float64Array, sigma_points: float) -> Float64Array:
    """The mean of finite `values` float64[n] around each point, weighted by a Gaussian of `sigma_points`, float64[n].

    The kernel ends at 4 standard deviations, and at the ends of the series, where the weights that are left count as one:
    nothing is pulled towards 0. Wide kernels are applied by Fourier transform in blocks; what dwarfs the rest of its block
    is added point by point, since it would drown the rest in its rounding. Takes O(n log width).
    Raises `MisuseError` for a `sigma_points` that is not above 0.
    """
    if not 0 < sigma_points < np.inf:
        raise MisuseError(f"sigma_points is {sigma_points}, want a number above 0")
    size = len(values)
    if size < 2 or sigma_points < _LEAST_SIGMA:
        return values.astype(np.float64, copy=True)
    half = min(int(np.ceil(_REACH * sigma_points)), size - 1)
    side = np.exp(-0.5 * (np.arange(half + 1) / sigma_points) ** 2)
    kernel = np.concatenate((side[:0:-1], side))
    largest = float(np.abs(values).max())
    scale = largest if largest > _HUGE else 1.0  # sums of huge values overflow
    sums = _convolve(values / scale, kernel)
    return np.clip(sums / _weights(side, size), -largest / scale, largest / scale) * scale


def _weights(side: Float64Array, size: int) -> Float64Array:
    """Sum of the weights that meet a point, float64[size]."""
    half = len(side) - 1
    one_side = np.concatenate(([0.0], np.cumsum(side[1:])))
    before = one_side[np.minimum(np.arange(size), half)]
    weights: Float64Array = side[0] + before + before[::-1]
    return weights


def _convolve(values: Float64Array, kernel: Float64Array) -> Float64Array:
    """Sums of as many points as `values` has; beyond its ends there is nothing."""
    half = len(kernel) // 2
    if len(kernel) <= _FEW_TAPS or len(values) <= _FEW_TAPS:
        return np.convolve(values, kernel)[half : half + len(values)]
    length = 1 << int(np.ceil(np.log2(8 * len(kernel))))
    stride = length - len(kernel) + 1
    spectrum = np.fft.rfft(kernel, length)
    out = np.zeros(len(values) + len(kernel) - 1)
    for start in range(0, len(values), stride):
        block = values[start : start + stride].copy()
        target = out[start : start + len(block) + len(kernel) - 1]
        for place in _dwarfing(block):
            target[place : place + len(kernel)] += block[place] * kernel
            block[place] = 0.0
        target += np.fft.irfft(np.fft.rfft(block, length) * spectrum, length)[: len(target)]
    return out[half : half + len(values)]


def _dwarfing(block: Float64Array) -> list[int]:
    """Places of values a thousand times larger than all but a hundredth of the block."""
    sizes = np.abs(block)
    rank = min(int((1 - _SHARE_OF_LARGE) * len(block)), len(block) - 1)
    usual = np.partition(sizes, rank)[rank]
    places: list[int] = np.flatnonzero(sizes > _LARGE * usual).tolist()
    return places
