"""`GET audio`: one audio clip as it was logged, never decoded here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard._kernel import decode_value
from glassboard.codec.payloads import audio as audio_payload
from glassboard.server.context import Context
from glassboard.server.media import MediaForm, MediaQuery, media_responses, send_media
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

_FORM = MediaForm(
    kind=Kind.AUDIO,
    noun="clip",
    media_types=("audio/wav", "audio/ogg", "audio/flac", "audio/mpeg"),
    wanted="a WAV, Ogg, FLAC or MP3 clip",
)


@router.get(
    "/audio",
    response_class=Response,
    responses=media_responses("The clip, encoded as it was logged", _FORM.media_types, several=True),
)
def get_audio(request: Request, context: Context, query: MediaQuery) -> Response:
    """One audio clip. Browsers play it while it loads and jump in it by ranges."""
    return send_media(
        request, context, query, _FORM, decode=lambda data: audio_payload.decode(decode_value(data))
    )
