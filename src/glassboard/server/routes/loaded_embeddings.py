"""`POST loaded-embeddings`, `DELETE loaded-embeddings`: a person's own vectors, shown like those of the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from glassboard.errors import MisuseError, NotFoundError, TooLargeError
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import ClientGoneError
from glassboard.server.models.projections import LoadedEmbedding, RemovedEmbedding
from glassboard.server.projections.loaded import LOADED_RUN, MAX_UPLOAD_BYTES, LoadedEmbeddings
from glassboard.server.projections.own_files import Form

__all__ = ["ROUTE", "router"]

ROUTE = "/loaded-embeddings"
"""Its body is larger than others may be: it goes to a file while it arrives."""

router = APIRouter()
_BODY_TYPE = "application/octet-stream"

NameParameter = Annotated[str, Query(min_length=1, max_length=1000, description="What it is called")]


@router.post(
    ROUTE,
    response_model=LoadedEmbedding,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def post_loaded_embedding(
    request: Request,
    context: Context,
    name: NameParameter,
    form: Annotated[Form, Query(description="Of the vectors")] = "tsv",
    label_bytes: Annotated[int, Query(ge=0, description="Length of the metadata, which comes first")] = 0,
) -> Response:
    """Takes metadata (tab-separated text, or nothing) and vectors, and keeps them until the server ends."""
    loaded = _place(context)
    # Another type than forms can send: a foreign page would have to ask first, and is not answered.
    found = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if found != _BODY_TYPE:
        raise MisuseError(f"a body of type {found!r}: wanted {_BODY_TYPE}")
    claimed = request.headers.get("content-length", "")
    if claimed.isdecimal() and int(claimed) > MAX_UPLOAD_BYTES:
        raise TooLargeError(
            f"files of {int(claimed):,} bytes: at most {MAX_UPLOAD_BYTES >> 20} MiB are loaded"
        )
    with loaded.receiving() as upload:
        try:
            async for chunk in request.stream():
                upload.write(chunk)
        except ClientDisconnect as error:
            raise ClientGoneError from error
        one = await run_in_threadpool(loaded.keep, upload, name, form, label_bytes)
    return answer(
        LoadedEmbedding(
            run=LOADED_RUN, name=one.name, points=one.points, dimensions=one.dimensions, note=one.note
        )
    )


@router.delete(ROUTE, response_model=RemovedEmbedding)
def delete_loaded_embedding(context: Context, name: NameParameter) -> Response:
    """Takes a loaded embedding away, with its files."""
    _place(context).remove(name)
    return answer(RemovedEmbedding(name=name))


def _place(context: ServerContext) -> LoadedEmbeddings:
    if context.loaded is None:
        raise NotFoundError("nothing can be loaded here: this is a part of a log")
    return context.loaded
