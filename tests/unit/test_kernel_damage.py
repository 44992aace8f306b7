"""Broken event files: cut at every byte, flipped at every byte, garbage, lies about lengths."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.testing import records
from glassboard.testing.reference_codec import ReferenceScan
from glassboard.testing.reference_codec import scan as reference_scan


def header(length: int) -> bytes:
    """A sound header that claims `length` bytes."""
    raw = struct.pack("<Q", length)
    return raw + struct.pack("<I", records.masked_crc32c(raw))


def every_kind() -> list[bytes]:
    """One framed event of each kind, small."""
    limits, counts = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    return [
        _kernel.encode_file_version(1.0),
        _kernel.encode_session_start(0, 1.0),
        _kernel.encode_scalars([("a", 1, 1.0, 0.5)]),
        _kernel.encode_scalars([("d", 1, 1.0, math.nan)], double_precision=True),
        _kernel.encode_image("i", 1, 1.0, 1, 1, 3, b"png"),
        _kernel.encode_histogram("h", 1, 1.0, 1.0, 2.0, 7.0, 1.0, 1.0, limits, counts),
        _kernel.encode_audio("s", 1, 1.0, 8000.0, 1, 1, b"wav", "audio/wav"),
        _kernel.encode_tensor("t", 1, 1.0, 7, [1], ["text"], plugin_name="text"),
        _kernel.encode_value("p", 0, 1.0, plugin_name="hparams"),
        _kernel.encode_graph(b"graph", 0, 1.0),
        _kernel.encode_run_metadata("r", b"meta", 1, 1.0),
        _kernel.encode_scalars([("a", 2, 1.0, 0.25)]),
    ]


def assert_same(
    data: bytes, reference: ReferenceScan, batch: _kernel.Batch, scanner: _kernel.EventScanner
) -> None:
    series = scanner.series
    points = [
        (series[batch.scalars.series[i]].tag, batch.scalars.steps[row], batch.scalars.values[row])
        for i in range(len(batch.scalars.series))
        for row in range(batch.scalars.starts[i], batch.scalars.starts[i + 1])
    ]
    wanted = [(point.tag, point.step, point.value) for point in reference.points]
    assert sorted(map(repr, points)) == sorted(repr((t, np.int64(s), np.float64(v))) for t, s, v in wanted)
    samples = sorted(zip(batch.samples.offsets.tolist(), batch.samples.lengths.tolist(), strict=True))
    assert samples == sorted((sample.offset, sample.length) for sample in reference.samples)
    damage = sorted((d.offset, d.length, d.reason) for d in batch.damage)
    assert damage == [(d.offset, d.length, d.reason) for d in reference.damage]
    assert (batch.records, scanner.offset) == (reference.records, reference.offset)


def check_against_reference(data: bytes, max_record_bytes: int = 1 << 30) -> _kernel.Batch:
    scanner = _kernel.EventScanner(max_record_bytes)
    assert scanner.feed(data) == scanner.offset
    batch = scanner.take()
    assert_same(data, reference_scan(data, max_record_bytes=max_record_bytes), batch, scanner)
    for offset, length in zip(batch.samples.offsets.tolist(), batch.samples.lengths.tolist(), strict=True):
        assert 0 <= offset <= offset + length <= len(data)
    return batch


def test_cut_at_every_byte_keeps_what_is_whole_and_waits_for_the_rest() -> None:
    frames = every_kind()
    data = b"".join(frames)
    ends = np.cumsum([len(frame) for frame in frames])
    for cut in range(len(data) + 1):
        scanner = _kernel.EventScanner()
        scanner.feed(data[:cut])
        first = scanner.take()
        assert first.records == int((ends <= cut).sum())
        assert scanner.offset == int(max([0, *ends[ends <= cut]]))
        assert scanner.offset + scanner.wanted_bytes > cut
        assert first.damage == []
        scanner.feed(data[scanner.offset :])
        assert first.records + scanner.take().records == len(frames)
        assert scanner.offset == len(data)


def test_flipped_at_every_byte_loses_that_record_only() -> None:
    frames = every_kind()
    data = b"".join(frames)
    starts = np.cumsum([0, *(len(frame) for frame in frames)])
    for at in range(len(data)):
        broken = bytearray(data)
        broken[at] ^= 1 << at % 8
        scanner = _kernel.EventScanner()
        used = scanner.feed(broken)
        batch = scanner.take()
        hit = int(np.searchsorted(starts, at, side="right")) - 1
        [damage] = batch.damage
        assert damage.offset == starts[hit]
        assert damage.reason == ("length-checksum" if at - starts[hit] < 12 else "data-checksum")
        if hit == len(frames) - 1:
            # Nothing sound follows: the damage is open, and the last bytes may yet be the start of a header.
            assert batch.records == len(frames) - 1
            assert len(data) - used < 12
            assert damage.length == used - starts[hit]
        else:
            assert batch.records == len(frames) - 1
            assert damage.length == len(frames[hit])
            assert used == len(data)


def test_agrees_with_the_reference_on_broken_files() -> None:
    data = b"".join(every_kind())
    random = np.random.default_rng(7)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(random.integers(1, 4)):
            at = int(random.integers(len(broken)))
            match random.integers(3):
                case 0:
                    broken[at] = int(random.integers(256))
                case 1:
                    del broken[at : at + int(random.integers(1, 40))]
                case _:
                    broken[at:at] = random.bytes(int(random.integers(1, 40)))
        check_against_reference(bytes(broken))


def test_a_flipped_zero_filled_or_appended_tail() -> None:
    good = b"".join(every_kind())
    for tail in (bytes(40), b"x" * 40, good[:20], header(100) + b"part", header(0)[:11], b"\xff" * 12):
        check_against_reference(good + tail)
        check_against_reference(good + tail + good)


def test_a_record_torn_by_a_crash_does_not_hide_what_was_appended_after_it() -> None:
    point = _kernel.encode_scalars([("a", 1, 1.0, 0.5)])
    torn = _kernel.encode_image("i", 1, 1.0, 1, 1, 3, bytes(300))[:100]
    data = point + torn + point * 20
    batch = check_against_reference(data)
    assert batch.records == 21
    [damage] = batch.damage
    assert (damage.offset, damage.length, damage.reason) == (len(point), len(torn), "data-checksum")


@pytest.mark.parametrize(
    "length", [1 << 30, (1 << 30) + 1, 10**9 * 4, (1 << 63) - 1, (1 << 64) - 1, (1 << 64) - 12]
)
def test_a_length_is_never_believed(length: int) -> None:
    point = _kernel.encode_scalars([("a", 1, 1.0, 0.5)])
    scanner = _kernel.EventScanner()
    scanner.feed(point + header(length) + point)
    batch = scanner.take()
    if length <= 1 << 30:  # no more than a record may have: the rest may still be written
        assert scanner.offset == len(point)
        assert scanner.wanted_bytes == length + 16
        assert batch.damage == []
    else:
        assert batch.records == 2
        [damage] = batch.damage
        assert (damage.offset, damage.length, damage.reason) == (len(point), 12, "too-long")


def test_the_cap_is_the_callers() -> None:
    point = _kernel.encode_scalars([("a", 1, 1.0, 0.5)])
    length = len(point) - 16
    assert check_against_reference(point, max_record_bytes=length).records == 1
    assert check_against_reference(point, max_record_bytes=length - 1).records == 0


def test_damage_at_the_end_grows_under_its_offset() -> None:
    scanner = _kernel.EventScanner()
    data = b"x" * 50
    scanner.feed(data)
    [first] = scanner.take().damage
    assert (first.offset, first.length) == (0, 39)
    assert scanner.take().damage == []
    data += b"y" * 10 + _kernel.encode_file_version(1.0)
    scanner.feed(data[scanner.offset :])
    batch = scanner.take()
    [grown] = batch.damage
    assert (grown.offset, grown.length, batch.records) == (0, 60, 1)
    assert scanner.file_version == "brain.Event:2"


@pytest.mark.parametrize(
    "payload",
    [
        b"\x0f",  # wire type 7
        b"\x00",  # field 0
        b"\x2a\x7f",  # a summary longer than the event
        b"\x09\x00",  # half a wall time
        b"\x10" + b"\xff" * 11,  # a step of eleven bytes
        b"\x2a\x04\x0a\x02\x15\x00",  # half a simple value
        b"\x2a\x05\x0a\x03\x42\x01\x08",  # a tensor that ends within its type
        b"\x2a\x06\x0a\x04\x4a\x02\x0a\x05",  # plugin data longer than the metadata
        b"\x3a\x01\x08",  # half a session status
        b"\x0b",  # a group without its end
        b"\x0b" * 1000,
        b"\x2a\x03\x0a\x01\x0c",  # the end of a group that never began
        b"\xff\xff\xff\xff\xff\x0f\x01",  # a field number that is too large
    ],
)
def test_undecodable_messages_are_damage_and_nothing_of_them_is_kept(payload: bytes) -> None:
    sound = wire.message(5, wire.bytes_(1, records.scalar_value("ghost", 1.0)))
    bad = records.frame(sound + payload)
    point = _kernel.encode_scalars([("a", 1, 1.0, 0.5)])
    scanner = _kernel.EventScanner()
    scanner.feed(point + bad + point)
    batch = scanner.take()
    assert [series.tag for series in scanner.series] == [b"a"]
    assert batch.records == 3
    [damage] = batch.damage
    assert (damage.offset, damage.length, damage.reason) == (len(point), len(bad), "undecodable")
    assert batch.scalars.values.tolist() == [0.5, 0.5]


def test_not_an_event_file_at_all() -> None:
    for data in (
        b"",
        b"x",
        b"version https://git-lfs.github.com/spec/v1\n" * 9,
        np.random.default_rng(1).bytes(100_000),
    ):
        batch = check_against_reference(data) if len(data) < 1000 else None
        scanner = _kernel.EventScanner()
        used = scanner.feed(data)
        batch = batch or scanner.take()
        assert batch.records == 0
        assert len(data) - used <= 11
        assert len(batch.damage) == (len(data) >= 12)


def test_headers_that_overlap_cost_no_more_than_their_bytes() -> None:
    # Every 12 bytes a sound header claims the rest of the file: checked one by one, 4 * 10^11 bytes of checksums.
    count = 100_000
    trap = b"".join(header((count - i) * 12) for i in range(count))
    scanner = _kernel.EventScanner()
    scanner.feed(trap + bytes(50) + _kernel.encode_file_version(1.0))
    batch = scanner.take()
    assert batch.records == 1
    assert [damage.offset for damage in batch.damage] == [0]
