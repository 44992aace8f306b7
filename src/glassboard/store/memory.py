"""A provider that holds its points in memory: for tests of everything above the seam, and for data that has no files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from glassboard.errors import NotFoundError
from glassboard.store.names import name_not_found, natural_key
from glassboard.store.provider import Problem, RunInfo, SampleSeries, ScalarSeries, Status, TagInfo
from glassboard.store.segments import split_segments
from glassboard.types import Kind

__all__ = ["MemoryProvider"]


@dataclass(slots=True)
class _Series:
    kind: Kind
    plugin_name: str
    display_name: str
    description: str
    steps: list[int] = field(default_factory=list)
    wall_times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)


class MemoryProvider:
    """A `Provider` that is filled by its `add_*` methods; what was added is seen at once.

    `refresh` names the runs that changed since the last one. Until the first `refresh` the state is `loading`.
    """

    def __init__(self, location: str = "memory") -> None:
        self._location = location
        self._lock = threading.Lock()
        self._runs: dict[str, dict[tuple[str, Kind], _Series]] = {}
        self._changed: set[str] = set()
        self._problems: list[Problem] = []
        self._revision = 0
        self._loaded = False

    def add_run(self, run: str) -> None:
        """A run that may hold nothing yet."""
        with self._lock:
            self._runs.setdefault(run, {})
            self._change(run)

    def add_scalars(
        self,
        run: str,
        tag: str,
        steps: Sequence[int],
        values: Sequence[float],
        *,
        wall_times: Sequence[float] | None = None,
        display_name: str = "",
        description: str = "",
    ) -> None:
        """Appends points in the order given; without `wall_times` step n is written n seconds after the epoch."""
        times = [float(step) for step in steps] if wall_times is None else wall_times
        if not len(steps) == len(values) == len(times):
            raise ValueError(
                f"{len(steps)} steps, {len(values)} values and {len(times)} wall times: want one length"
            )
        with self._lock:
            series = self._open(run, tag, Kind.SCALAR, "scalars", display_name, description)
            series.steps += [int(step) for step in steps]
            series.wall_times += [float(time) for time in times]
            series.values += [float(value) for value in values]

    def add_sample(
        self,
        run: str,
        tag: str,
        kind: Kind,
        blob: bytes,
        *,
        step: int = 0,
        wall_time: float | None = None,
        plugin_name: str = "",
        display_name: str = "",
        description: str = "",
    ) -> None:
        """Appends one sample; `blob` is what `read_sample` gives back."""
        with self._lock:
            series = self._open(run, tag, kind, plugin_name, display_name, description)
            series.steps.append(step)
            series.wall_times.append(float(step) if wall_time is None else wall_time)
            series.blobs.append(blob)

    def add_problem(self, problem: Problem) -> None:
        with self._lock:
            self._problems.append(problem)
            self._revision += 1

    def remove_run(self, run: str) -> None:
        with self._lock:
            self._tags_of(run)
            del self._runs[run]
            self._change(run)

    @property
    def location(self) -> str:
        return self._location

    @property
    def revision(self) -> int:
        """That of `status`, at no cost."""
        return self._revision

    def status(self) -> Status:
        with self._lock:
            points = sum(len(series.steps) for tags in self._runs.values() for series in tags.values())
            state = "loading" if not self._loaded else "ready" if self._runs else "waiting"
            return Status(
                state=state,
                message=f"{len(self._runs)} runs with {points} points in memory",
                revision=self._revision,
                loaded_bytes=points * 24,
                total_bytes=points * 24,
                point_count=points,
                problems=tuple(self._problems),
            )

    def refresh(self) -> frozenset[str]:
        with self._lock:
            changed = frozenset(self._changed)
            self._changed.clear()
            self._revision += not self._loaded
            self._loaded = True
            return changed

    def poll(self, *, on_progress: Callable[[frozenset[str]], None] | None = None) -> frozenset[str]:
        """`refresh`, for a `Follower`; there is no progress to report."""
        del on_progress
        return self.refresh()

    def interrupt(self) -> None:
        """There is nothing that takes long enough."""

    def runs(self) -> Mapping[str, RunInfo]:
        with self._lock:
            return {name: self._run_info(name) for name in sorted(self._runs, key=natural_key)}

    def tags(self, run: str) -> Sequence[TagInfo]:
        with self._lock:
            tags = self._tags_of(run)
            order = sorted(tags, key=lambda key: (natural_key(key[0]), key[1]))
            logged = {key: place for place, key in enumerate(tags)}
            return tuple(self._tag_info(key[0], tags[key])._replace(order=logged[key]) for key in order)

    def scalars(self, run: str, tag: str) -> ScalarSeries:
        with self._lock:
            series = self._series(run, tag, Kind.SCALAR)
            steps = np.array(series.steps, np.int64)
            wall_times, values = np.array(series.wall_times, np.float64), np.array(series.values, np.float64)
        for column in (steps, wall_times, values):
            column.flags.writeable = False
        return ScalarSeries(steps, wall_times, values, split_segments(steps))

    def samples(self, run: str, tag: str, kind: Kind) -> SampleSeries:
        with self._lock:
            series = self._blobs(run, tag, kind)
            steps, wall_times = np.array(series.steps, np.int64), np.array(series.wall_times, np.float64)
            lengths = np.array([len(blob) for blob in series.blobs], np.int64)
            keys = tuple(f"{index}-{len(blob)}" for index, blob in enumerate(series.blobs))
        for column in (steps, wall_times, lengths):
            column.flags.writeable = False
        return SampleSeries(steps, wall_times, lengths, keys, split_segments(steps))

    def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
        with self._lock:
            blobs = self._blobs(run, tag, kind).blobs
            if not 0 <= index < len(blobs):
                raise NotFoundError(f"no sample {index} of {tag!r} in run {run!r}: it has {len(blobs)}")
            return blobs[index]

    def _change(self, run: str) -> None:
        self._changed.add(run)
        self._revision += 1

    def _open(
        self, run: str, tag: str, kind: Kind, plugin_name: str, display_name: str, description: str
    ) -> _Series:
        self._change(run)
        tags = self._runs.setdefault(run, {})
        return tags.setdefault((tag, kind), _Series(kind, plugin_name, display_name, description))

    def _tags_of(self, run: str) -> dict[tuple[str, Kind], _Series]:
        if run not in self._runs:
            raise name_not_found("run", run, self._runs, where=self._location)
        return self._runs[run]

    def _series(self, run: str, tag: str, kind: Kind) -> _Series:
        tags = self._tags_of(run)
        if (tag, kind) not in tags:
            names = [name for name, each in tags if each is kind]
            raise name_not_found(f"{kind} tag", tag, names, where=f"run {run!r}")
        return tags[tag, kind]

    def _blobs(self, run: str, tag: str, kind: Kind) -> _Series:
        if kind is Kind.SCALAR:
            raise NotFoundError(f"{tag!r} in run {run!r} is asked for as samples, but scalars have none")
        return self._series(run, tag, kind)

    def _run_info(self, name: str) -> RunInfo:
        every = self._runs[name].values()
        walls = [wall for series in every for wall in series.wall_times]
        steps = [step for series in every for step in series.steps]
        return RunInfo(
            name=name,
            first_wall_time=min(walls, default=None),
            last_wall_time=max(walls, default=None),
            last_step=max(steps, default=None),
            point_count=len(steps),
            file_count=1,
            problem_count=0,
        )

    @staticmethod
    def _tag_info(tag: str, series: _Series) -> TagInfo:
        return TagInfo(
            tag=tag,
            kind=series.kind,
            plugin_name=series.plugin_name,
            display_name=series.display_name,
            description=series.description,
            point_count=len(series.steps),
            first_step=series.steps[0] if series.steps else None,
            last_step=series.steps[-1] if series.steps else None,
            last_wall_time=series.wall_times[-1] if series.wall_times else None,
        )
