"""Routes that send one image or clip as it was logged: what they ask, what the schema says, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request
from fastapi.responses import Response

from glassboard.server.blobs import ITEMS_HEADER, Blob, NoMedia, choose_item, send_sample
from glassboard.server.context import ServerContext
from glassboard.server.errors import Responses
from glassboard.server.samples import (
    ItemQuery,
    KeyQuery,
    NameQuery,
    SampleQuery,
    SegmentQuery,
    view_samples,
)
from glassboard.types import Kind

__all__ = ["MediaForm", "MediaQuery", "media_responses", "send_media"]


@dataclass(frozen=True, slots=True)
class _MediaQuestion:
    run: str
    tag: str
    sample: int
    item: int
    key: str | None
    segment: int | None


def _media_question(
    run: NameQuery,
    tag: NameQuery,
    sample: SampleQuery,
    item: ItemQuery = 0,
    key: KeyQuery = None,
    segment: SegmentQuery = None,
) -> _MediaQuestion:
    return _MediaQuestion(run, tag, sample, item, key, segment)


MediaQuery = Annotated[_MediaQuestion, Depends(_media_question)]


class _Encoded(Protocol):
    @property
    def data(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class MediaForm:
    """What one route sends."""

    kind: Kind
    noun: str
    """What a person calls one of them."""
    media_types: tuple[str, ...]
    """What may be sent, told by the first bytes; never SVG or HTML, which a browser would run."""
    wanted: str
    """The same for people."""


def send_media(
    request: Request,
    context: ServerContext,
    query: _MediaQuestion,
    form: MediaForm,
    *,
    decode: Callable[[bytes], Sequence[_Encoded]],
) -> Response:
    """One item of one sample, never decoded here; answered as `send_sample` does.

    `decode` gives the items of an encoded `Summary.Value`; one with headers of its own is a `Blob`.
    """
    view = view_samples(context.provider, query.run, query.tag, form.kind, segment=query.segment)

    def read(row: int) -> Blob | NoMedia:
        items = decode(context.provider.read_sample(view.run, view.tag, view.kind, row))
        choose_item(len(items), query.item, form.noun, view)
        found = items[query.item]
        if found.media_type not in form.media_types:
            return NoMedia(found.data, form.wanted)
        own = found.headers if isinstance(found, Blob) else {}
        return Blob(found.data, found.media_type, {ITEMS_HEADER: str(len(items)), **own})

    route = f"{form.noun} {query.item}"
    return send_sample(request, context, view, sample=query.sample, key=query.key, form=route, read=read)


def media_responses(
    description: str, media_types: Sequence[str], *, several: bool, headers: Mapping[str, str] | None = None
) -> Responses:
    """For the `responses` of a route over `send_sample`; `several`: a sample may hold more than one.

    `headers`: what the item's own headers say, by their names.
    """
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    items = {"description": "How many the sample holds", "schema": {"type": "integer"}}
    text = {"schema": {"type": "string"}}
    own = {name: {"description": says, **text} for name, says in (headers or {}).items()}
    said = {**({ITEMS_HEADER: items} if several else {}), **own}
    return {
        200: {"description": description, "content": content, "headers": {**said, "ETag": text}},
        206: {
            "description": "The range asked for",
            "content": content,
            "headers": {**said, "ETag": text, "Content-Range": text},
        },
        304: {"description": "The client holds it"},
    }
