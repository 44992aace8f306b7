"""Which series of which files make up the series of a run: the same answer for all runs whose files hold the same."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from glassboard.store.kinds import kind_of
from glassboard.store.names import natural_key
from glassboard.store.series_table import FileSeries, SeriesTable
from glassboard.types import Kind

__all__ = ["FilePart", "RunSeries", "assemble"]


@dataclass(frozen=True, slots=True)
class FilePart:
    """What one file adds to a series of the run."""

    file: int
    """Position among the files of the run."""
    series: int
    """Number in the columns of the file."""
    form: str
    plugin_name: str


@dataclass(frozen=True, slots=True)
class RunSeries:
    """One series of a run, as its files describe it."""

    tag: str
    kind: Kind
    plugin_name: str = ""
    display_name: str = ""
    description: str = ""
    parts: tuple[FilePart, ...] = ()
    """In the order of the files."""


@dataclass(slots=True)
class _Collected:
    parts: list[FilePart] = field(default_factory=list)
    described: list[FileSeries] = field(default_factory=list)


@functools.lru_cache(maxsize=256)
def assemble(tables: tuple[SeriesTable, ...]) -> Mapping[tuple[str, Kind], RunSeries]:
    """By tag and kind, in natural order of the tags. `tables` are those of the files in their order."""
    # A writer may say what a tag is for in its first value only, and a later file of the run not at all.
    plugins = {s.tag: s.plugin_name for table in reversed(tables) for s in table.series if s.plugin_name}
    found: dict[tuple[str, Kind], _Collected] = {}
    for file, table in enumerate(tables):
        for number, series in enumerate(table.series):
            plugin_name = series.plugin_name
            if not plugin_name and series.form == "tensor":
                plugin_name = plugins.get(series.tag, "")
            collected = found.setdefault((series.tag, kind_of(series.form, plugin_name)), _Collected())
            collected.parts.append(FilePart(file, number, series.form, plugin_name))
            collected.described.append(series)
    order = sorted(found, key=lambda key: (natural_key(key[0]), key[1]))
    return {key: _describe(*key, found[key]) for key in order}


def _describe(tag: str, kind: Kind, collected: _Collected) -> RunSeries:
    return RunSeries(
        tag=tag,
        kind=kind,
        plugin_name=_first(part.plugin_name for part in collected.parts),
        display_name=_first(each.display_name for each in collected.described),
        description=_first(each.description for each in collected.described),
        parts=tuple(collected.parts),
    )


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
