"""Gaussian mean and running median against the loops that say what they mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.gaussian import gaussian_mean
from glassboard.analysis.running_median import median_spacing, running_median
from glassboard.analysis.scalars_view import view
from glassboard.analysis.smoothing import smooth
from glassboard.errors import MisuseError
from glassboard.store.provider import ScalarSeries
from glassboard.store.segments import split_segments
from glassboard.types import Float64Array


def gaussian_by_loop(values: Float64Array, sigma: float) -> Float64Array:
    half = min(math.ceil(4 * sigma), len(values) - 1)
    out = []
    for at in range(len(values)):
        near = range(max(0, at - half), min(len(values), at + half + 1))
        weights = [math.exp(-0.5 * ((other - at) / sigma) ** 2) for other in near]
        total = math.fsum(weights)
        out.append(
            math.fsum(weight / total * values[other] for weight, other in zip(weights, near, strict=True))
        )
    return np.array(out)


def median_by_loop(values: Float64Array, half: int) -> Float64Array:
    """Every window sorted by itself; wide ones at the places that are said, and straight lines between."""
    places = sorted({*range(0, len(values), median_spacing(half)), len(values) - 1})
    medians = [float(np.median(values[max(0, at - half) : at + half + 1])) for at in places]
    return np.interp(np.arange(len(values)), places, medians)


lists = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=200).map(
    lambda rows: np.array(rows, np.float64)
)


@given(lists, st.floats(0.1, 60))
def test_the_gaussian_equals_the_loop(values: Float64Array, sigma: float) -> None:
    got = gaussian_mean(values, sigma)
    np.testing.assert_allclose(got, gaussian_by_loop(values, sigma), rtol=0, atol=1e-9 * np.abs(values).max())


@given(lists, st.integers(0, 120))
def test_the_median_equals_the_loop(values: Float64Array, half: int) -> None:
    got = running_median(values, half)
    np.testing.assert_allclose(
        got, median_by_loop(values, half), rtol=1e-12, atol=1e-12 * np.abs(values).max()
    )


@pytest.mark.parametrize("sigma", [9.0, 300.0])
def test_long_curves_cross_the_blocks_of_the_transform(sigma: float) -> None:
    values = np.random.default_rng(1).normal(size=9_000)
    np.testing.assert_allclose(gaussian_mean(values, sigma), gaussian_by_loop(values, sigma), atol=1e-11)


def test_long_curves_cross_the_chunks_of_the_median() -> None:
    values = np.random.default_rng(2).normal(size=40_000)
    for half in (1, 7, 900):
        np.testing.assert_allclose(running_median(values, half), median_by_loop(values, half), rtol=1e-12)


def test_an_outlier_does_not_drown_the_rest_in_rounding() -> None:
    values = np.ones(9_000)
    values[4_000] = 1e300
    got = gaussian_mean(values, 50.0)
    far = np.abs(np.arange(9_000) - 4_000) > 200
    np.testing.assert_allclose(got[far], 1.0, rtol=1e-12)
    assert got[4_000] > 1e297
    np.testing.assert_array_equal(running_median(values, 50), 1.0)


@pytest.mark.parametrize("kind", ["ema", "gaussian", "median"])
@given(
    value=st.floats(1e-300, 1e300), size=st.integers(1, 400), weight=st.sampled_from([0.1, 0.6, 0.99, 0.999])
)
def test_a_constant_stays_constant(kind: str, value: float, size: int, weight: float) -> None:
    np.testing.assert_allclose(smooth(np.full(size, value), weight, kind), value, rtol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["ema", "gaussian", "median"])
@given(values=lists, weight=st.floats(0.0, 0.999))
def test_nothing_lies_beyond_what_was_logged(kind: str, values: Float64Array, weight: float) -> None:
    got = smooth(values, weight, kind)  # type: ignore[arg-type]
    slack = 1e-9 * float(np.abs(values).max()) + 1e-300
    assert len(got) == len(values)
    assert got.min() >= values.min() - slack
    assert got.max() <= values.max() + slack


@pytest.mark.parametrize("kind", ["gaussian", "median"])
def test_two_points_meet_in_the_middle_and_one_is_itself(kind: str) -> None:
    assert smooth(np.array([7.0]), 0.9, kind).tolist() == [7.0]  # type: ignore[arg-type]
    np.testing.assert_allclose(smooth(np.array([1.0, 3.0]), 0.999, kind), [2.0, 2.0], atol=1e-5)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["ema", "gaussian", "median"])
def test_huge_values_stay_finite(kind: str) -> None:
    values = np.array([1.7e308, -1.7e308] * 300)
    assert np.isfinite(smooth(values, 0.95, kind)).all()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["ema", "gaussian", "median"])
def test_what_is_no_number_is_passed_over_and_stays(kind: str) -> None:
    values = np.array([1.0, math.nan, 1.0, math.inf, 1.0])
    steps = np.arange(5)
    series = ScalarSeries(steps, steps.astype(np.float64), values, split_segments(steps))
    got = view(series, smoothing=0.9, smoothing_kind=kind)  # type: ignore[arg-type]
    assert got.smoothed is not None
    np.testing.assert_allclose(got.smoothed, 1.0)
    assert (got.nonfinite_step.tolist(), got.nonfinite_kind.tolist()) == ([1, 3], [0, 1])


def test_a_median_passes_over_a_spike_that_both_means_follow() -> None:
    values = np.zeros(200)
    values[100] = 50.0
    assert smooth(values, 0.9, "median").max() == 0
    assert smooth(values, 0.9, "gaussian").max() > 1
    assert smooth(values, 0.9, "ema").max() > 1


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(MisuseError, match="smoothing kind is 'mean'"):
        smooth(np.ones(3), 0.5, "mean")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="sigma_points is 0"):
        gaussian_mean(np.ones(3), 0)
    with pytest.raises(MisuseError, match="half is -1"):
        running_median(np.ones(3), -1)
