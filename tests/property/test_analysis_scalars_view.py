"""What a chart is sent: nothing that matters is lost, and the counts tell the truth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.scalars_view import view
from glassboard.analysis.smoothing import smooth
from glassboard.errors import MisuseError, NotFoundError
from glassboard.store.provider import ScalarSeries
from glassboard.store.segments import split_segments

NAN, INF = math.nan, math.inf


def series(values, *, steps=None, wall_times=None):
    values = np.array(values, np.float64)
    steps = np.arange(len(values)) if steps is None else np.array(steps, np.int64)
    walls = 1000.0 + np.arange(len(values)) if wall_times is None else np.array(wall_times, np.float64)
    return ScalarSeries(steps, walls, values, split_segments(steps))


points = st.lists(
    st.tuples(st.integers(0, 30), st.floats(0, 100), st.floats(width=32)),
    max_size=80,
)


@given(points, st.sampled_from(["step", "relative", "wall"]), st.integers(4, 30), st.sampled_from([0.0, 0.6]))
def test_nothing_that_matters_is_lost(rows, x, max_points, smoothing):
    source = series([r[2] for r in rows], steps=[r[0] for r in rows], wall_times=[r[1] for r in rows])
    got = view(source, x=x, max_points=max_points, smoothing=smoothing)
    every = view(source, x=x, max_points=1000, smoothing=smoothing)
    assert got.total == len(rows)
    assert got.in_range == every.in_range == every.shown
    assert len(got.step) <= max_points
    assert np.all(np.diff(got.x) >= 0)
    assert np.all(np.diff(got.nonfinite_x) >= 0)
    assert np.isfinite(got.value).all()
    assert got.nonfinite_count == every.nonfinite_count == len(every.nonfinite_step)
    assert set(got.nonfinite_kind) == set(every.nonfinite_kind)
    if every.nonfinite_count <= max_points:
        assert got.nonfinite_step.tolist() == every.nonfinite_step.tolist()
    if len(every.value):
        assert got.value.min() == every.value.min()
        assert got.value.max() == every.value.max()
        assert (got.value[0], got.value[-1]) == (every.value[0], every.value[-1])
    if smoothing:
        assert got.smoothed is not None
        assert len(got.smoothed) == len(got.value)
        if len(every.value):
            assert (got.smoothed[0], got.smoothed[-1]) == (every.smoothed[0], every.smoothed[-1])
            slack = 1e-9 * float(np.abs(every.smoothed).max())
            assert got.smoothed.min() >= every.smoothed.min() - slack
            assert got.smoothed.max() <= every.smoothed.max() + slack
    for column in (got.wall_time, got.x, got.value):
        assert len(column) == len(got.step)


def test_a_smoothed_line_through_dense_noise_follows_its_mean_and_not_its_extremes():
    rng = np.random.default_rng(3)
    trend = np.linspace(2, 1, 30_000)
    source = series(trend + rng.normal(0, 0.3, 30_000))
    got = view(source, max_points=400, smoothing=0.3)
    assert got.smoothed is not None
    off = got.smoothed - trend[got.step]
    assert np.abs(off[1:-1]).max() < 0.1
    whole = smooth(source.values, 0.3)
    assert np.abs(whole - trend).max() > 0.7  # what a line through single points would jump by


def test_a_smoothed_line_that_was_not_reduced_is_the_smoothed_values():
    source = series(np.random.default_rng(4).normal(0, 1, 300))
    assert view(source, max_points=1000, smoothing=0.6).smoothed == pytest.approx(
        smooth(source.values, 0.6), rel=1e-12
    )


def test_huge_smoothed_values_stay_finite_when_reduced():
    got = view(series([1.7e308, -1.7e308] * 400), max_points=20, smoothing=0.5)
    assert got.smoothed is not None
    assert np.isfinite(got.smoothed).all()


def test_non_finite_points_are_told_apart():
    got = view(series([1.0, NAN, INF, 2.0, -INF]))
    assert got.step.tolist() == [0, 3]
    assert got.nonfinite_step.tolist() == [1, 2, 4]
    assert got.nonfinite_kind.tolist() == [0, 1, 2]
    assert got.nonfinite_wall_time.tolist() == [1001, 1002, 1004]
    assert (got.total, got.in_range, got.shown, got.nonfinite_count) == (5, 5, 5, 3)


def test_a_series_of_nothing_but_nan_is_counted_whole_and_sent_as_what_can_be_seen():
    got = view(series([NAN] * 1_000_000))
    assert got.nonfinite_count == got.in_range == 1_000_000
    assert got.shown == len(got.nonfinite_step) == 1000
    assert got.nonfinite_step[[0, -1]].tolist() == [0, 999_999]
    assert len(got.value) == 0


def test_few_non_finite_points_are_all_there_among_many_others():
    values = np.zeros(100_000)
    values[500:1400] = NAN
    got = view(series(values), max_points=1000)
    assert got.nonfinite_step.tolist() == list(range(500, 1400))
    assert len(got.step) <= 1000


def test_an_empty_series():
    got = view(series([]), smoothing=0.5)
    assert (got.total, got.shown, got.segment) == (0, 0, -1)


def test_a_range_keeps_one_neighbour_on_each_side():
    got = view(series([0.0, NAN, 2.0, 3.0, INF, 5.0, 6.0]), range=(2, 4))
    assert got.step.tolist() == [0, 2, 3, 5]
    assert got.nonfinite_step.tolist() == [4]
    assert got.in_range == 3


def test_a_range_between_two_points_shows_the_line_that_crosses_it():
    got = view(series([1.0, 2.0, 3.0]), range=(0.4, 0.6))
    assert got.step.tolist() == [0, 1]
    assert got.in_range == 0


def test_extremes_are_exact_within_the_range():
    values = np.random.default_rng(3).normal(size=50_000)
    values[[10, 40_000]] = 99.0, -99.0
    got = view(series(values), range=(11, 39_999), max_points=100)
    inside = (got.step >= 11) & (got.step <= 39_999)
    assert got.value[inside].max() == values[11:40_000].max()
    assert got.value[inside].min() == values[11:40_000].min()
    assert got.step[[0, -1]].tolist() == [10, 40_000]
    assert len(got.step) <= 102


def test_a_reduced_curve_leaves_a_range_without_a_stroke_straight_up():
    """A point at the edge beside its neighbour beyond it would be one, as high as the noise."""
    random = np.random.default_rng(5)
    curves = [
        view(series(random.normal(size=50_000)), range=(10_000, 30_000), max_points=100) for _ in range(20)
    ]
    assert all(got.step[[0, -1]].tolist() == [9_999, 30_001] for got in curves)
    nearest = [min(got.step[1] - got.step[0], got.step[-1] - got.step[-2]) for got in curves]
    # A stretch is some 400 steps wide.
    assert np.median(nearest) > 20
    whole = view(series(random.normal(size=50_000)), max_points=100)
    assert whole.step[[0, -1]].tolist() == [0, 49_999]


def test_smoothing_runs_over_the_full_data_before_the_range():
    values = np.random.default_rng(4).normal(size=1000)
    got = view(series(values), range=(500, 510), smoothing=0.9)
    np.testing.assert_array_equal(got.smoothed, smooth(values, 0.9)[499:512])


def test_relative_time_begins_at_the_earliest_point_or_where_it_is_told():
    source = series([1.0, 2.0], wall_times=[50.0, 53.0])
    assert view(source, x="relative").x.tolist() == [0, 3]
    assert view(source, x="relative", relative_to=40.0).x.tolist() == [10, 13]
    assert view(source, x="wall").x.tolist() == [50, 53]


def test_wall_times_that_go_back_are_put_in_order():
    got = view(series([1.0, 2.0, 3.0], wall_times=[5.0, 4.0, 6.0]), x="wall")
    assert got.x.tolist() == [4, 5, 6]
    assert got.value.tolist() == [2, 1, 3]


def test_a_broken_clock_leaves_the_step_axis_whole():
    source = series([1.0, 2.0, 3.0, 4.0], wall_times=[-INF, 4.0, NAN, INF])
    assert view(source).value.tolist() == [1, 2, 3, 4]
    assert view(source, x="wall").value.tolist() == [2]
    assert view(source, x="relative", relative_to=4.0).x.tolist() == [0]


def test_the_newest_view_and_the_segments_of_a_restarted_run():
    source = series([0.0, 1.0, 2.0, 10.0, 20.0], steps=[0, 1, 2, 1, 2])
    assert view(source).value.tolist() == [0, 10, 20]
    assert view(source).in_range == 3
    assert view(source).segment == 1
    assert view(source, segment=0).value.tolist() == [0, 1, 2]
    assert view(source, segment=1).value.tolist() == [10, 20]
    assert view(source, segment=0).total == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"range": (5, 1)}, "range is 5 to 1"),
        ({"range": (NAN, 1)}, "range is nan to 1"),
        ({"max_points": 1}, "max_points is 1"),
        ({"smoothing": 1.0}, "smoothing is 1.0"),
        ({"x": "epoch"}, "x is 'epoch'"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(MisuseError, match=message):
        view(series([1.0, 2.0]), **arguments)


def test_a_segment_that_is_not_there():
    with pytest.raises(NotFoundError, match="no segment 3: the series has 1"):
        view(series([1.0]), segment=3)
