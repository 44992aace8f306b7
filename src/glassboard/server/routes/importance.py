"""`POST hparams-importance`: how much of what a metric does each hyperparameter explains."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.analysis.hyperparameter_importance import Share, Value, encode, importance
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.metric_columns import MetricReader
from glassboard.server.models.importance import ImportanceAnswer, ImportanceRequest, ImportanceShare
from glassboard.types import Float64Array

__all__ = ["router"]

router = APIRouter()


@router.post("/hparams-importance", response_model=ImportanceAnswer)
async def post_hparams_importance(
    question: ImportanceRequest, request: Request, context: Context
) -> Response:
    """Shares of the variance with their uncertainty, by a functional analysis of variance over a random forest."""
    return answer(await work_for_client(request, lambda check: _answer(question, context, check)))


def _answer(question: ImportanceRequest, context: ServerContext, check: GoneCheck) -> ImportanceAnswer:
    table = context.sessions.table()
    wanted = table.sessions if question.runs is None else question.runs
    sessions = [
        session for run in wanted if (session := table.sessions.get(run)) is not None and session.is_session
    ]
    reader = MetricReader(context.provider, table, [session.run for session in sessions], check)
    found = reader.find(question.metric.group, question.metric.tag)
    reduced = found.reduce(question.metric)
    # A run of which no point is finite has reached nothing, which is not the same as having no such metric.
    has_value = reduced.found | (found.nonfinite_counts > 0)
    used = [sessions[row] for row in found.rows[has_value].tolist()]
    values = reduced.values[has_value]
    finite = np.isfinite(values)
    names = list(dict.fromkeys(name for session in used for name in session.hparams))
    if question.hparams is not None:
        names = [name for name in names if name in set(question.hparams)]
    columns: dict[str, list[Value]] = {
        name: [session.hparams.get(name) for session in used] for name in names
    }
    encoded = encode(columns)
    reason, made = None, None
    if not finite.any():
        reason = "no run has a finite value of the metric"
    else:
        try:
            made = importance(encoded, _scaled(values, finite, question), check=check)
        except ValueError as error:
            reason = str(error)
    return ImportanceAnswer(
        revision=table.revision,
        reason=reason,
        shares=[_share(each) for each in made.shares] if made else [],
        interactions=[_share(each) for each in made.interactions] if made else [],
        explained=made.explained if made else None,
        used_count=len(used),
        worst_count=int((~finite).sum()),
        missing_count=len(sessions) - len(used),
        constant=list(encoded.constant),
    )


def _scaled(values: Float64Array, finite: npt.NDArray[np.bool_], question: ImportanceRequest) -> Float64Array:
    worst = values[finite].min() if question.goal == "maximum" else values[finite].max()
    filled = np.where(finite, values, worst)
    if question.scale == "value":
        return filled
    _, place, counts = np.unique(filled, return_inverse=True, return_counts=True)
    # Equals share the middle of their ranks.
    ranks: Float64Array = (np.cumsum(counts) - (counts - 1) / 2.0)[place]
    return ranks


def _share(one: Share) -> ImportanceShare:
    return ImportanceShare(
        names=list(one.names), share=one.share, low=one.low, high=one.high, chance=one.chance
    )
