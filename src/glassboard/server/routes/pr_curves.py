"""`GET pr_curves`: precision-recall curves with the counts behind them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import pr_curve as pr_curve_payload
from glassboard.codec.payloads.pr_curve import PrCurve
from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models import PrCurveItem, PrCurveList
from glassboard.server.samples import CountQuery, FirstQuery, NameQuery, SegmentQuery, view_samples
from glassboard.server.values import DecodedSample, decoded_samples, numbers
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_THRESHOLD_BYTES = 120


@router.get("/pr_curves", response_model=PrCurveList, responses={304: {"description": "Nothing changed"}})
def get_pr_curves(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    first: FirstQuery = 0,
    count: CountQuery = 50,
    segment: SegmentQuery = None,
) -> Response:
    """Curves `first` to `first + count` of a series, in step order."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    view = view_samples(context.provider, run, tag, Kind.PR_CURVE, segment=segment)
    found = decoded_samples(
        context.provider, view, first, count,
        decode=pr_curve_payload.decode, size=lambda one: len(one.thresholds) * _THRESHOLD_BYTES,
    )  # fmt: skip
    items = [_item(each) for each in found]
    page = PrCurveList(run=run, tag=tag, revision=revision, total=len(view.order), pr_curves=items)
    return answer(page, entity_tag=entity_tag)


def _item(found: DecodedSample[PrCurve]) -> PrCurveItem:
    one = found.value
    return PrCurveItem(
        sample=found.sample,
        step=found.step,
        wall_time=found.wall_time,
        thresholds=numbers(one.thresholds) if one else [],
        true_positives=numbers(one.true_positives) if one else [],
        false_positives=numbers(one.false_positives) if one else [],
        true_negatives=numbers(one.true_negatives) if one else [],
        false_negatives=numbers(one.false_negatives) if one else [],
        precision=numbers(one.precision) if one else [],
        recall=numbers(one.recall) if one else [],
        error=found.error,
    )
