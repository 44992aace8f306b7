"""Videos: WebM or MP4 by PyAV where the video extra is installed, else animated GIFs by Pillow.

WebM (VP9) stands first because every browser plays it, those without licensed codecs too. TensorBoard shows images only:
the animated GIF, or the first frame where there is a real video.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from PIL import Image

from glassboard import _kernel, _lazy
from glassboard.codec.payloads.video import EncodedVideo, encode_fields
from glassboard.errors import MisuseError
from glassboard.writer.arrays import Array, as_array, describe, own
from glassboard.writer.image import MAX_PIXELS, grid, to_levels
from glassboard.writer.png import to_png
from glassboard.writer.point import as_float

__all__ = ["VideoJob", "has_encoder", "prepare", "to_gif", "to_video"]

_Frames = npt.NDArray[np.uint8]
_CODECS = {"webm": ("libvpx-vp9", "video/webm"), "mp4": ("libx264", "video/mp4")}
_OPTIONS = {
    "webm": {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "0"},
    "mp4": {"crf": "18", "preset": "veryfast"},
}
_SMALL_SIDE = 128
"""Colours have half the resolution in a video, so that small frames are enlarged by whole numbers to about this."""
_MIN_GIF_SECS = 0.02
"""Browsers take shorter ones for a tenth of a second."""


@dataclass(frozen=True, slots=True)
class VideoJob:
    tag: str
    step: int
    wall_time: float
    videos: Array
    """[videos, frames, height, width, channels], as the user gave the values."""
    frames_per_second: float
    file_format: str
    """`webm`, `mp4` or `gif`."""

    @property
    def byte_count(self) -> int:
        return self.videos.nbytes + 256

    def encode(self) -> bytes:
        frames = _tiled(self.videos)
        _, height, width, channels = frames.shape
        if self.file_format == "gif":
            fields = encode_fields(to_gif(frames, self.frames_per_second), width, height, channels)
        else:
            video = to_video(frames, self.frames_per_second, self.file_format)
            fields = encode_fields(to_png(frames[0]), width, height, channels, video)
        return _kernel.encode_value(self.tag, self.step, self.wall_time, fields)


def _tiled(videos: Array) -> _Frames:
    """[frames, height, width, channels], several videos side by side in a square."""
    count, frame_count, *size = videos.shape
    levels = to_levels(videos.reshape(count * frame_count, *size))
    by_video = levels.reshape(count, frame_count, *levels.shape[1:])
    columns = math.ceil(math.sqrt(count))
    return np.stack([grid(by_video[:, i], columns) for i in range(frame_count)])


def _opaque(frames: _Frames) -> _Frames:
    """Grey or RGB: what is see-through stands on white."""
    channels = frames.shape[3]
    if channels in (1, 3):
        return frames
    alpha = frames[..., -1:].astype(np.uint16)
    blended = (frames[..., :-1] * alpha + 255 * (255 - alpha)) // 255
    opaque: _Frames = blended.astype(np.uint8)
    return opaque


def to_gif(frames: _Frames, frames_per_second: float) -> bytes:
    """An animated GIF of [frames, height, width, channels] that repeats for ever. Grey is kept, colours become 256."""
    opaque = _opaque(frames)
    pictures = [Image.fromarray(frame[..., 0] if frame.shape[2] == 1 else frame) for frame in opaque]
    out = io.BytesIO()
    milliseconds = round(max(_MIN_GIF_SECS, 1 / frames_per_second) * 1000)
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, disposal=1
    )
    return out.getvalue()


def has_encoder() -> bool:
    """Whether PyAV can be imported."""
    try:
        _lazy.require("av", "add_video")
    except ImportError:
        return False
    return True


def to_video(frames: _Frames, frames_per_second: float, file_format: str) -> EncodedVideo:
    """A WebM or MP4 of [frames, height, width, channels]. Raises `ImportError` without PyAV."""
    av = _lazy.require("av", "add_video as WebM or MP4")
    codec, media_type = _CODECS[file_format]
    count, height, width, _ = frames.shape
    playable = _playable(_opaque(frames))
    out = io.BytesIO()
    with av.open(out, "w", format=file_format, options={"fflags": "bitexact"}) as container:
        rate = Fraction(frames_per_second).limit_denominator(1000)
        stream = container.add_stream(codec, rate=rate)
        stream.height, stream.width = playable.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.options = _OPTIONS[file_format]
        stream.codec_context.thread_count = 1  # the other cores belong to the training
        for pixels in playable:
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return EncodedVideo(media_type, out.getvalue(), frames_per_second, count, width, height)


def _playable(frames: _Frames) -> _Frames:
    """RGB of even width and height, as the codecs want it."""
    if frames.shape[3] == 1:
        frames = np.repeat(frames, 3, axis=3)
    factor = max(1, _SMALL_SIDE // min(frames.shape[1:3]))
    if factor > 1:
        frames = frames.repeat(factor, axis=1).repeat(factor, axis=2)
    _, height, width, _ = frames.shape
    return np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _arrange(array: Array, dataformats: object, value: object) -> Array:
    """[videos, frames, height, width, channels]."""
    layout = dataformats.upper() if isinstance(dataformats, str) else ""
    if len(set(layout)) != len(layout) or not {"T", "H", "W"} <= set(layout) <= set("NTCHW"):
        raise MisuseError(
            f"found dataformats {dataformats!r}, wanted each of the letters T, H and W, and N and C where there are"
        )
    if array.ndim == 4 and layout == "NTCHW":
        layout = "TCHW"  # one video alone
    if array.ndim != len(layout):
        raise MisuseError(
            f"found {describe(value)}, wanted {len(layout)} dimensions as dataformats {layout!r} says"
        )
    array = array.transpose([layout.index(axis) for axis in "NTHWC" if axis in layout])
    if "C" not in layout:
        array = array[..., None]
    if "N" not in layout:
        array = array[None]
    if 0 in array.shape or array.shape[4] > 4:
        raise MisuseError(
            f"found {describe(value)} as dataformats {layout!r}, wanted at least one pixel and 1 to 4 channels"
        )
    if array.size > MAX_PIXELS:
        raise MisuseError(f"found {describe(value)} with {array.size} values, wanted at most {MAX_PIXELS}")
    return array


def prepare(
    tag: str,
    step: int,
    wall_time: float,
    vid_tensor: object,
    fps: object,
    dataformats: object,
    file_format: str | None,
) -> VideoJob:
    """Checks and copies videos. Raises `MisuseError`, and `ImportError` where a format is asked for that needs PyAV."""
    if file_format not in (None, "gif", *_CODECS):
        raise MisuseError(f"found file_format {file_format!r}, wanted 'webm', 'mp4', 'gif' or None")
    rate = as_float(4 if fps is None else fps, "frames per second as fps")
    if not 0.01 <= rate <= 1000:
        raise MisuseError(f"found fps {fps}, wanted 0.01 to 1000 frames per second")
    array = _arrange(as_array(vid_tensor, "videos as an array or a tensor"), dataformats, vid_tensor)
    if file_format in _CODECS:
        _lazy.require("av", f"add_video as {file_format}")
    chosen = file_format or ("webm" if has_encoder() else "gif")
    return VideoJob(tag, step, wall_time, own(array, vid_tensor), rate, chosen)
