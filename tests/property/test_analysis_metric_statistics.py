"""Statistics of many series at once beside the same of each alone, written the slow way."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.metric_statistics import Statistic, join, reduce

nan = math.nan
values = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([nan, math.inf, -math.inf, 0.0]))
series = st.lists(st.lists(st.tuples(st.integers(0, 9), values), min_size=1, max_size=12), max_size=8)


def slowly(points: list[tuple[int, float]], statistic: Statistic, count: int, step: int) -> float | None:
    logged = [value for _, value in points]
    finite = [value for value in logged if math.isfinite(value)]
    if statistic == "first":
        return logged[0]
    if statistic == "last":
        return logged[-1]
    if statistic == "minimum":
        return min(finite, default=None)
    if statistic == "maximum":
        return max(finite, default=None)
    if statistic == "mean_of_last":
        return float(np.mean(logged[-count:]))
    before = [value for at, value in points if at <= step]
    return before[-1] if before else None


@given(
    series,
    st.sampled_from(["first", "last", "minimum", "maximum", "mean_of_last", "at_step"]),
    st.integers(1, 5),
    st.integers(-1, 10),
)
def test_each_series_comes_to_what_it_comes_to_alone(
    drawn: list[list[tuple[int, float]]], statistic: Statistic, count: int, step: int
) -> None:
    ascending = [sorted(points, key=lambda point: point[0]) for points in drawn]
    joined = join(
        [
            (np.array([at for at, _ in points], np.int64), np.array([value for _, value in points]))
            for points in ascending
        ]
    )
    with np.errstate(invalid="ignore"):
        found = reduce(joined, statistic, count=count, step=step)
        wanted = [slowly(points, statistic, count, step) for points in ascending]
    assert found.found.tolist() == [each is not None for each in wanted]
    for one, value, at, points in zip(wanted, found.values, found.steps, ascending, strict=True):
        if one is None:
            continue
        np.testing.assert_allclose(value, one, rtol=1e-9, atol=1e-9, equal_nan=True)
        if statistic in ("minimum", "maximum"):
            assert int(at) == next(step for step, logged in points if logged == one)
