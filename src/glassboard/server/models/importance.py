"""Importance of hyperparameters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from glassboard.server.models.base import Answer, Question
from glassboard.server.models.run_metrics import MAX_RUNS, MetricQuestion

__all__ = ["ImportanceAnswer", "ImportanceRequest", "ImportanceShare"]


class ImportanceRequest(Question):
    metric: MetricQuestion
    goal: Literal["minimum", "maximum"] = "maximum"
    """A run whose value is not finite counts as the worst finite one, which is at the other end."""
    scale: Literal["value", "rank"] = "value"
    """Ranks keep a few runs that went far astray from deciding everything."""
    runs: Annotated[list[str], Field(max_length=MAX_RUNS)] | None = None
    """These sessions; null: all."""
    hparams: Annotated[list[str], Field(max_length=1000)] | None = None
    """These hyperparameters; null: all."""


class ImportanceShare(Answer):
    names: list[str]
    """One hyperparameter, or the two of an interaction."""
    share: float
    """Of the variance over all combinations of the values tried, 0 to 1."""
    low: float
    """Nine tenths of the resamples lie between `low` and `high`."""
    high: float
    chance: float
    """The share that 95 of 100 shuffled metrics stay below."""


class ImportanceAnswer(Answer):
    revision: int
    reason: str | None
    """Why nothing can be said; then there are no shares."""
    shares: list[ImportanceShare]
    interactions: list[ImportanceShare]
    explained: float | None
    """R squared of runs that the model had not seen; near or below 0 it predicts nothing."""
    used_count: int
    """Runs that have a value."""
    worst_count: int
    """Of those, runs whose value is not finite."""
    missing_count: int
    """Runs without a value, which were left out."""
    constant: list[str]
    """Hyperparameters that do not differ between the runs used."""
