"""Where samples are."""

from __future__ import annotations

from glassboard.server.models.base import Answer, SegmentItem
from glassboard.types import Kind

__all__ = ["SampleList", "SamplePage"]


class SampleList(Answer):
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


class SamplePage(Answer):
    """Decoded samples, a page at a time: what every such answer begins with."""

    run: str
    tag: str
    revision: int
    total: int
    """How many samples the series holds."""
