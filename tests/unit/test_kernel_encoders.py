"""Writing: TensorBoard's own reader finds what was encoded."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2
from tensorboard.util import tensor_util

from glassboard import _kernel
from glassboard.errors import MisuseError
from glassboard.testing import records


def events_in(data: bytes) -> list[Any]:
    """Events by protobuf's parser, after every checksum was verified by the slow codec."""
    events, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        payload = data[at + 12 : at + 12 + length]
        assert records.frame(payload) == data[at : at + 16 + length]
        events.append(event_pb2.Event.FromString(payload))
        at += 16 + length
    return events


def only_value(data: bytes) -> Any:
    [event] = events_in(data)
    assert (event.step, event.wall_time) == (3, 1.7e9)
    [value] = event.summary.value
    assert value.tag == "täg"
    assert value.metadata.plugin_data.plugin_name == "plug"
    assert value.metadata.plugin_data.content == b"\x00c"
    assert (value.metadata.display_name, value.metadata.summary_description) == ("D", "d")
    assert value.metadata.data_class == 2
    return value


_META: dict[str, Any] = {
    "plugin_name": "plug",
    "plugin_content": b"\x00c",
    "display_name": "D",
    "description": "d",
    "data_class": 2,
}
_AT: tuple[str, int, float] = ("täg", 3, 1.7e9)


def test_scalars() -> None:
    rows = [
        ("a", 1, 1.7e9, 0.1),
        ("täg", -5, 2.5, math.nan),
        ("", 0, 0.0, -math.inf),
        ("b", 2**63 - 1, 3.5, 1e300),
    ]
    events = events_in(_kernel.encode_scalars(rows))
    assert [(e.summary.value[0].tag, e.step, e.wall_time) for e in events] == [row[:3] for row in rows]
    np.testing.assert_array_equal(
        [e.summary.value[0].simple_value for e in events], [np.float32(0.1), math.nan, -math.inf, math.inf]
    )
    assert not events[0].summary.value[0].HasField("metadata")
    assert _kernel.encode_scalars([]) == b""


def test_scalars_in_double_precision() -> None:
    rows = [("a", 1, 1.0, 0.1), ("a", 2, 1.0, math.nan)]
    events = events_in(
        _kernel.encode_scalars(rows, double_precision=True, display_name="A", description="what")
    )
    arrays = [tensor_util.make_ndarray(event.summary.value[0].tensor) for event in events]
    assert [(array.dtype, array.shape) for array in arrays] == [(np.float64, ())] * 2
    np.testing.assert_array_equal(arrays, [0.1, math.nan])
    metadata = events[1].summary.value[0].metadata
    assert (metadata.plugin_data.plugin_name, metadata.data_class) == ("scalars", 1)
    assert (metadata.display_name, metadata.summary_description) == ("A", "what")


def test_scalar_rows_take_what_converts_and_refuse_the_rest() -> None:
    data = _kernel.encode_scalars([("a", np.int64(1), np.float64(2.0), np.float32(0.5))])  # type: ignore[list-item]
    assert events_in(data)[0].summary.value[0].simple_value == 0.5
    escaped = events_in(_kernel.encode_scalars([("\ud800x", 1, 1.0, 1.0)]))
    assert escaped[0].summary.value[0].tag == "\\ud800x"
    for bad in [
        ("a", 1, 1.0),
        ["a", 1, 1.0, 1.0],
        (1, 1, 1.0, 1.0),
        ("a", "1", 1.0, 1.0),
        ("a", 1, 1.0, "x"),
        ("a", 1 << 63, 1.0, 1.0),
    ]:
        with pytest.raises(MisuseError, match="row 1 of encode_scalars"):
            _kernel.encode_scalars([("a", 1, 1.0, 1.0), bad])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        _kernel.encode_scalars(5)  # type: ignore[arg-type]


