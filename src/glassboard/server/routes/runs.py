"""`GET runs`: every run with its extent."""

from __future__ import annotations

import math
import time

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models.runs import RunItem, RunList
from glassboard.store.names import natural_key
from glassboard.store.provider import RunInfo

__all__ = ["router"]

router = APIRouter()
_LIVE_SECS = 30.0


@router.get("/runs", response_model=RunList, responses={304: {"description": "Nothing changed"}})
def get_runs(request: Request, context: Context) -> Response:
    """Every run, in natural order of names."""
    revision = context.provider.revision
    runs = context.provider.runs()
    now = time.time()
    live = {name for name, run in runs.items() if _is_live(run, now)}
    # A run stops being live by time alone, without a new revision.
    entity_tag = revision_tag(context, extra=f"-{len(live)}")
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    items = [
        RunItem(
            name=name,
            first_wall_time=runs[name].first_wall_time,
            last_wall_time=runs[name].last_wall_time,
            last_step=runs[name].last_step,
            point_count=runs[name].point_count,
            file_count=runs[name].file_count,
            problem_count=runs[name].problem_count,
            live=name in live,
        )
        for name in sorted(runs, key=natural_key)
    ]
    return answer(RunList(revision=revision, runs=items), entity_tag=entity_tag)


def _is_live(run: RunInfo, now: float) -> bool:
    """A clock of another machine may run ahead of ours: a little in the future is live too."""
    last = run.last_wall_time
    return last is not None and math.isfinite(last) and abs(now - last) <= _LIVE_SECS
