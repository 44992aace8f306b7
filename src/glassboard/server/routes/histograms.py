"""`GET histograms`: distributions, bucket by bucket."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import histogram as histogram_payload
from glassboard.codec.payloads.histogram import Histogram
from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models import HistogramItem, HistogramList
from glassboard.server.samples import CountQuery, FirstQuery, NameQuery, SegmentQuery, view_samples
from glassboard.server.values import DecodedSample, decoded_samples, numbers
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_BUCKET_BYTES = 60


@router.get("/histograms", response_model=HistogramList, responses={304: {"description": "Nothing changed"}})
def get_histograms(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    first: FirstQuery = 0,
    count: CountQuery = 50,
    segment: SegmentQuery = None,
) -> Response:
    """Histograms `first` to `first + count` of a series, in step order, as they were logged."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    view = view_samples(context.provider, run, tag, Kind.HISTOGRAM, segment=segment)
    found = decoded_samples(
        context.provider, view, first, count,
        decode=histogram_payload.decode, size=lambda one: len(one.counts) * _BUCKET_BYTES,
    )  # fmt: skip
    items = [_item(each) for each in found]
    page = HistogramList(run=run, tag=tag, revision=revision, total=len(view.order), histograms=items)
    return answer(page, entity_tag=entity_tag)


def _item(found: DecodedSample[Histogram]) -> HistogramItem:
    one = found.value
    return HistogramItem(
        sample=found.sample,
        step=found.step,
        wall_time=found.wall_time,
        left_edges=numbers(one.left_edges) if one else [],
        right_edges=numbers(one.right_edges) if one else [],
        counts=numbers(one.counts) if one else [],
        nan_count=one.nonfinite.nan if one else 0,
        positive_infinity_count=one.nonfinite.positive_inf if one else 0,
        negative_infinity_count=one.nonfinite.negative_inf if one else 0,
        error=found.error,
    )
