"""Sound, videos and boxes: what the files hold, for every layout and type, and what is refused."""

from __future__ import annotations

import io
import math
import struct
import sys

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageFont

from glassboard import _kernel
from glassboard.codec.payloads import audio as audio_payload
from glassboard.codec.payloads import video as video_payload
from glassboard.codec.payloads.image import decode as decode_images
from glassboard.errors import CorruptError, MisuseError
from glassboard.writer import audio, boxes, video

RNG = np.random.default_rng(0)


def value_bytes(job) -> bytes:
    """The encoded `Summary.Value` of a job."""
    record = job.encode()
    scanner = _kernel.EventScanner()
    assert scanner.feed(record) == len(record)
    samples = scanner.take().samples
    at = int(samples.offsets[0])
    return record[at : at + int(samples.lengths[0])]


class Wav:
    """A RIFF WAVE file taken apart by its own rules."""

    def __init__(self, data: bytes) -> None:
        assert (data[:4], data[8:12]) == (b"RIFF", b"WAVE")
        assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
        at, chunks = 12, {}
        while at < len(data):
            size = struct.unpack("<I", data[at + 4 : at + 8])[0]
            chunks[data[at : at + 4]] = data[at + 8 : at + 8 + size]
            at += 8 + size + size % 2
        self.kind, self.channels, self.rate, rate_bytes, block, bits = struct.unpack(
            "<HHIIHH", chunks[b"fmt "]
        )
        assert (block, rate_bytes) == (self.channels * bits // 8, self.rate * block)
        self.dtype = np.dtype({(1, 8): "u1", (1, 16): "<i2", (1, 32): "<i4", (3, 32): "<f4"}[self.kind, bits])
        self.frames = np.frombuffer(chunks[b"data"], self.dtype).reshape(-1, self.channels)
        if self.kind == 3:
            assert struct.unpack("<I", chunks[b"fact"])[0] == len(self.frames)


def sound(values, rate_hz: float = 8000) -> Wav:
    decoded = audio_payload.decode(
        _kernel.decode_value(value_bytes(audio.prepare("a", 3, 1.0, values, rate_hz)))
    )
    wav = Wav(decoded[0].data)
    assert (decoded[0].media_type, decoded[0].sample_rate_hz) == ("audio/wav", wav.rate)
    assert (decoded[0].channel_count, decoded[0].frame_count) == (wav.channels, len(wav.frames))
    return wav


class TestAudio:
    @pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.int32, ">i2"])
    def test_integers_of_the_format_are_kept(self, dtype):
        values = np.array([0, 1, 100, 127], dtype)
        wav = sound(values)
        assert wav.dtype == np.dtype(dtype).newbyteorder("<")
        np.testing.assert_array_equal(wav.frames[:, 0], values)

    @pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint16])
    def test_other_integers_become_16_bits_where_they_fit(self, dtype):
        wav = sound(np.array([0, 5, 120], dtype))
        assert wav.dtype == np.int16
        assert wav.frames[:, 0].tolist() == [0, 5, 120]

    @pytest.mark.parametrize("values", [[1.5, -0.5], [-1.0001, 0.0], [math.nan, 0.5], [math.inf, 0.0]])
    def test_nothing_is_clipped(self, values):
        wav = sound(np.array(values))
        assert wav.dtype == np.float32
        np.testing.assert_array_equal(wav.frames[:, 0], np.array(values, np.float32))

    @pytest.mark.parametrize(
        "values",
        [
            torch.tensor([0.0, 0.5, -1.0, 1.0], dtype=torch.bfloat16),
            torch.tensor([0.0, 0.5, -1.0, 1.0], requires_grad=True),
            np.array([0.0, 0.5, -1.0, 1.0], np.float16),
            [0.0, 0.5, -1.0, 1.0],
        ],
    )
    def test_floats_within_one_are_16_bits(self, values):
        wav = sound(values)
        assert wav.dtype == np.int16
        np.testing.assert_allclose(wav.frames[:, 0], [0, 16383, -32767, 32767], atol=16)

    @pytest.mark.parametrize(
        ("shape", "frames", "channels"),
        [((7,), 7, 1), ((7, 1), 7, 1), ((1, 7), 7, 1), ((7, 2), 7, 2), ((2, 7), 7, 2), ((2, 2), 2, 2), ((1, 2, 7), 7, 2),
         ((1, 1, 7), 7, 1), ((1, 1), 1, 1)],
    )  # fmt: skip
    def test_layouts(self, shape, frames, channels):
        wav = sound(RNG.uniform(-1, 1, shape))
        assert wav.frames.shape == (frames, channels)

    @pytest.mark.parametrize(
        ("values", "rate", "message"),
        [
            (np.zeros((7, 3)), 8000, r"wanted samples as \[frames\]"),
            (np.zeros((0,)), 8000, r"shape \(0,\)"),
            (np.zeros(3, bool), 8000, "wanted floats from -1 to 1, or integers"),
            (np.array([70_000]), 8000, "with samples from 70000 to 70000"),
            (np.zeros(3), 0, "found sample_rate 0"),
            (np.zeros(3), "fast", "samples per second"),
            (np.zeros(3), math.nan, "found sample_rate nan"),
            ("song.wav", 8000, "found str 'song.wav'"),
        ],
    )
    def test_what_is_no_sound_is_refused(self, values, rate, message):
        with pytest.raises(MisuseError, match=message):
            audio.prepare("a", 0, 0.0, values, rate)


