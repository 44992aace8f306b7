"""Evaluations and sheets of images that were asked for lately, so that a gesture in the page need not read files again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from glassboard.codec.payloads.sheet_image import crop_sheet, decode_sheet
from glassboard.errors import NotFoundError
from glassboard.server.evaluation import Evaluation, read_evaluation
from glassboard.server.prediction_records import RecordPlace, find_record, read_part
from glassboard.store.provider import Provider

__all__ = ["EvaluationCache"]

_T = TypeVar("_T")

MAX_EVALUATION_BYTES = 384 << 20
MAX_SHEET_BYTES = 96 << 20


class _BoundedCache(Generic[_T]):
    """What was used last, as much as stays below a bound, one in any case. Each is made once, whoever asks meanwhile."""

    def __init__(self, max_bytes: int, size: Callable[[_T], int]) -> None:
        self._max_bytes, self._size = max_bytes, size
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _T] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                made = make()
                # Before the turn ends: who comes then finds it.
                self._keep(key, made)
                return made
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _keep(self, key: Hashable, made: _T) -> None:
        with self._lock:
            self._kept[key] = made
            total = sum(self._size(each) for each in self._kept.values())
            while total > self._max_bytes and len(self._kept) > 1:
                total -= self._size(self._kept.popitem(last=False)[1])

    def peek(self, key: Hashable) -> _T | None:
        with self._lock:
            return self._kept.get(key)


class EvaluationCache:
    """Any thread may call it."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._evaluations: _BoundedCache[Evaluation] = _BoundedCache(
            MAX_EVALUATION_BYTES, lambda one: one.size_bytes
        )
        self._sheets: _BoundedCache[npt.NDArray[np.uint8]] = _BoundedCache(
            MAX_SHEET_BYTES, lambda one: one.nbytes
        )

    def open(self, run: str, tag: str, step: int | None) -> Evaluation:
        """The evaluation at exactly this step, or the newest. Raises `NotFoundError`, and what `read_evaluation` does."""
        return self.of(find_record(self._provider, run, tag, step))

    def of(self, place: RecordPlace) -> Evaluation:
        return self._evaluations.get(place.key, lambda: read_evaluation(self._provider, place))

    def held(self, place: RecordPlace) -> Evaluation | None:
        """It, where it is in memory."""
        return self._evaluations.peek(place.key)

    def image(self, evaluation: Evaluation, row: int) -> npt.NDArray[np.uint8]:
        """uint8 [height, width] or [height, width, channels] of one row. Raises `NotFoundError` without one."""
        place = evaluation.place
        if not 0 <= row < evaluation.row_count or evaluation.sheets is None:
            raise NotFoundError(
                f"no image of row {row} in {place.where}: "
                + (f"it has {evaluation.row_count} rows" if evaluation.sheets else "none were logged")
            )
        part = int(np.searchsorted(evaluation.part_starts, row, "right")) - 1
        own = row - int(evaluation.part_starts[part])
        # Parts of an older record at the same step and time come first among the samples.
        sample = len(place.rows) - len(evaluation.part_starts) + 1 + part
        sheet, left, top = evaluation.sheets.locate(own)
        box = (left, top, left + evaluation.sheets.width, top + evaluation.sheets.height)
        what = f"row {row} at step {place.step}"

        def read() -> npt.NDArray[np.uint8]:
            sheets = read_part(self._provider, place, sample).sheets
            if sheets is None or sheet >= len(sheets.encoded):
                raise NotFoundError(f"no image of row {row} in {place.where}: its part holds none")
            return decode_sheet(sheets.encoded[sheet], what)

        return crop_sheet(self._sheets.get((place.key, part, sheet), read), box, what)
