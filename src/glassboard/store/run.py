"""One run: the series of all its event files put together."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassboard.errors import NotFoundError
from glassboard.store.columns import Column, Columns
from glassboard.store.event_file import EventFile
from glassboard.store.file_reader import Extent
from glassboard.store.kinds import kind_of
from glassboard.store.names import name_not_found, natural_key
from glassboard.store.provider import Problem, RunInfo, SampleSeries, ScalarSeries, TagInfo
from glassboard.store.segments import split_segments
from glassboard.types import Kind

__all__ = ["Place", "Run"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one sample lies."""

    file: EventFile
    form: str
    plugin_name: str
    offset: int
    length: int


@dataclass(slots=True)
class _Part:
    """One series of one file, as a part of a series of the run."""

    file: EventFile
    series: int
    plugin_name: str


class Run:
    """All event files of one folder. For use under the lock of the store.

    Files are put in the order of their first points, so that a run that was started again goes on where it was left;
    within a file the order is that of writing. Two writers at one time therefore make two stretches, not a zig-zag.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, EventFile] = {}
        self._parts: dict[tuple[str, Kind], list[_Part]] | None = None
        self._tags: tuple[TagInfo, ...] | None = None
        self._problems: list[Problem] | None = None
        self._info: RunInfo | None = None

    def changed(self) -> None:
        """Must be called after a file was added, removed or read."""
        self._parts = None
        self._tags = None
        self._problems = None
        self._info = None

    def info(self) -> RunInfo:
        if self._info is None:
            self._info = self._describe()
        return self._info

    def _describe(self) -> RunInfo:
        extent = Extent()
        for file in self.files.values():
            extent = extent.join(file.extent)
        first, last = extent.first_wall_time, extent.last_wall_time
        return RunInfo(
            name=self.name,
            first_wall_time=first if np.isfinite(first) else None,
            last_wall_time=last if np.isfinite(last) else None,
            last_step=extent.last_step,
            point_count=extent.point_count,
            file_count=len(self.files),
            problem_count=len(self.problems()),
        )

    def problems(self) -> list[Problem]:
        if self._problems is None:
            files = sorted(self.files.values(), key=lambda file: natural_key(file.where.relative_path))
            self._problems = [problem for file in files for problem in file.problems()]
        return self._problems

    def _index(self) -> dict[tuple[str, Kind], list[_Part]]:
        if self._parts is None:
            self._parts = {}
            files = sorted(self.files.values(), key=lambda file: file.order)
            # A writer may say what a tag is for in its first value only, and a later file of the run not at all.
            plugins = {s.tag: s.plugin_name for file in reversed(files) for s in file.series if s.plugin_name}
            for file in files:
                for number, series in enumerate(file.series):
                    plugin_name = series.plugin_name
                    if not plugin_name and series.form == "tensor":
                        plugin_name = plugins.get(series.tag, "")
                    key = (sys.intern(series.tag), kind_of(series.form, plugin_name))
                    self._parts.setdefault(key, []).append(_Part(file, number, plugin_name))
        return self._parts

    def tags(self) -> tuple[TagInfo, ...]:
        if self._tags is None:
            keys = sorted(self._index(), key=lambda key: (natural_key(key[0]), key[1]))
            infos = (self._tag_info(tag, kind) for tag, kind in keys)
            self._tags = tuple(info for info in infos if info.point_count)
        return self._tags

    def _tag_info(self, tag: str, kind: Kind) -> TagInfo:
        parts = self._parts_of(tag, kind)
        ends = [
            each for part in parts if (each := self._columns_of(part, kind).ends(part.series)) is not None
        ]
        described = [part.file.series[part.series] for part in parts]
        return TagInfo(
            tag=tag,
            kind=kind,
            plugin_name=next((part.plugin_name for part in parts if part.plugin_name), ""),
            display_name=next((each.display_name for each in described if each.display_name), ""),
            description=next((each.description for each in described if each.description), ""),
            point_count=sum(each.point_count for each in ends),
            first_step=ends[0].first_step if ends else None,
            last_step=ends[-1].last_step if ends else None,
            last_wall_time=ends[-1].last_wall_time if ends else None,
        )

    def _parts_of(self, tag: str, kind: Kind) -> list[_Part]:
        parts = self._index().get((tag, kind))
        if parts is None:
            names = [name for name, each in self._index() if each is kind]
            raise name_not_found(f"{kind} tag", tag, names, where=f"run {self.name!r}")
        return parts

    @staticmethod
    def _columns_of(part: _Part, kind: Kind) -> Columns:
        return part.file.scalars if kind is Kind.SCALAR else part.file.samples

    def _columns(self, part: _Part, kind: Kind) -> tuple[Column, ...] | None:
        return self._columns_of(part, kind).get(part.series)

    def scalars(self, tag: str) -> ScalarSeries:
        found = [self._columns(part, Kind.SCALAR) for part in self._parts_of(tag, Kind.SCALAR)]
        parts = [part for part in found if part is not None]
        steps, wall_times, values = _join(parts, count=3)
        return ScalarSeries(steps, wall_times, values, split_segments(steps, _starts(parts)))

    def samples(self, tag: str, kind: Kind) -> SampleSeries:
        parts = self._parts_of(tag, kind) if kind is not Kind.SCALAR else []
        if not parts:
            raise NotFoundError(
                f"{tag!r} in run {self.name!r} is asked for as samples, but scalars have none"
            )
        columns, keys = [], []
        for part in parts:
            each = self._columns(part, kind)
            if each is not None:
                columns.append(each)
                mark = part.file.fingerprint
                located = zip(each[2].tolist(), each[3].tolist(), strict=True)
                keys += [f"{mark:08x}-{offset:x}-{length:x}" for offset, length in located]
        steps, wall_times, _, lengths = _join(columns, count=4)
        return SampleSeries(steps, wall_times, lengths, tuple(keys), split_segments(steps, _starts(columns)))

    def place(self, tag: str, kind: Kind, index: int) -> Place:
        """Where sample `index` lies, counted as in `samples`."""
        parts = self._parts_of(tag, kind)
        left = index
        for part in parts:
            columns = self._columns(part, kind)
            count = 0 if columns is None else len(columns[0])
            if columns is not None and 0 <= left < count:
                form = part.file.series[part.series].form
                return Place(part.file, form, part.plugin_name, int(columns[2][left]), int(columns[3][left]))
            left -= count
        raise NotFoundError(f"no sample {index} of {tag!r} in run {self.name!r}: it has {index - left}")


def _starts(parts: Sequence[tuple[Column, ...]]) -> list[int]:
    """Where each part begins in the joined columns."""
    return list(itertools.accumulate((len(part[0]) for part in parts[:-1]), initial=0))


def _join(parts: Sequence[tuple[Column, ...]], *, count: int) -> tuple[Column, ...]:
    """One column of each sort from the columns of all parts: without a copy where there is one part."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        parts = [(np.empty(0, np.int64), *[np.empty(0)] * (count - 1))]
    joined = tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))
    for column in joined:
        column.flags.writeable = False
    return joined
