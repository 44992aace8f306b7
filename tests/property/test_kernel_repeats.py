"""Records that look like those before them are recognised, not parsed: the columns are those of the slow codec."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.testing import records, reference_codec

_TAGS = [
    "loss",
    "lost",
    "loss/val",
    "",
    "täg",
    "a tag much longer than the others, so that it needs more than one word",
]
_FORMS = [
    "simple",
    "float tensor",
    "double tensor",
    "content",
    "bare tensor",
    "bare double",
    "value first",
    "two",
    "image",
]


def _value(tag: str, form: str, number: float) -> list[bytes]:
    """The values of one event."""
    if form == "simple":
        return [records.scalar_value(tag, number)]
    if form == "float tensor":
        return [records.tensor_scalar_value(tag, number)]
    if form == "double tensor":
        return [records.tensor_scalar_value(tag, number, double=True)]
    if form == "content":
        tensor = wire.message(8, wire.int64(1, 2), wire.bytes_(4, wire.double(1, number)[1:]))
        return [wire.bytes_(1, tag) + tensor + records.metadata("scalars")]
    if form in ("bare tensor", "bare double"):  # a scalar until metadata says that it is an image
        return [records.tensor_scalar_value(tag, number, double=form == "bare double", meta=b"")]
    if form == "value first":
        return [wire.float_(2, number) + wire.bytes_(1, tag)]
    if form == "two":
        return [records.scalar_value(tag, number), records.scalar_value(f"{tag}2", -number)]
    return [records.tensor_scalar_value(tag, number, meta=records.metadata("images"))]


@st.composite
def _streams(draw: st.DrawFn) -> bytes:
    """Some series written in turn, step by step; now and then something else, or with another form, in between."""
    out = [records.file_version(1.0)]
    number = 0
    for _ in range(draw(st.integers(1, 3))):
        series = draw(
            st.lists(st.tuples(st.sampled_from(_TAGS), st.sampled_from(_FORMS)), min_size=1, max_size=4)
        )
        first = draw(st.sampled_from([-3, 0, 1, 120, 16_380, (1 << 49) - 2, (1 << 56) - 2, (1 << 63) - 9]))
        for step in range(first, first + draw(st.integers(1, 8))):
            for tag, form in series:
                number += 1
                wall = draw(st.sampled_from([1.7e9 + number, math.inf, math.nan, 0.0]))
                value = draw(st.sampled_from([number / 8, math.nan, -math.inf, 0.1]))
                if form == "value first" and number % 2:
                    stamp = wire.int64(2, step) + wire.double(1, wall)
                    body = wire.message(5, *(wire.bytes_(1, each) for each in _value(tag, form, value)))
                    out.append(records.frame(body + stamp))
                else:
                    out.append(records.summary(wall, step, *_value(tag, form, value)))
        out.append(
            draw(st.sampled_from([b"", b"\0", records.session_start(1.0, 2), records.frame(b"\xff\xff")]))
        )
    return b"".join(out)


def _rows(batch: _kernel.Batch, scanner: _kernel.EventScanner) -> Iterator[tuple[bytes, object]]:
    names = [series.tag for series in scanner.series]
    for columns in (batch.scalars, *batch.long_scalars):
        for i, series in enumerate(columns.series.tolist()):
            rows = slice(columns.starts[i], columns.starts[i + 1])
            points = zip(
                columns.steps[rows].tolist(),
                columns.wall_times[rows].tolist(),
                columns.values[rows].tolist(),
                strict=True,
            )
            yield from ((names[series], point) for point in points)


def _scan(data: bytes, ends: list[int], *, long_rows: int) -> str:
    """What came of bytes that were fed up to each of `ends`, taken each time, as text: NaN is equal there."""
    scanner = _kernel.EventScanner(1 << 20, long_rows)
    rows: dict[bytes, list[object]] = {}
    damage: dict[int, tuple[int, str]] = {}
    samples = found = 0
    for end in [*sorted(ends), len(data)]:
        if end < scanner.offset:
            continue
        scanner.feed(memoryview(data)[scanner.offset : end])
        batch = scanner.take()
        for tag, point in _rows(batch, scanner):
            rows.setdefault(tag, []).append(point)
        damage |= {each.offset: (each.length, each.reason) for each in batch.damage}
        samples += len(batch.samples.steps)
        found += batch.records
    return repr((sorted(rows.items()), samples, sorted(damage.items()), found, scanner.offset))


def _reference(data: bytes) -> str:
    reference = reference_codec.scan(data, max_record_bytes=1 << 20)
    rows: dict[bytes, list[object]] = {}
    for point in reference.points:
        rows.setdefault(point.tag, []).append((point.step, point.wall_time, point.value))
    damage = [(each.offset, (each.length, each.reason)) for each in reference.damage]
    return repr((sorted(rows.items()), len(reference.samples), damage, reference.records, reference.offset))


@settings(max_examples=150)
@given(_streams(), st.data())
def test_repeated_records_agree_with_the_slow_codec(data: bytes, draw: st.DataObject) -> None:
    wanted = _reference(data)
    assert _scan(data, [], long_rows=1 << 20) == wanted
    ends = draw.draw(st.lists(st.integers(0, len(data)), max_size=3))
    assert _scan(data, ends, long_rows=draw.draw(st.sampled_from([0, 1, 3, 30]))) == wanted


@settings(max_examples=150)
@given(_streams(), st.data())
def test_a_wrong_byte_in_repeated_records_is_met_as_by_the_slow_codec(
    data: bytes, draw: st.DataObject
) -> None:
    at = draw.draw(st.integers(0, len(data) - 1))
    broken = bytearray(data)
    broken[at] ^= draw.draw(st.integers(1, 255))
    end = draw.draw(st.integers(at, len(data)))
    assert _scan(bytes(broken[:end]), [], long_rows=3) == _reference(bytes(broken[:end]))


@pytest.mark.parametrize("form", [form for form in _FORMS if form not in ("two", "image")])
def test_every_flipped_byte_and_every_cut_of_repeated_records(form: str) -> None:
    events = [
        records.summary(1.7e9 + step, step, *_value(tag, form, step / 8))
        for step in range(126, 131)
        for tag in ("loss", "lost")
    ]
    data = b"".join([records.file_version(1.0), *events])
    for at in range(len(data)):
        assert _scan(data[:at], [], long_rows=4) == _reference(data[:at])
        broken = bytearray(data)
        broken[at] ^= 0x81
        assert _scan(bytes(broken), [], long_rows=4) == _reference(bytes(broken))


def test_the_longest_varints_and_runs_of_many_records_are_kept() -> None:
    """More records in a row than are recognised at a time, with steps of every length in bytes."""
    steps = [1 << shift for shift in range(64)] * 7
    steps = [step - (1 << 64) if step >> 63 else step for step in steps]
    rows = [("loss", step, float(i), i / 8) for i, step in enumerate(sorted(steps))]
    for double in (False, True):
        scanner = _kernel.EventScanner(long_rows=100)
        scanner.feed(_kernel.encode_scalars(rows, double_precision=double))
        points = [point for _, point in _rows(scanner.take(), scanner)]
        assert points == [row[1:] for row in rows]
