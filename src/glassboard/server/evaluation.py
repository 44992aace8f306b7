"""One evaluation of a classifier in memory: its columns, and what was computed from them so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from glassboard.analysis.class_ranking import ClassRanking, rank_class
from glassboard.analysis.confusion import decide
from glassboard.analysis.label_errors import LabelErrors, find_label_errors
from glassboard.analysis.sample_loss import cross_entropy, scores_of, wrongest_first
from glassboard.codec.payloads.prediction_parts import check_parts, joined_ids
from glassboard.codec.payloads.predictions import Ids, ImagePaths, PredictionsPart, Sheets
from glassboard.errors import TooLargeError
from glassboard.server.prediction_records import RecordPlace, read_columns
from glassboard.store.provider import Provider
from glassboard.types import Int64Array

__all__ = ["Evaluation", "assemble", "read_evaluation", "row_of_id"]

_T = TypeVar("_T")

MAX_ELEMENTS = 1 << 28
"""Probabilities that are held in memory at once: 1 GiB."""

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]


@dataclass(eq=False)
class Evaluation:
    """Immutable to those who use it; what is derived is computed when first asked for, and then kept. Any thread may ask."""

    place: RecordPlace
    scores: Float32Array
    """float32[classes, rows]; a single column of probabilities has become two."""
    targets: Int32Array
    """int32[rows]: the number of the true class, -1 where it is not known or there is no such class."""
    ids: Ids | None
    class_names: tuple[str, ...]
    """One a class: its number where no name was logged for it."""
    total_row_count: int
    """Rows that were logged; the last are missing where the writer was killed."""
    part_starts: Int64Array
    """int64[parts + 1]."""
    sheets: Sheets | None
    """Of the first part, without the pictures; None where none were logged."""
    image_paths: tuple[ImagePaths | None, ...] = ()
    """One a part, where images were logged by their paths."""
    _made: dict[Hashable, Any] = field(default_factory=dict)  # each key has a type of its own
    _turns: dict[Hashable, threading.RLock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def row_count(self) -> int:
        return len(self.targets)

    @property
    def class_count(self) -> int:
        return len(self.scores)

    @property
    def size_bytes(self) -> int:
        """What it may grow to when everything was asked for."""
        paths = sum(len(one.rests.data) + 4 * len(one.rests) for one in self.image_paths if one is not None)
        return self.scores.nbytes * 2 + self.row_count * (64 if isinstance(self.ids, tuple) else 40) + paths

    @property
    def has_images(self) -> bool:
        return self.sheets is not None or any(one is not None for one in self.image_paths)

    def kept(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` gave when it was first asked for under this key."""
        with self._lock:
            turn = self._turns.setdefault(key, threading.RLock())
        with turn:
            if key not in self._made:
                self._made[key] = make()
            found: _T = self._made[key]
            return found

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        """bool[rows]: whether the true class is known."""
        return self.targets >= 0

    @property
    def decided(self) -> tuple[Int32Array, Float32Array]:
        """The class of the largest score of each row, -1 without one, and that score."""
        return self.kept("decided", lambda: decide(self.scores))

    @property
    def losses(self) -> Float32Array:
        return self.kept("losses", lambda: cross_entropy(scores_of(self.scores, self.targets)))

    @property
    def wrongest(self) -> Int64Array:
        return self.kept("wrongest", lambda: wrongest_first(self.losses, self.known))

    @property
    def label_errors(self) -> LabelErrors:
        return self.kept("label errors", lambda: find_label_errors(self.scores, self.targets))

    def ranking(self, class_index: int) -> ClassRanking:
        """Of the rows whose true class is known."""

        def make() -> ClassRanking:
            if self.known.all():
                return rank_class(self.scores[class_index], self.targets == class_index)
            return rank_class(self.scores[class_index, self.known], self.targets[self.known] == class_index)

        return self.kept(("ranking", class_index), make)

    def id_of(self, row: int) -> str:
        return str(row if self.ids is None else self.ids[row])

    def image_path_of(self, row: int) -> str | None:
        """Relative to the folder of the run; None where the image was not logged by a path, or there is none."""
        if not self.image_paths or not 0 <= row < self.row_count:
            return None
        part = int(np.searchsorted(self.part_starts, row, "right")) - 1
        paths = self.image_paths[part]
        return None if paths is None else paths.of_row(row - int(self.part_starts[part])) or None

    def only(self, row: int) -> Evaluation:
        """The same of one row alone."""
        one = slice(row, row + 1)
        return replace(
            self,
            scores=self.scores[:, one],
            targets=self.targets[one],
            ids=None,
            image_paths=(),
            _made={},
            _turns={},
            _lock=threading.Lock(),
        )

    def row_of(self, wanted: str, hint: int) -> int | None:
        """The row with this id, that of the hint first; None where there is none."""
        if 0 <= hint < self.row_count and self.id_of(hint) == wanted:
            return hint
        return row_of_id(self.ids, self.row_count, wanted)


