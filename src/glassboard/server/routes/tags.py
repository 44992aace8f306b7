"""`GET tags`: every tag with its kind and the runs that have it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models.runs import TagTable

__all__ = ["router"]

router = APIRouter()


@router.get("/tags", response_model=TagTable, responses={304: {"description": "Nothing changed"}})
def get_tags(request: Request, context: Context) -> Response:
    """Every distinct pair of tag and kind, in natural order, and which runs have it."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    return answer(context.catalog.tags(), entity_tag=entity_tag)
