"""`GET blob`: one sample of any kind as the bytes in its file."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.blobs import Blob, send_sample
from glassboard.server.context import Context
from glassboard.server.media import media_responses
from glassboard.server.samples import KeyQuery, NameQuery, SampleQuery, SegmentQuery, view_samples
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

_MEDIA_TYPE = "application/octet-stream"
_HEADERS = {"Content-Disposition": "attachment"}


@router.get(
    "/blob",
    response_class=Response,
    responses=media_responses(
        "The encoded `Summary.Value` message; of a graph its `GraphDef`", (_MEDIA_TYPE,), several=False
    ),
)
def get_blob(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    kind: Kind,
    sample: SampleQuery,
    key: KeyQuery = None,
    segment: SegmentQuery = None,
) -> Response:
    """One sample, encoded as it was logged. With its key it may be kept for ever."""
    view = view_samples(context.provider, run, tag, kind, segment=segment)

    def read(row: int) -> Blob:
        return Blob(context.provider.read_sample(run, tag, kind, row), _MEDIA_TYPE, _HEADERS)

    return send_sample(request, context, view, sample=sample, key=key, form="blob", read=read)
