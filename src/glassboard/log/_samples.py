"""Samples: points whose value is a blob, read from its file when asked for."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from glassboard._kernel import Value, decode_value
from glassboard.analysis.newest import newest_points
from glassboard.codec.payloads import audio, graph, histogram, image, pr_curve, tensor, text, video
from glassboard.codec.payloads.audio import EncodedAudio
from glassboard.codec.payloads.graph import GraphDef
from glassboard.codec.payloads.histogram import Histogram
from glassboard.codec.payloads.image import EncodedImage
from glassboard.codec.payloads.image_size import image_size
from glassboard.codec.payloads.pr_curve import PrCurve
from glassboard.codec.payloads.video import EncodedVideo
from glassboard.errors import CorruptError, NotFoundError
from glassboard.store.provider import SampleSeries, Segment
from glassboard.types import AnyArray, Float64Array, Int64Array

__all__ = [
    "AudioSample",
    "GraphSample",
    "HistogramSample",
    "ImageSample",
    "PrCurveSample",
    "Sample",
    "Samples",
    "TensorSample",
    "TextSample",
    "VideoSample",
    "decode_image",
]


class Sample:
    """One sample. Nothing is read before a method is called; each call reads the file anew.

    Reading raises `NotFoundError` where the file is gone or was replaced, and `CorruptError` where the bytes are wrong.
    """

    def __init__(self, step: int, wall_time: float, fetch: Callable[[], bytes]) -> None:
        self.step = step
        self.wall_time = wall_time
        """Seconds since the epoch."""
        self._fetch = fetch

    def raw(self) -> bytes:
        """The encoded `Summary.Value` message (of a graph, the `GraphDef`)."""
        return self._fetch()

    def _value(self) -> Value:
        return decode_value(self._fetch())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at step {self.step}>"


class ImageSample(Sample):
    """One or more images that were logged together."""

    def images(self) -> tuple[EncodedImage, ...]:
        """All images of the sample, still encoded."""
        return image.decode(self._value())

    def read(self, item: int = 0) -> bytes:
        """The encoded bytes (PNG, JPEG, GIF) of one image, as they were logged."""
        return self._image(item).data

    def to_numpy(self, item: int = 0) -> npt.NDArray[np.uint8]:
        """One image decoded: uint8 (height, width) for grey, (height, width, 3 or 4) for colour; a GIF's first frame."""
        return decode_image(self.read(item), f"the image at step {self.step}")

    def _image(self, item: int) -> EncodedImage:
        found = self.images()
        if not -len(found) <= item < len(found):
            raise NotFoundError(f"no image {item} at step {self.step}: the sample holds {len(found)}")
        return found[item]


def decode_image(data: bytes, what: str) -> npt.NDArray[np.uint8]:
    """uint8 (height, width) or (height, width, channels); `what` it is, for the errors. Raises as `image_size` does."""
    image_size(data, what)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            plain = picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert(_plain_mode(picture))
            return np.asarray(plain, np.uint8)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise CorruptError(f"{what} cannot be decoded: {error}") from error


def _plain_mode(picture: Image.Image) -> str:
    if "transparency" in picture.info or picture.mode in ("LA", "PA", "La", "RGBa"):
        return "RGBA"
    return "L" if picture.mode in ("1", "I", "I;16", "F") else "RGB"


class AudioSample(Sample):
    def clips(self) -> tuple[EncodedAudio, ...]:
        """All clips of the sample, still encoded."""
        return audio.decode(self._value())

    def read(self, item: int = 0) -> bytes:
        """The encoded bytes (WAV) of one clip, as they were logged."""
        found = self.clips()
        if not -len(found) <= item < len(found):
            raise NotFoundError(f"no clip {item} at step {self.step}: the sample holds {len(found)}")
        return found[item].data


class VideoSample(Sample):
    def video(self) -> EncodedVideo:
        """The video, still encoded, with its frame rate, number of frames and their size."""
        found = video.decode(self._fetch())
        if found is None:
            raise CorruptError(f"the sample at step {self.step} holds no video")
        return found

    def read(self) -> bytes:
        """The encoded bytes (WebM or MP4), as they were logged."""
        return self.video().data

    def still(self) -> bytes:
        """The first frame as an image (PNG), which older tools show in the video's place."""
        return image.decode(self._value())[0].data


