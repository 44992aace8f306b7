"""`GET video`: one video as it was logged, never decoded here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads import video as video_payload
from glassboard.server.blobs import Blob
from glassboard.server.context import Context
from glassboard.server.media import MediaForm, MediaQuery, media_responses, send_media
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

_FORM = MediaForm(
    kind=Kind.VIDEO,
    noun="video",
    media_types=("video/webm", "video/mp4"),
    wanted="a WebM or MP4 video",
)
_RATE, _FRAMES = "X-Glassboard-Frames-Per-Second", "X-Glassboard-Frames"
_WIDTH, _HEIGHT = "X-Glassboard-Width", "X-Glassboard-Height"


@router.get(
    "/video",
    response_class=Response,
    responses=media_responses(
        "The video, encoded as it was logged",
        _FORM.media_types,
        several=True,
        headers={
            _RATE: "Frames a second, as they were logged",
            _FRAMES: "How many frames were logged",
            _WIDTH: "Pixels of the frames as they were logged; small ones are enlarged in the video",
            _HEIGHT: "Pixels of the frames as they were logged",
        },
    ),
)
def get_video(request: Request, context: Context, query: MediaQuery) -> Response:
    """One video. Browsers play it while it loads and jump in it by ranges."""
    return send_media(request, context, query, _FORM, decode=_videos)


def _videos(value: bytes) -> list[Blob]:
    video = video_payload.decode(value)
    if video is None:
        return []
    headers = {
        _RATE: repr(video.frames_per_second),
        _FRAMES: str(video.frame_count),
        _WIDTH: str(video.width),
        _HEIGHT: str(video.height),
    }
    return [Blob(video.data, video_payload.sniffed_type(video.data), headers)]
