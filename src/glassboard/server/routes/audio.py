"""`GET audio`: one audio clip as it was logged, never decoded here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import audio as audio_payload
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

_MEDIA_TYPES = ("audio/wav", "audio/ogg", "audio/flac", "audio/mpeg")


@router.get(
    "/audio",
    response_class=Response,
    responses=media_responses("The clip, encoded as it was logged", _MEDIA_TYPES, several=True),
)
def get_audio(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    sample: SampleQuery,
    item: ItemQuery = 0,
    key: KeyQuery = None,
    segment: SegmentQuery = None,
) -> Response:
    """One audio clip. Browsers play it while it loads and jump in it by ranges."""
    view = view_samples(context.provider, run, tag, Kind.AUDIO, segment=segment)

    def read(row: int) -> Blob | NoMedia:
        clips = audio_payload.decode(read_value(context.provider, view, row))
        choose_item(len(clips), item, "clip", view)
        found = clips[item]
        if found.media_type not in _MEDIA_TYPES:
            return NoMedia(found.data, "a WAV, Ogg, FLAC or MP3 clip")
        return Blob(found.data, found.media_type, {ITEMS_HEADER: str(len(clips))})

    return send_sample(request, context, view, sample=sample, key=key, form=f"audio {item}", read=read)
