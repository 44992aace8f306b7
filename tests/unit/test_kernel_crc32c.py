"""The kernel's checksum against known values and a slow implementation."""

from __future__ import annotations

import mmap

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.testing import records


def test_known_values() -> None:
    # The check value of the CRC catalogue, and RFC 3720, B.4.
    assert _kernel.crc32c(b"") == 0
    assert _kernel.crc32c(b"123456789") == 0xE3069283
    assert _kernel.crc32c(bytes(32)) == 0x8A9136AA
    assert _kernel.crc32c(bytes(range(32))) == 0x46DD794E


def test_agrees_with_the_slow_one_at_every_length_and_alignment() -> None:
    data = memoryview(np.random.default_rng(0).bytes(5000))
    for length in [*range(40), 511, 512, 1535, 1536, 1537, 3080, 4990]:
        part = data[length % 8 : length % 8 + length]
        assert _kernel.crc32c(part) == records.crc32c(bytes(part))
        assert _kernel.masked_crc32c(part) == records.masked_crc32c(bytes(part))


def test_continues_from_a_checksum() -> None:
    assert _kernel.crc32c(b"6789", _kernel.crc32c(b"12345")) == _kernel.crc32c(b"123456789")


def test_any_contiguous_buffer_is_taken_and_nothing_else() -> None:
    data = b"123456789"
    with mmap.mmap(-1, len(data)) as mapped:
        mapped[:] = data
        for buffer in (bytearray(data), memoryview(data), np.frombuffer(data, np.uint8), mapped):
            assert _kernel.crc32c(buffer) == 0xE3069283
    with pytest.raises(TypeError):
        _kernel.crc32c("text")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        _kernel.crc32c(memoryview(data)[::2])


def test_says_which_implementation_runs() -> None:
    assert _kernel.crc32c_implementation() in ("sse4.2", "armv8", "table")
