"""The bases of all models, and what several of them hold."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Answer", "Number", "Question", "SegmentItem"]

Number = float | Literal["NaN", "Infinity", "-Infinity"]
"""JSON has no number for these three."""


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


class SegmentItem(Answer):
    """A stretch of a series in which steps do not go back; a restarted run opens a new one."""

    first_step: int
    last_step: int
    count: int
