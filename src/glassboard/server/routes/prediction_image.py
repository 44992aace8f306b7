"""`GET prediction-image`: the image of one sample of an evaluation, cut out of its sheet or read from the file it names."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.codec.payloads.image import IMAGE_TYPES
from glassboard.errors import NotFoundError
from glassboard.server.blobs import MEDIA_POLICY
from glassboard.server.context import Context, ServerContext
from glassboard.server.errors import error_response
from glassboard.server.evaluation import Evaluation
from glassboard.server.media import media_responses
from glassboard.server.prediction_files import not_an_image
from glassboard.server.prediction_records import find_record
from glassboard.server.ranges import cache_control_of, not_modified, ranged_response
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
    responses=media_responses(
        "The image: a PNG, or the file that was named as it is", IMAGE_TYPES, several=False
    ),
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
    """The image that was logged for a row. Its sheet is measured before it is decoded; a file that was named in its place
    is sent as it is, where it lies in the log directory, and 415 where its first bytes are those of no image."""
    place = find_record(context.provider, run, tag, step)
    if key not in (None, place.key):
        raise NotFoundError(
            f"{place.where} are others than those with the key {key!r}: ask for examples again"
        )
    cache_control = cache_control_of(key)
    entity_tag = _entity_tag(place.key, row)
    known = not_modified(request, entity_tag, cache_control)
    if known is not None:
        return known
    evaluation = context.evaluations.of(place)
    if evaluation.image_path_of(row) is not None:
        return _send_file(request, context, evaluation, row)
    image = context.evaluations.image(evaluation, row)
    png = to_png(image if image.ndim == 3 else image[:, :, None])
    headers = {"Cache-Control": cache_control, "Content-Security-Policy": MEDIA_POLICY}
    return ranged_response(request, png, "image/png", entity_tag=entity_tag, headers=headers)


def _send_file(request: Request, context: ServerContext, evaluation: Evaluation, row: int) -> Response:
    """Asked for again each time: the key of a record does not tell that a file beside it is another one."""
    file = context.prediction_files.find(evaluation, row)
    entity_tag = _entity_tag(evaluation.place.key, row, *file.stamp)
    known = not_modified(request, entity_tag, "no-cache")
    if known is not None:
        return known
    image = context.prediction_files.read(file)
    if image.media_type not in IMAGE_TYPES:
        return error_response(415, "unsupported_media_type", not_an_image(file, image.data))
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": MEDIA_POLICY}
    return ranged_response(request, image.data, image.media_type, entity_tag=entity_tag, headers=headers)


def _entity_tag(key: str, *what: int) -> str:
    digest = hashlib.sha256("\n".join([key, *map(str, what)]).encode())
    return f'"{digest.hexdigest()[:24]}"'
