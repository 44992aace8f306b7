"""`POST scalars`: many scalar series in one answer of binary columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.analysis.scalars_view import ScalarView, view
from glassboard.errors import NotFoundError
from glassboard.server.columns import MEDIA_TYPE, ColumnBody, ColumnPlace, join, narrowest
from glassboard.server.context import Context, ServerContext
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.errors import Responses
from glassboard.server.horizontal import HorizontalAxis
from glassboard.server.models.scalars import (
    MAX_PASSES,
    ColumnName,
    JoinedAxis,
    ScalarSeriesColumns,
    ScalarsRequest,
    SeriesName,
)
from glassboard.server.values import segment_items
from glassboard.store.provider import Provider
from glassboard.types import AnyArray, Float64Array

__all__ = ["router"]

router = APIRouter()

_RESPONSES: Responses = {
    200: {
        "description": "A `ScalarColumnsHeader` and typed columns: see docs/design/0002-http-api.md",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_DEFAULT_COLUMNS: tuple[ColumnName, ...] = ("step", "x", "value", "smoothed", "wall_time")


class ColumnsResponse(Response):
    media_type = MEDIA_TYPE


@router.post("/scalars", response_class=ColumnsResponse, responses=_RESPONSES)
async def post_scalars(question: ScalarsRequest, request: Request, context: Context) -> Response:
    """Scalar series, each smoothed over all its points and reduced to the screen. A series that is gone fails alone."""
    content = await work_for_client(request, lambda check: _answer(question, context, check))
    return ColumnsResponse(content, headers={"Cache-Control": "no-store"})


def _answer(question: ScalarsRequest, context: ServerContext, check: GoneCheck) -> bytes:
    """The header is a `ScalarColumnsHeader`."""
    revision = context.provider.revision
    body = ColumnBody()
    axis = HorizontalAxis(context.provider, question)
    wanted = frozenset(question.columns or _DEFAULT_COLUMNS)
    series = []
    with np.errstate(over="ignore", invalid="ignore"):
        for name in question.series:
            check()
            one = _series(context.provider, name, question, axis, wanted, body)
            # Not kept as objects: thousands of them make the garbage collector look through the whole process.
            series.append(one.model_dump_json())
    return join(f'{{"revision":{revision},"series":[{",".join(series)}]}}', body)


def _series(
    provider: Provider,
    name: SeriesName,
    question: ScalarsRequest,
    axis: HorizontalAxis,
    wanted: Collection[ColumnName],
    body: ColumnBody,
) -> ScalarSeriesColumns:
    try:
        series = provider.scalars(name.run, name.tag)
        made = view(
            series,
            x=question.x,
            range=question.range,
            max_points=question.max_points,
            smoothing=question.smoothing if "smoothed" in wanted else 0.0,
            smoothing_kind=question.smoothing_kind,
            segment=name.segment,
            relative_to=axis.origin(name.run),
            x_series=axis.series(name.run),
            max_passes=MAX_PASSES,
            logarithmic=question.x_scale == "log",
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
            segment_count=0,
            segment=0,
            wall_origin=None,
            joined=None,
            columns={},
        )
    origin = _origin(made) if "wall_offset" in wanted else None
    return ScalarSeriesColumns(
        run=name.run,
        tag=name.tag,
        found=True,
        total=made.total,
        in_range=made.in_range,
        shown=made.shown,
        nonfinite_count=made.nonfinite_count,
        segments=segment_items(series.segments),
        segment_count=len(series.segments),
        segment=made.segment,
        wall_origin=origin,
        joined=_joined(made) if question.x == "tag" else None,
        columns=_columns(made, wanted, body, origin=origin),
    )


def _joined(made: ScalarView) -> JoinedAxis:
    return JoinedAxis(passes=list(made.passes), pass_count=made.pass_count, without_x=made.without_x)


def _origin(made: ScalarView) -> float:
    """The first wall time there is: offsets from it are small, and float32 holds them well."""
    for walls in (made.wall_time, made.nonfinite_wall_time):
        for wall in walls[:1].tolist():
            if np.isfinite(wall):
                return float(wall)
    known = np.concatenate((made.wall_time, made.nonfinite_wall_time))
    known = known[np.isfinite(known)]
    return float(known[0]) if len(known) else 0.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """The finite points of a view, or the others."""

    prefix: str
    step: npt.NDArray[np.int64]
    x: AnyArray
    wall_time: Float64Array


def _columns(
    made: ScalarView, wanted: Collection[ColumnName], body: ColumnBody, *, origin: float | None
) -> dict[str, ColumnPlace]:
    places: dict[str, ColumnPlace] = {}
    if len(made.step):
        _place(_Points("", made.step, made.x, made.wall_time), wanted, places, body, origin=origin)
        value = narrowest(made.value)
        if "value" in wanted:
            places["value"] = body.add(value)
        if made.smoothed is not None:
            # Made for the eye: as fine as the values it was made from.
            places["smoothed"] = body.add(made.smoothed.astype(value.dtype))
    if len(made.nonfinite_step):
        odd = _Points("nonfinite_", made.nonfinite_step, made.nonfinite_x, made.nonfinite_wall_time)
        _place(odd, wanted, places, body, origin=origin)
        places["nonfinite_kind"] = body.add(made.nonfinite_kind)
    return places


def _place(
    points: _Points,
    wanted: Collection[ColumnName],
    places: dict[str, ColumnPlace],
    body: ColumnBody,
    *,
    origin: float | None,
) -> None:
    """Puts in what both sorts of points have. On the step axis `x` and `step` are the same bytes."""
    step, x = f"{points.prefix}step", f"{points.prefix}x"
    if "step" in wanted:
        places[step] = body.add(narrowest(points.step))
    if "x" in wanted:
        shared = points.x.dtype == np.int64 and step in places
        places[x] = places[step] if shared else body.add(narrowest(points.x))
    if "wall_time" in wanted:
        places[f"{points.prefix}wall_time"] = body.add(points.wall_time)
    if origin is not None:
        places[f"{points.prefix}wall_offset"] = body.add((points.wall_time - origin).astype(np.float32))
