"""The parts of an evaluation as the API sends them."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from glassboard.analysis.calibration import Reliability, reliability, score_histogram
from glassboard.analysis.class_ranking import (
    ClassRanking,
    average_precision,
    rank_class,
    roc_auc,
    threshold_curve,
)
from glassboard.analysis.confusion import class_table, confusion_matrix, outcome_counts
from glassboard.server.evaluation import Evaluation
from glassboard.server.example_selection import taken_for
from glassboard.server.models.base import Number
from glassboard.server.models.predictions import (
    CalibrationCurve,
    ClassCurve,
    ClassRates,
    Confusion,
    EvaluationItem,
    EvaluationRequest,
    ScoreHistogram,
)
from glassboard.server.values import finite_times, number, numbers
from glassboard.types import Float64Array, Int64Array

__all__ = ["evaluation_item", "unreadable_item"]

_MANY_ROWS = 100_000
_MOST_CLASSES = 20
"""With curves, where nobody asked for certain ones."""


def evaluation_item(evaluation: Evaluation, question: EvaluationRequest) -> EvaluationItem:
    place, sheets = evaluation.place, evaluation.sheets
    best, _ = evaluation.decided
    known = evaluation.known
    classes = _classes(evaluation, question.classes)
    asked = set(question.parts)
    return EvaluationItem(
        run=place.view.run,
        tag=place.view.tag,
        step=place.step,
        wall_time=finite_times([place.wall_time])[0],
        error=None,
        key=place.key,
        row_count=evaluation.row_count,
        total_row_count=evaluation.total_row_count,
        known_count=evaluation.kept("known", lambda: int(np.count_nonzero(known))),
        unanswered_count=evaluation.kept("unanswered", lambda: int(np.count_nonzero(best < 0))),
        class_names=list(evaluation.class_names),
        image_width=sheets.width if sheets else None,
        image_height=sheets.height if sheets else None,
        right_count=evaluation.kept(
            "right", lambda: int(np.count_nonzero((best == evaluation.targets) & known))
        ),
        mean_loss=_mean_loss(evaluation),
        curves=_curves(evaluation, classes, question.max_points) if "curves" in asked else [],
        confusion=_confusion(evaluation, question) if "confusion" in asked else None,
        rates=_rates(evaluation, question.threshold) if "classes" in asked else None,
        calibration=[_calibration(evaluation, index, question.bins) for index in _scored(question, classes)]
        if "calibration" in asked
        else [],
        histograms=[_histogram(evaluation, index, question.bins) for index in _scored(question, classes)]
        if "histograms" in asked
        else [],
    )


def unreadable_item(run: str, tag: str, step: int | None, error: str) -> EvaluationItem:
    return EvaluationItem(
        run=run,
        tag=tag,
        step=step,
        wall_time=None,
        error=error,
        key="",
        row_count=0,
        total_row_count=0,
        known_count=0,
        unanswered_count=0,
        class_names=[],
        image_width=None,
        image_height=None,
        right_count=0,
        mean_loss=None,
        curves=[],
        confusion=None,
        rates=None,
        calibration=[],
        histograms=[],
    )


def _classes(evaluation: Evaluation, wanted: Sequence[int] | None) -> list[int]:
    """Those asked for that are there; else all, of many those that are found worst."""
    count = evaluation.class_count
    if wanted is not None:
        return [index for index in wanted if index < count]
    if count <= _MOST_CLASSES:
        return list(range(count))
    rates = _rates(evaluation, None)
    occurring = [index for index in range(count) if rates.support[index] > 0]
    worst = sorted(occurring, key=lambda index: (rates.f1[index] or 0.0, -rates.support[index], index))
    return sorted(worst[:_MOST_CLASSES])


def _scored(question: EvaluationRequest, classes: Sequence[int]) -> list[int | None]:
    """What calibration and histograms are of: the largest score, and the classes that were named."""
    return [None, *(classes if question.classes is not None else ())]


def _mean_loss(evaluation: Evaluation) -> Number | None:
    def make() -> float:
        losses = evaluation.losses[evaluation.known]
        answered = losses[~np.isnan(losses)]
        return float(answered.mean(dtype=np.float64)) if len(answered) else math.nan

    mean = evaluation.kept("mean loss", make)
    return None if math.isnan(mean) else number(mean)


def _curves(evaluation: Evaluation, classes: Sequence[int], max_points: int) -> list[ClassCurve]:
    def make(index: int) -> ClassCurve:
        return _curve(evaluation, index, max_points)

    if evaluation.row_count < _MANY_ROWS or len(classes) < 2:
        return [make(index) for index in classes]
    # Sorting and searching leave the interpreter to the others.
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(make, classes))


def _curve(evaluation: Evaluation, index: int, max_points: int) -> ClassCurve:
    def make() -> ClassCurve:
        ranking = evaluation.ranking(index)
        curve = threshold_curve(ranking, max_points)
        return ClassCurve(
            class_index=index,
            positive_count=len(ranking.positives),
            negative_count=len(ranking.negatives),
            nan_count=ranking.nan_count,
            area=_rate(evaluation.kept(("area", index), lambda: roc_auc(ranking))),
            average_precision=_rate(
                evaluation.kept(("average precision", index), lambda: average_precision(ranking))
            ),
            thresholds=numbers(curve.thresholds),
            true_positives=curve.true_positives.tolist(),
            false_positives=curve.false_positives.tolist(),
        )

    return evaluation.kept(("curve", index, max_points), make)


def _matrix(evaluation: Evaluation, threshold: float | None, positive: int) -> Int64Array:
    def make() -> Int64Array:
        taken = taken_for(evaluation, threshold, positive)
        return confusion_matrix(evaluation.targets, taken, evaluation.class_count)

    return evaluation.kept("matrix", make) if threshold is None else make()


def _confusion(evaluation: Evaluation, question: EvaluationRequest) -> Confusion:
    matrix = _matrix(evaluation, question.threshold, question.positive)
    count = evaluation.class_count
    if count <= question.max_classes:
        return Confusion(classes=list(range(count)), other_count=0, counts=matrix.tolist())
    # Which classes are shown must not change while a threshold is dragged.
    whole = _matrix(evaluation, None, question.positive)
    hits = whole.diagonal()
    mistakes = whole.sum(axis=1) + whole[:, :-1].sum(axis=0) - 2 * hits
    shown = np.sort(np.argsort(-mistakes, kind="stable")[: question.max_classes - 1])
    place = np.full(count + 1, len(shown))
    place[shown] = np.arange(len(shown))
    place[count] = len(shown) + 1
    rows = np.zeros((len(shown) + 1, count + 1), np.int64)
    np.add.at(rows, place[:count], matrix)
    merged = np.zeros((len(shown) + 1, len(shown) + 2), np.int64)
    np.add.at(merged.T, place, rows.T)
    return Confusion(classes=shown.tolist(), other_count=count - len(shown), counts=merged.tolist())


def _rates(evaluation: Evaluation, threshold: float | None) -> ClassRates:
    def make() -> ClassRates:
        if threshold is None:
            matrix = _matrix(evaluation, None, 1)
            hits, predicted, support = matrix.diagonal(), matrix[:, :-1].sum(axis=0), matrix.sum(axis=1)
        else:
            hits, predicted, support = outcome_counts(evaluation.scores, evaluation.targets, threshold)
        table = class_table(hits, predicted, support)
        return ClassRates(
            precision=_list(table.precision),
            recall=_list(table.recall),
            f1=_list(table.f1),
            support=support.tolist(),
            predicted=predicted.tolist(),
            hits=hits.tolist(),
        )

    return evaluation.kept("rates", make) if threshold is None else make()


def _ranking(evaluation: Evaluation, index: int | None) -> ClassRanking:
    """Of the rows whose true class is known; without a class, of the answers: right ones against wrong ones."""

    def make() -> ClassRanking:
        best, most = evaluation.decided
        known, right = evaluation.known, best == evaluation.targets
        return rank_class(most, right) if known.all() else rank_class(most[known], right[known])

    return evaluation.kept("ranking of answers", make) if index is None else evaluation.ranking(index)


def _calibration(evaluation: Evaluation, index: int | None, bins: int) -> CalibrationCurve:
    def make() -> Reliability:
        return reliability(_ranking(evaluation, index), bins)

    found = evaluation.kept(("calibration", index, bins), make)
    return CalibrationCurve(
        class_index=index,
        counts=found.counts.tolist(),
        mean_scores=_list(found.mean_scores),
        rates=_list(found.rates),
        expected_error=_rate(found.expected_error),
        largest_error=_rate(found.largest_error),
    )


def _histogram(evaluation: Evaluation, index: int | None, bins: int) -> ScoreHistogram:
    def make() -> tuple[Int64Array, Int64Array]:
        return score_histogram(_ranking(evaluation, index), bins)

    positives, negatives = evaluation.kept(("histogram", index, bins), make)
    return ScoreHistogram(class_index=index, positives=positives.tolist(), negatives=negatives.tolist())


def _rate(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _list(column: Float64Array) -> list[float | None]:
    return [_rate(value) for value in column.tolist()]
