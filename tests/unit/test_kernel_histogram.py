"""Counting floats in the kernel: buffers that do not fit are refused, whatever they hold."""

from __future__ import annotations

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.errors import MisuseError

# By the sign: negative values below -2 in bucket 0, others in 1; from 0 on in 1, from 4 on in 2.
CELLS = np.array([(4.0, 1), (-2.0, 0)], [("split", "f8"), ("base", "i8")])


def test_counts_extremes_and_sums() -> None:
    values = np.array([-3.0, -1.0, 0.0, 4.0, np.nan, np.inf, -np.inf])
    counts, *found = _kernel.count_floats(values.data, 8, CELLS.data, 63, 3)
    assert counts.tolist() == [1, 2, 1]
    assert found == [-3.0, 4.0, 0.0, 26.0, 1, 1, 1]


@pytest.mark.parametrize(
    ("values", "item_bytes", "cells", "shift", "buckets", "message"),
    [
        (b"\0" * 8, 2, CELLS.tobytes(), 63, 3, "floats of 2 bytes, wanted 4 or 8"),
        (b"\0" * 7, 8, CELLS.tobytes(), 63, 3, "a buffer of 7 bytes that is no array"),
        (b"\0" * 8, 8, CELLS.tobytes()[:-1], 63, 3, "a buffer of 31 bytes"),
        (b"\0" * 8, 8, CELLS.tobytes(), 62, 3, "cells that do not fit"),
        (b"\0" * 8, 8, CELLS.tobytes(), 64, 3, "cells that do not fit"),
        (b"\0" * 8, 8, CELLS.tobytes(), 63, 1, "cells that do not fit"),
        (b"\0" * 8, 8, b"", 63, 3, "cells that do not fit"),
    ],
)
def test_what_does_not_fit_is_refused(
    values: bytes, item_bytes: int, cells: bytes, shift: int, buckets: int, message: str
) -> None:
    with pytest.raises(MisuseError, match=message):
        _kernel.count_floats(values, item_bytes, cells, shift, buckets)
