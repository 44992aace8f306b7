"""`GET tags`: every tag with its kind and the runs that have it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import REVISION_RESPONSES, Context, answer_revision
from glassboard.server.models.runs import TagTable

__all__ = ["router"]

router = APIRouter()


@router.get("/tags", response_model=TagTable, responses=REVISION_RESPONSES)
def get_tags(request: Request, context: Context) -> Response:
    """Every distinct pair of tag and kind, in natural order, and which runs have it."""
    return answer_revision(request, context, lambda _: context.catalog.tags())
