"""What the API's JSON looks like. The page's types are generated from these, so they are exact."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glassboard.server.columns import ColumnPlace
from glassboard.types import Kind

__all__ = [
    "MAX_POINTS",
    "MAX_REQUEST_POINTS",
    "MAX_SEGMENTS",
    "MAX_SERIES",
    "MAX_TEXTS",
    "MIN_POINTS",
    "Change",
    "ColumnName",
    "ErrorBody",
    "ErrorDetail",
    "Health",
    "LogInfo",
    "LogState",
    "ProblemItem",
    "RunItem",
    "RunList",
    "SampleList",
    "ScalarColumnsHeader",
    "ScalarSegment",
    "ScalarSeriesColumns",
    "ScalarsRequest",
    "SeriesName",
    "TagItem",
    "TagTable",
    "TextItem",
    "TextList",
]

MAX_SERIES = 5_000
"""Series in one request for scalars."""
MIN_POINTS = 4
"""First, last, lowest and highest."""
MAX_POINTS = 100_000
"""Points a series in one request for scalars."""
MAX_REQUEST_POINTS = 10_000_000
"""Series times points in one request for scalars: about 160 MB of columns."""
MAX_SEGMENTS = 1_000
"""Segments listed of one series: a tag whose steps jump about has as many as points."""
MAX_TEXTS = 200
"""Texts in one answer."""

LogState = Literal["waiting", "loading", "ready"]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


class ErrorDetail(_Answer):
    code: str
    """For programs: `not_found`, `invalid`, `forbidden`, `token_required`, `corrupt`, ..."""
    message: str
    """For people: what was found, what was wanted, where."""


class ErrorBody(_Answer):
    """The one shape of every error."""

    error: ErrorDetail


class Health(_Answer):
    status: Literal["ok"]
    version: str
    revision: int


class ProblemItem(_Answer):
    path: str
    offset: int | None
    code: str
    message: str


class LogInfo(_Answer):
    location: str
    title: str
    version: str
    revision: int
    state: LogState
    message: str
    loaded_bytes: int
    total_bytes: int
    run_count: int
    tag_count: int
    """Rows of `GET tags`: distinct pairs of tag and kind."""
    point_count: int
    problem_count: int
    problems: list[ProblemItem]
    """The first 200; `problem_count` counts them all."""


class RunItem(_Answer):
    name: str
    first_wall_time: float | None
    last_wall_time: float | None
    last_step: int | None
    point_count: int
    file_count: int
    problem_count: int
    live: bool
    """Something was logged within the last 30 seconds."""


class RunList(_Answer):
    revision: int
    runs: list[RunItem]
    """In natural order of names: `run2` before `run10`."""


class TagItem(_Answer):
    tag: str
    kind: Kind
    plugin_name: str
    display_name: str
    description: str
    runs: list[int]
    """Which runs have the tag, ascending: indices into `TagTable.runs`."""
    counts: list[int]
    """Points logged, one number for each entry of `runs`."""


class TagTable(_Answer):
    revision: int
    runs: list[str]
    tags: list[TagItem]


class SampleList(_Answer):
    """Every sample of a series in step order; the four lists are of one length. The position is the sample's number."""

    run: str
    tag: str
    kind: Kind
    revision: int
    steps: list[int]
    wall_times: list[float | None]
    """Seconds since the epoch; null where the file holds no finite time."""
    bytes: list[int]
    keys: list[str]


class TextItem(_Answer):
    sample: int
    step: int
    wall_time: float | None
    shape: list[int]
    """Empty for a single string."""
    strings: list[str]
    """In row-major order, raw: render them as untrusted Markdown."""
    error: str | None
    """Why this text cannot be read; the others of the answer can."""


class TextList(_Answer):
    run: str
    tag: str
    revision: int
    total: int
    """How many texts the series holds."""
    texts: list[TextItem]
    """Fewer than asked for where they are long (16 MiB an answer): ask again from the next one."""


class Change(_Answer):
    """The data of a `change` event. The first event of a connection names no runs: compare its revision with yours."""

    revision: int
    runs: list[str]
    point_count: int
    state: LogState


class SeriesName(_Question):
    run: str
    tag: str
    segment: Annotated[int, Field(ge=0)] | None = None
    """One segment of a restarted run alone; without it the newest view."""


ColumnName = Literal["step", "x", "value", "smoothed", "wall_time", "wall_offset"]


class ScalarsRequest(_Question):
    series: Annotated[list[SeriesName], Field(min_length=1, max_length=MAX_SERIES)]
    max_points: Annotated[int, Field(ge=MIN_POINTS, le=MAX_POINTS)] = 1000
    """Finite points a series at most, and one more beyond each end of the range."""
    x: Literal["step", "relative", "wall"] = "step"
    """`relative`: seconds since the run's first point, whatever its tag; `wall`: seconds since the epoch."""
    range: tuple[float, float] | None = None
    """Lowest and highest x to show, in the unit of `x`, both included; one finite point beyond each end comes along."""
    smoothing: Annotated[float, Field(ge=0, le=0.999)] = 0.0
    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=6)] | None = None
    """What to send; without it `step`, `x`, `value`, `wall_time`, and `smoothed` where there is smoothing."""

    @model_validator(mode="after")
    def _is_possible(self) -> ScalarsRequest:
        if self.range is not None and self.range[0] > self.range[1]:
            low, high = self.range
            raise ValueError(f"range starts at {low:g} and ends before it, at {high:g}: want [low, high]")
        points = len(self.series) * self.max_points
        if points > MAX_REQUEST_POINTS:
            raise ValueError(
                f"{len(self.series)} series of {self.max_points} points are {points:,} points, "
                f"want at most {MAX_REQUEST_POINTS:,} in one request"
            )
        return self


class ScalarSegment(_Answer):
    first_step: int
    last_step: int
    count: int


class ScalarSeriesColumns(_Answer):
    run: str
    tag: str
    found: bool
    total: int
    """Points logged, in every segment."""
    in_range: int
    """Points of the view that fall into the range, finite or not."""
    shown: int
    """Points in the columns, finite or not."""
    nonfinite_count: int
    """NaN and infinite points in the range; the columns hold fewer where they are too many to be seen apart."""
    segments: list[ScalarSegment]
    """The newest 1,000; `segment_count` counts them all."""
    segment_count: int
    segment: int
    """The segment shown, counted from the oldest; in the newest view the last one."""
    wall_origin: float | None
    """Where `wall_offset` counts from, in seconds since the epoch; null where that column is not sent."""
    columns: dict[str, ColumnPlace]
    """Name -> type, byte offset in the body, number of values. An empty column is left out."""


class ScalarColumnsHeader(_Answer):
    """The JSON header inside `application/vnd.glassboard.columns`."""

    revision: int
    series: list[ScalarSeriesColumns]
