"""Runs and tags."""

from __future__ import annotations

from glassboard.server.models.base import Answer
from glassboard.types import Kind

__all__ = ["RunItem", "RunList", "TagItem", "TagTable"]


class RunItem(Answer):
    name: str
    first_wall_time: float | None
    last_wall_time: float | None
    last_step: int | None
    point_count: int
    file_count: int
    problem_count: int
    live: bool
    """Something was logged within the last 30 seconds."""


class RunList(Answer):
    revision: int
    runs: list[RunItem]
    """In natural order of names: `run2` before `run10`."""


class TagItem(Answer):
    tag: str
    kind: Kind
    plugin_name: str
    display_name: str
    description: str
    runs: list[int]
    """Which runs have the tag, ascending: indices into `TagTable.runs`."""
    counts: list[int]
    """Points logged, one number for each entry of `runs`."""
    order: int = 0
    """Ascends in the order in which the tags of the first of its runs were first logged."""


class TagTable(Answer):
    revision: int
    runs: list[str]
    tags: list[TagItem]
