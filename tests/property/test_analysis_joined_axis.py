"""A logged scalar as the horizontal axis, against the loop that says what joining means."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.range_statistics import range_statistics
from glassboard.analysis.scalars_view import view
from glassboard.store.provider import ScalarSeries
from glassboard.store.segments import split_segments


def series(rows: list[tuple[int, float]]) -> ScalarSeries:
    steps = np.array([step for step, _ in rows], np.int64)
    values = np.array([value for _, value in rows], np.float64)
    return ScalarSeries(steps, 1000.0 + np.arange(len(rows)), values, split_segments(steps))


ascending = st.lists(st.tuples(st.integers(0, 40), st.floats(width=32)), max_size=60).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)
small = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([0.0, 1.0, 1.0, 2.0, 3.0, math.nan])), max_size=40
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


def joined_by_loop(rows: list[tuple[int, float]], axis: list[tuple[int, float]]) -> list[tuple[float, float]]:
    """(x, value) of every point whose x is known, in order of steps."""
    out = []
    for step, value in rows:
        before = [x for at, x in axis if at <= step]
        if before and math.isfinite(before[-1]):
            out.append((before[-1], value))
    return out


@given(ascending, small)
def test_every_point_stands_where_its_run_was_and_what_has_no_x_is_counted(
    rows: list[tuple[int, float]], axis: list[tuple[int, float]]
) -> None:
    got = view(series(rows), x="tag", x_series=series(axis), max_points=1000)
    want = joined_by_loop(rows, axis)
    assert got.without_x == len(rows) - len(want)
    assert got.in_range == len(want) == got.shown
    finite = [point for point in want if math.isfinite(point[1])]
    assert list(zip(got.x.tolist(), got.value.tolist(), strict=True)) == finite
    turns = sum(after[0] < before[0] for before, after in itertools.pairwise(want))
    assert got.pass_count == len(got.passes) == turns + 1
    for column, which in ((got.x, 0), (got.nonfinite_x, 1)):
        starts = [start[which] for start in got.passes]
        for part in np.split(column, starts[1:]):
            assert np.all(np.diff(part) >= 0)


def test_points_before_the_first_x_and_runs_without_it_are_told_not_drawn() -> None:
    loss = series([(step, float(step)) for step in range(10)])
    late = view(loss, x="tag", x_series=series([(4, 1.0)]))
    assert (late.without_x, late.x.tolist(), late.step.tolist()) == (4, [1.0] * 6, [4, 5, 6, 7, 8, 9])
    none = view(loss, x="tag", x_series=None)
    assert (none.without_x, none.shown, none.total) == (10, 0, 10)


def test_an_axis_that_goes_back_opens_passes_and_of_many_the_newest_are_shown() -> None:
    loss = series([(step, float(step)) for step in range(30)])
    saw = series([(step, float(step % 10)) for step in range(30)])
    got = view(loss, x="tag", x_series=saw)
    assert got.passes == ((0, 0), (10, 0), (20, 0))
    last = view(loss, x="tag", x_series=saw, max_passes=2)
    assert (last.pass_count, last.passes, last.step.tolist()) == (3, ((0, 0), (10, 0)), list(range(10, 30)))


def test_a_range_on_such_an_axis_holds_in_every_pass_with_neighbours() -> None:
    loss = series([(step, float(step)) for step in range(20)])
    saw = series([(step, float(step % 10)) for step in range(20)])
    got = view(loss, x="tag", x_series=saw, range=(4, 5))
    assert got.in_range == 4
    assert got.step.tolist() == [3, 4, 5, 6, 13, 14, 15, 16]
    assert got.passes == ((0, 0), (4, 0))


def test_many_points_share_the_room_and_the_extremes_stay() -> None:
    rng = np.random.default_rng(3)
    loss = series(list(enumerate(rng.normal(size=50_000).tolist())))
    saw = series([(step, float(step % 10_000)) for step in range(50_000)])
    got = view(loss, x="tag", x_series=saw, max_points=1000)
    assert len(got.value) <= 1000
    assert (got.value.min(), got.value.max()) == (loss.values.min(), loss.values.max())


def test_a_logarithmic_axis_keeps_the_points_of_its_first_decades() -> None:
    loss = series(list(enumerate(np.random.default_rng(4).normal(size=200_000).tolist())))
    plain, log = view(loss, max_points=600), view(loss, max_points=600, logarithmic=True)
    assert len(log.step) <= 600
    # Four points of the 600 are for the ends and the extremes; the others are two for each of 298 stretches of the axis.
    stretch = np.arcsinh(np.arange(200_000)) / np.arcsinh(199_999) * 298
    stretch = np.minimum(stretch.astype(np.int64), 297)
    there, kept = (np.bincount(stretch[steps], minlength=298) for steps in (loss.steps, log.step))
    wanted = np.minimum(there, 2)
    wanted[-1] += 1  # the last point of all
    assert kept.tolist() == wanted.tolist()
    # Three of the five decades, of which all but the stretch that steps 1000 and beyond share are full.
    first_decades = wanted[: stretch[1000]].sum()
    assert first_decades == 188
    assert (plain.step < 1000).sum() < 10 < first_decades <= (log.step < 1000).sum()
    assert log.step[:6].tolist() == [0, 1, 2, 3, 4, 5]
    assert (log.value.min(), log.value.max()) == (loss.values.min(), loss.values.max())


def test_statistics_of_a_range_count_every_pass_and_say_where_extremes_stand() -> None:
    loss = series([(step, float(step)) for step in range(30)])
    saw = series([(step, float(step % 10)) for step in range(30)])
    got = range_statistics(loss, (2, 4), x="tag", x_series=saw)
    assert got.count == 9
    assert (got.minimum, got.minimum_x, got.maximum, got.maximum_x) == (2.0, 2.0, 24.0, 4.0)
    assert got.deviation == pytest.approx(np.std([2, 3, 4, 12, 13, 14, 22, 23, 24], ddof=1))
