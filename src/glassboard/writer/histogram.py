"""Histograms: any values, of which those that are not finite are counted apart.

The default buckets are those of TensorFlow and torch: their edges are 0 and plus and minus 1e-12 * 1.1^k up to 1e20.
Finding the bucket of each value is a look-up: the upper bits of a float (sign, exponent and some of the mantissa) name a
cell so narrow that at most one edge falls into it, so a table of the cells and one comparison give the bucket exactly.
The kernel does that, with sums and extremes, in one pass.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard import _kernel
from glassboard.codec.payloads import histogram
from glassboard.codec.payloads.histogram import NonFiniteCounts
from glassboard.errors import MisuseError
from glassboard.types import AnyArray, AnyDtype, Float64Array
from glassboard.writer.arrays import Array, as_array, describe, own
from glassboard.writer.point import as_float

__all__ = ["DEFAULT_EDGES", "CountedHistogramJob", "HistogramJob", "prepare", "prepare_raw", "summarize"]

Bins: TypeAlias = "str | int | Float64Array"
_NUMPY_RULES = ("auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt")
_MANTISSA_BITS = {4: 7, 8: 5}
"""By item size; with fewer than four bits a cell could hold two edges, with more the table outgrows the cache."""
_COUNTED_AT_ONCE_BYTES = 1 << 18
"""Memory for a copy of this many bytes is new to the process each time, and takes as long as counting."""
_LARGEST = float(np.finfo(np.float64).max)


def _default_edges() -> Float64Array:
    positive = []
    edge = 1e-12
    while edge < 1e20:
        positive.append(edge)
        edge *= 1.1
    return np.array([*(-edge for edge in reversed(positive)), 0.0, *positive])


DEFAULT_EDGES = _default_edges()


@dataclass(frozen=True, slots=True)
class Buckets:
    limits: Float64Array
    """Right edge of each bucket."""
    counts: Float64Array


@dataclass(frozen=True, slots=True)
class HistogramJob:
    tag: str
    step: int
    wall_time: float
    values: Array
    """One dimension, any real dtype."""
    bins: Bins
    max_bins: int | None

    @property
    def byte_count(self) -> int:
        return self.values.nbytes + 256

    def encode(self) -> bytes:
        buckets, found = summarize(self.values, self.bins, self.max_bins)
        count = self.values.size - found.nonfinite.total
        return CountedHistogramJob(self.tag, self.step, self.wall_time, count, found, buckets).encode()


@dataclass(frozen=True, slots=True)
class Found:
    """Of the finite values, 0 where there is none; and how many others there are."""

    minimum: float
    maximum: float
    total: float
    total_of_squares: float
    nonfinite: NonFiniteCounts = field(default_factory=NonFiniteCounts)


@dataclass(frozen=True, slots=True)
class CountedHistogramJob:
    """A histogram whose values are counted, by us or by the user."""

    tag: str
    step: int
    wall_time: float
    count: float
    """Finite values."""
    found: Found
    buckets: Buckets

    @property
    def byte_count(self) -> int:
        return self.buckets.limits.nbytes * 2 + 256

    def encode(self) -> bytes:
        found = self.found
        return _kernel.encode_histogram(
            self.tag,
            self.step,
            self.wall_time,
            found.minimum,
            found.maximum,
            float(self.count),
            found.total,
            found.total_of_squares,
            self.buckets.limits,
            self.buckets.counts,
            plugin_name=histogram.PLUGIN_NAME if found.nonfinite.total else "",
            plugin_content=histogram.encode_content(found.nonfinite),
        )


@functools.cache
def _cells(dtype: AnyDtype) -> tuple[AnyArray, int]:
    """For each cell: the edge that may split it (inf where none does) and the edges at or below its start; its shift."""
    unsigned: AnyDtype = np.dtype(f"u{dtype.itemsize}")
    info = np.finfo(dtype)
    shift = info.nmant - _MANTISSA_BITS[dtype.itemsize]
    count = 1 << (info.bits - shift)
    starts = np.arange(count, dtype=unsigned) << unsigned.type(shift)
    ends = starts | unsigned.type((1 << shift) - 1)
    half = count // 2  # cells of negative values, where larger bits are smaller values
    low = np.concatenate([starts[:half], ends[half:]]).view(dtype)
    high = np.concatenate([ends[:half], starts[half:]]).view(dtype)
    # The smallest value of the type that is not below the edge: comparing with it is comparing with the edge.
    edges = DEFAULT_EDGES.astype(dtype)
    edges = np.where(edges.astype(np.float64) < DEFAULT_EDGES, np.nextafter(edges, dtype.type(np.inf)), edges)
    base = np.searchsorted(edges, low, side="right")
    following = np.append(edges, dtype.type(np.inf))[base]
    cells = np.empty(count, [("split", dtype), ("base", f"i{dtype.itemsize}")])
    cells["split"] = np.where(following <= high, following, dtype.type(np.inf))
    cells["base"] = base
    return cells, shift


def _count_default(values: Array) -> tuple[npt.NDArray[np.int64], Found]:
    """How many values have k edges at or below them, for each k from 0 to the number of edges."""
    if values.dtype not in (np.float32, np.float64):
        values = values.astype(np.float32 if values.dtype == np.float16 else np.float64)
    values = np.ascontiguousarray(values)
    cells, shift = _cells(values.dtype)
    counts, minimum, maximum, total, squares, nan, positive, negative = _kernel.count_floats(
        values.data, values.itemsize, cells.data, shift, DEFAULT_EDGES.size + 1
    )
    return counts, Found(minimum, maximum, total, squares, NonFiniteCounts(nan, positive, negative))


def _merge(limits: Float64Array, counts: Float64Array, max_bins: int | None) -> Buckets:
    """At most `max_bins` buckets, by putting neighbours together."""
    if max_bins is None or counts.size <= max_bins:
        return Buckets(limits, counts)
    size = math.ceil(counts.size / max_bins)
    starts = np.arange(0, counts.size, size)
    return Buckets(limits[np.minimum(starts + size, counts.size) - 1], np.add.reduceat(counts, starts))


def summarize(values: Array, bins: Bins, max_bins: int | None = None) -> tuple[Buckets, Found]:
    """The filled stretch of buckets, with an empty one in front whose limit is the left edge of the first."""
    counts, found = _count_default(values)
    if values.size == found.nonfinite.total:
        return Buckets(np.zeros(1), np.zeros(1)), found
    edges = np.concatenate(([-_LARGEST], DEFAULT_EDGES, [_LARGEST]))
    if not (isinstance(bins, str) and bins == "tensorflow"):
        finite = values if not found.nonfinite.total else values[np.isfinite(values)]
        counts, edges = np.histogram(finite.astype(np.float64, copy=False), bins=bins)
    merged = _merge(edges[1:], counts.astype(np.float64), max_bins)
    filled = np.flatnonzero(merged.counts)
    if not filled.size:  # explicit edges may lie beside all values
        return Buckets(edges[[0, -1]].astype(np.float64), np.zeros(2)), found
    first, stop = int(filled[0]), int(filled[-1]) + 1
    left = merged.limits[first - 1] if first else edges[0]
    return Buckets(
        np.concatenate(([left], merged.limits[first:stop])),
        np.concatenate(([0.0], merged.counts[first:stop])),
    ), found


def _as_bins(bins: object) -> Bins:
    if isinstance(bins, str):
        if bins == "tensorflow" or bins in _NUMPY_RULES:
            return bins
        raise MisuseError(
            f"found bins {bins!r}, wanted 'tensorflow', one of {', '.join(_NUMPY_RULES)}, a number or edges"
        )
    if isinstance(bins, (int, np.integer)) and not isinstance(bins, bool):
        if bins < 1:
            raise MisuseError(f"found {bins} bins, wanted at least 1")
        return int(bins)
    edges = as_array(bins, "bins as a rule, a number or ascending edges").astype(np.float64).reshape(-1)
    if edges.size < 2 or not np.isfinite(edges).all() or not (edges[1:] > edges[:-1]).all():
        raise MisuseError(
            f"found {describe(bins)} as edges of bins, wanted two or more finite numbers that ascend"
        )
    return edges


def prepare(
    tag: str,
    step: int,
    wall_time: float,
    values: object,
    bins: object = "tensorflow",
    max_bins: object = None,
) -> HistogramJob | CountedHistogramJob:
    """Checks the values and copies or counts them. Raises `MisuseError`; empty, NaN and infinite values are data."""
    if max_bins is not None and (not isinstance(max_bins, (int, np.integer)) or max_bins < 1):
        raise MisuseError(f"found {describe(max_bins)} as max_bins, wanted None or a number of at least 1")
    array = as_array(values, "real numbers as an array, a tensor or a sequence")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    checked_bins, bucket_limit = _as_bins(bins), None if max_bins is None else int(max_bins)
    is_default = isinstance(checked_bins, str) and checked_bins == "tensorflow"
    if is_default and array.nbytes >= _COUNTED_AT_ONCE_BYTES:
        flat = array.reshape(-1)
        buckets, found = summarize(flat, checked_bins, bucket_limit)
        return CountedHistogramJob(tag, step, wall_time, flat.size - found.nonfinite.total, found, buckets)
    return HistogramJob(tag, step, wall_time, own(array, values).reshape(-1), checked_bins, bucket_limit)


def prepare_raw(
    tag: str,
    step: int,
    wall_time: float,
    statistics: tuple[object, object, object, object, object],
    bucket_limits: object,
    bucket_counts: object,
) -> CountedHistogramJob:
    """Checks and copies counted buckets. Raises `MisuseError` with what was found and what was wanted."""
    limits = np.array(as_array(bucket_limits, "bucket_limits as numbers that ascend"), np.float64).reshape(-1)
    counts = np.array(as_array(bucket_counts, "bucket_counts as numbers"), np.float64).reshape(-1)
    if limits.size != counts.size or not limits.size:
        raise MisuseError(
            f"found {limits.size} bucket_limits and {counts.size} bucket_counts, wanted one each"
        )
    # Compared, not subtracted: the difference of two infinities, or of the largest numbers, is none.
    if not (limits[1:] >= limits[:-1]).all():
        raise MisuseError(f"found {describe(bucket_limits)} as bucket_limits, wanted numbers that ascend")
    if not (counts >= 0).all():
        raise MisuseError(f"found bucket_counts from {counts.min()}, wanted 0 and more")
    minimum, maximum, num, total, squares = (
        as_float(value, f"a single number as {name}")
        for name, value in zip(("min", "max", "num", "sum", "sum_squares"), statistics, strict=True)
    )
    found = Found(minimum, maximum, total, squares)
    return CountedHistogramJob(tag, step, wall_time, num, found, Buckets(limits, counts))
