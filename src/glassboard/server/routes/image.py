"""`GET image`: one image as it was logged, never decoded here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from glassboard.codec.payloads import image as image_payload
from glassboard.errors import NotFoundError
from glassboard.server.context import Context
from glassboard.server.errors import error_response
from glassboard.server.samples import read_value, view_samples
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

# Told by their first bytes; never SVG or HTML, which a browser would run.
_MEDIA_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The image, encoded as it was logged",
        "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in _MEDIA_TYPES},
        "headers": {
            "X-Glassboard-Items": {
                "description": "How many images the sample holds",
                "schema": {"type": "integer"},
            }
        },
    }
}


@router.get("/image", response_class=Response, responses=_RESPONSES)
def get_image(
    context: Context,
    run: Annotated[str, Query()],
    tag: Annotated[str, Query()],
    sample: Annotated[int, Query(ge=0, description="Position in the lists of `samples`")],
    item: Annotated[int, Query(ge=0, description="Which image of the sample")] = 0,
    key: Annotated[
        str | None, Query(description="From `samples`: finds the sample where the positions changed")
    ] = None,
) -> Response:
    """One image. With its key it may be kept for ever."""
    view = view_samples(context.provider, run, tag, Kind.IMAGE)
    number = view.find(sample, key)
    images = image_payload.decode(read_value(context.provider, view, number))
    if item >= len(images):
        raise NotFoundError(
            f"no image {item} in sample {number} of {tag!r} in run {run!r}: it has {len(images)}, from 0"
        )
    if key is not None:
        # The file may have been replaced while it was read; what is kept for ever must be the right one.
        key = view_samples(context.provider, run, tag, Kind.IMAGE).series.keys[view.order[number]]
        if key != view.key(number):
            raise NotFoundError(
                f"sample {number} of {tag!r} in run {run!r} changed: ask for its samples again"
            )
    found = images[item]
    if found.media_type not in _MEDIA_TYPES:
        text = f"sample {number} of {tag!r} in run {run!r} begins with the bytes {found.data[:8].hex(' ')}: "
        return error_response(
            415, "unsupported_media_type", text + "want a PNG, JPEG, GIF, WebP or BMP image"
        )
    headers = {
        "Cache-Control": "no-cache" if key is None else "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Glassboard-Items": str(len(images)),
    }
    return Response(found.data, media_type=found.media_type, headers=headers)
