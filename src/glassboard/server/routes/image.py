"""`GET image`: one image as it was logged, never decoded here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import image as image_payload
from glassboard.server.blobs import ITEMS_HEADER, Blob, NoMedia, choose_item, send_sample
from glassboard.server.context import Context
from glassboard.server.routes.media_responses import media_responses
from glassboard.server.samples import (
    ItemQuery,
    KeyQuery,
    NameQuery,
    SampleQuery,
    SegmentQuery,
    read_value,
    view_samples,
)
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

# Told by their first bytes; never SVG or HTML, which a browser would run.
_MEDIA_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")


@router.get(
    "/image",
    response_class=Response,
    responses=media_responses("The image, encoded as it was logged", _MEDIA_TYPES, several=True),
)
def get_image(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    sample: SampleQuery,
    item: ItemQuery = 0,
    key: KeyQuery = None,
    segment: SegmentQuery = None,
) -> Response:
    """One image. With its key it may be kept for ever."""
    view = view_samples(context.provider, run, tag, Kind.IMAGE, segment=segment)

    def read(row: int) -> Blob | NoMedia:
        images = image_payload.decode(read_value(context.provider, view, row))
        choose_item(len(images), item, "image", view)
        found = images[item]
        if found.media_type not in _MEDIA_TYPES:
            return NoMedia(found.data, "a PNG, JPEG, GIF, WebP or BMP image")
        return Blob(found.data, found.media_type, {ITEMS_HEADER: str(len(images))})

    return send_sample(request, context, view, sample=sample, key=key, form=f"image {item}", read=read)