class TestVideo:
    FRAMES = np.repeat(np.linspace(0, 255, 6).astype(np.uint8), 3 * 20 * 31).reshape(6, 3, 20, 31)

    def played(self, data: bytes) -> np.ndarray:
        with av.open(io.BytesIO(data)) as container:
            return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])

    @pytest.mark.parametrize(("file_format", "media_type"), [("webm", "video/webm"), ("mp4", "video/mp4")])
    def test_every_frame_is_there_at_its_rate(self, file_format, media_type):
        encoded = value_bytes(video.prepare("v", 3, 1.0, self.FRAMES, 12.5, "NTCHW", file_format))
        found = video_payload.decode(encoded)
        assert found is not None
        assert (found.media_type, found.frames_per_second, found.frame_count) == (media_type, 12.5, 6)
        assert (found.width, found.height) == (31, 20)
        with av.open(io.BytesIO(found.data)) as container:
            assert float(container.streams.video[0].average_rate) == pytest.approx(12.5)
        played = self.played(found.data)
        assert played.shape == (6, 120, 186, 3)  # six times, which is even
        np.testing.assert_allclose(played.mean((1, 2, 3)), np.linspace(0, 255, 6), atol=6)
        (still,) = decode_images(_kernel.decode_value(encoded))
        assert (still.width, still.height, still.media_type) == (31, 20, "image/png")

    def test_without_the_extra_it_is_a_gif(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "av", None)
        encoded = value_bytes(video.prepare("v", 3, 1.0, self.FRAMES, 10, "NTCHW", None))
        assert video_payload.decode(encoded) is None
        (found,) = decode_images(_kernel.decode_value(encoded))
        assert found.media_type == "image/gif"
        picture = Image.open(io.BytesIO(found.data))
        levels = []
        for i in range(picture.n_frames):
            picture.seek(i)
            assert picture.info["duration"] == 100
            levels.append(np.asarray(picture.convert("RGB")).mean())
        np.testing.assert_allclose(levels, np.linspace(0, 255, 6), atol=1)
        with pytest.raises(ImportError, match="add_video as webm needs av, which cannot be imported"):
            video.prepare("v", 3, 1.0, self.FRAMES, 10, "NTCHW", "webm")

    def test_a_gif_keeps_grey_and_frames_that_are_alike(self):
        frames = RNG.integers(0, 256, (3, 9, 8, 1)).astype(np.uint8)
        picture = Image.open(io.BytesIO(video.to_gif(frames, 4)))
        for i in range(3):
            picture.seek(i)
            np.testing.assert_array_equal(np.asarray(picture.convert("L")), frames[i, ..., 0])
        alike = Image.open(io.BytesIO(video.to_gif(np.zeros((5, 4, 4, 1), np.uint8), 10)))
        seconds = 0
        for i in range(getattr(alike, "n_frames", 1)):
            alike.seek(i)
            seconds += alike.info["duration"] / 1000
        assert seconds == pytest.approx(0.5)

    @pytest.mark.parametrize(
        ("dataformats", "shape"),
        [("NTCHW", (2, 4, 3, 8, 6)), ("NTCHW", (4, 3, 8, 6)), ("TCHW", (4, 3, 8, 6)), ("NTHWC", (2, 4, 8, 6, 3)),
         ("THW", (4, 8, 6)), ("ntchw", (1, 4, 1, 8, 6)), ("NTCHW", (1, 4, 4, 8, 6)), ("NTCHW", (3, 4, 2, 8, 6))],
    )  # fmt: skip
    def test_layouts(self, dataformats, shape):
        job = video.prepare("v", 0, 0.0, RNG.random(shape), 4, dataformats, "gif")
        count = {2: 2, 3: 3}.get(shape[0] if len(shape) == 5 else 1, 1)
        assert job.videos.shape[:4] == (count, 4, 8, 6)
        (found,) = decode_images(_kernel.decode_value(value_bytes(job)))
        assert (found.width, found.height) == {1: (6, 8), 2: (12, 8), 3: (12, 16)}[count]

    def test_nan_is_drawn_in_magenta(self):
        job = video.prepare("v", 0, 0.0, np.full((1, 2, 1, 4, 4), np.nan), 4, "NTCHW", "gif")
        (found,) = decode_images(_kernel.decode_value(value_bytes(job)))
        assert np.asarray(Image.open(io.BytesIO(found.data)).convert("RGB"))[0, 0].tolist() == [255, 0, 255]

    @pytest.mark.parametrize(
        ("shape", "fps", "dataformats", "file_format", "message"),
        [
            ((3, 8, 6), 4, "NTCHW", None, "wanted 5 dimensions as dataformats 'NTCHW'"),
            ((1, 0, 3, 8, 6), 4, "NTCHW", None, "at least one pixel"),
            ((1, 4, 5, 8, 6), 4, "NTCHW", None, "1 to 4 channels"),
            ((1, 4, 3, 8, 6), 0, "NTCHW", None, "found fps 0"),
            ((1, 4, 3, 8, 6), "fast", "NTCHW", None, "frames per second as fps"),
            ((1, 4, 3, 8, 6), 4, "NCHW", None, "found dataformats 'NCHW'"),
            ((1, 4, 3, 8, 6), 4, None, None, "found dataformats None"),
            ((1, 4, 3, 8, 6), 4, "NTCHW", "avi", "found file_format 'avi'"),
        ],
    )
    def test_what_is_no_video_is_refused(self, shape, fps, dataformats, file_format, message):
        with pytest.raises(MisuseError, match=message):
            video.prepare("v", 0, 0.0, np.zeros(shape), fps, dataformats, file_format)

    def test_a_damaged_video_is_said_to_be(self):
        assert video_payload.decode(b"") is None
        with pytest.raises(CorruptError):
            video_payload.decode(b"\xc0\x3e\x05")  # a number in the field
        with pytest.raises(CorruptError):
            video_payload.decode(b"\xc2\x3e\x02\x08\x05")  # a number for the type


