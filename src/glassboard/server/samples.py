"""The samples of a series as the API numbers them: the newest view of a restarted run, in step order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from fastapi import Query

from glassboard import _kernel
from glassboard.analysis.newest import newest_points
from glassboard.errors import NotFoundError
from glassboard.store.provider import Provider, SampleSeries
from glassboard.types import Int64Array, Kind

__all__ = [
    "CountQuery",
    "FirstQuery",
    "ItemQuery",
    "KeyQuery",
    "NameQuery",
    "RunsQuery",
    "SampleQuery",
    "SampleView",
    "SegmentQuery",
    "read_value",
    "view_samples",
]

MAX_VALUES = 200
"""Decoded samples in one answer."""

NameQuery: TypeAlias = Annotated[str, Query()]
RunsQuery: TypeAlias = Annotated[
    list[str], Query(default_factory=list, description="Only these runs; without it, all")
]
SampleQuery: TypeAlias = Annotated[int, Query(ge=0, description="Position in the lists of `samples`")]
KeyQuery: TypeAlias = Annotated[
    str | None, Query(description="From `samples`: finds the sample where the positions changed")
]
SegmentQuery: TypeAlias = Annotated[
    int | None,
    Query(ge=0, description="One segment of a restarted run alone; without it the newest view"),
]
ItemQuery: TypeAlias = Annotated[int, Query(ge=0, description="Which one of a sample that holds several")]
FirstQuery: TypeAlias = Annotated[int, Query(ge=0, description="Position in the lists of `samples`")]
CountQuery: TypeAlias = Annotated[int, Query(ge=1, le=MAX_VALUES)]


@dataclass(frozen=True, slots=True, eq=False)
class SampleView:
    """One series, whole or one segment of it; `order[n]` is the row of sample n: its place among all that were written."""

    run: str
    tag: str
    kind: Kind
    series: SampleSeries
    order: Int64Array
    segment: int
    """The segment shown; in the newest view the last one."""

    def find(self, sample: int, key: str | None) -> int:
        """The row of the sample meant by a number and, where given, its key, which outlives a change of numbers.

        Raises `NotFoundError` where there is no such sample.
        """
        count = len(self.order)
        if sample < count and key in (None, self.series.keys[int(self.order[sample])]):
            return int(self.order[sample])
        if key is None:
            raise NotFoundError(
                f"no sample {sample} of {self.tag!r} in run {self.run!r}: it has {count}, from 0"
            )
        if key in self.series.keys:
            return self.series.keys.index(key)
        raise NotFoundError(
            f"the sample with the key {key!r} of {self.tag!r} in run {self.run!r} is gone: ask for its samples again"
        )


def view_samples(
    provider: Provider, run: str, tag: str, kind: Kind, *, segment: int | None = None
) -> SampleView:
    """Raises `NotFoundError` for unknown names, for scalars and for a segment that is not there."""
    if kind is Kind.SCALAR:
        raise NotFoundError("scalars are no samples: POST scalars has them")
    series = provider.samples(run, tag, kind)
    rows = np.arange(len(series.steps))
    if segment is None:
        order = rows[newest_points(series.steps, series.wall_times, series.segments)]
        return SampleView(run, tag, kind, series, order, len(series.segments) - 1)
    if segment >= len(series.segments):
        raise NotFoundError(
            f"no segment {segment} of {tag!r} in run {run!r}: it has {len(series.segments)}, from 0"
        )
    chosen = series.segments[segment]
    return SampleView(run, tag, kind, series, rows[chosen.start : chosen.stop], segment)


def read_value(provider: Provider, view: SampleView, row: int) -> _kernel.Value:
    """One sample from its file. Raises `CorruptError` where its bytes are no value."""
    return _kernel.decode_value(provider.read_sample(view.run, view.tag, view.kind, row))
