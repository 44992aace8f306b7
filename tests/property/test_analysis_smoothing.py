"""The blocked smoothing against the loop that says what it means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.smoothing import smooth
from glassboard.errors import MisuseError


def smooth_by_loop(values, weight):
    out, mean = [], 0.0
    for count, value in enumerate(values, start=1):
        mean = weight * mean + (1 - weight) * value
        out.append(mean / (1 - weight**count))
    return np.array(out)


values_of_any_size = st.lists(st.floats(-1e12, 1e12), max_size=300).map(
    lambda rows: np.array(rows, np.float64)
)


@given(values_of_any_size, st.floats(0.0, 0.9999))
def test_equals_the_loop(values, weight):
    got, want = smooth(values, weight), smooth_by_loop(values, weight)
    largest = np.maximum.accumulate(np.abs(values)) if len(values) else values
    assert got.shape == values.shape
    # The loop itself divides two small numbers for weights near 1: its own error grows with 1 / (1 - weight).
    assert np.all(np.abs(got - want) <= 1e-11 * largest / (1 - weight) * 1e-1 + 1e-300)


@given(st.integers(1, 100_000), st.sampled_from([0.1, 0.6, 0.99, 0.999]))
def test_a_constant_stays_constant(size, weight):
    np.testing.assert_allclose(smooth(np.full(size, 3.5), weight), 3.5, rtol=1e-12)


def test_long_curves_cross_blocks():
    values = np.random.default_rng(1).normal(size=4096 * 3 + 17)
    for weight in (0.3, 0.9, 0.9999):
        np.testing.assert_allclose(
            smooth(values, weight), smooth_by_loop(values, weight), rtol=1e-10, atol=1e-12
        )


def test_an_outlier_is_forgotten():
    values = np.ones(4000)
    values[10] = 1e300
    assert smooth(values, 0.6)[-1] == pytest.approx(1.0)


def test_the_first_value_is_itself():
    assert smooth(np.array([7.0, 0.0]), 0.999)[0] == pytest.approx(7.0)


def test_no_smoothing_is_a_copy():
    values = np.array([1.0, 2.0])
    got = smooth(values, 0)
    assert got is not values
    np.testing.assert_array_equal(got, values)


@pytest.mark.parametrize("weight", [-0.1, 1.0, 2.0, float("nan")])
def test_other_weights_are_refused(weight):
    with pytest.raises(MisuseError, match="smoothing is"):
        smooth(np.ones(3), weight)
