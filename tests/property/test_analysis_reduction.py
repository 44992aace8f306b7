"""What a reduced curve never loses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.reduction import MAX_MARKS_PER_POINT, reduce_marks, reduce_points
from glassboard.errors import MisuseError

steps = st.one_of(st.integers(-5, 5), st.integers(-(2**63), 2**63 - 1))
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def curves(draw):
    size = draw(st.integers(1, 400))
    if draw(st.booleans()):
        x = np.sort(np.array(draw(st.lists(steps, min_size=size, max_size=size)), np.int64))
    else:
        x = np.sort(np.array(draw(st.lists(finite, min_size=size, max_size=size)), np.float64))
    seed = draw(st.integers(0, 2**32 - 1))
    scale = draw(st.sampled_from([0.0, 1.0, 1e-300, 1e300]))
    return x, np.random.default_rng(seed).normal(size=size) * scale


@given(curves(), st.integers(4, 200))
def test_extremes_and_ends_survive(curve, max_points):
    x, y = curve
    index = np.arange(len(y))[reduce_points(x, y, max_points)]
    assert len(index) <= max(max_points, 4)
    assert np.all(np.diff(index) > 0)
    assert index[0] == 0
    assert index[-1] == len(y) - 1
    assert y[index].min() == y.min()
    assert y[index].max() == y.max()


@given(curves(), st.integers(4, 200), st.booleans(), st.booleans())
def test_ends_that_are_not_kept_for_their_own_sake_leave_the_rest_as_it_is(
    curve, max_points, is_first_kept, is_last_kept
):
    x, y = curve
    every = np.arange(len(y))
    index = every[reduce_points(x, y, max_points, is_first_kept=is_first_kept, is_last_kept=is_last_kept)]
    assert np.all(np.diff(index) > 0)
    assert y[index].min() == y.min()
    assert y[index].max() == y.max()
    lost = set(every[reduce_points(x, y, max_points)]) - set(index)
    assert lost <= ({0} if not is_first_kept else set()) | ({len(y) - 1} if not is_last_kept else set())


def test_few_points_are_all_kept():
    x, y = np.arange(100), np.random.default_rng(0).normal(size=100)
    assert len(y[reduce_points(x, y, 100)]) == 100


def test_every_spike_of_a_long_curve_survives():
    y = np.zeros(1_000_000)
    spikes = np.arange(5_000, 1_000_000, 50_000)
    y[spikes] = 1.0
    index = reduce_points(np.arange(len(y)), y, 1000)
    assert set(spikes) <= set(index)
    assert len(index) <= 1000


def test_too_few_points_are_refused():
    with pytest.raises(MisuseError, match="max_points is 3, want at least 4"):
        reduce_points(np.arange(9), np.zeros(9), 3)


@given(st.lists(st.tuples(steps, st.integers(0, 2)), min_size=1, max_size=300), st.integers(4, 40))
def test_every_pixel_keeps_the_first_and_last_mark_of_each_kind(rows, max_points):
    rows.sort(key=lambda row: row[0])
    x, kinds = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.uint8)
    span = float(x[0]), float(x[-1])
    index = np.arange(len(x))[reduce_marks(x, kinds, max_points, span=span)]
    assert np.all(np.diff(index) > 0)
    if len(x) <= max_points:
        assert len(index) == len(x)
        return
    assert len(index) <= MAX_MARKS_PER_POINT * max_points
    # The stretches, told by exact integers.
    low, extent = rows[0][0], (rows[-1][0] - rows[0][0]) or 1
    stretches = max_points // 2
    pixels = [min((row[0] - low) * stretches // extent, stretches - 1) for row in rows]
    clear = [
        abs((row[0] - low) * stretches / extent - round((row[0] - low) * stretches / extent)) for row in rows
    ]
    for kind in (0, 1, 2):
        for pixel in set(pixels):
            members = [i for i in range(len(rows)) if pixels[i] == pixel and rows[i][1] == kind]
            # On the very edge of a stretch, rounding may put a point into the next one.
            if members and all(clear[i] > 1e-6 for i in range(len(rows)) if abs(pixels[i] - pixel) <= 1):
                assert {members[0], members[-1]} <= set(index.tolist())


def test_marks_at_one_place_are_kept_once_for_each_kind():
    kinds = np.array([0, 1, 0, 2, 1] * 100, np.uint8)
    index = reduce_marks(np.full(500, 7), kinds, 10, span=(7.0, 7.0))
    assert index.tolist() == [0, 1, 3, 497, 498, 499]
