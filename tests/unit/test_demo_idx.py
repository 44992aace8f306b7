"""The IDX reader: what it writes it reads, and every broken file gets an error that says what was found."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassboard.demo.idx import read_idx, write_idx
from glassboard.errors import CorruptError, GlassboardError, NotFoundError, TooLargeError, TruncatedError

# Two images of 2 x 3 pixels, by the format's definition.
KNOWN = bytes((0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3)) + bytes(range(12))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_known_bytes(tmp_path: Path) -> None:
    array = read_idx(written(tmp_path / "images", KNOWN), ndim=3)
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, np.arange(12).reshape(2, 2, 3))


def test_writes_the_known_bytes(tmp_path: Path) -> None:
    write_idx(tmp_path / "images", np.arange(12, dtype=np.uint8).reshape(2, 2, 3))
    assert (tmp_path / "images").read_bytes() == KNOWN


@given(
    array=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, max_side=9)), gzipped=st.booleans()
)
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, gzipped: bool) -> None:
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if gzipped else "a")
    write_idx(path, array)
    np.testing.assert_array_equal(read_idx(path, ndim=array.ndim), array)


def test_equal_arrays_make_equal_files(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        write_idx(tmp_path / name, np.zeros((3, 28, 28), np.uint8))
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        read_idx(tmp_path / "absent.gz", ndim=3)


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="cannot be read"):
        read_idx(tmp_path, ndim=3)


def test_not_gzip(tmp_path: Path) -> None:
    with pytest.raises(CorruptError, match="not a sound gzip file"):
        read_idx(written(tmp_path / "a.gz", b"<html>404</html>"), ndim=3)


def test_wrong_magic_number(tmp_path: Path) -> None:
    with pytest.raises(CorruptError, match="got 0x00000803, want 0x00000801 for 1-D bytes"):
        read_idx(written(tmp_path / "a", KNOWN), ndim=1)


def test_header_that_promises_too_much_for_memory(tmp_path: Path) -> None:
    content = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**32 - 1, 2**32 - 1, 28)
    with pytest.raises(TooLargeError, match="promises"):
        read_idx(written(tmp_path / "a", content), ndim=3)


def test_bytes_after_the_data(tmp_path: Path) -> None:
    with pytest.raises(CorruptError, match="more data than the 12 bytes"):
        read_idx(written(tmp_path / "a", KNOWN + b"\0"), ndim=3)


@pytest.mark.parametrize("length", range(len(KNOWN)))
def test_cut_at_every_byte(tmp_path: Path, length: int) -> None:
    with pytest.raises(TruncatedError):
        read_idx(written(tmp_path / "a", KNOWN[:length]), ndim=3)


def test_gzip_cut_at_every_byte(tmp_path: Path) -> None:
    whole = gzip.compress(KNOWN, mtime=0)
    for length in range(len(whole)):
        with pytest.raises((TruncatedError, CorruptError)) as caught:
            read_idx(written(tmp_path / "a.gz", whole[:length]), ndim=3)
        assert str(tmp_path) in str(caught.value)


def test_every_flipped_bit_is_an_error_or_harmless(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(KNOWN, mtime=0))
    for position in range(len(whole) * 8):
        whole[position // 8] ^= 1 << position % 8
        try:
            array = read_idx(written(tmp_path / "a.gz", bytes(whole)), ndim=3)
        except GlassboardError:
            pass
        else:
            # Only the gzip header's time, flags and system may differ without an effect.
            np.testing.assert_array_equal(array, np.arange(12).reshape(2, 2, 3))
        whole[position // 8] ^= 1 << position % 8
