"""One sample as bytes: found by number or key, checked, and sent so that a browser may keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response

from glassboard.errors import NotFoundError
from glassboard.server.context import ServerContext
from glassboard.server.errors import error_response
from glassboard.server.ranges import cache_control_of, not_modified, ranged_response
from glassboard.server.samples import SampleView

__all__ = ["ITEMS_HEADER", "MEDIA_POLICY", "Blob", "NoMedia", "choose_item", "send_sample"]

ITEMS_HEADER = "X-Glassboard-Items"
MEDIA_POLICY = "default-src 'none'; sandbox"
"""For what others wrote: opened in a window of its own, it can do nothing."""


@dataclass(frozen=True, slots=True)
class Blob:
    data: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)
    """Which say what the bytes do not."""


@dataclass(frozen=True, slots=True)
class NoMedia:
    """The bytes are none of the media that a browser may be handed."""

    data: bytes
    wanted: str


def choose_item(count: int, item: int, what: str, view: SampleView) -> None:
    """Raises `NotFoundError` where a sample holds no such item."""
    if item >= count:
        raise NotFoundError(
            f"no {what} {item} in this sample of {view.tag!r} in run {view.run!r}: it has {count}, from 0"
        )


def send_sample(
    request: Request,
    context: ServerContext,
    view: SampleView,
    *,
    sample: int,
    key: str | None,
    form: str,
    read: Callable[[int], Blob | NoMedia],
) -> Response:
    """Answers with what `read(row)` makes of the sample.

    `form` tells apart what different routes make of one sample. With its key it may be kept for ever; without one it is
    asked for again each time, which costs no reading where the client holds it. Takes ranges.
    Raises `NotFoundError` where the sample is gone, or was replaced while it was read.
    """
    row = view.find(sample, key)
    found = view.series.keys[row]
    # Keys are any text; an entity tag is not.
    digest = hashlib.sha256(
        f"{view.run}\n{view.tag}\n{view.kind}\n{found}\n{form}".encode("utf-8", "replace")
    )
    # Keys of unchanged files are the same after a restart of the server, and so is this.
    entity_tag = f'"{digest.hexdigest()[:24]}"'
    cache_control = cache_control_of(key)
    known = not_modified(request, entity_tag, cache_control)
    if known is not None:
        return known
    blob = read(row)
    # The file may have been replaced while it was read; what is kept for ever must be the right one.
    now = context.provider.samples(view.run, view.tag, view.kind).keys
    if row >= len(now) or now[row] != found:
        raise NotFoundError(
            f"sample {sample} of {view.tag!r} in run {view.run!r} changed: ask for its samples again"
        )
    if isinstance(blob, NoMedia):
        text = f"sample {sample} of {view.tag!r} in run {view.run!r} begins with the bytes {blob.data[:8].hex(' ')}: "
        return error_response(415, "unsupported_media_type", f"{text}want {blob.wanted}")
    headers = {"Cache-Control": cache_control, "Content-Security-Policy": MEDIA_POLICY, **blob.headers}
    return ranged_response(request, blob.data, blob.media_type, entity_tag=entity_tag, headers=headers)
