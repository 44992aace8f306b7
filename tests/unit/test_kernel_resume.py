"""A scanner that goes on where another one stood, from bytes alone."""

from __future__ import annotations

import random

import pytest

from glassboard import _kernel
from glassboard.errors import CorruptError
from glassboard.testing import records

MANY = b"".join(
    [
        records.file_version(1.0),
        records.summary(
            1.0, 1, records.scalar_value("loss", 0.5, meta=records.metadata("scalars", content=b"c"))
        ),
        records.summary(1.0, 1, records.scalar_value(b"lo\xffss", 0.5)),
        records.summary(1.0, 2, records.text_value("note", ["hi"], meta=records.metadata("text"))),
        records.graph(2.0, b"\x0a\x00"),
        records.summary(3.0, 3, records.scalar_value("note", 1.0)),
        records.summary(3.0, 4, records.scalar_value("loss", 1.5)),
    ]
)


def go_on(scanner: _kernel.EventScanner) -> _kernel.EventScanner:
    fresh = _kernel.EventScanner.resume(scanner.position, scanner.table)
    assert (fresh.position, fresh.table) == (scanner.position, scanner.table)
    return fresh


def rows(parts: list[_kernel.Batch]) -> list[tuple[object, ...]]:
    out = []
    for batch in parts:
        for columns in (batch.scalars, batch.samples):
            bounds = columns.starts.tolist()
            for index, series in enumerate(columns.series.tolist()):
                at = slice(bounds[index], bounds[index + 1])
                last = columns.values if isinstance(columns, _kernel.ScalarColumns) else columns.offsets
                out += [
                    (series, *row) for row in zip(columns.steps[at].tolist(), last[at].tolist(), strict=True)
                ]
    return sorted(out)


def described(scanner: _kernel.EventScanner) -> list[tuple[object, ...]]:
    return [
        (s.tag, s.form, s.plugin_name, s.plugin_content, s.display_name, s.description, s.data_class)
        for s in scanner.series
    ]


def test_a_resumed_scanner_gives_what_one_scanner_would_have_given() -> None:
    whole = _kernel.EventScanner()
    whole.feed(MANY)
    want = whole.take()
    for cut in range(len(MANY) + 1):
        first = _kernel.EventScanner()
        first.feed(MANY[:cut])
        parts = [first.take()]
        second = go_on(first)
        second.feed(MANY[second.offset :])
        parts.append(second.take())
        assert second.offset == len(MANY)
        assert rows(parts) == rows([want])
        assert sum(part.records for part in parts) == want.records
        assert described(second) == described(whole)
        assert (second.file_version, second.writer) == (whole.file_version, whole.writer)


def test_damage_that_is_open_grows_under_its_offset() -> None:
    torn = bytearray(MANY + MANY)
    torn[len(MANY) + 3] ^= 0xFF
    first = _kernel.EventScanner()
    first.feed(bytes(torn[: len(MANY) + 40]))
    (before,) = first.take().damage
    second = go_on(first)
    second.feed(bytes(torn[second.offset :]))
    (after,) = second.take().damage
    assert (before.offset, before.reason) == (after.offset, after.reason) == (len(MANY), "length-checksum")
    assert after.length > before.length


def test_files_of_the_same_series_have_the_same_table() -> None:
    tables = set()
    for step in (1, 2):
        scanner = _kernel.EventScanner()
        scanner.feed(
            records.file_version(float(step)) + records.summary(1.0, step, records.scalar_value("x", step))
        )
        tables.add(scanner.table)
    assert len(tables) == 1


def test_other_bytes_are_refused_or_make_a_scanner_that_works() -> None:
    scanner = _kernel.EventScanner()
    scanner.feed(MANY)
    scanner.take()
    position, table = scanner.position, scanner.table
    with pytest.raises(CorruptError, match="not the position and the table"):
        _kernel.EventScanner.resume(table, position)
    noise = random.Random(1)
    refused = 0
    for _ in range(3000):
        torn = bytearray(table)
        torn[noise.randrange(len(torn))] = noise.randrange(256)
        try:
            resumed = _kernel.EventScanner.resume(position, bytes(torn[: noise.randrange(1, len(torn) + 1)]))
        except CorruptError:
            refused += 1
            continue
        resumed.feed(MANY)
        resumed.take()
        assert resumed.offset == scanner.offset + len(MANY)
    assert 1000 < refused < 3000
