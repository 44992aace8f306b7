"""`GET samples`: where the samples of a series are, without their content."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.server.context import REVISION_RESPONSES, Context, answer_revision
from glassboard.server.models.samples import SampleList
from glassboard.server.samples import NameQuery, SegmentQuery, view_samples
from glassboard.server.values import finite_times, segment_items
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()


@router.get("/samples", response_model=SampleList, responses=REVISION_RESPONSES)
def get_samples(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    kind: Kind,
    segment: SegmentQuery = None,
) -> Response:
    """Every sample of a series: step, wall time, size and key. None is left out, however many there are."""

    def read(revision: int) -> SampleList:
        view = view_samples(context.provider, run, tag, kind, segment=segment)
        return SampleList(
            run=run,
            tag=tag,
            kind=kind,
            revision=revision,
            steps=view.series.steps[view.order].tolist(),
            wall_times=finite_times(view.series.wall_times[view.order].tolist()),
            bytes=view.series.lengths[view.order].tolist(),
            keys=[view.series.keys[index] for index in view.order],
            segments=segment_items(view.series.segments),
            segment_count=len(view.series.segments),
            segment=view.segment,
        )

    return answer_revision(request, context, read)
