"""Histograms against the slow, obvious way: `numpy.histogram` over the same edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from glassboard import _kernel
from glassboard.codec.payloads import histogram as payload
from glassboard.writer import histogram

LARGEST = float(np.finfo(np.float64).max)
EDGES = histogram.DEFAULT_EDGES
any_values = st.sampled_from(["f2", "f4", "f8", "i1", "i4", "i8", "u8", "?"]).flatmap(
    lambda dtype: numpy_strategies.arrays(dtype, st.integers(0, 40))
)


def decoded(values: np.ndarray, **options: object) -> payload.Histogram:
    record = histogram.prepare("h", 3, 1.0, values, **options).encode()
    scanner = _kernel.EventScanner()
    assert scanner.feed(record) == len(record)
    samples = scanner.take().samples
    offset, length = int(samples.offsets[0]), int(samples.lengths[0])
    return payload.decode(_kernel.decode_value(record[offset : offset + length]))


@given(any_values)
def test_every_value_is_counted_where_it_belongs(values):
    found = decoded(values)
    wide = values.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    assert found.count == found.counts.sum() == finite.size
    assert found.nonfinite == payload.NonFiniteCounts(
        int(np.isnan(wide).sum()), int(np.isposinf(wide).sum()), int(np.isneginf(wide).sum())
    )
    if not finite.size:
        assert math.isnan(found.minimum)
        return
    assert (found.minimum, found.maximum) == (finite.min(), finite.max())
    buckets = list(zip(found.left_edges, found.right_edges, found.counts, strict=True))
    for left, right, count in buckets[:-1]:
        assert count == ((finite >= left) & (finite < right)).sum()
    left, right, count = buckets[-1]
    assert count == ((finite >= left) & (finite <= right)).sum()


@given(
    st.lists(st.sampled_from([*EDGES[::97], 0.0, -0.0, 1e-12, -1e-12]), min_size=1, max_size=30), st.data()
)
def test_values_at_and_beside_the_edges(base, data):
    dtype = data.draw(st.sampled_from([np.float32, np.float64]))
    direction = data.draw(st.sampled_from([-math.inf, 0, math.inf]))
    values = np.array(base, dtype)
    values = np.nextafter(values, dtype(direction)) if direction else values
    buckets, _ = histogram.summarize(values, "tensorflow")
    expected, _ = np.histogram(values.astype(np.float64), bins=np.concatenate(([-LARGEST], EDGES, [LARGEST])))
    filled = np.flatnonzero(expected)
    np.testing.assert_array_equal(buckets.counts[1:], expected[filled[0] : filled[-1] + 1])


@given(any_values.filter(lambda values: values.size), st.integers(1, 40))
def test_max_bins_bounds_the_buckets_and_loses_nothing(values, max_bins):
    found = decoded(values, max_bins=max_bins)
    assert found.counts.size <= max_bins
    assert found.counts.sum() == found.count


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_million_values_equal_numpy(dtype):
    values = (np.random.default_rng(0).standard_cauchy(200_000) * 1e-3).astype(dtype)
    buckets, _ = histogram.summarize(values, "tensorflow")
    expected, _ = np.histogram(values.astype(np.float64), bins=np.concatenate(([-LARGEST], EDGES, [LARGEST])))
    filled = np.flatnonzero(expected)
    np.testing.assert_array_equal(buckets.counts[1:], expected[filled[0] : filled[-1] + 1])


def test_explicit_edges_beside_all_values():
    found = decoded(np.array([1.0, 2.0]), bins=[10.0, 20.0])
    assert found.counts.size == 0
    assert found.count == 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, np.int64])
def test_large_arrays_are_counted_at_the_call_to_the_same_record(monkeypatch, dtype):
    values = (np.random.default_rng(2).normal(size=200_000) * 30).astype(dtype).reshape(400, 500).T
    if np.dtype(dtype).kind == "f":
        values[3, :3] = np.nan, np.inf, -np.inf
    at_once = histogram.prepare("h", 3, 1.0, values)
    monkeypatch.setattr(histogram, "_COUNTED_AT_ONCE_BYTES", 1 << 60)
    later = histogram.prepare("h", 3, 1.0, values)
    assert isinstance(at_once, histogram.CountedHistogramJob)
    assert isinstance(later, histogram.HistogramJob)
    assert at_once.encode() == later.encode()
