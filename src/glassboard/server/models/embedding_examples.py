"""From the points of an embedding to the samples of predictions."""

from __future__ import annotations

from typing import Literal

from glassboard.server.models.base import Answer

__all__ = ["EmbeddingExamples", "ExampleSource"]


class ExampleSource(Answer):
    """One evaluation of the same run, and which of its samples each point is."""

    run: str
    tag: str
    step: int
    """Of the evaluation."""
    is_same_step: bool
    """Whether it is that of the embedding."""
    by: Literal["id", "number", "row"]
    """`id`: the metadata holds the ids that were logged. `number`: it holds numbers of rows, where no ids were logged.
    `row`: there are as many rows as points, and nothing else says that they are the same."""
    column: str | None
    """Of the metadata; null for `row`."""
    rows: list[int]
    """One a point: the row of its sample, -1 where there is none."""
    ids: list[str]
    """One a point: the id of its sample, empty where there is none."""
    found_count: int
    class_column: str | None
    """The column of the metadata that agrees best with the true classes; null where none ever does."""
    agreeing_count: int
    """Points whose value there is the true class of their sample."""
    compared_count: int
    """Points with a sample whose true class is known."""
    class_names: list[str]


class EmbeddingExamples(Answer):
    revision: int
    sources: list[ExampleSource]
    """The surest first: by ids, by numbers, by rows; each by how many classes agree."""
