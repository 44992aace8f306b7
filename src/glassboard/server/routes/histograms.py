"""`GET histograms`: distributions, bucket by bucket."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import histogram as histogram_payload
from glassboard.codec.payloads.histogram import Histogram
from glassboard.server.context import REVISION_RESPONSES, Context
from glassboard.server.models.histograms import HistogramItem, HistogramList
from glassboard.server.pages import PageQuery, send_page
from glassboard.server.values import DecodedSample, numbers
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_BUCKET_BYTES = 60


@router.get("/histograms", response_model=HistogramList, responses=REVISION_RESPONSES)
def get_histograms(request: Request, context: Context, query: PageQuery) -> Response:
    """Histograms `first` to `first + count` of a series, in step order, as they were logged."""
    return send_page(
        request,
        context,
        query,
        Kind.HISTOGRAM,
        decode=histogram_payload.decode,
        size=lambda one: len(one.counts) * _BUCKET_BYTES,
        page=lambda head, found: HistogramList(**head, histograms=[_item(each) for each in found]),
    )


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
