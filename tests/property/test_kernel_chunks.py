"""For any events, cut anywhere: the kernel gives what the slow codec gives."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.testing import records, reference_codec

_tags = st.sampled_from(["loss", "loss/val", "", "täg"])
_steps = st.integers(-(1 << 63), (1 << 63) - 1)
_walls = st.floats(allow_nan=False)
_floats = st.floats(width=32)
_meta = st.sampled_from([b"", records.metadata("scalars"), records.metadata("images", display_name="D")])


@st.composite
def _tensors(draw: st.DrawFn) -> bytes:
    dtype = draw(st.sampled_from([1, 2, 3, 4, 6, 7, 9, 10, 14, 19, 23, 8, 77]))
    sizes = draw(st.lists(st.integers(0, 2), max_size=2))
    shape = wire.message(2, *(wire.message(2, wire.int64(1, size)) for size in sizes))
    fields = draw(
        st.lists(
            st.one_of(
                st.builds(wire.float_, st.just(5), _floats),
                st.builds(wire.double, st.just(6), st.floats()),
                st.builds(wire.int64, st.sampled_from([7, 10, 11, 13, 16, 17]), _steps),
                st.builds(wire.bytes_, st.just(4), st.binary(max_size=9)),
                st.builds(wire.bytes_, st.just(8), st.binary(max_size=9)),
            ),
            max_size=2,
        )
    )
    return wire.message(8, wire.int64(1, dtype), shape, *fields)


@st.composite
def _values(draw: st.DrawFn) -> bytes:
    field = draw(
        st.one_of(
            st.builds(wire.float_, st.just(2), _floats),
            st.builds(lambda data: wire.message(4, wire.bytes_(4, data)), st.binary(max_size=200)),
            st.builds(lambda x: wire.message(5, wire.double(1, x)), _walls),
            st.just(wire.message(6)),
            _tensors(),
            st.just(b""),
        )
    )
    parts = [wire.bytes_(1, draw(_tags)), field, draw(_meta)]
    return b"".join(draw(st.permutations(parts)))


_events = st.one_of(
    st.builds(
        lambda wall, step, values: records.summary(wall, step, *values),
        _walls,
        _steps,
        st.lists(_values(), max_size=3),
    ),
    st.builds(records.file_version, _walls),
    st.builds(records.session_start, _walls, _steps),
    st.builds(records.graph, _walls, st.binary(max_size=20), step=_steps),
    st.builds(
        lambda wall, tag: records.event(wall, 1, wire.message(8, wire.bytes_(1, tag), wire.bytes_(2, b"m"))),
        _walls,
        _tags,
    ),
    st.builds(records.frame, st.binary(max_size=6)),
)
_garbage = st.binary(max_size=40)


def _collect(data: bytes, ends: list[int]) -> tuple[list[object], ...]:
    """Feeds the bytes up to each of `ends` in turn; everything found, by series, and where reading stopped."""
    scanner = _kernel.EventScanner(1 << 20)
    rows: dict[int, list[object]] = {}
    damage: dict[int, tuple[int, str]] = {}
    records_found = 0
    starts: list[object] = []
    for end in [*sorted(ends), len(data)]:
        if end < scanner.offset:
            continue
        used = scanner.feed(memoryview(data)[scanner.offset : end])
        assert used >= 0
        batch = scanner.take()
        for columns, last in ((batch.scalars, ("values",)), (batch.samples, ("offsets", "lengths"))):
            for i, series in enumerate(columns.series.tolist()):  # type: ignore[attr-defined]
                for row in range(columns.starts[i], columns.starts[i + 1]):  # type: ignore[attr-defined]
                    point = [columns.steps[row], columns.wall_times[row]]  # type: ignore[attr-defined]
                    rows.setdefault(series, []).append(
                        tuple(x.item() for x in [*point, *(getattr(columns, n)[row] for n in last)])
                    )
        damage |= {each.offset: (each.length, each.reason) for each in batch.damage}
        starts += [(start.step, start.wall_time, start.offset) for start in batch.session_starts]
        records_found += batch.records
    series_found = [(info.tag, info.form, rows.get(i, [])) for i, info in enumerate(scanner.series)]
    return list(series_found), sorted(damage.items()), starts, [records_found, scanner.offset]


@settings(max_examples=150)
@given(st.lists(st.one_of(_events, _garbage), max_size=8).map(b"".join), st.data())
def test_agrees_with_the_slow_codec_however_the_bytes_are_cut(data: bytes, draw: st.DataObject) -> None:
    whole = _collect(data, [])
    ends = draw.draw(st.lists(st.integers(0, len(data)), max_size=12))
    assert repr(_collect(data, ends)) == repr(whole)

    reference = reference_codec.scan(data, max_record_bytes=1 << 20)
    series, damage, starts, (records_found, offset) = whole
    wanted: dict[tuple[bytes, str], list[object]] = {}
    for point in reference.points:
        wanted.setdefault((point.tag, "scalar"), []).append((point.step, point.wall_time, point.value))
    for sample in reference.samples:
        place = (sample.step, sample.wall_time, sample.offset, sample.length)
        wanted.setdefault((sample.tag, sample.form), []).append(place)
    found = {(tag, form): rows for tag, form, rows in series}  # type: ignore[misc]
    assert repr(sorted(found.items())) == repr(sorted(wanted.items()))
    assert damage == [(each.offset, (each.length, each.reason)) for each in reference.damage]
    assert starts == reference.session_starts
    assert (records_found, offset) == (reference.records, reference.offset)


@settings(max_examples=60)
@given(st.lists(st.tuples(_tags, _steps, st.floats(), st.floats()), max_size=20))
def test_scalars_round_trip_in_double_precision(rows: list[tuple[str, int, float, float]]) -> None:
    scanner = _kernel.EventScanner()
    scanner.feed(_kernel.encode_scalars(rows, double_precision=True))
    columns = scanner.take().scalars
    for i, series in enumerate(columns.series.tolist()):
        span = slice(columns.starts[i], columns.starts[i + 1])
        tag = scanner.series[series].tag.decode()
        found = list(
            zip(
                columns.steps[span].tolist(),
                columns.wall_times[span].tolist(),
                columns.values[span].tolist(),
                strict=True,
            )
        )
        assert repr(found) == repr([row[1:] for row in rows if row[0] == tag])
    assert len(columns.values) == len(rows)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_corrupt(data: bytes) -> None:
    from glassboard.errors import CorruptError

    try:
        value = _kernel.decode_value(data)
    except CorruptError:
        return
    assert value.tensor is None or math.prod(value.tensor.shape) >= 0
