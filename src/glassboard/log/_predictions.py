"""Per-sample evaluation records as columns, put together from the parts in which they were written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from glassboard._kernel import decode_value
from glassboard.codec.payloads import predictions
from glassboard.codec.payloads.prediction_parts import check_parts, joined_ids, record_spans
from glassboard.codec.payloads.predictions import PredictionsPart
from glassboard.codec.payloads.sheet_image import crop_sheet, decode_sheet
from glassboard.errors import NotFoundError
from glassboard.log._samples import decode_image
from glassboard.store.provider import SampleSeries
from glassboard.types import AnyArray

__all__ = ["PredictionsRecord", "PredictionsRecords"]


@dataclass(frozen=True, slots=True)
class _Span:
    """The parts of one record: samples `first` to `stop` of the tag."""

    first: int
    stop: int
    step: int
    wall_time: float


class PredictionsRecord:
    """One call of `add_predictions`: rows as NumPy columns. Nothing is read before a column is asked for, then all is kept.

    Reading raises `NotFoundError` where the file is gone, and `CorruptError` where the bytes are wrong.
    """

    def __init__(self, span: _Span, fetch: Callable[[int], bytes], read_file: Callable[[str], bytes]) -> None:
        self.step = span.step
        self.wall_time = span.wall_time
        """Seconds since the epoch."""
        self._span = span
        self._fetch = fetch
        self._read_file = read_file
        self._parts: list[PredictionsPart] | None = None

    def _read(self) -> list[PredictionsPart]:
        if self._parts is None:
            parts = [
                predictions.decode(decode_value(self._fetch(i)))
                for i in range(self._span.first, self._span.stop)
            ]
            # Another record of the very same step and time begins again at its first row; the newest holds.
            parts = parts[max((i for i, part in enumerate(parts) if part.first_row == 0), default=0) :]
            check_parts(parts, f"the predictions at step {self.step}")
            self._parts = parts
        return self._parts

    @property
    def targets(self) -> npt.NDArray[np.int32]:
        """int32 [rows]: the number of the true class; -1 where it is not known."""
        return np.concatenate([part.targets for part in self._read()])

    @property
    def probabilities(self) -> AnyArray:
        """float32 or float16 [rows, classes], as logged; one column stands for class 1 of two."""
        return np.concatenate([part.probabilities for part in self._read()])

    @property
    def predicted(self) -> npt.NDArray[np.int32]:
        """int32 [rows]: the class of the largest probability, of one column whether it is at least a half; NaN counts as
        the least there is, and a row of NaN alone is -1."""
        answers = self.probabilities.astype(np.float32)
        if answers.shape[1] == 1:
            known = ~np.isnan(answers[:, 0])
            return np.where(known, answers[:, 0] >= 0.5, -1).astype(np.int32)
        missing = np.isnan(answers)
        best = np.where(missing, -np.inf, answers).argmax(axis=1)
        return np.where(missing.all(axis=1), -1, best).astype(np.int32)

    @property
    def ids(self) -> npt.NDArray[np.int64] | tuple[str, ...]:
        """An integer or a string a row; the numbers of the rows where none were logged, or not for every row."""
        ids = joined_ids(self._read())
        return np.arange(len(self), dtype=np.int64) if ids is None else ids

    @property
    def class_names(self) -> tuple[str, ...]:
        """A name a class, or nothing."""
        return self._read()[0].class_names

    @property
    def is_complete(self) -> bool:
        """Whether every row of the record is there; the last parts are missing where the writer was killed."""
        return len(self) == self._read()[0].total_row_count

    @property
    def has_images(self) -> bool:
        return any(part.sheets is not None or part.image_paths is not None for part in self._read())

    @property
    def image_paths(self) -> tuple[str, ...]:
        """Where images were logged by their paths: one a row, relative to the folder of the run, empty without an image."""
        columns = [part.image_paths for part in self._read()]
        return tuple(
            column.of_row(row) for column in columns if column is not None for row in range(len(column.rests))
        )

    def image(self, row: int) -> npt.NDArray[np.uint8]:
        """The image of one row, uint8 (height, width) or (height, width, channels).

        Raises `NotFoundError` without one, and where it was logged by a path that leads out of the log directory or to no
        file.
        """
        for part in self._read():
            if not part.first_row <= row < part.first_row + len(part.targets):
                continue
            if part.image_paths is not None and (path := part.image_paths.of_row(row - part.first_row)):
                return decode_image(self._read_file(path), f"the image of row {row} at step {self.step}")
            if part.sheets is not None:
                sheet, left, top = part.sheets.locate(row - part.first_row)
                box = (left, top, left + part.sheets.width, top + part.sheets.height)
                what = f"row {row} at step {self.step}"
                return crop_sheet(decode_sheet(part.sheets.encoded[sheet], what), box, what)
        raise NotFoundError(f"no image of row {row} at step {self.step}: there are {len(self)} rows")

    def __len__(self) -> int:
        """Rows that are there."""
        return sum(len(part.targets) for part in self._read())

    def __repr__(self) -> str:
        return f"<PredictionsRecord at step {self.step}>"


class PredictionsRecords(Sequence[PredictionsRecord]):
    """Every record of one tag of one run, in the order they were written."""

    def __init__(
        self,
        run: str,
        tag: str,
        series: SampleSeries,
        fetch: Callable[[int], bytes],
        read_file: Callable[[str], bytes],
    ) -> None:
        """`read_file` gives the bytes of a file by its path relative to the folder of the run."""
        self.run, self.tag = run, tag
        self._fetch, self._read_file = fetch, read_file
        moments = list(zip(series.steps.tolist(), series.wall_times.tolist(), strict=True))
        self._spans = [_Span(a, b, *moments[a]) for a, b in record_spans(moments)]

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        return np.array([span.step for span in self._spans], np.int64)

    def at(self, step: int) -> PredictionsRecord:
        """The newest record of exactly this step."""
        for span in reversed(self._spans):
            if span.step == step:
                return PredictionsRecord(span, self._fetch, self._read_file)
        raise NotFoundError(
            f"no predictions of {self.tag!r} at step {step}: there are {self.steps.tolist()[:20]}"
        )

    def __len__(self) -> int:
        return len(self._spans)

    @overload
    def __getitem__(self, index: int) -> PredictionsRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[PredictionsRecord]: ...
    def __getitem__(self, index: int | slice) -> PredictionsRecord | list[PredictionsRecord]:
        if isinstance(index, slice):
            return [PredictionsRecord(span, self._fetch, self._read_file) for span in self._spans[index]]
        return PredictionsRecord(self._spans[index], self._fetch, self._read_file)

    def __repr__(self) -> str:
        return f"<PredictionsRecords {self.tag!r} of run {self.run!r}: {len(self):,}>"
