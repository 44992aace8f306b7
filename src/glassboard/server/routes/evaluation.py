"""`POST evaluation`: what the evaluations of classifiers come to, at full resolution, reduced to a screen."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.evaluation_parts import evaluation_item, unreadable_item
from glassboard.server.models.predictions import (
    EvaluationAnswer,
    EvaluationItem,
    EvaluationRequest,
    RecordName,
)

__all__ = ["router"]

router = APIRouter()


@router.post("/evaluation", response_model=EvaluationAnswer)
async def post_evaluation(question: EvaluationRequest, request: Request, context: Context) -> Response:
    """Curves, confusion, rates, calibration and histograms of each evaluation asked for. Only the asked parts are made."""
    return answer(await work_for_client(request, lambda check: _answer(question, context, check)))


def _answer(question: EvaluationRequest, context: ServerContext, check: GoneCheck) -> EvaluationAnswer:
    revision = context.provider.revision

    def item(name: RecordName) -> EvaluationItem:
        check()
        return _item(name, question, context)

    if len(question.records) < 2:
        items = [item(name) for name in question.records]
    else:
        # Reading and counting leave the interpreter to the others. Two at once: each may hold a gigabyte.
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            items = list(pool.map(item, question.records))
    return EvaluationAnswer(revision=revision, evaluations=items)


def _item(name: RecordName, question: EvaluationRequest, context: ServerContext) -> EvaluationItem:
    try:
        return evaluation_item(context.evaluations.open(name.run, name.tag, name.step), question)
    except (CorruptError, NotFoundError, TooLargeError, TruncatedError) as error:
        return unreadable_item(name.run, name.tag, name.step, str(error))
