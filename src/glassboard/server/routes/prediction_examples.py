"""`POST prediction-examples`: the samples behind a mark. `GET prediction-history`: one sample over the steps of a run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.codec.payloads.predictions import PredictionsPart
from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.evaluation import Evaluation, assemble, read_evaluation
from glassboard.server.example_selection import example_item, select_rows
from glassboard.server.models.predictions import (
    ExampleItem,
    ExampleList,
    ExamplesRequest,
    HistoryItem,
    PredictionHistory,
)
from glassboard.server.prediction_records import RecordPlace, read_part, record_places
from glassboard.server.samples import NameQuery
from glassboard.server.values import finite_times

__all__ = ["router"]

router = APIRouter()

_MOST_RECORDS = 100
IdQuery = Annotated[
    str | None,
    Query(alias="id", max_length=4096, description="Its id; without one it is the row of this number"),
]
RowQuery = Annotated[int, Query(ge=0, lt=2**31, description="Where it was last seen")]


@router.post("/prediction-examples", response_model=ExampleList)
async def post_prediction_examples(question: ExamplesRequest, request: Request, context: Context) -> Response:
    """Samples `first` to `first + count` of those that the filter lets through, the wrongest first."""
    return answer(await work_for_client(request, lambda check: _examples(question, context, check)))


def _examples(question: ExamplesRequest, context: ServerContext, check: GoneCheck) -> ExampleList:
    revision = context.provider.revision
    evaluation = context.evaluations.open(question.run, question.tag, question.step)
    check()
    rows = select_rows(evaluation, question.filter, question.order)
    suggested: dict[int, int] = {}
    if question.filter.label_errors:
        errors = evaluation.label_errors
        suggested = dict(zip(errors.rows.tolist(), errors.suggested.tolist(), strict=True))
    page = rows[question.first : question.first + question.count].tolist()
    return ExampleList(
        run=question.run,
        tag=question.tag,
        step=evaluation.place.step,
        revision=revision,
        key=evaluation.place.key,
        has_images=evaluation.has_images,
        total=len(rows),
        examples=[_item(evaluation, context, row, suggested.get(row)) for row in page],
    )


def _item(evaluation: Evaluation, context: ServerContext, row: int, suggested: int | None) -> ExampleItem:
    problem = context.prediction_files.problem(evaluation, row)
    is_there = evaluation.sheets is not None or evaluation.image_path_of(row) is not None
    return example_item(
        evaluation, row, suggested=suggested, has_image=is_there and problem is None, image_problem=problem
    )


@router.get("/prediction-history", response_model=PredictionHistory)
async def get_prediction_history(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    row: RowQuery,
    sample_id: IdQuery = None,
) -> Response:
    """What became of one sample, evaluation by evaluation; found by its id, which may stand in another row each time."""
    return answer(
        await work_for_client(request, lambda check: _history(context, check, run, tag, row, sample_id))
    )


def _history(
    context: ServerContext, check: GoneCheck, run: str, tag: str, row: int, wanted: str | None
) -> PredictionHistory:
    revision = context.provider.revision
    places = record_places(context.provider, run, tag)
    records = []
    for place in places[-_MOST_RECORDS:]:
        check()
        example, error = None, None
        try:
            example = _find(context, place, row, wanted)
        except (CorruptError, NotFoundError, TooLargeError, TruncatedError) as problem:
            error = str(problem)
        time = finite_times([place.wall_time])[0]
        records.append(HistoryItem(step=place.step, wall_time=time, example=example, error=error))
    return PredictionHistory(run=run, tag=tag, revision=revision, record_count=len(places), records=records)


def _find(context: ServerContext, place: RecordPlace, row: int, wanted: str | None) -> ExampleItem | None:
    evaluation = context.evaluations.held(place)
    if evaluation is None:
        at_once = _look_in_place(context, place, row, wanted)
        if at_once is not None:
            return at_once
        # Not kept: a hundred evaluations would push out the one that is looked at.
        evaluation = read_evaluation(context.provider, place)
    found = row if wanted is None else evaluation.row_of(wanted, row)
    if found is None or found >= evaluation.row_count:
        return None
    return _alone(evaluation, found)


def _look_in_place(
    context: ServerContext, place: RecordPlace, row: int, wanted: str | None
) -> ExampleItem | None:
    """The sample where it stands in the same row as ever, which is the rule: one part is read for it, or two."""
    part = read_part(context.provider, place, 0)
    span = max(1, len(part.targets))
    if len(place.rows) != -(-part.total_row_count // span) or row >= part.total_row_count:
        return None
    if row >= span:
        part = read_part(context.provider, place, row // span)
    at = row - part.first_row
    if not 0 <= at < len(part.targets):
        return None
    sample_id = str(row if part.ids is None else part.ids[at])
    if wanted not in (None, sample_id):
        return None
    one = PredictionsPart(
        0, 1, part.targets[at : at + 1], part.probabilities[at : at + 1], None, part.class_names
    )
    item = example_item(assemble([one], place, None), 0)
    return item.model_copy(update={"row": row, "id": sample_id})


def _alone(evaluation: Evaluation, row: int) -> ExampleItem:
    """Without what all rows would have to be computed for."""
    return example_item(evaluation.only(row), 0).model_copy(update={"row": row, "id": evaluation.id_of(row)})
