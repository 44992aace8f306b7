"""Which evaluations of a run there are, and where their parts lie."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from glassboard.codec.payloads import predictions
from glassboard.codec.payloads.prediction_parts import record_spans
from glassboard.codec.payloads.predictions import PredictionsPart
from glassboard.errors import NotFoundError
from glassboard.server.samples import SampleView, read_value, view_samples
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["RecordPlace", "find_record", "read_columns", "read_part", "record_places"]


@dataclass(frozen=True, slots=True, eq=False)
class RecordPlace:
    """One call of `add_predictions`: the samples of a series that are its parts."""

    view: SampleView
    rows: tuple[int, ...]
    """Of the series, one a part."""
    step: int
    wall_time: float
    key: str
    """Another one as soon as a part is another one, or one is added."""

    @property
    def where(self) -> str:
        return f"the predictions of {self.view.tag!r} at step {self.step} in run {self.view.run!r}"


def record_places(provider: Provider, run: str, tag: str) -> list[RecordPlace]:
    """The records of the newest view, one a step, in order of steps. Raises `NotFoundError` for unknown names."""
    view = view_samples(provider, run, tag, Kind.PREDICTIONS)
    order = view.order.tolist()
    moments = [(int(view.series.steps[row]), float(view.series.wall_times[row])) for row in order]
    # Of several at one step the last holds.
    found = {moments[a][0]: (a, b) for a, b in record_spans(moments)}
    return [_place(view, order[a:b], *moments[a]) for a, b in found.values()]


def _place(view: SampleView, rows: list[int], step: int, wall_time: float) -> RecordPlace:
    names = "\n".join([view.run, view.tag, *(view.series.keys[row] for row in rows)])
    key = hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()[:20]
    return RecordPlace(view, tuple(rows), step, wall_time, key)


def find_record(provider: Provider, run: str, tag: str, step: int | None) -> RecordPlace:
    """The record at exactly this step, or the newest. Raises `NotFoundError`."""
    places = record_places(provider, run, tag)
    if step is None and places:
        return places[-1]
    for place in places:
        if place.step == step:
            return place
    steps = [place.step for place in places[:20]]
    raise NotFoundError(f"no predictions of {tag!r} in run {run!r} at step {step}: there are {steps}")


def read_part(provider: Provider, place: RecordPlace, part: int) -> PredictionsPart:
    """One part from its file. Raises `CorruptError` where its bytes are none."""
    return predictions.decode(read_value(provider, place.view, place.rows[part]))


def read_columns(provider: Provider, place: RecordPlace) -> Iterator[PredictionsPart]:
    """Every part, its sheets without the pictures. Raises as `read_part` does."""
    view = place.view
    for row in place.rows:
        yield predictions.decode_columns(provider.read_sample(view.run, view.tag, view.kind, row))
