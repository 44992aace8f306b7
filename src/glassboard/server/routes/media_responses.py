"""What the schema says of routes that answer with bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glassboard.server.blobs import ITEMS_HEADER

__all__ = ["media_responses"]


def media_responses(
    description: str, media_types: Sequence[str], *, several: bool
) -> dict[int | str, dict[str, Any]]:
    """For the `responses` of a route over `send_sample`; `several`: a sample may hold more than one."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    items = {"description": "How many the sample holds", "schema": {"type": "integer"}}
    headers = {ITEMS_HEADER: items} if several else {}
    text = {"schema": {"type": "string"}}
    return {
        200: {"description": description, "content": content, "headers": {**headers, "ETag": text}},
        206: {
            "description": "The range asked for",
            "content": content,
            "headers": {**headers, "ETag": text, "Content-Range": text},
        },
        304: {"description": "The client holds it"},
    }
