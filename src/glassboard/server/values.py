"""Samples decoded and sent as JSON, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from glassboard import _kernel
from glassboard.errors import CorruptError, TooLargeError, TruncatedError
from glassboard.server.models.base import Number, SegmentItem
from glassboard.server.samples import SampleView, read_value
from glassboard.store.provider import Provider, Segment
from glassboard.types import Float64Array

__all__ = [
    "MAX_SEGMENTS",
    "DecodedSample",
    "decoded_samples",
    "finite_times",
    "number",
    "numbers",
    "segment_items",
]

_T = TypeVar("_T")

MAX_SEGMENTS = 1_000
"""Segments listed of one series: a tag whose steps jump about has as many as points."""
_MAX_ANSWER_SIZE = 16 << 20


@dataclass(frozen=True, slots=True)
class DecodedSample(Generic[_T]):
    sample: int
    step: int
    wall_time: float | None
    value: _T | None
    error: str | None
    """Why it cannot be decoded."""


def decoded_samples(
    provider: Provider,
    view: SampleView,
    first: int,
    count: int,
    *,
    decode: Callable[[_kernel.Value], _T],
    size: Callable[[_T], int],
) -> Iterator[DecodedSample[_T]]:
    """Samples `first` to `first + count`, fewer where they are large: `size` tells about how many bytes one takes.

    What cannot be decoded does not hide the others.
    """
    room = _MAX_ANSWER_SIZE
    for sample in range(first, min(first + count, len(view.order))):
        row = int(view.order[sample])
        value, error = None, None
        try:
            value = decode(read_value(provider, view, row))
            room -= size(value)
        except (CorruptError, TooLargeError, TruncatedError) as problem:
            error = str(problem)
        wall_time = finite_times([float(view.series.wall_times[row])])[0]
        yield DecodedSample(sample, int(view.series.steps[row]), wall_time, value, error)
        if room <= 0:
            return


def finite_times(wall_times: Iterable[float]) -> list[float | None]:
    """JSON has no NaN: a broken clock becomes null."""
    return [time if math.isfinite(time) else None for time in wall_times]


def numbers(column: Float64Array) -> list[Number]:
    """JSON has no NaN: what is not finite is spelled out, since it is data."""
    return [number(value) for value in column.tolist()]


def number(value: float) -> Number:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def segment_items(segments: tuple[Segment, ...]) -> list[SegmentItem]:
    """The newest ones."""
    return [
        SegmentItem(first_step=each.first_step, last_step=each.last_step, count=each.stop - each.start)
        for each in segments[-MAX_SEGMENTS:]
    ]
