"""`POST export`: a part of the log, with the page, as one HTML file. `POST export-size`: how large that will be."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from glassboard.errors import NotFoundError
from glassboard.server.blobs import MEDIA_POLICY
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.errors import Responses
from glassboard.server.models.export import ExportPart, ExportRequest, ExportSize
from glassboard.server.snapshot.page_file import BuiltPage
from glassboard.server.snapshot.recordings import MEDIA_KINDS
from glassboard.server.snapshot.selection import Choice, SelectedLog, left_out
from glassboard.server.snapshot.size import snapshot_size
from glassboard.server.snapshot.writing import Snapshot, snapshot_parts
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

_RESPONSES: Responses = {
    200: {
        "description": "An HTML file",
        "content": {"text/html": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/export", response_class=Response, responses=_RESPONSES)
async def post_export(question: ExportRequest, context: Context) -> Response:
    """One HTML file that opens without a server. It is written while it is sent: the last part makes it whole."""
    page = _page(context)
    log = await run_in_threadpool(_selected, context, question)
    if context.api_over is None:
        raise NotFoundError("a snapshot makes no snapshots")
    title = context.title or log.location
    snapshot = Snapshot(
        log,
        title,
        max_points=question.max_points,
        query=question.query,
        left_out=left_out(context.provider, log),
        layouts=question.layouts,
    )
    parts = snapshot_parts(snapshot, context.api_over(log, context.title), page)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": "attachment",
        # Opened as a page of this server, it would hold what strangers wrote.
        "Content-Security-Policy": MEDIA_POLICY,
    }
    return StreamingResponse(parts, media_type="text/html", headers=headers)


@router.post("/export-size", response_model=ExportSize)
def post_export_size(question: ExportRequest, context: Context) -> Response:
    """About how large the file of `POST export` for the same question will be; nothing but lists is read for it."""
    log = _selected(context, question)
    embeddings = [one for one in context.embeddings.all()[0] if log.holds_folder(one.run)]
    parts = snapshot_size(log, _page(context), question.max_points, embeddings)
    return answer(
        ExportSize(
            bytes=sum(part.size_bytes for part in parts),
            run_count=len(log.runs()),
            parts=[ExportPart(kind=part.kind, count=part.count, bytes=part.size_bytes) for part in parts],
        )
    )


def _page(context: ServerContext) -> BuiltPage:
    if context.page_folder is None:
        raise NotFoundError("this server has no page that could be put into a file")
    return BuiltPage(context.page_folder)


def _selected(context: ServerContext, question: ExportRequest) -> SelectedLog:
    kinds: Collection[Kind] = frozenset(Kind if question.kinds is None else question.kinds)
    kept = kinds if question.media else frozenset(kinds) - MEDIA_KINDS
    runs = None if question.runs is None else frozenset(question.runs)
    return SelectedLog(context.provider, Choice(runs=runs, kinds=kept))
