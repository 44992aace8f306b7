"""What holds of the curves of any classifier, whatever its answers."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from glassboard.analysis.calibration import reliability, score_histogram
from glassboard.analysis.class_ranking import (
    average_precision,
    counts_at,
    rank_class,
    roc_auc,
    threshold_curve,
)
from glassboard.analysis.confusion import confusion_matrix, decide, decide_at
from glassboard.analysis.label_errors import find_label_errors
from glassboard.analysis.sample_loss import cross_entropy, scores_of, wrongest_first

SCORES = st.one_of(
    st.floats(0, 1, width=32),
    st.sampled_from([0.0, 0.1, 0.5, 1.0, math.nan, math.inf, -math.inf]),
)


@st.composite
def answered(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    classes, count = draw(st.integers(2, 5)), draw(st.integers(0, 40))
    scores = draw(arrays.arrays(np.float32, (classes, count), elements=SCORES))
    targets = draw(arrays.arrays(np.int32, count, elements=st.integers(-1, classes - 1)))
    return scores, targets


@given(answered(), st.integers(1, 30))
def test_a_curve_falls_back_to_its_counts_and_ends_with_everything(
    case: tuple[np.ndarray, np.ndarray], max_points: int
) -> None:
    scores, targets = case
    known = targets >= 0
    for index, column in enumerate(scores):
        ranking = rank_class(column[known], targets[known] == index)
        curve = threshold_curve(ranking, max_points)
        hits, alarms = counts_at(ranking, curve.thresholds)
        np.testing.assert_array_equal(hits, curve.true_positives)
        np.testing.assert_array_equal(alarms, curve.false_positives)
        assert (np.diff(curve.thresholds) < 0).all()
        if known.any():
            assert hits[-1] + alarms[-1] == known.sum()
        area, precision = roc_auc(ranking), average_precision(ranking)
        assert math.isnan(area) or 0 <= area <= 1
        assert math.isnan(precision) or 0 < precision <= 1
        positives, negatives = score_histogram(ranking, 7)
        found = reliability(rank_class(column[known], targets[known] == index), 7)
        lowest = np.isnan(column[known]) | np.isneginf(column[known])
        assert positives.sum() + negatives.sum() == (~lowest).sum()
        assert found.counts.sum() == (~lowest).sum()


@given(answered())
def test_swapping_the_sides_turns_the_area_round(case: tuple[np.ndarray, np.ndarray]) -> None:
    scores, targets = case
    mine = targets == 0
    area, other = roc_auc(rank_class(scores[0], mine)), roc_auc(rank_class(scores[0], ~mine))
    assert (math.isnan(area) and math.isnan(other)) or math.isclose(area + other, 1, abs_tol=1e-9)


@given(answered(), st.floats(0, 1))
def test_every_sample_is_counted_once(case: tuple[np.ndarray, np.ndarray], threshold: float) -> None:
    scores, targets = case
    best, most = decide(scores)
    for taken in (best, decide_at(threshold, scores, best, most)):
        assert ((taken >= -1) & (taken < len(scores))).all()
        assert confusion_matrix(targets, taken, len(scores)).sum() == (targets >= 0).sum()


@given(answered())
def test_the_order_of_the_wrongest_holds_every_row_once(case: tuple[np.ndarray, np.ndarray]) -> None:
    scores, targets = case
    losses = cross_entropy(scores_of(scores, targets))
    order = wrongest_first(losses, targets >= 0)
    assert sorted(order.tolist()) == list(range(len(targets)))
    sorted_losses = losses[order][: int((targets >= 0).sum())]
    known = sorted_losses[~np.isnan(sorted_losses)]
    assert (np.diff(known[np.isfinite(known)]) <= 0).all()
    errors = find_label_errors(scores, targets)
    assert (targets[errors.rows] >= 0).all()
    assert (errors.suggested != targets[errors.rows]).all()
