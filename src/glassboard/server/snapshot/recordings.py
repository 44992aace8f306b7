"""Which answers of the API a snapshot holds: one entry a route. A route without an entry answers 404 in a snapshot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol, TypeAlias

from glassboard.server.columns import read_header
from glassboard.server.models.scalars import MAX_REQUEST_POINTS, ScalarColumnsHeader
from glassboard.server.samples import MAX_VALUES
from glassboard.server.snapshot.answers import Answer, Answers
from glassboard.server.snapshot.selection import SelectedLog
from glassboard.store.meshes import mesh_series, mesh_tags
from glassboard.types import Kind

__all__ = ["MEDIA_KINDS", "RECORDINGS", "Recorded", "Recording", "described"]

MEDIA_KINDS = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO})
"""What is large: a person may leave it out."""

_OWN_HEADERS = "x-glassboard-"
"""What an item says of itself beside its bytes, such as the rate of a video."""
_SERIES_A_REQUEST = 50
_NODES_A_REQUEST = 1_000
_MAX_SEGMENTS = 8
"""Of a restarted run the newest so many segments can be looked at one by one."""

Query: TypeAlias = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer and the question it answers."""

    route: str
    query: Query
    answer: Answer
    points: int = 0
    """Points and samples that it holds, for the progress bar."""
    listed: str = ""
    """Of a page of samples: the name of its list. Pages of one question are answered together."""
    series: Sequence[tuple[str, str, int | None]] = ()
    """Of scalars: run, tag and segment of each series in it, in order."""
    thinned: int = 0
    """Series that lost points."""


class Recording(Protocol):
    @property
    def route(self) -> str: ...

    def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]: ...


@dataclass(frozen=True, slots=True)
class Once:
    """A route that tells of the whole log and is asked without a query."""

    route: str

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        yield Recorded(self.route, {}, await answers.get(self.route, {}))


@dataclass(frozen=True, slots=True)
class PerSeries:
    """A route asked by run, tag and kind: one answer a series of samples."""

    route: str
    kinds: Collection[Kind] | None = None

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        for run, tag, kind, _ in _sample_series(log, self.kinds):
            query: Query = {"run": run, "tag": tag, "kind": kind.value}
            yield Recorded(self.route, query, await answers.get(self.route, query))


@dataclass(frozen=True, slots=True)
class Paged:
    """A route that sends decoded samples a page at a time (`server/pages.py`): every page."""

    route: str
    kind: Kind
    listed: str
    """Name of the list in the answer."""

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        for run, tag, _, _ in _sample_series(log, {self.kind}):
            named: Query = {"run": run, "tag": tag}
            async for query, answer, count in _pages(answers, self.route, named, MAX_VALUES, self.listed):
                yield Recorded(self.route, query, answer, points=count, listed=self.listed)


@dataclass(frozen=True, slots=True)
class PerItem:
    """A route that sends one image, clip or blob: every item of every sample."""

    route: str
    kinds: Collection[Kind]
    asks_kind: bool = False
    """Whether the route wants to be told the kind."""

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        for run, tag, kind, _ in _sample_series(log, self.kinds):
            named: Query = {"run": run, "tag": tag, **({"kind": kind.value} if self.asks_kind else {})}
            for sample in range(await _sample_count(answers, run, tag, kind)):
                async for one in _items(answers, self.route, {**named, "sample": sample}, _items_of_headers):
                    yield one


@dataclass(frozen=True, slots=True)
class Meshes:
    """Every mesh and point cloud, under the name that its vertices, faces and colours share."""

    route: str = "mesh"

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        for run in log.runs():
            for tag in mesh_tags(log, run):
                for sample in range(len(mesh_series(log, run, tag).steps)):
                    named: Query = {"run": run, "tag": tag, "sample": sample}
                    async for one in _items(answers, self.route, named, _items_of_body):
                        yield one


@dataclass(frozen=True, slots=True)
class GraphAttributes:
    """What the nodes of every graph say of themselves, a page of nodes at a time."""

    route: str = "graph-attributes"

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        for run, tag, kind, _ in _sample_series(log, {Kind.GRAPH}):
            for sample in range(await _sample_count(answers, run, tag, kind)):
                named: Query = {"run": run, "tag": tag, "sample": sample}
                async for query, answer, _ in _pages(answers, self.route, named, _NODES_A_REQUEST, "nodes"):
                    yield Recorded(self.route, query, answer, listed="nodes")


