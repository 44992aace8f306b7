"""Curves, confusion, calibration and label errors of a classifier, beside scikit-learn on the same answers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from glassboard.analysis.calibration import bin_edges, reliability, score_histogram
from glassboard.analysis.class_ranking import (
    ClassRanking,
    average_precision,
    counts_at,
    rank_class,
    roc_auc,
    threshold_curve,
)
from glassboard.analysis.confusion import class_table, confusion_matrix, decide, decide_at, outcome_counts
from glassboard.analysis.label_errors import find_label_errors
from glassboard.analysis.sample_loss import cross_entropy, scores_of, wrongest_first

LOWEST = np.float32(-1)
"""In the place of a NaN, which scikit-learn refuses: lower than any probability."""

Answers = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]


def answers(count: int, classes: int, *, seed: int = 0, skill: float = 1.5) -> Answers:
    """Probabilities [classes, n] and targets [n]."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, classes, count).astype(np.int32)
    logits = rng.normal(size=(classes, count))
    logits[targets, np.arange(count)] += skill
    odds = np.exp(logits)
    return (odds / odds.sum(axis=0)).astype(np.float32), targets


def tied(count: int, classes: int) -> Answers:
    scores, targets = answers(count, classes, seed=1)
    return np.round(scores, 1), targets


def with_nan(count: int, classes: int) -> Answers:
    scores, targets = answers(count, classes, seed=2)
    scores[:, ::7] = np.nan
    scores[0, ::5] = np.nan
    return scores, targets


def without_class(count: int, classes: int) -> Answers:
    scores, targets = answers(count, classes, seed=3)
    targets[targets == 1] = 0
    return scores, targets


