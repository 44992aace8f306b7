"""Hyperparameters and metrics."""

from __future__ import annotations

from typing import Literal

from glassboard.server.models.base import Answer, Number

__all__ = ["HParamItem", "HParamValue", "HParamsItem", "HParamsList", "MetricItem"]

HParamValue = bool | Number | str | None


class HParamsItem(Answer):
    run: str
    hparams: dict[str, HParamValue]
    """Every number is a float64, as the format holds it."""
    is_session: bool
    """Whether a session began or ended here; false where the run only describes an experiment."""
    group_name: str
    """Sessions of one group are repetitions of one another; empty where none was named."""
    start_time: float | None
    """Seconds since the epoch; null where it was not said."""
    status: Literal["unknown", "success", "failure", "running"]
    end_time: float | None
    error: str | None
    """Why some of it cannot be read."""


class HParamItem(Answer):
    """How an experiment describes one hyperparameter."""

    name: str
    display_name: str
    description: str


class MetricItem(Answer):
    tag: str
    group: str
    """Folder below the run of a session that holds the tag; empty for the run itself."""
    display_name: str
    description: str
    declared: bool
    """Whether an experiment names it as what its runs are judged by; the others are the sessions' other scalars."""
    run_count: int
    """Sessions that have it."""


class HParamsList(Answer):
    revision: int
    runs: list[HParamsItem]
    hparams: list[HParamItem]
    """Those that an experiment describes with more than their name."""
    metrics: list[MetricItem]
    """What the runs may be judged by, of all of them together, those that experiments name first."""
