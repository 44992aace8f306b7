"""`POST scalar-statistics`: what stretches of scalar series come to, over every point."""

from __future__ import annotations

import dataclasses

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.analysis.range_statistics import range_statistics
from glassboard.errors import NotFoundError
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.horizontal import HorizontalAxis
from glassboard.server.models.statistics import SeriesStatistics, StatisticsList, StatisticsRequest

__all__ = ["router"]

router = APIRouter()


@router.post("/scalar-statistics", response_model=StatisticsList)
async def post_scalar_statistics(question: StatisticsRequest, request: Request, context: Context) -> Response:
    """Statistics of each series within one range of x, in the order asked. A series that is gone is `found: false`."""
    found = await work_for_client(request, lambda check: _statistics(question, context, check))
    return answer(found)


def _statistics(question: StatisticsRequest, context: ServerContext, check: GoneCheck) -> StatisticsList:
    revision = context.provider.revision
    axis = HorizontalAxis(context.provider, question)
    made = []
    with np.errstate(over="ignore", invalid="ignore"):
        for name in question.series:
            check()
            try:
                series = context.provider.scalars(name.run, name.tag)
                one = range_statistics(
                    series,
                    question.range,
                    x=question.x,
                    segment=name.segment,
                    relative_to=axis.origin(name.run),
                    x_series=axis.series(name.run),
                )
            except NotFoundError:
                made.append(SeriesStatistics(run=name.run, tag=name.tag, found=False))
                continue
            made.append(SeriesStatistics(run=name.run, tag=name.tag, found=True, **dataclasses.asdict(one)))
    return StatisticsList(revision=revision, series=made)