def row_of_id(ids: Ids | None, row_count: int, wanted: str) -> int | None:
    if isinstance(ids, tuple):
        return ids.index(wanted) if wanted in ids else None
    try:
        number = int(wanted)
    except ValueError:
        return None
    if ids is None:
        return number if 0 <= number < row_count else None
    if not -(2**63) <= number < 2**63:
        return None
    found = np.flatnonzero(ids == number)
    return int(found[0]) if len(found) else None


def read_evaluation(provider: Provider, place: RecordPlace) -> Evaluation:
    """All parts of a record. Raises `CorruptError` where they do not fit, `TooLargeError` over 2^28 probabilities."""
    parts: list[PredictionsPart] = []
    elements, sheets = 0, None
    for part in read_columns(provider, place):
        if part.first_row == 0:
            # Another record of the very same step and time begins again at its first row; the newest holds.
            parts, elements, sheets = [], 0, part.sheets
        elements += part.probabilities.size
        if elements > MAX_ELEMENTS:
            raise TooLargeError(
                f"{place.where} hold more than {MAX_ELEMENTS:,} probabilities; `glassboard.open` reads them in Python"
            )
        parts.append(_kept(part))
    check_parts(parts, place.where)
    return assemble(parts, place, sheets)


def _kept(part: PredictionsPart) -> PredictionsPart:
    """Columns of its own: the bytes of the part, most of them pictures, go before the next is read into their place."""
    ids = part.ids.copy() if isinstance(part.ids, np.ndarray) else part.ids
    by_class = np.array(part.probabilities.T, np.float32, order="C")
    return replace(part, sheets=None, targets=part.targets.copy(), probabilities=by_class.T, ids=ids)


def assemble(parts: Sequence[PredictionsPart], place: RecordPlace, sheets: Sheets | None) -> Evaluation:
    """The columns of parts that follow each other, as one."""
    starts = np.cumsum([0, *(len(part.targets) for part in parts)])
    columns = parts[0].probabilities.shape[1]
    class_count = max(columns, 2)
    scores = np.empty((class_count, int(starts[-1])), np.float32)
    for part, start, stop in zip(parts, starts[:-1], starts[1:], strict=True):
        scores[class_count - columns :, start:stop] = part.probabilities.T
    if columns == 1:
        np.subtract(np.float32(1), scores[1], out=scores[0])
    targets = np.concatenate([part.targets for part in parts]).astype(np.int32)
    targets[(targets < 0) | (targets >= class_count)] = -1
    # Of too few names those that are there are kept, each other class has its number; names too many are of no class.
    names = parts[0].class_names[:class_count]
    names += tuple(str(index) for index in range(len(names), class_count))
    paths = tuple(part.image_paths for part in parts)
    return Evaluation(
        place,
        scores,
        targets,
        joined_ids(parts),
        names,
        parts[0].total_row_count,
        starts,
        sheets,
        paths if any(one is not None for one in paths) else (),
    )
