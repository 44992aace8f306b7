"""`GET events`: server-sent events that say what changed, the moment it was read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import cast

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from glassboard.server.context import Context, ServerContext
from glassboard.server.models.log import Change, LogState

__all__ = ["router"]

router = APIRouter()
HEARTBEAT_SECS = 15.0
"""Often enough that proxies keep the connection, and that both ends notice a dead one."""


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events of the type `change`, each with a `Change` as its data",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def get_events(context: Context) -> Response:
    """A stream of `change` events. The first is sent at once; changes that a slow reader missed are merged."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(context), media_type="text/event-stream", headers=headers)


async def _stream(context: ServerContext) -> AsyncIterator[str]:
    # Listens before the first answer, so that no change falls between the two.
    with context.hub.listening() as listener:
        yield "retry: 1000\n" + await _event(context, ())
        async for runs in listener.changes(heartbeat_secs=HEARTBEAT_SECS):
            yield ": still here\n\n" if runs is None else await _event(context, runs)


async def _event(context: ServerContext, runs: Iterable[str]) -> str:
    status = await run_in_threadpool(context.provider.status)
    change = Change(
        revision=status.revision,
        runs=sorted(runs),
        point_count=status.point_count,
        state=cast(LogState, status.state),
    )
    return f"event: change\ndata: {change.model_dump_json()}\n\n"
