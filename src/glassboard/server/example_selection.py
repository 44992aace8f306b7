"""The rows behind a mark: those that a filter lets through, in the order wanted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassboard.analysis.confusion import decide_at
from glassboard.errors import NotFoundError
from glassboard.server.evaluation import Evaluation
from glassboard.server.models.predictions import ExampleFilter, ExampleItem
from glassboard.server.values import number
from glassboard.types import Int64Array

__all__ = ["class_of_evaluation", "example_item", "select_rows", "taken_for"]

BoolArray = npt.NDArray[np.bool_]


def class_of_evaluation(evaluation: Evaluation, class_index: int) -> int:
    """The same, where there is such a class. Raises `NotFoundError`."""
    if class_index >= evaluation.class_count:
        raise NotFoundError(
            f"no class {class_index} in {evaluation.place.where}: there are {evaluation.class_count}, from 0"
        )
    return class_index


def taken_for(evaluation: Evaluation, threshold: float | None, positive: int) -> npt.NDArray[np.int32]:
    """int32[rows]: the class that each row is taken for, -1 for none."""
    best, most = evaluation.decided
    if threshold is None:
        return best
    index = min(positive, evaluation.class_count - 1)
    return decide_at(threshold, evaluation.scores, best, most, class_index=index)


def select_rows(evaluation: Evaluation, wanted: ExampleFilter, order: str) -> Int64Array:
    """int64[m]: the rows. Likely label errors come in their own order, the likeliest first."""
    if wanted.id is not None:
        row = evaluation.row_of(wanted.id, -1)
        rows = np.array([] if row is None else [row], np.int64)
        kept = _mask(evaluation, wanted)
        return rows if kept is None else rows[kept[rows]]
    mask = _mask(evaluation, wanted)
    if wanted.label_errors:
        ranked = evaluation.label_errors.rows
    elif order == "row":
        ranked = np.arange(evaluation.row_count, dtype=np.int64)
    else:
        ranked = evaluation.wrongest
        if order == "surest":
            known = int(np.count_nonzero(evaluation.known))
            ranked = np.concatenate([ranked[:known][::-1], ranked[known:]])
    return ranked if mask is None else ranked[mask[ranked]]


def _mask(evaluation: Evaluation, wanted: ExampleFilter) -> BoolArray | None:
    """bool[rows]; None where nothing was asked for."""
    masks: list[BoolArray] = []
    if wanted.true_classes is not None:
        masks.append(_among(evaluation.targets, wanted.true_classes, evaluation.class_count))
    if wanted.predicted_classes is not None or wanted.correct is not None:
        taken = taken_for(evaluation, wanted.threshold, wanted.positive)
        if wanted.predicted_classes is not None:
            masks.append(_among(taken, wanted.predicted_classes, evaluation.class_count))
        if wanted.correct is not None:
            masks.append(evaluation.known & ((taken == evaluation.targets) == wanted.correct))
    if wanted.score is not None:
        index = wanted.score.class_index
        scores = (
            evaluation.decided[1]
            if index is None
            else evaluation.scores[class_of_evaluation(evaluation, index)]
        )
        if wanted.score.above is not None:
            masks.append(scores > np.float64(wanted.score.above))
        if wanted.score.up_to is not None:
            masks.append(scores <= np.float64(wanted.score.up_to))
        masks.append(~np.isnan(scores))
    if wanted.outcome is not None:
        index = class_of_evaluation(evaluation, wanted.outcome.class_index)
        positive = evaluation.scores[index] >= np.float32(wanted.outcome.threshold)
        of_class = evaluation.targets == index
        true, taken_positive = wanted.outcome.outcome.split("_")
        masks.append(positive if taken_positive == "positive" else ~positive)
        masks.append(of_class if (true == "true") == (taken_positive == "positive") else ~of_class)
        masks.append(evaluation.known)
    if not masks:
        return None
    return np.logical_and.reduce(masks) if len(masks) > 1 else masks[0]


def _among(column: npt.NDArray[np.int32], wanted: list[int], class_count: int) -> BoolArray:
    if len(wanted) == 1:
        found: BoolArray = column == wanted[0]
        return found
    table = np.zeros(class_count + 1, bool)  # the last place is that of -1
    table[[each for each in wanted if each < class_count]] = True
    return table[column]


def example_item(
    evaluation: Evaluation,
    row: int,
    *,
    suggested: int | None = None,
    has_image: bool = False,
    image_problem: str | None = None,
) -> ExampleItem:
    best, most = evaluation.decided
    target, predicted = int(evaluation.targets[row]), int(best[row])
    known, answered = target >= 0, predicted >= 0
    return ExampleItem(
        row=row,
        id=evaluation.id_of(row),
        target=target if known else None,
        predicted=predicted if answered else None,
        score=number(float(most[row])) if answered else None,
        true_score=number(float(evaluation.scores[target, row])) if known else None,
        loss=number(float(evaluation.losses[row])) if known else None,
        suggested=suggested,
        has_image=has_image,
        image_problem=image_problem,
    )
