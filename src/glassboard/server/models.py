"""What the API's JSON looks like. The page's types are generated from these, so they are exact."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glassboard.server.columns import ColumnPlace
from glassboard.types import Kind

__all__ = [
    "MAX_POINTS",
    "MAX_REQUEST_POINTS",
    "MAX_SERIES",
    "MIN_POINTS",
    "Change",
    "ColumnName",
    "ErrorBody",
    "ErrorDetail",
    "HParamValue",
    "HParamsItem",
    "HParamsList",
    "Health",
    "HistogramItem",
    "HistogramList",
    "LogInfo",
    "LogState",
    "MetricItem",
    "Number",
    "PrCurveItem",
    "PrCurveList",
    "ProblemItem",
    "RunItem",
    "RunList",
    "SampleList",
    "ScalarColumnsHeader",
    "ScalarSeriesColumns",
    "ScalarsRequest",
    "SegmentItem",
    "SeriesName",
    "SeriesStatistics",
    "StatisticsList",
    "StatisticsRequest",
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

Number = float | Literal["NaN", "Infinity", "-Infinity"]
"""JSON has no number for these three."""
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


class SegmentItem(_Answer):
    """A stretch of a series in which steps do not go back; a restarted run opens a new one."""

    first_step: int
    last_step: int
    count: int


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
    segments: list[SegmentItem]
    """The newest 1,000; `segment_count` counts them all."""
    segment_count: int
    segment: int
    """The segment shown, counted from the oldest; in the newest view the last one."""


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


class HistogramItem(_Answer):
    """The distribution of the finite values of one sample; bucket i counts left_edges[i] <= value < right_edges[i]."""

    sample: int
    step: int
    wall_time: float | None
    left_edges: list[Number]
    right_edges: list[Number]
    """The last bucket includes its right edge."""
    counts: list[Number]
    nan_count: int
    positive_infinity_count: int
    negative_infinity_count: int
    error: str | None
    """Why this one cannot be read; the others of the answer can."""


class HistogramList(_Answer):
    run: str
    tag: str
    revision: int
    total: int
    """How many samples the series holds."""
    histograms: list[HistogramItem]
    """Fewer than asked for where they are large (16 MiB an answer): ask again from the next one."""


class PrCurveItem(_Answer):
    """Counts and rates at each threshold; the lists are of one length."""

    sample: int
    step: int
    wall_time: float | None
    thresholds: list[Number]
    """Ascending from 0 to 1."""
    true_positives: list[Number]
    false_positives: list[Number]
    true_negatives: list[Number]
    false_negatives: list[Number]
    precision: list[Number]
    recall: list[Number]
    error: str | None
    """Why this one cannot be read; the others of the answer can."""


class PrCurveList(_Answer):
    run: str
    tag: str
    revision: int
    total: int
    """How many samples the series holds."""
    pr_curves: list[PrCurveItem]
    """Fewer than asked for where they are large (16 MiB an answer): ask again from the next one."""


HParamValue = bool | Number | str | None


class HParamsItem(_Answer):
    run: str
    hparams: dict[str, HParamValue]
    """Every number is a float64, as the format holds it."""
    group_name: str
    """Sessions of one group are repetitions of one another; empty where none was named."""
    start_time: float | None
    """Seconds since the epoch; null where it was not said."""
    status: Literal["unknown", "success", "failure", "running"]
    end_time: float | None
    error: str | None
    """Why some of it cannot be read."""


class MetricItem(_Answer):
    tag: str
    group: str
    """Folder below the run of a session that holds the tag; empty for the run itself."""
    display_name: str
    description: str


class HParamsList(_Answer):
    revision: int
    runs: list[HParamsItem]
    metrics: list[MetricItem]
    """What the runs are judged by, of all of them together."""


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


class StatisticsRequest(_Question):
    series: Annotated[list[SeriesName], Field(min_length=1, max_length=MAX_SERIES)]
    x: Literal["step", "relative", "wall"] = "step"
    range: tuple[float, float]
    """Lowest and highest x, in the unit of `x`, both included."""

    @model_validator(mode="after")
    def _is_possible(self) -> StatisticsRequest:
        low, high = self.range
        if not low <= high:
            raise ValueError(f"range is {low:g} to {high:g}: want [low, high]")
        return self


class SeriesStatistics(_Answer):
    """Of every finite point in the range; null where there is none."""

    run: str
    tag: str
    found: bool
    count: int = 0
    """Finite points in the range."""
    nonfinite_count: int = 0
    first_x: float | None = None
    last_x: float | None = None
    first: float | None = None
    last: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    slope: float | None = None
    """Per unit of x, of the straight line with the least squared error; null for a single x."""


class StatisticsList(_Answer):
    revision: int
    series: list[SeriesStatistics]


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
    segments: list[SegmentItem]
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
