"""Videos: an image that TensorBoard shows, with the video itself in a field that it passes over.

Without the video extra the image is an animated GIF and all there is. With it the image is the first frame, and field
1000 of the `Summary.Value` is a message:

    1 media type, 2 encoded video, 3 frames per second (double), 4 frames, 5 width, 6 height in pixels (varints)
"""

from __future__ import annotations

from dataclasses import dataclass

from glassboard.codec import wire
from glassboard.errors import CorruptError

__all__ = ["VIDEO_FIELD", "EncodedVideo", "decode", "encode_fields", "sniffed_type"]

VIDEO_FIELD = 1000
_IMAGE_FIELD = 4


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """A video as it was encoded."""

    media_type: str
    """`video/webm` or `video/mp4`."""
    data: bytes
    frames_per_second: float
    frame_count: int
    width: int
    """Pixels of the frames as they were logged; small ones are enlarged in the video."""
    height: int


def encode_fields(
    still: bytes, width: int, height: int, channels: int, video: EncodedVideo | None = None
) -> bytes:
    """The fields of a `Summary.Value` for a still or animated image, and the video where there is one."""
    size = (wire.int64(1, height), wire.int64(2, width), wire.int64(3, channels))
    image = wire.message(_IMAGE_FIELD, *size, wire.bytes_(4, still))
    if video is None:
        return image
    return image + wire.message(
        VIDEO_FIELD,
        wire.bytes_(1, video.media_type),
        wire.bytes_(2, video.data),
        wire.double(3, video.frames_per_second),
        wire.int64(4, video.frame_count),
        wire.int64(5, video.width),
        wire.int64(6, video.height),
    )


def sniffed_type(data: bytes) -> str:
    """The media type by the first bytes, whatever the writer said; `application/octet-stream` for anything else."""
    if data.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    return "application/octet-stream"


def decode(value: bytes) -> EncodedVideo | None:
    """The video in an encoded `Summary.Value`; None where there is none. Raises `CorruptError`."""
    for number, field in wire.fields(value):
        if number != VIDEO_FIELD:
            continue
        if isinstance(field, int):
            raise CorruptError(f"field {VIDEO_FIELD} of the value is a number, wanted a video")
        found = dict(wire.fields(field))
        media_type, data = found.get(1, b""), found.get(2, b"")
        fps, count, width, height = (found.get(number, 0) for number in (3, 4, 5, 6))
        if isinstance(media_type, int) or isinstance(data, int):
            raise CorruptError("video holds a number where its type and its bytes are wanted")
        if not (
            isinstance(fps, int)
            and isinstance(count, int)
            and isinstance(width, int)
            and isinstance(height, int)
        ):
            raise CorruptError("video holds bytes where its frame rate and sizes are wanted")
        text = bytes(media_type).decode("utf-8", "replace")
        return EncodedVideo(text, bytes(data), wire.as_double(fps), count, width, height)
    return None
