"""Histograms: the `histo` field, or a tensor [buckets, 3] of left edge, right edge and count.

Neither form has a place for values that are not finite. We count them in the content of the plugin metadata, in fields
that TensorBoard's `HistogramPluginData` (field 1: version) does not know and therefore passes over:

    101 NaN count, 102 +Inf count, 103 -Inf count      varints; absent where zero
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError
from glassboard.types import Float64Array

__all__ = ["PLUGIN_NAME", "Histogram", "NonFiniteCounts", "decode", "encode_content"]

PLUGIN_NAME = "histograms"
_NAN, _POSITIVE_INF, _NEGATIVE_INF = 101, 102, 103


@dataclass(frozen=True, slots=True)
class NonFiniteCounts:
    nan: int = 0
    positive_inf: int = 0
    negative_inf: int = 0

    @property
    def total(self) -> int:
        return self.nan + self.positive_inf + self.negative_inf


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """The distribution of the finite values of one sample: bucket i counts left_edges[i] <= value < right_edges[i].

    The first left edge and the last right edge are the smallest and the largest value; the last bucket includes its
    right edge. There is no bucket where no value was finite.
    """

    left_edges: Float64Array
    right_edges: Float64Array
    counts: Float64Array
    minimum: float
    """NaN where there is no bucket."""
    maximum: float
    count: float
    """Finite values."""
    total: float | None
    """Sum of the finite values; None in tensor form, which does not hold it."""
    total_of_squares: float | None
    nonfinite: NonFiniteCounts


def encode_content(nonfinite: NonFiniteCounts) -> bytes:
    """Plugin content that counts what is not finite; empty where all is."""
    fields = (
        (_NAN, nonfinite.nan),
        (_POSITIVE_INF, nonfinite.positive_inf),
        (_NEGATIVE_INF, nonfinite.negative_inf),
    )
    return b"".join(wire.int64(number, count) for number, count in fields if count)


def _nonfinite(value: _kernel.Value) -> NonFiniteCounts:
    if value.plugin_name != PLUGIN_NAME:
        return NonFiniteCounts()
    found = dict(wire.fields(value.plugin_content))
    nan, positive, negative = (found.get(number, 0) for number in (_NAN, _POSITIVE_INF, _NEGATIVE_INF))
    if not (isinstance(nan, int) and isinstance(positive, int) and isinstance(negative, int)):
        raise CorruptError("histogram metadata holds counts of non-finite values that are not numbers")
    return NonFiniteCounts(nan, positive, negative)


def _decode_field(histogram: _kernel.Histogram, nonfinite: NonFiniteCounts) -> Histogram:
    limits, counts = histogram.limits, histogram.counts
    if limits.shape != counts.shape:
        raise CorruptError(
            f"histogram has {limits.size} bucket limits and {counts.size} buckets, wanted the same number"
        )
    filled = np.flatnonzero(counts > 0)
    # Writers pad with empty buckets out to the largest float; the values end at the filled ones.
    first, stop = (int(filled[0]), int(filled[-1]) + 1) if filled.size else (0, 0)
    inner = limits[first : max(stop - 1, first)]
    minimum, maximum = (histogram.min, histogram.max) if filled.size else (float("nan"), float("nan"))
    return Histogram(
        left_edges=np.concatenate(([minimum], inner)) if filled.size else np.empty(0),
        right_edges=np.concatenate((inner, [maximum])) if filled.size else np.empty(0),
        counts=counts[first:stop],
        minimum=minimum,
        maximum=maximum,
        count=histogram.num,
        total=histogram.sum,
        total_of_squares=histogram.sum_squares,
        nonfinite=nonfinite,
    )


def decode(value: _kernel.Value) -> Histogram:
    """The histogram of one sample. Raises `CorruptError` where the value holds none in either form."""
    if value.histogram is not None:
        return _decode_field(value.histogram, _nonfinite(value))
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no histogram")
    buckets = tensor.to_array(value.tensor).astype(np.float64)
    if buckets.ndim != 2 or buckets.shape[1] != 3:
        raise CorruptError(f"histogram tensor has the shape {buckets.shape}, wanted (buckets, 3)")
    left_edges, right_edges, counts = buckets.T.copy()
    return Histogram(
        left_edges=left_edges,
        right_edges=right_edges,
        counts=counts,
        minimum=float(left_edges[0]) if counts.size else float("nan"),
        maximum=float(right_edges[-1]) if counts.size else float("nan"),
        count=float(counts.sum()),
        total=None,
        total_of_squares=None,
        nonfinite=_nonfinite(value),
    )
