"""`GET texts`: the strings that were logged, raw."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import text as text_payload
from glassboard.codec.payloads.text import TextSample
from glassboard.server.context import REVISION_RESPONSES, Context
from glassboard.server.models.texts import TextItem, TextList
from glassboard.server.pages import PageQuery, send_page
from glassboard.server.values import DecodedSample
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()


@router.get("/texts", response_model=TextList, responses=REVISION_RESPONSES)
def get_texts(request: Request, context: Context, query: PageQuery) -> Response:
    """Texts `first` to `first + count` of a series, in step order. Past the end there are none, which is no error."""
    return send_page(
        request,
        context,
        query,
        Kind.TEXT,
        decode=text_payload.decode,
        size=lambda one: sum(map(len, one.strings)),
        page=lambda head, found: TextList(**head, texts=[_item(each) for each in found]),
    )


def _item(found: DecodedSample[TextSample]) -> TextItem:
    one = found.value
    return TextItem(
        sample=found.sample,
        step=found.step,
        wall_time=found.wall_time,
        shape=list(one.shape) if one else [],
        strings=list(one.strings) if one else [],
        error=found.error,
    )