CASES = {
    "ten classes": answers(2000, 10),
    "two classes": answers(500, 2),
    "ties": tied(1500, 4),
    "NaN": with_nan(700, 5),
    "an absent class": without_class(300, 3),
    "one row": answers(1, 3),
    "all of one class": (answers(50, 2)[0], np.zeros(50, np.int32)),
}


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request: pytest.FixtureRequest) -> Answers:
    found: Answers = request.param
    return found


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """scikit-learn warns of what is undefined; we say NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", metrics_warning())
        yield


def metrics_warning() -> type[Warning]:
    from sklearn.exceptions import UndefinedMetricWarning

    found: type[Warning] = UndefinedMetricWarning
    return found


def plain(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.where(np.isnan(scores), LOWEST, scores)


def test_areas_are_those_of_scikit_learn(case: Answers) -> None:
    scores, targets = case
    for index, column in enumerate(scores):
        mine, theirs = targets == index, plain(column)
        ranking = rank_class(column, mine)
        if mine.any() and not mine.all():
            assert roc_auc(ranking) == pytest.approx(metrics.roc_auc_score(mine, theirs), abs=1e-12)
        else:
            assert math.isnan(roc_auc(ranking))
        if mine.any():
            assert average_precision(ranking) == pytest.approx(
                metrics.average_precision_score(mine, theirs), abs=1e-12
            )
        else:
            assert math.isnan(average_precision(ranking))


def test_curves_at_full_resolution_are_those_of_scikit_learn(case: Answers) -> None:
    scores, targets = case
    for index, column in enumerate(scores):
        mine, theirs = targets == index, plain(column)
        curve = threshold_curve(rank_class(column, mine), 10_000)
        false_rate, true_rate, thresholds = metrics.roc_curve(mine, theirs, drop_intermediate=False)
        np.testing.assert_array_equal(
            np.where(np.isneginf(curve.thresholds), LOWEST, curve.thresholds), thresholds[1:]
        )
        if mine.any():
            np.testing.assert_allclose(curve.true_positives / mine.sum(), true_rate[1:], atol=1e-12)
            precision, recall, _ = metrics.precision_recall_curve(mine, theirs)
            ours = curve.true_positives / (curve.true_positives + curve.false_positives)
            # scikit-learn goes up and ends with the point of no prediction.
            np.testing.assert_allclose(ours[::-1], precision[:-1], atol=1e-12)
            np.testing.assert_allclose(curve.true_positives[::-1] / mine.sum(), recall[:-1], atol=1e-12)
        if not mine.all():
            np.testing.assert_allclose(curve.false_positives / (~mine).sum(), false_rate[1:], atol=1e-12)


def test_a_reduced_curve_keeps_what_a_screen_shows() -> None:
    scores, targets = answers(60_000, 3, skill=2.0)
    ranking = rank_class(scores[0], targets == 0)
    whole = threshold_curve(ranking, 100_000)
    assert len(whole.thresholds) > 50_000
    reduced = threshold_curve(ranking, 400)
    assert len(reduced.thresholds) < 600
    hits, alarms = counts_at(ranking, reduced.thresholds)
    np.testing.assert_array_equal(hits, reduced.true_positives)
    np.testing.assert_array_equal(alarms, reduced.false_positives)
    for column, total in ((hits, len(ranking.positives)), (alarms, len(ranking.negatives))):
        assert np.diff(column).max() <= total / 100 + 1
        assert column[-1] == total
    assert reduced.thresholds[0] == whole.thresholds[0]
    for rate in (lambda c: precision_of(c), lambda c: -precision_of(c), lambda c: f1_of(c, ranking)):
        assert rate(reduced).max() == rate(whole).max()


def precision_of(curve: object) -> npt.NDArray[np.float64]:
    hits, alarms = curve.true_positives, curve.false_positives
    found: npt.NDArray[np.float64] = hits / (hits + alarms)
    return found


def f1_of(curve: object, ranking: ClassRanking) -> npt.NDArray[np.float64]:
    hits, alarms = curve.true_positives, curve.false_positives
    found: npt.NDArray[np.float64] = 2 * hits / (hits + alarms + len(ranking.positives))
    return found


def test_the_matrix_and_the_table_are_those_of_scikit_learn(case: Answers) -> None:
    scores, targets = case
    classes = len(scores)
    predicted, most = decide(scores)
    missing = np.isnan(scores).all(axis=0)
    np.testing.assert_array_equal(predicted == -1, missing)
    np.testing.assert_array_equal(predicted[~missing], plain(scores).argmax(axis=0)[~missing])
    np.testing.assert_array_equal(most[~missing], np.nanmax(scores[:, ~missing], axis=0))
    matrix = confusion_matrix(targets, predicted, classes)
    labels = [*range(classes), -1]
    theirs = metrics.confusion_matrix(targets, predicted, labels=labels)
    np.testing.assert_array_equal(matrix, theirs[:-1])
    table = class_table(matrix.diagonal(), matrix[:, :-1].sum(axis=0), matrix.sum(axis=1))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        targets, predicted, labels=range(classes), zero_division=np.nan
    )
    np.testing.assert_allclose(table.precision, precision, atol=1e-12)
    np.testing.assert_allclose(table.recall, recall, atol=1e-12)
    np.testing.assert_allclose(table.f1, f1, atol=1e-12)
    np.testing.assert_array_equal(table.support, support)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
def test_what_a_threshold_decides(case: Answers, threshold: float) -> None:
    scores, targets = case
    best, most = decide(scores)
    taken = decide_at(threshold, scores, best, most, class_index=1)
    if len(scores) == 2:
        np.testing.assert_array_equal(taken, (scores[1] >= threshold).astype(np.int32))
    else:
        np.testing.assert_array_equal(taken == -1, ~(plain(most) >= threshold))
        np.testing.assert_array_equal(taken[taken >= 0], best[taken >= 0])
    hits, predicted, support = outcome_counts(scores, targets, threshold)
    table = class_table(hits, predicted, support)
    for index, column in enumerate(scores):
        mine, positive = targets == index, plain(column) >= threshold
        theirs = metrics.confusion_matrix(mine, positive, labels=[False, True])
        assert theirs[1, 1] == hits[index]
        assert theirs[:, 1].sum() == predicted[index]
        if positive.any():
            assert table.precision[index] == pytest.approx(metrics.precision_score(mine, positive))
        else:
            assert math.isnan(table.precision[index])


def test_samples_without_a_target_are_left_out() -> None:
    scores, targets = answers(100, 3)
    targets[::2] = -1
    known = targets >= 0
    predicted, _ = decide(scores)
    np.testing.assert_array_equal(
        confusion_matrix(targets, predicted, 3), confusion_matrix(targets[known], predicted[known], 3)
    )
    for with_unknown, without in zip(
        outcome_counts(scores, targets, 0.4),
        outcome_counts(scores[:, known], targets[known], 0.4),
        strict=True,
    ):
        np.testing.assert_array_equal(with_unknown, without)


@pytest.mark.parametrize("bins", [1, 7, 10, 15])
def test_calibration_is_that_of_scikit_learn(case: Answers, bins: int) -> None:
    scores, targets = case
    for index, column in enumerate(scores):
        known = ~np.isnan(column)
        mine = targets == index
        found = reliability(rank_class(column, mine), bins)
        assert found.counts.sum() == known.sum()
        if not known.any():
            assert math.isnan(found.expected_error)
            continue
        column = column.astype(np.float64)
        rates, means = calibration_curve(mine[known], column[known], n_bins=bins, pos_label=True)
        filled = found.counts > 0
        np.testing.assert_allclose(found.rates[filled], rates, atol=1e-12)
        np.testing.assert_allclose(found.mean_scores[filled], means, atol=1e-7)
        assert np.isnan(found.rates[~filled]).all()
        gaps = np.abs(rates - means)
        assert found.expected_error == pytest.approx(
            (gaps * found.counts[filled]).sum() / known.sum(), abs=1e-7
        )
        assert found.largest_error == pytest.approx(gaps.max(), abs=1e-7)


def test_a_histogram_counts_every_score_in_the_bin_that_holds_it(case: Answers) -> None:
    scores, targets = case
    edges = bin_edges(20)
    for index, column in enumerate(scores):
        mine = targets == index
        for side, counts in zip((mine, ~mine), score_histogram(rank_class(column, mine), 20), strict=True):
            for place, count in enumerate(counts):
                low = -np.inf if place == 0 else edges[place]
                high = np.inf if place == 19 else edges[place + 1]
                values = column[side].astype(np.float64)
                assert count == ((values > low) & (values <= high)).sum() + (
                    0 if place else np.isneginf(values).sum()
                )


def test_losses_and_their_order() -> None:
    scores = np.array([[0.9, 0.0, np.nan, 0.5, 1.0001, 0.2], [0.1, 1.0, 0.5, 0.5, 0.0, 0.8]], np.float32)
    targets = np.array([0, 0, 0, 1, 0, -1], np.int32)
    losses = cross_entropy(scores_of(scores, targets))
    np.testing.assert_allclose(losses, [-np.log(0.9), np.inf, np.nan, np.log(2), 0, np.nan], rtol=1e-6)
    # No answer, then the infinite loss, then by loss; without a target last.
    assert wrongest_first(losses, targets >= 0).tolist() == [2, 1, 3, 0, 4, 5]


def test_the_mean_loss_is_the_log_loss_of_scikit_learn() -> None:
    scores, targets = answers(2000, 10)
    losses = cross_entropy(scores_of(scores, targets))
    exact = scores.T.astype(np.float64)
    theirs = metrics.log_loss(targets, exact / exact.sum(axis=1, keepdims=True), labels=range(10))
    assert losses.mean(dtype=np.float64) == pytest.approx(theirs, rel=1e-5)


def test_equal_losses_stay_in_the_order_of_rows() -> None:
    losses = np.array([0.0, 1.0, 1.0, -0.0, np.nan, np.nan], np.float32)
    assert wrongest_first(losses, np.ones(6, bool)).tolist() == [4, 5, 1, 2, 0, 3]


def slow_confident_joint(
    scores: npt.NDArray[np.float32], labels: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int64], dict[int, int]]:
    """Equation 1 of the paper, sample by sample."""
    classes = len(scores)
    thresholds = [
        scores[j, labels == j].mean(dtype=np.float64) if (labels == j).any() else np.inf
        for j in range(classes)
    ]
    joint, errors = np.zeros((classes, classes), np.int64), {}
    for row, label in enumerate(labels):
        sure = [j for j in range(classes) if scores[j, row] >= thresholds[j]]
        if label < 0 or not sure or np.isnan(scores[:, row]).any():
            continue
        guess = max(sure, key=lambda j: (scores[j, row], -j))
        joint[label, guess] += 1
        if guess != label:
            errors[row] = guess
    return joint, errors


def test_the_confident_joint_is_that_of_the_paper() -> None:
    scores, labels = answers(3000, 4)
    labels[::11] = -1
    found = find_label_errors(scores, labels)
    joint, errors = slow_confident_joint(scores, labels)
    np.testing.assert_array_equal(found.joint, joint)
    assert dict(zip(found.rows.tolist(), found.suggested.tolist(), strict=True)) == errors
    assert (np.diff(found.margins) >= 0).all()


def test_labels_that_were_swapped_are_found() -> None:
    scores, truth = answers(5000, 5, skill=9.0)
    labels = truth.copy()
    swapped = np.arange(0, 5000, 50)
    labels[swapped] = (labels[swapped] + 1) % 5
    found = find_label_errors(scores, labels)
    first = set(found.rows[: len(swapped)].tolist())
    assert len(first & set(swapped.tolist())) > 90
    assert (found.suggested[:50] == truth[found.rows[:50]]).all()


def test_there_is_nothing_to_find_where_nothing_is_known() -> None:
    scores = np.full((3, 4), np.nan, np.float32)
    found = find_label_errors(scores, np.array([0, 1, 2, -1], np.int32))
    assert len(found.rows) == 0
    assert found.joint.sum() == 0
    assert np.isnan(found.thresholds).all()
    nothing = rank_class(np.empty(0, np.float32), np.empty(0, bool))
    assert math.isnan(roc_auc(nothing))
    assert len(threshold_curve(nothing, 10).thresholds) == 0
    assert reliability(rank_class(np.empty(0, np.float32), np.empty(0, bool)), 5).counts.tolist() == [0] * 5
