"""`GET pr_curves`: precision-recall curves with the counts behind them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import pr_curve as pr_curve_payload
from glassboard.codec.payloads.pr_curve import PrCurve
from glassboard.server.context import REVISION_RESPONSES, Context
from glassboard.server.models.pr_curves import PrCurveItem, PrCurveList
from glassboard.server.pages import PageQuery, send_page
from glassboard.server.values import DecodedSample, numbers
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_THRESHOLD_BYTES = 120


@router.get("/pr_curves", response_model=PrCurveList, responses=REVISION_RESPONSES)
def get_pr_curves(request: Request, context: Context, query: PageQuery) -> Response:
    """Curves `first` to `first + count` of a series, in step order."""
    return send_page(
        request,
        context,
        query,
        Kind.PR_CURVE,
        decode=pr_curve_payload.decode,
        size=lambda one: len(one.thresholds) * _THRESHOLD_BYTES,
        page=lambda head, found: PrCurveList(**head, pr_curves=[_item(each) for each in found]),
    )


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
