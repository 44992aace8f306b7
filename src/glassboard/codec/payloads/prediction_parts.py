"""Parts of an evaluation record: which samples of a tag belong together, whether they fit, their ids as one column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from glassboard.codec.payloads.predictions import Ids, PredictionsPart
from glassboard.errors import CorruptError

__all__ = ["check_parts", "joined_ids", "record_spans"]


def record_spans(moments: Sequence[tuple[int, float]]) -> list[tuple[int, int]]:
    """First and one past the last sample of each record, from the step and wall time of every sample in order.

    Parts of one record have one step and one wall time, and follow each other.
    """
    starts = [i for i in range(len(moments)) if i == 0 or moments[i] != moments[i - 1]]
    return list(pairwise([*starts, len(moments)]))


def check_parts(parts: Sequence[PredictionsPart], what: str) -> None:
    """Raises `CorruptError` where parts of `what` have other classes or row counts than the others, or rows are missing
    before the last one that is there."""
    shapes = sorted({(int(part.probabilities.shape[1]), part.total_row_count) for part in parts})
    if len(shapes) != 1:
        raise CorruptError(f"the parts of {what} disagree: (classes, rows) are {shapes}")
    if parts[0].first_row or any(a.first_row + len(a.targets) != b.first_row for a, b in pairwise(parts)):
        raise CorruptError(f"parts of {what} are missing in the middle")


def joined_ids(parts: Sequence[PredictionsPart]) -> Ids | None:
    """One a row; None where a part has none, for its rows would have those of others. Of numbers and texts, all as texts."""
    columns = [part.ids for part in parts if part.ids is not None]
    if len(columns) < len(parts):
        return None
    if any(isinstance(column, tuple) for column in columns):
        return tuple(str(each) for column in columns for each in column)
    return np.concatenate([column for column in columns if isinstance(column, np.ndarray)])
