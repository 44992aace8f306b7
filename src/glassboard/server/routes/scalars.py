"""`POST scalars`: many scalar series in one answer of binary columns."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from glassboard.analysis.scalars_view import ScalarView, view
from glassboard.errors import NotFoundError
from glassboard.server.columns import MEDIA_TYPE, ColumnBody, join
from glassboard.server.context import Context
from glassboard.server.models import (
    ScalarColumnsHeader,
    ScalarSegment,
    ScalarSeriesColumns,
    ScalarsRequest,
    SeriesName,
)
from glassboard.store.provider import Provider, ScalarSeries
from glassboard.types import Float64Array, Int64Array

__all__ = ["router"]

router = APIRouter()

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A `ScalarColumnsHeader` and float64 columns: see docs/design/0002-http-api.md",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ColumnsResponse(Response):
    media_type = MEDIA_TYPE


@router.post("/scalars", response_class=ColumnsResponse, responses=_RESPONSES)
def post_scalars(request: ScalarsRequest, context: Context) -> Response:
    """Scalar series, each smoothed over all its points and reduced to the screen. A series that is gone fails alone."""
    revision = context.provider.status().revision
    body = ColumnBody()
    # All curves of a run share one origin, so that what happened at one time stands at one place.
    runs = context.provider.runs() if request.x == "relative" else {}
    origins = {name: run.first_wall_time for name, run in runs.items()}
    series = [
        _series(context.provider, name, request, body, relative_to=origins.get(name.run))
        for name in request.series
    ]
    content = join(ScalarColumnsHeader(revision=revision, series=series), body)
    return ColumnsResponse(content, headers={"Cache-Control": "no-store"})


def _series(
    provider: Provider,
    name: SeriesName,
    request: ScalarsRequest,
    body: ColumnBody,
    *,
    relative_to: float | None,
) -> ScalarSeriesColumns:
    try:
        series = provider.scalars(name.run, name.tag)
        made = view(
            series,
            x=request.x,
            range=request.range,
            max_points=request.max_points,
            smoothing=request.smoothing,
            segment=name.segment,
            relative_to=relative_to,
        )
    except NotFoundError:
        return ScalarSeriesColumns(
            run=name.run,
            tag=name.tag,
            found=False,
            total=0,
            in_range=0,
            shown=0,
            nonfinite_count=0,
            segments=[],
            segment=0,
            columns={},
        )
    return ScalarSeriesColumns(
        run=name.run,
        tag=name.tag,
        found=True,
        total=made.total,
        in_range=made.in_range,
        shown=made.shown,
        nonfinite_count=made.nonfinite_count,
        segments=_segments(series),
        segment=made.segment,
        columns=_columns(made, body),
    )


def _segments(series: ScalarSeries) -> list[ScalarSegment]:
    return [
        ScalarSegment(first_step=each.first_step, last_step=each.last_step, count=each.stop - each.start)
        for each in series.segments
    ]


def _columns(made: ScalarView, body: ColumnBody) -> dict[str, tuple[int, int]]:
    columns: dict[str, Float64Array | Int64Array] = {
        "step": made.step,
        "wall_time": made.wall_time,
        "x": made.x,
        "value": made.value,
        "nonfinite_step": made.nonfinite_step,
        "nonfinite_wall_time": made.nonfinite_wall_time,
        "nonfinite_x": made.nonfinite_x,
        "nonfinite_kind": made.nonfinite_kind,
    }
    if made.smoothed is not None:
        columns["smoothed"] = made.smoothed
    return {name: body.add(column) for name, column in columns.items()}
