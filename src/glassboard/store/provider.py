"""The seam between event files and everything above them: a small read-only interface.

Vocabulary
    run      a folder with event files, named by its path relative to the log directory ("." for the directory itself)
    tag      a name within a run; with a `Kind` it names one series
    step     the training step a point was logged at, int64
    series   all points of one (run, tag, kind), in the order they were written
    segment  a stretch of a series in which steps do not go back; a restarted run opens a new one, and so does a file
             that begins with the step its predecessor ended with
    sample   a point whose value is a blob (image, text, histogram, ...), located in its file and read when asked for

Implementations: the event-file store (`store/log.py`) and, for tests, `glassboard.testing`.
Every method may be called from several threads; what is returned is immutable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from glassboard.types import Float64Array, Int64Array, Kind

__all__ = ["Problem", "Provider", "RunInfo", "SampleSeries", "ScalarSeries", "Segment", "Status", "TagInfo"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, and what that cost."""

    path: str
    """Path relative to the log directory."""
    offset: int | None
    """Byte offset in the file, where there is one."""
    code: str
    """`truncated`, `corrupt`, `undecodable`, `not-an-event-file`, `unreadable`, `missing`, ..."""
    message: str
    """One plain sentence: found, wanted, what still works."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    name: str
    first_wall_time: float | None
    """Seconds since the epoch of the earliest point; None while there is none."""
    last_wall_time: float | None
    last_step: int | None
    point_count: int
    """Scalar points and samples, every one that was read."""
    file_count: int
    problem_count: int


class TagInfo(NamedTuple):
    """A series and its ends. A tuple, unlike the rest: a log directory may hold tens of thousands."""

    tag: str
    kind: Kind
    plugin_name: str
    display_name: str
    description: str
    point_count: int
    first_step: int | None
    last_step: int | None
    last_wall_time: float | None
    order: int = 0
    """Ascends in the order in which the tags of a run were first logged."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Points `start` to `stop` (half open) of a series, in which steps never go back."""

    start: int
    stop: int
    first_step: int
    last_step: int


@dataclass(frozen=True, slots=True)
class ScalarSeries:
    """Every point of a scalar series in the order it was written; the arrays are read-only and of one length."""

    steps: Int64Array
    wall_times: Float64Array
    values: Float64Array
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class SampleSeries:
    """Where every sample of a blob series is; the arrays are read-only and of one length."""

    steps: Int64Array
    wall_times: Float64Array
    lengths: Int64Array
    """Bytes each sample takes in its file."""
    keys: tuple[str, ...]
    """A fingerprint per sample that changes when the sample at that index is another one."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How far reading has come and what went wrong."""

    state: str
    """`waiting` (the log directory does not exist yet or holds no event file), `loading` or `ready`."""
    message: str
    """One sentence for people: what was scanned and what was found."""
    revision: int
    """Grows with every change that a reader could see."""
    loaded_bytes: int
    total_bytes: int
    point_count: int
    problems: tuple[Problem, ...]
    nearby: str = ""
    """While `waiting`: a folder near the log directory that has event files; empty where none is known."""


class Provider(Protocol):
    """A log directory, read-only. Unknown names raise `NotFoundError`."""

    @property
    def location(self) -> str:
        """The log directory as the user named it."""

    @property
    def revision(self) -> int:
        """That of `status`, at no cost."""

    def status(self) -> Status: ...

    def refresh(self) -> frozenset[str]:
        """Reads what is new and returns the names of the runs that changed, appeared or went. Blocks."""

    def runs(self) -> Mapping[str, RunInfo]: ...

    def tags(self, run: str) -> Sequence[TagInfo]: ...

    def scalars(self, run: str, tag: str) -> ScalarSeries: ...

    def samples(self, run: str, tag: str, kind: Kind) -> SampleSeries: ...

    def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
        """The encoded `Summary.Value` (for graphs the `GraphDef`) of one sample, read from its file now."""
