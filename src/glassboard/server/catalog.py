"""The table of tags over all runs, made once a revision."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glassboard.errors import NotFoundError
from glassboard.server.models.runs import TagItem, TagTable
from glassboard.server.projections.shelf import EmbeddingShelf
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider, RunInfo, TagInfo
from glassboard.types import Kind

__all__ = ["Catalog"]


@dataclass(slots=True)
class _Row:
    first: TagInfo
    runs: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)


class Catalog:
    """Caches what every page asks for. Any thread may call it; one at a time does the work."""

    def __init__(self, provider: Provider, embeddings: EmbeddingShelf) -> None:
        self._provider = provider
        self._embeddings = embeddings
        self._lock = threading.Lock()
        self._table: TagTable | None = None
        self._tags: dict[str, tuple[RunInfo, Sequence[TagInfo]]] = {}

    def tags(self) -> TagTable:
        """Every distinct (tag, kind) in natural order, with the runs that have it."""
        with self._lock:
            revision = self._provider.revision
            if self._table is None or self._table.revision != revision:
                self._table = self._make(revision)
            return self._table

    def _make(self, revision: int) -> TagTable:
        runs = self._provider.runs()
        names = sorted(runs, key=natural_key)
        rows: dict[tuple[str, Kind], _Row] = {}
        kept: dict[str, tuple[RunInfo, Sequence[TagInfo]]] = {}
        for index, name in enumerate(names):
            # A run that grew has another RunInfo; the others need not be asked again.
            known = self._tags.get(name)
            if known is None or known[0] != runs[name]:
                try:
                    known = runs[name], self._provider.tags(name)
                except NotFoundError:
                    known = runs[name], ()
            kept[name] = known
            for info in known[1]:
                row = rows.get((info.tag, info.kind))
                if row is None:
                    row = rows[info.tag, info.kind] = _Row(info)
                row.runs.append(index)
                row.counts.append(info.point_count)
        self._add_embeddings(rows, {name: index for index, name in enumerate(names)})
        self._tags = kept
        order = sorted(rows, key=lambda key: (natural_key(key[0]), key[1]))
        return TagTable(revision=revision, runs=names, tags=[_item(rows[key]) for key in order])

    def _add_embeddings(self, rows: dict[tuple[str, Kind], _Row], places: Mapping[str, int]) -> None:
        """They lie beside the event files; a folder that has nothing else is no run, and still has them."""
        for one in self._embeddings.all()[0]:
            info = TagInfo(one.tag, Kind.EMBEDDING, "projector", "", "", 1, one.step, one.step, None)
            row = rows.setdefault((one.tag, Kind.EMBEDDING), _Row(info))
            place = places.get(one.run)
            if place is None:
                continue
            if not row.runs or row.runs[-1] != place:
                row.runs.append(place)
                row.counts.append(0)
            row.counts[-1] += 1


def _item(row: _Row) -> TagItem:
    return TagItem(
        tag=row.first.tag,
        kind=row.first.kind,
        plugin_name=row.first.plugin_name,
        display_name=row.first.display_name,
        description=row.first.description,
        runs=row.runs,
        counts=row.counts,
        order=row.first.order,
    )
