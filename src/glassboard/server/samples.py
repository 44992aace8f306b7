"""The samples of a series as the API numbers them: the newest view of a restarted run, in step order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassboard import _kernel
from glassboard.analysis.newest import newest_points
from glassboard.errors import NotFoundError
from glassboard.store.provider import Provider, SampleSeries
from glassboard.types import Int64Array, Kind

__all__ = ["SampleView", "read_value", "view_samples"]


@dataclass(frozen=True, slots=True, eq=False)
class SampleView:
    """One series; `order[n]` is where sample n stands among all that were written."""

    run: str
    tag: str
    kind: Kind
    series: SampleSeries
    order: Int64Array

    def key(self, sample: int) -> str:
        return self.series.keys[int(self.order[sample])]

    def find(self, sample: int, key: str | None) -> int:
        """The number of the sample meant by a number and, where given, its key, which outlives a change of numbers.

        Raises `NotFoundError` where there is no such sample.
        """
        count = len(self.order)
        if key is None or (0 <= sample < count and self.key(sample) == key):
            if 0 <= sample < count:
                return sample
            raise NotFoundError(
                f"no sample {sample} of {self.tag!r} in run {self.run!r}: it has {count}, from 0"
            )
        for other in range(count):
            if self.key(other) == key:
                return other
        raise NotFoundError(
            f"the sample with the key {key!r} of {self.tag!r} in run {self.run!r} is gone: ask for its samples again"
        )


def view_samples(provider: Provider, run: str, tag: str, kind: Kind) -> SampleView:
    """Raises `NotFoundError` for unknown names."""
    series = provider.samples(run, tag, kind)
    chosen = newest_points(series.steps, series.wall_times, series.segments)
    return SampleView(run, tag, kind, series, np.arange(len(series.steps))[chosen])


def read_value(provider: Provider, view: SampleView, sample: int) -> _kernel.Value:
    """One sample from its file. Raises `CorruptError` where its bytes are no value."""
    return _kernel.decode_value(provider.read_sample(view.run, view.tag, view.kind, int(view.order[sample])))