@dataclass(frozen=True, slots=True)
class Scalars:
    """Every scalar series at `max_points`; the page thins, smooths and cuts what it holds by itself."""

    route: str = "scalars"
    _columns: Sequence[str] = field(default=("step", "value", "wall_offset"), repr=False)

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        counts = {
            (info.tag, run): info.point_count
            for run in log.runs()
            for info in log.tags(run)
            if info.kind is Kind.SCALAR
        }
        for _, of_tag in groupby(sorted(counts), key=lambda name: name[0]):
            names = [(run, tag) for tag, run in of_tag]
            most = max(1, min(_SERIES_A_REQUEST, MAX_REQUEST_POINTS // (max_points * (1 + _MAX_SEGMENTS))))
            for start in range(0, len(names), most):
                part = names[start : start + most]
                yield await self._ask(
                    answers, log, part, max_points, sum(counts[tag, run] for run, tag in part)
                )

    async def _ask(
        self, answers: Answers, log: SelectedLog, part: list[tuple[str, str]], max_points: int, points: int
    ) -> Recorded:
        series: list[tuple[str, str, int | None]] = []
        for run, tag in part:
            series.append((run, tag, None))
            segments = len(log.scalars(run, tag).segments)
            if segments > 1:
                series += [(run, tag, at) for at in range(max(0, segments - _MAX_SEGMENTS), segments)]
        wanted = [
            {"run": run, "tag": tag, **({} if segment is None else {"segment": segment})}
            for run, tag, segment in series
        ]
        answer = await answers.post(
            self.route, {"series": wanted, "max_points": max_points, "columns": list(self._columns)}
        )
        thinned = 0
        if answer.status == 200:
            header = ScalarColumnsHeader.model_validate_json(read_header(answer.body))
            thinned = sum(one.shown < one.in_range for one in header.series)
        return Recorded(self.route, {}, answer, points=points, series=series, thinned=thinned)


RECORDINGS: Sequence[Recording] = (
    Once("health"),
    Once("log"),
    Once("runs"),
    Once("tags"),
    Once("hparams"),
    Once("run-notes"),
    Once("custom_scalars"),
    PerSeries("samples"),
    Scalars(),
    Paged("texts", Kind.TEXT, "texts"),
    Paged("histograms", Kind.HISTOGRAM, "histograms"),
    Paged("pr_curves", Kind.PR_CURVE, "pr_curves"),
    PerItem("image", {Kind.IMAGE}),
    PerItem("audio", {Kind.AUDIO}),
    PerItem("video", {Kind.VIDEO}),
    PerItem("graph", {Kind.GRAPH}),
    GraphAttributes(),
    Meshes(),
)
"""What a view may ask a snapshot for, beside embeddings (`embeddings.py`).

Statistics of ranges are made from the scalars in the page.
"""


def _sample_series(log: SelectedLog, kinds: Collection[Kind] | None) -> Iterator[tuple[str, str, Kind, int]]:
    """Run, tag, kind and number of samples of every series that is no scalar."""
    for run in log.runs():
        for info in log.tags(run):
            if info.kind is not Kind.SCALAR and (kinds is None or info.kind in kinds):
                yield run, info.tag, info.kind, info.point_count


async def _sample_count(answers: Answers, run: str, tag: str, kind: Kind) -> int:
    listed = await answers.get("samples", {"run": run, "tag": tag, "kind": kind.value})
    return len(listed.json()["steps"]) if listed.status == 200 else 0


async def _pages(
    answers: Answers, route: str, named: Query, size: int, listed: str
) -> AsyncIterator[tuple[Query, Answer, int]]:
    """Each page of what is `listed`, with the question that a page of the web asks and how many it holds; at least one."""
    first = 0
    while True:
        query: Query = {**named, "first": first}
        answer = await answers.get(route, {**query, "count": size})
        found = answer.json() if answer.status == 200 else {}
        count = len(found.get(listed, ()))
        if count == 0 and first > 0:
            break
        yield query, answer, count
        first += count
        if count == 0 or first >= found["total"]:
            break


async def _items(
    answers: Answers, route: str, named: Query, count_of: Callable[[Answer], int]
) -> AsyncIterator[Recorded]:
    """Every item of one sample; each answer says how many there are, if it is not that of one that is damaged."""
    item, items = 0, 1
    while item < items:
        query: Query = {**named, **({"item": item} if item else {})}
        answer = await answers.get(route, query)
        items = max(items, count_of(answer))
        yield Recorded(route, query, answer, points=int(item == 0))
        item += 1


def _items_of_headers(answer: Answer) -> int:
    return int(answer.headers.get("x-glassboard-items", "1"))


def _items_of_body(answer: Answer) -> int:
    count: int = json.loads(read_header(answer.body))["items"] if answer.status == 200 else 0
    return count


def described(recorded: Recorded) -> Mapping[str, object]:
    """How the index tells the question and the answer, without what goes without saying."""
    answer = recorded.answer
    about: dict[str, object] = {"route": recorded.route, "query": recorded.query, "type": answer.media_type}
    if answer.status != 200:
        about["status"] = answer.status
    if recorded.listed:
        about["list"] = recorded.listed
    if recorded.series:
        about["series"] = recorded.series
    items = answer.headers.get("x-glassboard-items", "1")
    if items != "1":
        about["items"] = int(items)
    own = {
        name: value
        for name, value in answer.headers.items()
        if name.startswith(_OWN_HEADERS) and name != "x-glassboard-items"
    }
    if own:
        about["headers"] = own
    return about
