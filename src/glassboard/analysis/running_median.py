"""The median of a window that runs along a curve."""

from __future__ import annotations

import numpy as np

from glassboard.errors import MisuseError
from glassboard.types import Float64Array

__all__ = ["median_spacing", "running_median"]

_FINENESS = 16
_CHUNK_VALUES = 1 << 20


def median_spacing(half: int) -> int:
    """At every how many points the median of a window with `half` points on either side is worked out."""
    return max(1, (2 * half + 1) // _FINENESS)


def running_median(values: Float64Array, half: int) -> Float64Array:
    """The median of each of finite `values` float64[n] and the `half` points on either side of it, float64[n].

    At the ends of the series the window holds the points that are there; of an even number the median is the mean of the
    middle two. Of a wide window it is worked out at every sixteenth of its width and joined by straight lines, so that the
    time for a point does not grow with the width. Raises `MisuseError` for a negative `half`.
    """
    if half < 0:
        raise MisuseError(f"half is {half}, want 0 or more points on either side")
    size = len(values)
    if size == 0 or half == 0:
        return values.astype(np.float64, copy=True)
    places = np.arange(0, size, median_spacing(half))
    places = np.append(places, size - 1) if places[-1] != size - 1 else places
    medians = np.empty(len(places))
    whole = (places >= half) & (places + half < size)
    for at in np.flatnonzero(~whole).tolist():
        place = int(places[at])
        medians[at] = _median(np.array(values[max(place - half, 0) : place + half + 1]))
    inside = np.flatnonzero(whole)
    rows = max(1, _CHUNK_VALUES // (2 * half + 1))
    for start in range(0, len(inside), rows):
        chosen = inside[start : start + rows]
        windows = np.lib.stride_tricks.sliding_window_view(values, 2 * half + 1)[places[chosen] - half]
        windows.partition(half, axis=1)
        medians[chosen] = windows[:, half]
    if len(places) == size:
        return medians
    # A quarter, so that the slope between two huge numbers stays finite.
    joined: Float64Array = np.interp(np.arange(size), places, medians / 4) * 4
    return joined


def _median(window: Float64Array) -> float:
    """Of at least one value. Halves are added: the sum of two huge numbers can overflow."""
    middle = len(window) // 2
    if len(window) % 2:
        return float(np.partition(window, middle)[middle])
    low, high = np.partition(window, (middle - 1, middle))[middle - 1 : middle + 1]
    return float(low / 2 + high / 2)
