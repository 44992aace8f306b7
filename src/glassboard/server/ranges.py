"""Bytes for a client that may hold them already, or want a part of them: RFC 9110, sections 13 and 14."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from glassboard.server.context import is_known
from glassboard.server.errors import error_response

__all__ = ["cache_control_of", "not_modified", "ranged_response"]

# One range. Of several, a server may send the whole instead, which is simpler for both sides.
_RANGE = re.compile(r"bytes=\s*(?:(\d+)-(\d*)|-(\d+))\s*", re.ASCII)


def cache_control_of(key: str | None) -> str:
    """What was asked for with its key is the same for ever; without one it is asked for again each time."""
    return "no-cache" if key is None else "private, max-age=31536000, immutable"


def not_modified(request: Request, entity_tag: str, cache_control: str) -> Response | None:
    """The answer for a client that holds this entity; None for any other."""
    if not is_known(request, entity_tag):
        return None
    return Response(status_code=304, headers={"ETag": entity_tag, "Cache-Control": cache_control})


def ranged_response(
    request: Request, data: bytes, media_type: str, *, entity_tag: str, headers: Mapping[str, str]
) -> Response:
    """All of `data` (200), the range asked for (206), or 416 where the range begins behind its end.

    A range that cannot be read, and one for another entity (`If-Range`), is passed over, as it must be.
    """
    size = len(data)
    every = {**headers, "ETag": entity_tag, "Accept-Ranges": "bytes"}
    wanted = _wanted(request, entity_tag, size)
    if wanted is None:
        return Response(data, media_type=media_type, headers=every)
    first, stop = wanted
    if first >= stop:
        found = request.headers["range"][:80]
        text = f"the range {found!r} holds nothing of the {size} bytes that are there"
        return error_response(416, "range_not_satisfiable", text, {"Content-Range": f"bytes */{size}"})
    every["Content-Range"] = f"bytes {first}-{stop - 1}/{size}"
    return Response(data[first:stop], 206, media_type=media_type, headers=every)


def _wanted(request: Request, entity_tag: str, size: int) -> tuple[int, int] | None:
    """Half open; empty where it cannot be satisfied; None where everything is wanted."""
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or request.headers.get("if-range", entity_tag) != entity_tag:
        return None
    low, high, suffix = match.groups()
    if suffix is not None:
        return max(size - _number(suffix, size), 0), size
    first = _number(low, size)
    if not high:
        return first, size
    last = _number(high, size)
    return (first, min(last + 1, size)) if last >= _number(low, size + 1) or first >= size else None


def _number(digits: str, most: int) -> int:
    """Of any length: Python refuses to read numbers of thousands of digits."""
    digits = digits.lstrip("0") or "0"
    return most if len(digits) > 19 else min(int(digits), most)
