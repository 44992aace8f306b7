"""Which sample of an evaluation a point of an embedding is: by ids in its metadata, or by rows where that is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from glassboard.server.evaluation import Evaluation
from glassboard.types import Int64Array

__all__ = ["Match", "match_examples"]


@dataclass(frozen=True, slots=True)
class Match:
    """How the points of an embedding and the samples of an evaluation belong together."""

    by: Literal["id", "number", "row"]
    column: str | None
    rows: Int64Array
    """int64[points]: -1 without a sample."""
    class_column: str | None
    agreeing_count: int
    compared_count: int

    @property
    def rank(self) -> tuple[int, float]:
        """The surest is the smallest."""
        return ("id", "number", "row").index(self.by), -self.agreeing_count / max(1, self.compared_count)


def match_examples(
    columns: Mapping[str, Sequence[str]], point_count: int, evaluation: Evaluation
) -> Match | None:
    """The surest way to tell; None where there is none.

    A column holds ids where no value stands twice and each one is the id of exactly one sample. Columns of labels never do.
    """
    places = _places(evaluation)
    by: Literal["id", "number"] = "number" if evaluation.ids is None else "id"
    found: list[Match] = []
    for name, values in columns.items():
        given = [value for value in values if value != ""]
        if not given or len(set(given)) < len(given):
            continue
        rows = np.array([places.get(value, -1) if value else -1 for value in values], np.int64)
        if np.count_nonzero(rows >= 0) == len(given):
            others = {other: column for other, column in columns.items() if other != name}
            found.append(_compared(by, name, rows, others, evaluation))
    if not found and point_count == evaluation.row_count and evaluation.ids is None:
        found.append(_compared("row", None, np.arange(point_count, dtype=np.int64), columns, evaluation))
    return min(found, key=lambda match: match.rank, default=None)


def _places(evaluation: Evaluation) -> dict[str, int]:
    """The row of each id that stands once."""
    if evaluation.ids is None:
        return {str(row): row for row in range(evaluation.row_count)}
    texts = (
        evaluation.ids if isinstance(evaluation.ids, tuple) else [str(one) for one in evaluation.ids.tolist()]
    )
    places: dict[str, int] = {}
    twice = set()
    for row, text in enumerate(texts[: evaluation.row_count]):
        if text in places:
            twice.add(text)
        places[text] = row
    for text in twice:
        del places[text]
    return places


def _compared(
    by: Literal["id", "number", "row"],
    column: str | None,
    rows: Int64Array,
    labels: Mapping[str, Sequence[str]],
    evaluation: Evaluation,
) -> Match:
    """What the columns of labels say of the true classes: whether these are the same samples at all."""
    targets = np.where(rows >= 0, evaluation.targets[np.maximum(rows, 0)], -1)
    known = np.flatnonzero(targets >= 0)
    names = np.asarray(evaluation.class_names, object)[targets[known]]
    best, best_count = None, 0
    for name, values in labels.items():
        count = int(np.count_nonzero(np.asarray(values, object)[known] == names))
        if count > best_count:
            best, best_count = name, count
    return Match(by, column, rows, best, best_count, len(known))
