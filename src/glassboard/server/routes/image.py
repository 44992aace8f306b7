"""`GET image`: one image as it was logged, never decoded here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard._kernel import decode_value
from glassboard.codec.payloads import image as image_payload
from glassboard.codec.payloads.image import IMAGE_TYPES, IMAGE_TYPES_SAID
from glassboard.server.context import Context
from glassboard.server.media import MediaForm, MediaQuery, media_responses, send_media
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

_FORM = MediaForm(
    kind=Kind.IMAGE,
    noun="image",
    media_types=IMAGE_TYPES,
    wanted=IMAGE_TYPES_SAID,
)


@router.get(
    "/image",
    response_class=Response,
    responses=media_responses("The image, encoded as it was logged", _FORM.media_types, several=True),
)
def get_image(request: Request, context: Context, query: MediaQuery) -> Response:
    """One image. With its key it may be kept for ever."""
    return send_media(
        request, context, query, _FORM, decode=lambda data: image_payload.decode(decode_value(data))
    )
