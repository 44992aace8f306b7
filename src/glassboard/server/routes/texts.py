"""`GET texts`: the strings that were logged, raw."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.codec.payloads import text as text_payload
from glassboard.errors import CorruptError, TooLargeError, TruncatedError
from glassboard.server.context import Context, ServerContext, answer, is_known, revision_tag
from glassboard.server.models import MAX_TEXTS, TextItem, TextList
from glassboard.server.routes.samples import finite_times
from glassboard.server.samples import SampleView, read_value, view_samples
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_MAX_ANSWER_CHARACTERS = 16 << 20


@router.get("/texts", response_model=TextList, responses={304: {"description": "Nothing changed"}})
def get_texts(
    request: Request,
    context: Context,
    run: Annotated[str, Query()],
    tag: Annotated[str, Query()],
    first: Annotated[int, Query(ge=0, description="Position in the lists of `samples`")] = 0,
    count: Annotated[int, Query(ge=1, le=MAX_TEXTS)] = 50,
) -> Response:
    """Texts `first` to `first + count` of a series, in step order. Past the end there are none, which is no error."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    view = view_samples(context.provider, run, tag, Kind.TEXT)
    texts: list[TextItem] = []
    room = _MAX_ANSWER_CHARACTERS
    for sample in range(first, min(first + count, len(view.order))):
        texts.append(_text(context, view, sample))
        room -= sum(map(len, texts[-1].strings))
        if room <= 0:
            break
    found = TextList(run=run, tag=tag, revision=revision, total=len(view.order), texts=texts)
    return answer(found, entity_tag=entity_tag)


def _text(context: ServerContext, view: SampleView, sample: int) -> TextItem:
    shape: list[int] = []
    strings: list[str] = []
    problem = None
    try:
        text = text_payload.decode(read_value(context.provider, view, sample))
        shape, strings = list(text.shape), list(text.strings)
    except (CorruptError, TooLargeError, TruncatedError) as error:
        problem = str(error)
    index = view.order[sample]
    return TextItem(
        sample=sample,
        step=int(view.series.steps[index]),
        wall_time=finite_times([float(view.series.wall_times[index])])[0],
        shape=shape,
        strings=strings,
        error=problem,
    )
