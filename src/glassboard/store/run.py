"""One run: the series of all its event files put together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glassboard.errors import NotFoundError
from glassboard.store.assembly import FilePart, RunSeries, assemble
from glassboard.store.columns import Column, Ends
from glassboard.store.event_file import EventFile
from glassboard.store.extent import Extent
from glassboard.store.names import goes_on_from, name_not_found, natural_key
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


class Run:
    """All event files of one folder. For use under the lock of the store.

    Files are put in the order of their first points, so that a run that was started again goes on where it was left;
    within a file the order is that of writing. Two writers at one time therefore make two stretches, not a zig-zag.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, EventFile] = {}
        self._ordered: tuple[EventFile, ...] | None = None
        self._assembled: Mapping[tuple[str, Kind], RunSeries] | None = None
        self._tags: tuple[TagInfo, ...] | None = None
        self._problems: list[Problem] | None = None
        self._info: RunInfo | None = None

    def changed(self) -> None:
        """Must be called after a file was added, removed or read."""
        self._ordered = None
        self._assembled = None
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

    def _files(self) -> tuple[EventFile, ...]:
        if self._ordered is None:
            self._ordered = tuple(sorted(self.files.values(), key=lambda file: file.order))
        return self._ordered

    def _series(self) -> Mapping[tuple[str, Kind], RunSeries]:
        # `assemble` remembers few; runs of a search differ in their tables by the hyperparameters in them.
        if self._assembled is None:
            self._assembled = assemble(tuple(file.table for file in self._files()))
        return self._assembled

    def tags(self) -> tuple[TagInfo, ...]:
        if self._tags is None:
            ends = [(file.scalars.ends(), file.samples.ends()) for file in self._files()]
            infos = [_tag_info(series, ends) for series in self._series().values()]
            self._tags = tuple(info for info in infos if info is not None)
        return self._tags

    def _parts_of(self, tag: str, kind: Kind) -> tuple[FilePart, ...]:
        series = self._series().get((tag, kind))
        if series is None:
            names = [name for name, each in self._series() if each is kind]
            raise name_not_found(f"{kind} tag", tag, names, where=f"run {self.name!r}")
        return series.parts

    def _columns(self, part: FilePart, kind: Kind) -> tuple[Column, ...] | None:
        file = self._files()[part.file]
        return (file.scalars if kind is Kind.SCALAR else file.samples).get(part.series)

    def scalars(self, tag: str) -> ScalarSeries:
        found = [(part.file, self._columns(part, Kind.SCALAR)) for part in self._parts_of(tag, Kind.SCALAR)]
        parts = [(file, columns) for file, columns in found if columns is not None]
        steps, wall_times, values = _join([columns for _, columns in parts], count=3)
        return ScalarSeries(steps, wall_times, values, split_segments(steps, self._restarts(parts)))

    def samples(self, tag: str, kind: Kind) -> SampleSeries:
        parts = self._parts_of(tag, kind) if kind is not Kind.SCALAR else ()
        if not parts:
            raise NotFoundError(
                f"{tag!r} in run {self.name!r} is asked for as samples, but scalars have none"
            )
        columns, keys = [], []
        for part in parts:
            each = self._columns(part, kind)
            if each is not None:
                columns.append((part.file, each))
                mark = self._files()[part.file].fingerprint
                located = zip(each[2].tolist(), each[3].tolist(), strict=True)
                keys += [f"{mark:08x}-{offset:x}-{length:x}" for offset, length in located]
        steps, wall_times, _, lengths = _join([each for _, each in columns], count=4)
        return SampleSeries(
            steps, wall_times, lengths, tuple(keys), split_segments(steps, self._restarts(columns))
        )

    def _restarts(self, parts: Sequence[tuple[int, tuple[Column, ...]]]) -> list[int]:
        """Where, in the joined columns, a file of another writer begins; `parts` are (number of the file, columns)."""
        files, found, at = self._files(), [], 0
        for (file, columns), (next_file, _) in itertools.pairwise(parts):
            at += len(columns[0])
            paths = files[next_file].where.relative_path, files[file].where.relative_path
            if next_file != file and not goes_on_from(*paths):
                found.append(at)
        return found

    def place(self, tag: str, kind: Kind, index: int) -> Place:
        """Where sample `index` lies, counted as in `samples`."""
        parts = self._parts_of(tag, kind)
        left = index
        for part in parts:
            columns = self._columns(part, kind)
            count = 0 if columns is None else len(columns[0])
            if columns is not None and 0 <= left < count:
                offset, length = columns[2].item(left), columns[3].item(left)
                return Place(self._files()[part.file], part.form, part.plugin_name, offset, length)
            left -= count
        raise NotFoundError(f"no sample {index} of {tag!r} in run {self.name!r}: it has {index - left}")


def _tag_info(series: RunSeries, ends: Sequence[tuple[dict[int, Ends], dict[int, Ends]]]) -> TagInfo | None:
    """None where none of the files has a point of it."""
    which = 0 if series.kind is Kind.SCALAR else 1
    if len(series.parts) == 1:  # by far the most frequent
        (part,) = series.parts
        only = ends[part.file][which].get(part.series)
        if only is None:
            return None
        count, first_step, last_step, last_wall_time = only
    else:
        found = [
            each for part in series.parts if (each := ends[part.file][which].get(part.series)) is not None
        ]
        if not found:
            return None
        count = sum(each.point_count for each in found)
        first_step, last_step, last_wall_time = found[0].first_step, *found[-1][2:]
    return TagInfo(
        series.tag,
        series.kind,
        series.plugin_name,
        series.display_name,
        series.description,
        count,
        first_step,
        last_step,
        last_wall_time,
        # The table of a file lists its series as they came.
        (series.parts[0].file << 32) + series.parts[0].series,
    )


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
