"""A log as one file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from glassboard.server.models.base import Answer, Question
from glassboard.server.models.projections import ProjectionRequest
from glassboard.server.models.scalars import MAX_POINTS, MIN_POINTS
from glassboard.types import Kind

__all__ = ["ExportPart", "ExportRequest", "ExportSize"]


class ExportRequest(Question):
    runs: Annotated[list[str], Field(max_length=100_000)] | None = None
    """Names of the runs to keep; without it all."""
    kinds: Annotated[list[Kind], Field(max_length=len(Kind))] | None = None
    """What to keep of them; without it everything."""
    media: bool = True
    """Whether images and sounds come along."""
    max_points: Annotated[int, Field(ge=MIN_POINTS, le=MAX_POINTS)] = 1000
    """Points a curve at most; first, last, extremes and what is not finite are among them."""
    layouts: Annotated[list[ProjectionRequest], Field(max_length=16, default_factory=list)]
    """Layouts of embeddings to take along beside the principal components, as the page shows them."""
    query: Annotated[str, Field(max_length=100_000, pattern=r"^(\?|$)")] = ""
    """The query string of the page as it is to open."""


class ExportPart(Answer):
    kind: Kind | None
    """Null: the page itself."""
    count: int
    """Points and samples in the log; of curves not all of them come along."""
    bytes: int


class ExportSize(Answer):
    bytes: int
    """Of the whole file, estimated."""
    run_count: int
    parts: list[ExportPart]
