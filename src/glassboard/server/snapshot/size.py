"""How large a snapshot will be, without making it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassboard.errors import GlassboardError, NotFoundError
from glassboard.server.projections.shelf import Shelved
from glassboard.server.snapshot.embeddings import MAX_SPRITE_BYTES, MAX_VECTOR_BYTES
from glassboard.server.snapshot.page_file import BuiltPage
from glassboard.server.snapshot.recordings import MEDIA_KINDS
from glassboard.server.snapshot.selection import SelectedLog
from glassboard.types import Kind

__all__ = ["Part", "snapshot_size"]

_BASE64 = 4 / 3
# Measured on the walkthrough's log and on noise: a step, a value and a time, compressed.
_POINT_BYTES = 8.0
_SERIES_BYTES = 100
# What a decoded sample takes as compressed JSON, as a share of its bytes in the file.
_SHARES = {Kind.TEXT: 0.25, Kind.HISTOGRAM: 0.105, Kind.PR_CURVE: 0.38, Kind.GRAPH: 0.3, Kind.MESH: 0.7}
_SAMPLE_BYTES = 15
"""Where a sample is: its step, time and key."""
# Of an embedding: the ten components, compressed; labels; a pixel of its picture as PNG; its vectors.
_LAYOUT_BYTES, _LABEL_BYTES, _PIXEL_BYTES, _VECTOR_SHARE = 37.0, 4.0, 0.5, 0.6


@dataclass(frozen=True, slots=True)
class Part:
    kind: Kind | None
    """None: the page itself."""
    count: int
    """Points and samples; of the page 0."""
    size_bytes: int


def snapshot_size(
    log: SelectedLog, page: BuiltPage, max_points: int, embeddings: Sequence[Shelved] = ()
) -> list[Part]:
    """What each kind takes in the file, the page first.

    Right to about a fifth for curves and media, which are nearly all of most files; texts compress as their words allow.

    Nothing is read from the log but lists.
    """
    counts: dict[Kind, int] = {}
    sizes: dict[Kind, float] = {}
    for run in log.runs():
        for info in log.tags(run):
            counts[info.kind] = counts.get(info.kind, 0) + info.point_count
            if info.kind is Kind.SCALAR:
                size = _SERIES_BYTES + _POINT_BYTES * min(info.point_count, max_points)
            else:
                size = _samples_bytes(log, run, info.tag, info.kind)
            sizes[info.kind] = sizes.get(info.kind, 0.0) + size
    for one in embeddings:
        counts[Kind.EMBEDDING] = counts.get(Kind.EMBEDDING, 0) + 1
        sizes[Kind.EMBEDDING] = sizes.get(Kind.EMBEDDING, 0.0) + _embedding_bytes(one)
    shell = len(page.head("", "")) + _BASE64 * len(page.scripts)
    parts = [Part(None, 0, round(shell))]
    return parts + [Part(kind, counts[kind], round(_BASE64 * sizes[kind])) for kind in Kind if kind in counts]


def _embedding_bytes(one: Shelved) -> float:
    entry = one.embedding.entry
    points = entry.tensor_shape[0] if entry.tensor_shape else 0
    try:
        vectors = one.embedding.tensor_file().stat().st_size
    except (GlassboardError, OSError):  # the page says that it cannot be read
        return 0.0
    size = points * _LAYOUT_BYTES + (vectors * _VECTOR_SHARE if vectors <= MAX_VECTOR_BYTES else 0.0)
    if entry.sprite is not None:
        size += min(points * entry.sprite.width * entry.sprite.height * _PIXEL_BYTES, MAX_SPRITE_BYTES)
    return size + (points * _LABEL_BYTES if entry.metadata_path else 0.0)


def _samples_bytes(log: SelectedLog, run: str, tag: str, kind: Kind) -> float:
    try:
        lengths = log.samples(run, tag, kind).lengths
    except NotFoundError:  # it went meanwhile
        return 0.0
    share = 1.0 if kind in MEDIA_KINDS else _SHARES.get(kind, 0.0)
    return float(lengths.sum()) * share + _SAMPLE_BYTES * len(lengths)
