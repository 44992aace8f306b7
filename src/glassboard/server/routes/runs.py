"""`GET runs`: every run with its extent."""

from __future__ import annotations

import math
import time

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import REVISION_RESPONSES, Context, answer_revision
from glassboard.server.models.runs import RunItem, RunList
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider, RunInfo

__all__ = ["router"]

router = APIRouter()
_LIVE_SECS = 30.0


@router.get("/runs", response_model=RunList, responses=REVISION_RESPONSES)
def get_runs(request: Request, context: Context) -> Response:
    """Every run, in natural order of names."""
    now = time.time()
    # A run stops being live by time alone, without a new revision.
    live_count = sum(_is_live(run, now) for run in context.provider.runs().values())
    return answer_revision(
        request, context, lambda revision: _list(context.provider, now, revision), extra=f"-{live_count}"
    )


def _list(provider: Provider, now: float, revision: int) -> RunList:
    runs = provider.runs()
    items = [
        RunItem(
            name=name,
            first_wall_time=runs[name].first_wall_time,
            last_wall_time=runs[name].last_wall_time,
            last_step=runs[name].last_step,
            point_count=runs[name].point_count,
            file_count=runs[name].file_count,
            problem_count=runs[name].problem_count,
            live=_is_live(runs[name], now),
        )
        for name in sorted(runs, key=natural_key)
    ]
    return RunList(revision=revision, runs=items)


def _is_live(run: RunInfo, now: float) -> bool:
    """A clock of another machine may run ahead of ours: a little in the future is live too."""
    last = run.last_wall_time
    return last is not None and math.isfinite(last) and abs(now - last) <= _LIVE_SECS
