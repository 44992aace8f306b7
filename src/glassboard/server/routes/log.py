"""`GET log`: the log directory as a whole, how far reading has come, and what could not be read."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter
from fastapi.responses import Response

from glassboard.server.context import Context, answer
from glassboard.server.models.log import LogInfo, LogState, ProblemItem
from glassboard.server.version import installed_version

__all__ = ["router"]

router = APIRouter()
_MAX_PROBLEMS = 200


@router.get("/log", response_model=LogInfo)
def get_log(context: Context) -> Response:
    """The log directory: progress of reading, counts, and the first 200 problems."""
    tags = context.catalog.tags()
    status = context.provider.status()
    problems = [
        ProblemItem(path=each.path, offset=each.offset, code=each.code, message=each.message)
        for each in status.problems[:_MAX_PROBLEMS]
    ]
    info = LogInfo(
        location=context.provider.location,
        title=context.title,
        version=installed_version(),
        revision=status.revision,
        state=cast(LogState, status.state),
        message=status.message,
        nearby=status.nearby or None,
        loaded_bytes=status.loaded_bytes,
        total_bytes=status.total_bytes,
        run_count=len(tags.runs),
        tag_count=len(tags.tags),
        point_count=status.point_count,
        problem_count=len(status.problems),
        problems=problems,
    )
    return answer(info)
