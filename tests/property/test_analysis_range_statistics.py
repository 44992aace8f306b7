"""Statistics of a range are those of its points, found the slow and obvious way."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.range_statistics import range_statistics
from glassboard.errors import MisuseError
from glassboard.store.provider import ScalarSeries
from glassboard.store.segments import split_segments

values = st.lists(st.floats(width=32), min_size=1, max_size=60)
bounds = st.tuples(st.integers(-5, 65), st.integers(0, 40))


def series(values, steps=None):
    steps = np.arange(len(values)) if steps is None else np.array(steps, np.int64)
    return ScalarSeries(
        steps, 1000.0 + 2.0 * np.arange(len(steps)), np.array(values, np.float64), split_segments(steps)
    )


@given(values, bounds)
def test_they_are_those_of_the_points_inside(logged, bound):
    low, high = bound[0], bound[0] + bound[1]
    got = range_statistics(series(logged), (low, high))
    inside = [(at, value) for at, value in enumerate(logged) if low <= at <= high]
    finite = [(at, value) for at, value in inside if math.isfinite(value)]
    assert (got.count, got.nonfinite_count) == (len(finite), len(inside) - len(finite))
    if not finite:
        assert got.first is got.mean is got.slope is None
        return
    assert (got.first_x, got.last_x) == (finite[0][0], finite[-1][0])
    assert (got.first, got.last) == (finite[0][1], finite[-1][1])
    plain = [value for _, value in finite]
    assert (got.minimum, got.maximum) == (min(plain), max(plain))
    size = max(map(abs, plain))
    assert got.mean == pytest.approx(math.fsum(plain) / len(plain), rel=1e-9, abs=1e-12 * size)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.integers(2, 50))
def test_the_slope_of_a_line_is_its_slope(slope, offset, count):
    got = range_statistics(series([offset + slope * at for at in range(count)]), (0, count))
    assert got.slope == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_the_slope_is_per_unit_of_the_axis_asked_for():
    line = series([0.0, 3.0, 6.0])
    assert range_statistics(line, (0, 2)).slope == pytest.approx(3.0)
    assert range_statistics(line, (0, 9), x="relative").slope == pytest.approx(1.5)


def test_one_point_has_no_slope():
    got = range_statistics(series([4.0, 5.0]), (1, 1))
    assert (got.count, got.mean, got.slope) == (1, 5.0, None)


def test_points_that_a_restart_rewrote_do_not_count():
    again = series([1.0, 1.0, 1.0, 9.0, 9.0], steps=[0, 1, 2, 1, 2])
    got = range_statistics(again, (0, 5))
    assert (got.count, got.mean) == (3, pytest.approx(19 / 3))
    assert range_statistics(again, (0, 5), segment=0).mean == 1.0


def test_more_points_than_a_screen_holds_all_count():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 300_000)
    assert range_statistics(series(noise), (10, 299_000)).mean == pytest.approx(
        noise[10:299_001].mean(), rel=1e-9
    )


def test_huge_values_have_a_mean():
    assert range_statistics(series([1.7e308, 1.7e308, 1.6e308]), (0, 2)).mean == pytest.approx(
        1.6667e308, rel=1e-3
    )


def test_a_range_backwards_is_refused():
    with pytest.raises(MisuseError, match="ascending"):
        range_statistics(series([1.0]), (2, 1))
