"""A file made to be read over and over: the store reads its bytes a few times and no more."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from glassboard import _kernel
from glassboard.store.discovery import EventFilePath
from glassboard.store.file_reader import FileReader


def header(length: int) -> bytes:
    raw = struct.pack("<Q", length)
    return raw + struct.pack("<I", _kernel.masked_crc32c(raw))


def test_overlapping_claims_are_read_a_few_times_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each header claims twelve bytes more than a reader could have that read what the one before it wanted.
    claim = 5 << 20
    point = _kernel.encode_scalars([("loss", 1, 1.0, 0.5)])
    path = tmp_path / "events.out.tfevents.1.host"
    path.write_bytes(point + header(claim) * 200_000 + bytes(claim + 100) + point)
    read = 0
    preadv = os.preadv

    def counted(*arguments: Any) -> int:
        nonlocal read
        got = preadv(*arguments)
        read += got
        assert read < 12 * path.stat().st_size
        return got

    monkeypatch.setattr(os, "preadv", counted)
    reading = FileReader(EventFilePath(".", str(path), path.name)).read()
    (part,) = reading.parts
    assert part.records == 2
    assert read >= path.stat().st_size