def drawn(value, found_boxes, **options) -> np.ndarray:
    defaults = {"rescale": 1, "dataformats": "CHW", "labels": None, "colours": None}
    job = boxes.prepare("b", 0, 0.0, value, found_boxes, **defaults | options)
    (found,) = decode_images(_kernel.decode_value(value_bytes(job)))
    picture = Image.open(io.BytesIO(found.data))
    assert (found.width, found.height) == picture.size
    return np.asarray(picture)


class TestBoxes:
    GREY = np.full((1, 60, 90), 128, np.uint8)

    def test_lines_lie_on_the_corners(self):
        picture = drawn(self.GREY, [[10, 20, 50, 40]])
        is_drawn = (picture != 128).any(axis=2)
        assert is_drawn[20, 10:51].all()
        assert is_drawn[40, 10:51].all()
        assert is_drawn[20:41, 10].all()
        assert is_drawn.sum() == 2 * 41 + 2 * 19

    def test_a_box_without_height_or_width_is_a_line(self):
        for corners, shape in (
            ([10, 20, 50, 20], (1, 41)),
            ([10, 20, 10, 40], (21, 1)),
            ([10, 20] * 2, (1, 1)),
        ):
            is_drawn = (drawn(self.GREY, [corners]) != 128).any(axis=2)
            assert is_drawn[20 : 20 + shape[0], 10 : 10 + shape[1]].all()
            assert is_drawn.sum() == shape[0] * shape[1]

    def test_every_label_is_drawn_and_no_count_is_guessed(self):
        without = drawn(self.GREY, [[10, 20, 50, 40], [60, 30, 80, 50]])
        one = drawn(self.GREY, [[10, 20, 50, 40], [60, 30, 80, 50]], labels=["cat", ""])
        two = drawn(self.GREY, [[10, 20, 50, 40], [60, 30, 80, 50]], labels=np.array(["cat", "dog"]))
        amounts = [int((picture != 128).any(axis=2).sum()) for picture in (without, one, two)]
        assert amounts[0] < amounts[1] < amounts[2]
        for labels in (["cat"], ["a", "b", "c"], "cat"):
            with pytest.raises(MisuseError, match=r"found \d labels for 2 boxes, wanted one each"):
                drawn(self.GREY, [[10, 20, 50, 40], [60, 30, 80, 50]], labels=labels)
        drawn(self.GREY, [10, 20, 50, 40], labels="cat")

    def test_labels_that_the_font_cannot_draw_are_told_by_their_numbers(self):
        assert boxes._drawable("cat é", boxes._font(12)) == "cat é"
        assert boxes._drawable("れ!", boxes._font(12)) == "U+308C!"
        assert boxes._drawable("a\x07\ud800\nb", boxes._font(12)) == "aU+0007U+D800 b"
        assert boxes._drawable("cat é", ImageFont.load_default(12)) == "cat U+00E9"

    def test_labels_of_boxes_at_the_edge_lie_within(self):
        picture = drawn(self.GREY, [[80, 0, 89, 10]], labels=["a long label"], colours="white")
        assert (picture[:, 0] == 128).all() or (picture[:, 0] != 128).any()
        assert (picture != 128).any(axis=2).sum() > 300

    def test_colours(self):
        picture = drawn(self.GREY, [[1, 20, 9, 40], [20, 20, 29, 40]], colours=["#102030", (1, 2, 3)])
        assert picture[30, 1].tolist() == [16, 32, 48]
        assert picture[30, 20].tolist() == [1, 2, 3]
        same = drawn(self.GREY, [[1, 20, 9, 40], [20, 20, 29, 40], [40, 20, 49, 40]], labels=["a", "b", "a"])
        assert same[35, 1].tolist() == same[35, 40].tolist() != same[35, 20].tolist()
        assert drawn(self.GREY, [[1, 20, 9, 40]] * 2, colours=(9, 8, 7))[30, 1].tolist() == [9, 8, 7]

    def test_an_enlarged_picture_has_its_boxes_enlarged(self):
        picture = drawn(self.GREY, [[10, 20, 50, 40]], rescale=2)
        assert picture.shape == (120, 180, 3)
        assert (picture[40, 20:101] != 128).any(axis=1).all()

    @pytest.mark.parametrize(
        "corners", [[[50, 40, 10, 20]], [[-1e30, math.nan, 1e30, 20]], [], np.zeros((0, 4))]
    )
    def test_odd_boxes_do_no_harm(self, corners):
        drawn(self.GREY, corners)

    @pytest.mark.parametrize(
        ("corners", "options", "message"),
        [
            ([[1, 2, 3]], {}, r"wanted boxes \[boxes, 4\]"),
            ([[1, 2, 3, 4]], {"rescale": 0}, "found rescale 0"),
            ([[1, 2, 3, 4]], {"rescale": 1e6}, "pixels"),
            ([[1, 2, 3, 4]], {"colours": ["red", "blue"]}, "as box_colors, wanted one colour, or 1"),
            ([[1, 2, 3, 4]], {"colours": "no such"}, "found 'no such' as a colour"),
            ([[1, 2, 3, 4]], {"colours": [(1, 2, 300)]}, "as a colour"),
            ("boxes", {}, "found str 'boxes'"),
        ],
    )
    def test_what_is_no_box_is_refused(self, corners, options, message):
        with pytest.raises(MisuseError, match=message):
            drawn(self.GREY, corners, **options)
