"""`GET prediction-image`: the image of one sample of an evaluation, cut out of its sheet."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.errors import NotFoundError
from glassboard.server.blobs import MEDIA_POLICY
from glassboard.server.context import Context
from glassboard.server.media import media_responses
from glassboard.server.prediction_records import find_record
from glassboard.server.ranges import not_modified, ranged_response
from glassboard.server.samples import NameQuery
from glassboard.writer.png import to_png

__all__ = ["router"]

router = APIRouter()

StepQuery = Annotated[int, Query()]
RowQuery = Annotated[int, Query(ge=0, lt=2**31)]
KeyQuery = Annotated[
    str | None, Query(description="From `prediction-examples`: with it the image may be kept for ever")
]


@router.get(
    "/prediction-image",
    response_class=Response,
    responses=media_responses("The image as a PNG", ("image/png",), several=False),
)
def get_prediction_image(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    step: StepQuery,
    row: RowQuery,
    key: KeyQuery = None,
) -> Response:
    """The image that was logged for a row. Its sheet is measured before it is decoded."""
    place = find_record(context.provider, run, tag, step)
    if key not in (None, place.key):
        raise NotFoundError(
            f"{place.where} are others than those with the key {key!r}: ask for examples again"
        )
    digest = hashlib.sha256(f"{place.key}\n{row}".encode())
    entity_tag = f'"{digest.hexdigest()[:24]}"'
    cache_control = "no-cache" if key is None else "private, max-age=31536000, immutable"
    known = not_modified(request, entity_tag, cache_control)
    if known is not None:
        return known
    image = context.evaluations.image(context.evaluations.of(place), row)
    png = to_png(image if image.ndim == 3 else image[:, :, None])
    headers = {"Cache-Control": cache_control, "Content-Security-Policy": MEDIA_POLICY}
    return ranged_response(request, png, "image/png", entity_tag=entity_tag, headers=headers)
