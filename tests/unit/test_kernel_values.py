"""Decoding one sample in full."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.errors import CorruptError
from glassboard.testing import records


def tensor(dtype: int, *fields: bytes, shape: tuple[int, ...] = ()) -> bytes:
    dims = b"".join(wire.message(2, wire.int64(1, size)) for size in shape)
    return wire.bytes_(1, "t") + wire.message(8, wire.int64(1, dtype), wire.bytes_(2, dims), *fields)


def decoded_tensor(data: bytes) -> _kernel.Tensor:
    value = _kernel.decode_value(data)
    assert value.form == "tensor"
    assert value.tensor is not None
    return value.tensor


def test_metadata_and_simple_value() -> None:
    meta = records.metadata("scalars", content=b"\x00c", display_name="Loß", description="d")
    value = _kernel.decode_value(
        records.scalar_value("t", 0.1, meta=meta) + wire.message(9, wire.int64(4, 1))
    )
    assert (value.tag, value.form, value.plugin_name, value.plugin_content) == (
        b"t",
        "scalar",
        "scalars",
        b"\x00c",
    )
    assert (value.display_name, value.description, value.data_class) == ("Loß", "d", 1)
    assert value.simple_value == np.float32(0.1)
    assert value.image is value.histogram is value.audio is value.tensor is None


def test_image() -> None:
    value = _kernel.decode_value(records.image_value("i", b"\x89PNG", height=2, width=3, channels=4))
    assert value.form == "image"
    assert value.image is not None
    assert (value.image.height, value.image.width, value.image.colorspace) == (2, 3, 4)
    assert value.image.encoded == b"\x89PNG"
    assert value.simple_value is None


def test_histogram_packed_and_not() -> None:
    packed = records.histogram_value("h", [1.0, 2.0, np.inf], [3.0, 4.0, np.nan])
    unpacked = wire.bytes_(1, "h") + wire.message(
        5,
        wire.double(1, 1.0),
        *(
            part
            for i in range(3)
            for part in (wire.double(6, [1.0, 2.0, np.inf][i]), wire.double(7, [3.0, 4.0, np.nan][i]))
        ),
    )
    for data in (packed, unpacked):
        value = _kernel.decode_value(data)
        assert value.form == "histo"
        assert value.histogram is not None
        assert value.histogram.min == 1.0
        np.testing.assert_array_equal(value.histogram.limits, [1.0, 2.0, np.inf])
        np.testing.assert_array_equal(value.histogram.counts, [3.0, 4.0, np.nan])


def test_audio() -> None:
    fields = (
        wire.float_(1, 8000.0),
        wire.int64(2, 2),
        wire.int64(3, 9),
        wire.bytes_(4, b"RIFF"),
        wire.bytes_(5, "audio/wav"),
    )
    value = _kernel.decode_value(wire.bytes_(1, "a") + wire.message(6, *fields))
    assert value.audio is not None
    assert (value.audio.sample_rate, value.audio.num_channels, value.audio.length_frames) == (8000.0, 2, 9)
    assert (value.audio.encoded, value.audio.content_type) == (b"RIFF", "audio/wav")


@pytest.mark.parametrize(
    ("dtype", "layout", "number", "scalars"),
    [
        (1, "<f4", 5, [1.5, np.nan]),
        (2, "<f8", 6, [0.1, -np.inf]),
        (3, "<i4", 7, [-1, 2**31 - 1]),
        (4, "u1", 7, [0, 255]),
        (5, "<i2", 7, [-(2**15), 5]),
        (6, "i1", 7, [-128, 127]),
        (9, "<i8", 10, [-(2**63), 2**63 - 1]),
        (10, "?", 11, [True, False]),
        (17, "<u2", 7, [65535, 1]),
        (19, "<f2", 13, [1.5, -np.inf]),
        (22, "<u4", 16, [2**32 - 1, 1]),
        (23, "<u8", 17, [2**64 - 1, 1]),
    ],
)
def test_typed_elements_and_content_are_the_same_bytes(
    dtype: int, layout: str, number: int, scalars: list[float]
) -> None:
    array = np.array(scalars, layout)
    if number in (5, 6):
        typed = [wire.bytes_(number, array.tobytes())]
        unpacked = [(wire.float_ if number == 5 else wire.double)(number, float(x)) for x in array]
    else:
        numbers = [int(x) for x in (array.view("<u2") if layout == "<f2" else array)]
        unpacked = [wire.int64(number, n) for n in numbers]
        typed = [wire.bytes_(number, b"".join(wire.int64(1, n)[1:] for n in numbers))]
    for fields in (typed, unpacked, [wire.bytes_(4, array.tobytes())]):
        tensor_found = decoded_tensor(tensor(dtype, *fields, shape=(2, 1)))
        assert (tensor_found.dtype, tensor_found.shape, tensor_found.strings) == (dtype, (2, 1), None)
        assert tensor_found.content == array.tobytes()


def test_complex_and_unknown_types() -> None:
    pair = struct.pack("<2f", 1.0, 2.0)
    assert decoded_tensor(tensor(8, wire.bytes_(9, pair))).content == pair
    assert decoded_tensor(tensor(18, wire.double(12, 1.0), wire.double(12, 2.0))).content == struct.pack(
        "<2d", 1.0, 2.0
    )
    assert decoded_tensor(tensor(99, wire.bytes_(4, b"???"), shape=(7,))).content == b"???"


def test_strings() -> None:
    found = decoded_tensor(records.text_value("t", ["one", "", "drei"]))
    assert (found.dtype, found.shape, found.content) == (7, (3,), b"")
    assert found.strings == [b"one", b"", b"drei"]
    assert decoded_tensor(tensor(7, shape=(0,))).strings == []


def test_an_element_that_stands_for_a_million_million_costs_nothing() -> None:
    found = decoded_tensor(tensor(1, wire.float_(5, 1.5), shape=(10**6, 10**6)))
    assert (found.shape, found.content) == ((10**6, 10**6), struct.pack("<f", 1.5))
    assert decoded_tensor(tensor(1, shape=(10**12,))).content == b""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x0a\x05x", "longer than its message"),
        (b"\x0f", "wire type"),
        (tensor(1, wire.float_(5, 1.0), wire.float_(5, 2.0), shape=(3,)), "another number of elements"),
        (tensor(1, wire.bytes_(4, bytes(8)), shape=(10**12,)), "another number of elements"),
        (tensor(1, wire.bytes_(4, bytes(7)), shape=(2,)), "another number of elements"),
        (tensor(1, wire.float_(5, 1.0), shape=(-1,)), "negative or too large"),
        (tensor(1, wire.float_(5, 1.0), shape=(1 << 40, 1 << 40)), "negative or too large"),
        (tensor(7, wire.bytes_(8, "a"), wire.bytes_(8, "b"), shape=(3,)), "another number of strings"),
        (tensor(8, wire.bytes_(9, bytes(4))), "within an element"),
        (wire.bytes_(1, "h") + wire.message(5, wire.bytes_(6, bytes(9))), "fixed field"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    with pytest.raises(
        CorruptError, match=f"summary value of {len(data)} bytes cannot be decoded: .*{words}.* byte"
    ):
        _kernel.decode_value(data)


def test_every_cut_of_a_value_is_decoded_or_refused() -> None:
    whole = records.histogram_value("h", [1.0, 2.0], [3.0, 4.0]) + records.metadata("histograms")
    refused = 0
    for cut in range(len(whole)):
        try:
            _kernel.decode_value(whole[:cut])
        except CorruptError:
            refused += 1
    assert refused > len(whole) * 0.9
    assert _kernel.decode_value(b"").form == "none"
