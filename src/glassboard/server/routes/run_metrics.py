"""`POST run-metrics`: what every run reached, one number a run and metric, over every point."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.metric_columns import FoundMetric, MetricReader
from glassboard.server.models.base import Number
from glassboard.server.models.run_metrics import MetricColumn, MetricQuestion, RunMetrics, RunMetricsRequest
from glassboard.server.values import number

__all__ = ["router"]

router = APIRouter()


@router.post("/run-metrics", response_model=RunMetrics)
async def post_run_metrics(question: RunMetricsRequest, request: Request, context: Context) -> Response:
    """Statistics of metrics, each found where the run's session keeps it. A run or a tag that is gone has null."""
    return answer(await work_for_client(request, lambda check: _answer(question, context, check)))


def _answer(question: RunMetricsRequest, context: ServerContext, check: GoneCheck) -> RunMetrics:
    table = context.sessions.table()
    sessions = [run for run, session in table.sessions.items() if session.is_session]
    runs = sessions if question.runs is None else question.runs
    reader = MetricReader(context.provider, table, runs, check)
    columns = [_column(reader.find(each.group, each.tag), each, len(runs)) for each in question.metrics]
    return RunMetrics(revision=table.revision, runs=list(runs), metrics=columns)


def _column(found: FoundMetric, question: MetricQuestion, count: int) -> MetricColumn:
    reduced = found.reduce(question)
    values: list[Number | None] = [None] * count
    steps: list[int | None] = [None] * count
    nonfinite = np.zeros(count, np.int64)
    nonfinite[found.rows] = found.nonfinite_counts
    made = zip(
        found.rows.tolist(),
        reduced.found.tolist(),
        reduced.values.tolist(),
        reduced.steps.tolist(),
        strict=True,
    )
    for row, is_there, value, step in made:
        if is_there:
            values[row], steps[row] = number(value), step
    return MetricColumn(values=values, steps=steps, nonfinite_counts=nonfinite.tolist())
