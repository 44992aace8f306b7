"""What a stretch of a scalar series comes to: where it begins and ends, its extremes, mean and slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassboard.analysis.scalars_view import XAxis, view
from glassboard.store.provider import ScalarSeries
from glassboard.types import Float64Array

__all__ = ["RangeStatistics", "range_statistics"]


@dataclass(frozen=True, slots=True)
class RangeStatistics:
    """Of every finite point in a range. All values are None where there is none; `slope` also where x does not change."""

    count: int
    """Finite points in the range."""
    nonfinite_count: int
    first_x: float | None
    last_x: float | None
    first: float | None
    last: float | None
    minimum: float | None
    maximum: float | None
    minimum_x: float | None
    """Where the minimum stands, the first time; so `maximum_x`."""
    maximum_x: float | None
    mean: float | None
    deviation: float | None
    """Standard deviation of the values, as of a sample; 0 for a single one."""
    slope: float | None
    """Change of the value per unit of x, of the straight line with the least squared error."""


def range_statistics(
    series: ScalarSeries,
    range: tuple[float, float],  # noqa: A002 - as in `view`
    *,
    x: XAxis = "step",
    segment: int | None = None,
    relative_to: float | None = None,
    x_series: ScalarSeries | None = None,
) -> RangeStatistics:
    """Over every logged point of the newest view (or one segment) whose x lies in `range`, both ends included.

    `x`, `segment`, `relative_to`, `x_series` and the errors are those of `view`. First and last are those in order of x,
    where x is a tag in order of steps.
    """
    whole = view(
        series,
        x=x,
        range=range,
        max_points=max(4, len(series.steps)),
        segment=segment,
        relative_to=relative_to,
        x_series=x_series,
    )
    # `view` brings one neighbour beyond each end.
    inside = (whole.x >= range[0]) & (whole.x <= range[1])
    at, values = whole.x[inside].astype(np.float64), whole.value[inside]
    if not len(values):
        return RangeStatistics(0, whole.nonfinite_count, *[None] * 11)
    return RangeStatistics(
        count=len(values),
        nonfinite_count=whole.nonfinite_count,
        first_x=float(at[0]),
        last_x=float(at[-1]),
        first=float(values[0]),
        last=float(values[-1]),
        minimum=float(values.min()),
        maximum=float(values.max()),
        minimum_x=float(at[values.argmin()]),
        maximum_x=float(at[values.argmax()]),
        mean=_mean(values),
        deviation=_deviation(values),
        slope=_slope(at, values),
    )


def _mean(values: Float64Array) -> float:
    largest = float(np.abs(values).max())
    # In units of the largest, sums of huge values stay finite.
    return float((values / largest).mean() * largest) if largest > 0 else 0.0


def _deviation(values: Float64Array) -> float:
    if len(values) < 2:
        return 0.0
    largest = float(np.abs(values).max())
    with np.errstate(over="ignore"):
        found = float((values / largest).std(ddof=1) * largest) if largest > 0 else 0.0
    return min(found, float(np.finfo(np.float64).max))


def _slope(at: Float64Array, values: Float64Array) -> float | None:
    width = at.max() - at.min()
    if not 0 < width < np.inf:
        return None
    offset = (at - at.min()) / width
    offset -= offset.mean()
    scale = float(np.abs(values).max()) or 1.0
    with np.errstate(over="ignore"):
        slope = float((offset * (values / scale)).sum() / (offset * offset).sum() * scale / width)
    return slope if np.isfinite(slope) else None
