"""`GET texts`: the strings that were logged, raw."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import text as text_payload
from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models import TextItem, TextList
from glassboard.server.samples import CountQuery, FirstQuery, NameQuery, SegmentQuery, view_samples
from glassboard.server.values import decoded_samples
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()


@router.get("/texts", response_model=TextList, responses={304: {"description": "Nothing changed"}})
def get_texts(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    first: FirstQuery = 0,
    count: CountQuery = 50,
    segment: SegmentQuery = None,
) -> Response:
    """Texts `first` to `first + count` of a series, in step order. Past the end there are none, which is no error."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    view = view_samples(context.provider, run, tag, Kind.TEXT, segment=segment)
    found = decoded_samples(
        context.provider,
        view,
        first,
        count,
        decode=text_payload.decode,
        size=lambda text: sum(map(len, text.strings)),
    )
    texts = [
        TextItem(
            sample=each.sample,
            step=each.step,
            wall_time=each.wall_time,
            shape=list(each.value.shape) if each.value else [],
            strings=list(each.value.strings) if each.value else [],
            error=each.error,
        )
        for each in found
    ]
    page = TextList(run=run, tag=tag, revision=revision, total=len(view.order), texts=texts)
    return answer(page, entity_tag=entity_tag)