def test_image() -> None:
    value = only_value(_kernel.encode_image(*_AT, 2, 3, 4, memoryview(b"\x89PNG"), **_META))
    assert (value.image.height, value.image.width, value.image.colorspace) == (2, 3, 4)
    assert value.image.encoded_image_string == b"\x89PNG"


def test_histogram() -> None:
    limits, counts = np.array([1.0, np.inf]), np.array([2.0, 0.5])
    value = only_value(_kernel.encode_histogram(*_AT, -1.0, 4.0, 7.0, 3.0, 9.0, limits, counts, **_META))
    h = value.histo
    assert (h.min, h.max, h.num, h.sum, h.sum_squares) == (-1.0, 4.0, 7.0, 3.0, 9.0)
    assert (list(h.bucket_limit), list(h.bucket)) == ([1.0, math.inf], [2.0, 0.5])
    with pytest.raises(MisuseError, match="2 limits and 1 counts"):
        _kernel.encode_histogram(*_AT, 0.0, 0.0, 0.0, 0.0, 0.0, limits, counts[:1])


def test_audio() -> None:
    value = only_value(_kernel.encode_audio(*_AT, 44100.0, 2, 10, b"RIFF", "audio/wav", **_META))
    assert (value.audio.sample_rate, value.audio.num_channels, value.audio.length_frames) == (44100.0, 2, 10)
    assert (value.audio.encoded_audio_string, value.audio.content_type) == (b"RIFF", "audio/wav")


@pytest.mark.parametrize("shape", [(2, 3), (6,), (0, 3), ()])
def test_numeric_tensor(shape: tuple[int, ...]) -> None:
    array = np.arange(math.prod(shape), dtype="<f4").reshape(shape)
    value = only_value(_kernel.encode_tensor(*_AT, 1, shape, array, **_META))
    if array.size:
        np.testing.assert_array_equal(tensor_util.make_ndarray(value.tensor), array)
    assert [dim.size for dim in value.tensor.tensor_shape.dim] == list(shape)


def test_string_tensor() -> None:
    value = only_value(_kernel.encode_tensor(*_AT, 7, [2, 1], ["ein Täxt", b"\xff"], **_META))
    np.testing.assert_array_equal(tensor_util.make_ndarray(value.tensor), [["ein Täxt".encode()], [b"\xff"]])


@pytest.mark.parametrize(
    ("dtype", "shape", "content"),
    [(1, (3,), bytes(8)), (1, (2,), bytes(7)), (1, (-2,), bytes(8)), (7, (2,), ["one"]), (7, (1,), [5])],
)
def test_tensors_that_contradict_themselves_are_refused(
    dtype: int, shape: tuple[int, ...], content: Any
) -> None:
    with pytest.raises(MisuseError):
        _kernel.encode_tensor(*_AT, dtype, shape, content)


def test_value_of_encoded_fields_and_of_metadata_alone() -> None:
    value = only_value(_kernel.encode_value(*_AT, b"\x15\x00\x00\x80\x3f", **_META))
    assert value.simple_value == 1.0
    assert only_value(_kernel.encode_value(*_AT, **_META)).WhichOneof("value") is None


def test_events_that_are_no_summaries() -> None:
    data = _kernel.encode_file_version(1.5) + _kernel.encode_session_start(7, 2.5)
    data += _kernel.encode_graph(b"graph", 1, 3.5) + _kernel.encode_run_metadata("täg", b"meta", 2, 4.5)
    version, start, graph, metadata = events_in(data)
    assert (version.file_version, version.wall_time, version.step) == ("brain.Event:2", 1.5, 0)
    assert version.source_metadata.writer == "glassboard"
    assert (start.session_log.status, start.step) == (event_pb2.SessionLog.START, 7)
    assert (graph.graph_def, graph.step) == (b"graph", 1)
    assert (metadata.tagged_run_metadata.tag, metadata.tagged_run_metadata.run_metadata) == ("täg", b"meta")


def test_frame_is_what_the_slow_codec_makes() -> None:
    for payload in (b"", b"x", bytes(10_000)):
        assert _kernel.frame(payload) == records.frame(payload)
