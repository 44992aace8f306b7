"""Every payload in both forms, ours and TensorBoard's, and every malformation an error with what was found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.hparams import summary_v2 as tensorboard_hparams
from tensorboard.util import tensor_util

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import audio, histogram, hparams, image, pr_curve, tensor, text
from glassboard.codec.payloads.histogram import NonFiniteCounts
from glassboard.errors import CorruptError, TooLargeError

PNG = b"\x89PNG\r\n\x1a\n" + b"rest"


def value_of(message: summary_pb2.Summary.Value) -> _kernel.Value:
    return _kernel.decode_value(message.SerializeToString())


def tensor_value(array: object, dtype: int | None = None, plugin: str = "") -> _kernel.Value:
    message = summary_pb2.Summary.Value(tag="t", tensor=tensor_util.make_tensor_proto(array, dtype=dtype))
    message.metadata.plugin_data.plugin_name = plugin
    return value_of(message)


def written(record: bytes) -> _kernel.Value:
    """The value in one framed record of ours."""
    scanner = _kernel.EventScanner()
    assert scanner.feed(record) == len(record)
    samples = scanner.take().samples
    offset, length = int(samples.offsets[0]), int(samples.lengths[0])
    return _kernel.decode_value(record[offset : offset + length])


EMPTY = summary_pb2.Summary.Value(tag="t")


@pytest.mark.parametrize(
    "decode",
    [
        image.decode,
        audio.decode,
        text.decode,
        histogram.decode,
        pr_curve.decode,
        tensor.decode,
        hparams.decode,
    ],
)
def test_a_value_of_another_kind_is_corrupt(decode):
    with pytest.raises(CorruptError, match=r"holds no|wanted|none"):
        decode(value_of(EMPTY))


class TestTensor:
    @pytest.mark.parametrize(
        "dtype", ["f4", "f8", "f2", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", "c8", "c16"]
    )
    def test_every_numeric_type(self, dtype):
        array = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype)
        found = tensor.decode(tensor_value(array))
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)

    def test_values_in_fields_instead_of_bytes(self):
        message = summary_pb2.Summary.Value(tag="t")
        message.tensor.dtype = types_pb2.DT_FLOAT
        message.tensor.float_val.extend([1.5, math.nan])
        message.tensor.tensor_shape.dim.add(size=2)
        np.testing.assert_array_equal(tensor.decode(value_of(message)), [1.5, math.nan])

    def test_bfloat16_becomes_float32(self):
        bits = (np.array([1.5, -2.0, math.inf], "<f4").view("<u4") >> 16).astype("<u2")
        proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_BFLOAT16, tensor_content=bits.tobytes())
        proto.tensor_shape.dim.add(size=3)
        found = tensor.decode(value_of(summary_pb2.Summary.Value(tag="t", tensor=proto)))
        np.testing.assert_array_equal(found, [1.5, -2.0, math.inf])

    def test_one_element_stands_for_all(self):
        proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[2.5])
        proto.tensor_shape.dim.add(size=3)
        value = value_of(summary_pb2.Summary.Value(tag="t", tensor=proto))
        np.testing.assert_array_equal(tensor.decode(value), [2.5] * 3)

    def test_a_simple_value_is_a_tensor_without_dimensions(self):
        assert tensor.decode(value_of(summary_pb2.Summary.Value(tag="t", simple_value=2.5))) == 2.5

    def test_content_that_does_not_fit_the_shape(self):
        proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_content=b"\0" * 8)
        proto.tensor_shape.dim.add(size=3)
        with pytest.raises(CorruptError, match="another number of elements than its shape"):
            tensor.decode(value_of(summary_pb2.Summary.Value(tag="t", tensor=proto)))

    def test_a_shape_that_would_fill_the_memory(self):
        proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[1.0])
        for _ in range(4):
            proto.tensor_shape.dim.add(size=1 << 40)
        with pytest.raises((TooLargeError, CorruptError)):
            tensor.decode(value_of(summary_pb2.Summary.Value(tag="t", tensor=proto)))

    def test_strings_are_no_numbers(self):
        with pytest.raises(CorruptError, match="wanted a numeric one"):
            tensor.decode(tensor_value(["a"]))


class TestImage:
    def test_the_image_field(self):
        message = summary_pb2.Summary.Value(tag="t")
        message.image.width, message.image.height, message.image.encoded_image_string = 4, 3, PNG
        assert image.decode(value_of(message)) == (image.EncodedImage(4, 3, "image/png", PNG),)

    def test_a_tensor_of_several_images(self):
        found = image.decode(
            tensor_value([b"4", b"3", PNG, b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF1234WEBP", b"?"])
        )
        assert [(item.width, item.height) for item in found] == [(4, 3)] * 6
        assert [item.media_type.removeprefix("image/") for item in found] == [
            "png",
            "jpeg",
            "gif",
            "bmp",
            "webp",
            "application/octet-stream",
        ]

    @pytest.mark.parametrize(
        ("array", "message"),
        [
            ([b"4"], "wanted width, height"),
            ([b"x", b"3", PNG], "in digits"),
            ([b"-1", b"3", PNG], "says -1 pixels"),
            ([[b"4", b"3", PNG]], "wanted one dimension"),
            ([1.0, 2.0, 3.0], "wanted strings"),
        ],
    )
    def test_malformed(self, array, message):
        with pytest.raises(CorruptError, match=message):
            image.decode(tensor_value(array))


class TestAudio:
    def test_the_audio_field(self):
        message = summary_pb2.Summary.Value(tag="t")
        message.audio.CopyFrom(
            summary_pb2.Summary.Audio(
                sample_rate=8000, num_channels=2, length_frames=5, encoded_audio_string=b"RIFF1234WAVE"
            )
        )
        expected = audio.EncodedAudio("audio/wav", b"RIFF1234WAVE", "", 8000, 2, 5)
        assert audio.decode(value_of(message)) == (expected,)

    def test_a_tensor_of_clips_and_labels(self):
        found = audio.decode(tensor_value([[b"RIFF1234WAVE", "ピ".encode()], [b"OggS", b""]]))
        assert [(clip.media_type, clip.label) for clip in found] == [("audio/wav", "ピ"), ("audio/ogg", "")]
        assert len(audio.decode(tensor_value([b"a", b"b", b"c"]))) == 3

    def test_malformed(self):
        with pytest.raises(CorruptError, match=r"wanted \(clips,\)"):
            audio.decode(tensor_value([[b"a", b"b", b"c"]]))


class TestText:
    def test_any_shape(self):
        assert text.decode(tensor_value("hello", plugin="text")) == text.TextSample((), ("hello",))
        table = text.decode(tensor_value([["a", "b"], ["c", "れ"]], plugin="text"))
        assert table == text.TextSample((2, 2), ("a", "b", "c", "れ"))

    def test_bytes_that_are_no_text(self):
        assert text.decode(tensor_value([b"\xff\xfe"])).strings == ("\ufffd\ufffd",)


class TestHistogram:
    def test_the_padding_of_other_writers_is_cut_off(self):
        largest = float(np.finfo(np.float64).max)
        message = summary_pb2.Summary.Value(tag="t")
        message.histo.CopyFrom(
            summary_pb2.HistogramProto(
                min=-1.5,
                max=4.5,
                num=6,
                sum=9,
                sum_squares=30,
                bucket_limit=[-2.0, -1.0, 0.0, 2.0, 4.0, largest],
                bucket=[0, 1, 0, 3, 0, 2],
            )
        )
        found = histogram.decode(value_of(message))
        assert found.left_edges.tolist() == [-1.5, -1.0, 0.0, 2.0, 4.0]
        assert found.right_edges.tolist() == [-1.0, 0.0, 2.0, 4.0, 4.5]
        assert found.counts.tolist() == [1, 0, 3, 0, 2]
        assert (found.minimum, found.maximum, found.count) == (-1.5, 4.5, 6)
        assert (found.total, found.total_of_squares, found.nonfinite) == (9, 30, NonFiniteCounts())

    def test_a_tensor_of_buckets(self):
        found = histogram.decode(tensor_value([[0.0, 1.0, 3.0], [1.0, 2.5, 0.0]]))
        assert (found.minimum, found.maximum, found.count, found.total) == (0.0, 2.5, 3.0, None)
        assert histogram.decode(tensor_value(np.zeros((0, 3)))).counts.size == 0

    def test_counts_of_what_is_not_finite(self):
        content = histogram.encode_content(NonFiniteCounts(5, 0, 300))
        record = _kernel.encode_histogram(
            "h",
            1,
            1.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            np.zeros(1),
            np.zeros(1),
            plugin_name="histograms",
            plugin_content=content,
        )
        found = histogram.decode(written(record))
        assert found.nonfinite == NonFiniteCounts(5, 0, 300)
        assert found.nonfinite.total == 305
        assert found.counts.size == 0
        assert math.isnan(found.minimum)

    def test_malformed(self):
        message = summary_pb2.Summary.Value(tag="t")
        message.histo.bucket_limit.extend([1.0, 2.0])
        message.histo.bucket.extend([1.0])
        with pytest.raises(CorruptError, match="2 bucket limits and 1 buckets"):
            histogram.decode(value_of(message))
        with pytest.raises(CorruptError, match=r"wanted \(buckets, 3\)"):
            histogram.decode(tensor_value([[1.0, 2.0]]))


def test_pr_curves():
    rows = np.arange(12, dtype=np.float32).reshape(6, 2)
    found = pr_curve.decode(tensor_value(rows, plugin="pr_curves"))
    assert found.thresholds.tolist() == [0.0, 1.0]
    assert found.true_positives.tolist() == [0, 1]
    assert found.recall.tolist() == [10, 11]
    with pytest.raises(CorruptError, match=r"wanted \(6, 2 or more"):
        pr_curve.decode(tensor_value(rows[:5]))


class TestHParams:
    def test_what_tensorboards_own_writer_writes(self):
        summary = tensorboard_hparams.hparams_pb(
            {"lr": 0.1, "act": "relu", "bn": True}, trial_id="7", start_time_secs=5.0
        )
        found = hparams.decode(value_of(summary.value[0]))
        assert isinstance(found, hparams.SessionStart)
        assert dict(found.hparams) == {"lr": 0.1, "act": "relu", "bn": True}
        assert (found.group_name, found.start_time_secs) == ("7", 5.0)

        config = tensorboard_hparams.hparams_config_pb(
            hparams=[
                tensorboard_hparams.HParam(
                    "lr", tensorboard_hparams.RealInterval(0.1, 0.5), display_name="rate"
                ),
                tensorboard_hparams.HParam("act", tensorboard_hparams.Discrete(["a", "b"])),
            ],
            metrics=[tensorboard_hparams.Metric("accuracy", group="validation", display_name="acc")],
            time_created_secs=1.0,
        )
        assert hparams.decode(value_of(config.value[0])) == hparams.Experiment(
            (
                hparams.HParamInfo("lr", "float64", interval=(0.1, 0.5), display_name="rate"),
                hparams.HParamInfo("act", "string", domain=("a", "b")),
            ),
            (hparams.MetricInfo("accuracy", "validation", "acc"),),
        )

    @pytest.mark.parametrize(
        ("payload", "encode"),
        [
            (
                hparams.SessionStart(
                    {"a": 1.5, "b": "れ", "c": False, "d": None, "e": math.inf, "": ""}, "g", 2.0
                ),
                hparams.encode_session_start,
            ),
            (hparams.SessionEnd(hparams.Status.FAILURE, 9.5), hparams.encode_session_end),
            (
                hparams.Experiment(
                    (
                        hparams.HParamInfo("a", "bool", (True, False)),
                        hparams.HParamInfo("b", interval=(0.0, 1.0)),
                    ),
                    (hparams.MetricInfo("m", "g", "d", "e"),),
                    "why",
                ),
                hparams.encode_experiment,
            ),
        ],
    )
    def test_round_trip(self, payload, encode):
        record = _kernel.encode_value(
            "_hparams_/x", 0, 1.0, plugin_name="hparams", plugin_content=encode(payload)
        )
        assert hparams.decode(written(record)) == payload

    def test_union_keeps_every_name_once(self):
        first = hparams.Experiment(
            (hparams.HParamInfo("a"), hparams.HParamInfo("b")), (hparams.MetricInfo("m"),)
        )
        second = hparams.Experiment(
            (hparams.HParamInfo("b", "bool"), hparams.HParamInfo("c")), (hparams.MetricInfo("m"),)
        )
        assert hparams.union(first, second) == hparams.Experiment(
            (hparams.HParamInfo("a"), hparams.HParamInfo("b", "bool"), hparams.HParamInfo("c")),
            (hparams.MetricInfo("m"),),
        )

    def test_lists_and_mappings_of_other_writers_are_readable(self):
        message = summary_pb2.Summary.Value(tag="t")
        content = tensorboard_hparams.plugin_data_pb2.HParamsPluginData()
        content.session_start_info.hparams["list"].list_value.values.add(number_value=1)
        content.session_start_info.hparams["map"].struct_value.fields["k"].bool_value = True
        message.metadata.plugin_data.content = content.SerializeToString()
        assert dict(hparams.decode(value_of(message)).hparams) == {"list": "[1.0]", "map": "{k: True}"}

    def test_nesting_is_bounded(self):
        nested = b""
        for _ in range(1000):
            nested = wire.message(6, wire.message(1, nested))
        content = wire.message(3, wire.message(1, wire.bytes_(1, "deep"), wire.message(2, nested)))
        message = summary_pb2.Summary.Value(tag="t")
        message.metadata.plugin_data.content = content
        with pytest.raises(TooLargeError, match="nests deeper"):
            hparams.decode(value_of(message))
