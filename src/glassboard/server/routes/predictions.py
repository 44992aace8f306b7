"""`GET predictions`: which evaluations of a run there are."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import REVISION_RESPONSES, Context, answer_revision
from glassboard.server.models.predictions import PredictionRecords
from glassboard.server.prediction_records import record_places
from glassboard.server.samples import NameQuery
from glassboard.server.values import finite_times

__all__ = ["router"]

router = APIRouter()


@router.get("/predictions", response_model=PredictionRecords, responses=REVISION_RESPONSES)
def get_predictions(request: Request, context: Context, run: NameQuery, tag: NameQuery) -> Response:
    """The evaluations of a tag that the newest view holds, one a step. Nothing is read for it."""

    def read(revision: int) -> PredictionRecords:
        places = record_places(context.provider, run, tag)
        return PredictionRecords(
            run=run,
            tag=tag,
            revision=revision,
            steps=[place.step for place in places],
            wall_times=finite_times(place.wall_time for place in places),
            part_counts=[len(place.rows) for place in places],
        )

    return answer_revision(request, context, read)
