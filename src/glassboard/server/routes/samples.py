"""`GET samples`: where the samples of a series are, without their content."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.errors import MisuseError
from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models import SampleList
from glassboard.server.samples import view_samples
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()


@router.get("/samples", response_model=SampleList, responses={304: {"description": "Nothing changed"}})
def get_samples(
    request: Request, context: Context, run: Annotated[str, Query()], tag: Annotated[str, Query()], kind: Kind
) -> Response:
    """Every sample of a series: step, wall time, size and key. None is left out, however many there are."""
    if kind is Kind.SCALAR:
        raise MisuseError("kind: scalars are no samples, POST scalars has them")
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    view = view_samples(context.provider, run, tag, kind)
    found = SampleList(
        run=run,
        tag=tag,
        kind=kind,
        revision=revision,
        steps=view.series.steps[view.order].tolist(),
        wall_times=finite_times(view.series.wall_times[view.order].tolist()),
        bytes=view.series.lengths[view.order].tolist(),
        keys=[view.series.keys[index] for index in view.order],
    )
    return answer(found, entity_tag=entity_tag)


def finite_times(wall_times: Iterable[float]) -> list[float | None]:
    """JSON has no NaN: a broken clock becomes null."""
    return [time if math.isfinite(time) else None for time in wall_times]
