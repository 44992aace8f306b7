"""The log as a whole: health, state, what could not be read, what changed."""

from __future__ import annotations

from typing import Literal

from glassboard.server.models.base import Answer

__all__ = ["Change", "Health", "LogInfo", "LogState", "ProblemItem"]

LogState = Literal["waiting", "loading", "ready"]


class Health(Answer):
    status: Literal["ok"]
    version: str
    revision: int


class ProblemItem(Answer):
    path: str
    offset: int | None
    code: str
    message: str


class LogInfo(Answer):
    location: str
    title: str
    version: str
    revision: int
    state: LogState
    message: str
    nearby: str | None
    """While no event file is there: a folder near the log directory that has some."""
    loaded_bytes: int
    total_bytes: int
    run_count: int
    tag_count: int
    """Rows of `GET tags`: distinct pairs of tag and kind."""
    point_count: int
    problem_count: int
    problems: list[ProblemItem]
    """The first 200; `problem_count` counts them all."""


class Change(Answer):
    """The data of a `change` event. The first event of a connection names no runs: compare its revision with yours."""

    revision: int
    runs: list[str]
    point_count: int
    state: LogState