class TextSample(Sample):
    def read(self) -> str:
        """The text as it was logged; several strings are joined by blank lines."""
        return "\n\n".join(self.strings())

    def strings(self) -> tuple[str, ...]:
        """The strings of the sample in row-major order."""
        return text.decode(self._value()).strings

    def shape(self) -> tuple[int, ...]:
        """How the strings stood in their tensor; () for a single one."""
        return text.decode(self._value()).shape


class HistogramSample(Sample):
    def read(self) -> Histogram:
        return histogram.decode(self._value())


class PrCurveSample(Sample):
    def read(self) -> PrCurve:
        return pr_curve.decode(self._value())


class GraphSample(Sample):
    def read(self) -> GraphDef:
        return graph.decode_graph_def(self._fetch())


class TensorSample(Sample):
    def to_numpy(self) -> AnyArray:
        """The tensor in its own shape and type; a string tensor as an array of `bytes` objects."""
        value = self._value()
        if value.tensor is None or value.tensor.strings is None:
            return tensor.decode(value)
        strings = np.empty(len(value.tensor.strings), object)
        strings[:] = value.tensor.strings
        if math.prod(value.tensor.shape) != len(strings):
            raise CorruptError(f"a tensor of shape {value.tensor.shape} holds {len(strings)} strings")
        return strings.reshape(value.tensor.shape)


_S = TypeVar("_S", bound=Sample)


class Samples(Sequence[_S], Generic[_S]):
    """Every sample of one tag of one run, in the order they were written, as a sequence.

    Where a run was restarted, `segments` tells the stretches apart, and `newest()` leaves out what was rewritten.
    """

    def __init__(
        self, run: str, tag: str, series: SampleSeries, make: type[_S], fetch: Callable[[int], bytes]
    ) -> None:
        self.run = run
        self.tag = tag
        self._series = series
        self._make = make
        self._fetch = fetch
        self._rows: Int64Array | None = None

    @property
    def steps(self) -> Int64Array:
        return self._series.steps if self._rows is None else self._series.steps[self._rows]

    @property
    def wall_times(self) -> Float64Array:
        return self._series.wall_times if self._rows is None else self._series.wall_times[self._rows]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Stretches of all samples, whether or not this is the newest view."""
        return self._series.segments

    def newest(self) -> Samples[_S]:
        """The samples that no later segment rewrote, in order of steps."""
        series = self._series
        newest = Samples(self.run, self.tag, series, self._make, self._fetch)
        newest._rows = np.arange(len(series.steps))[
            newest_points(series.steps, series.wall_times, series.segments)
        ]
        return newest

    def at(self, step: int) -> _S:
        """The newest sample logged at exactly this step. Raises `NotFoundError` with the nearest step there is."""
        steps = self.steps
        found = np.flatnonzero(steps == step)
        if len(found):
            return self[int(found[-1])]
        if len(steps) == 0:
            raise NotFoundError(f"no sample of {self.tag!r} at step {step}: there is none")
        nearest = int(steps[np.argmin(np.abs(steps.astype(np.float64) - step))])
        raise NotFoundError(f"no sample of {self.tag!r} at step {step}: the nearest is at step {nearest}")

    def __len__(self) -> int:
        return len(self._series.steps) if self._rows is None else len(self._rows)

    @overload
    def __getitem__(self, index: int) -> _S: ...
    @overload
    def __getitem__(self, index: slice) -> list[_S]: ...
    def __getitem__(self, index: int | slice) -> _S | list[_S]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"sample {index} of {self.tag!r}: there are {size}")
        row = index % size if self._rows is None else int(self._rows[index])
        fetch = self._fetch
        return self._make(
            int(self._series.steps[row]), float(self._series.wall_times[row]), lambda: fetch(row)
        )

    def __iter__(self) -> Iterator[_S]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        span = f", steps {self.steps.min()} to {self.steps.max()}" if len(self) else ""
        return f"<Samples {self.tag!r} of run {self.run!r}: {len(self):,} x {self._make.__name__}{span}>"
