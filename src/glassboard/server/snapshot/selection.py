"""A part of a log as a provider of its own: what is left out is not there, in no list and in no count."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from glassboard.errors import NotFoundError
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider, RunInfo, SampleSeries, ScalarSeries, Status, TagInfo
from glassboard.types import Kind

__all__ = ["Choice", "SelectedLog", "left_out"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is kept; None keeps all. Names that are not there are passed over."""

    runs: Collection[str] | None = None
    tags: Collection[str] | None = None
    kinds: Collection[Kind] | None = None


class SelectedLog:
    """The chosen runs, tags and kinds of `provider` as they are now.

    The lists of runs and tags, their counts and the revision are those of the moment it was made, so that every answer over
    it tells of the same log; points that come later may still show in a series. Of the path of the log directory only the
    last part is told: a file that is handed on need not say whose home it was.
    """

    def __init__(self, provider: Provider, choice: Choice) -> None:
        self._provider = provider
        self._choice = choice
        self._status = provider.status()
        runs = provider.runs()
        names = [name for name in runs if choice.runs is None or name in choice.runs]
        self._every = frozenset(runs)
        self._tags = {name: _chosen(provider, name, choice) for name in sorted(names, key=natural_key)}
        self._runs = {name: _counted(runs[name], tags) for name, tags in self._tags.items()}
        self._known = {(run, info.tag, info.kind) for run, tags in self._tags.items() for info in tags}

    @property
    def location(self) -> str:
        return PurePath(self._provider.location).name or self._provider.location

    @property
    def revision(self) -> int:
        return self._status.revision

    def status(self) -> Status:
        points = sum(run.point_count for run in self._runs.values())
        problems = self._status.problems if self.is_whole() else ()
        message = f"A snapshot of {len(self._runs):,} runs."
        return replace(
            self._status, state="ready", message=message, point_count=points, problems=problems, nearby=""
        )

    def holds_folder(self, run: str) -> bool:
        """Whether embeddings of a folder belong to it: they lie beside the event files, and are no series of the provider.

        Folders are named like runs, those below a run's too.
        """
        if self._choice.kinds is not None and Kind.EMBEDDING not in self._choice.kinds:
            return False
        above = (run, *(str(parent) for parent in PurePath(run).parents if str(parent) != "."))
        nearest = next((name for name in above if name in self._every), None)
        return self.is_whole() if nearest is None else nearest in self._runs

    def is_whole(self) -> bool:
        """Whether every run is in it."""
        return len(self._runs) == len(self._every)

    def refresh(self) -> frozenset[str]:
        return frozenset()

    def runs(self) -> Mapping[str, RunInfo]:
        return self._runs

    def tags(self, run: str) -> Sequence[TagInfo]:
        if run not in self._tags:
            raise NotFoundError(f"no run {run!r} in this selection")
        return self._tags[run]

    def scalars(self, run: str, tag: str) -> ScalarSeries:
        self._check(run, tag, Kind.SCALAR)
        return self._provider.scalars(run, tag)

    def samples(self, run: str, tag: str, kind: Kind) -> SampleSeries:
        self._check(run, tag, kind)
        return self._provider.samples(run, tag, kind)

    def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
        self._check(run, tag, kind)
        return self._provider.read_sample(run, tag, kind, index)

    def _check(self, run: str, tag: str, kind: Kind) -> None:
        if (run, tag, kind) not in self._known:
            raise NotFoundError(f"no {kind} {tag!r} of run {run!r} in this selection")


def _chosen(provider: Provider, run: str, choice: Choice) -> tuple[TagInfo, ...]:
    try:
        tags = provider.tags(run)
    except NotFoundError:  # the run went meanwhile
        return ()
    return tuple(
        info
        for info in tags
        if (choice.tags is None or info.tag in choice.tags)
        and (choice.kinds is None or info.kind in choice.kinds)
    )


def _counted(run: RunInfo, tags: Sequence[TagInfo]) -> RunInfo:
    return replace(run, point_count=sum(info.point_count for info in tags))


def left_out(whole: Provider, part: SelectedLog) -> str:
    """What of the log is not in the selection, in words; empty where all of it is."""
    runs = whole.runs()
    missing = (
        [f"{len(runs) - len(part.runs()):,} of {len(runs):,} runs"] if len(part.runs()) < len(runs) else []
    )
    kinds: dict[str, None] = {}
    for run in part.runs():
        kept = {(info.tag, info.kind) for info in part.tags(run)}
        for info in whole.tags(run):
            if (info.tag, info.kind) not in kept:
                kinds[_WORDS.get(info.kind, "other values")] = None
            elif info.kind is Kind.PREDICTIONS:
                kinds["predictions, which only a server works out"] = None
    return ", ".join([*missing, *kinds])


_WORDS = {
    Kind.SCALAR: "scalars", Kind.IMAGE: "images", Kind.AUDIO: "sounds", Kind.TEXT: "texts", Kind.HISTOGRAM: "histograms",
    Kind.PR_CURVE: "PR curves", Kind.HPARAMS: "hyperparameters", Kind.GRAPH: "graphs", Kind.MESH: "meshes",
    Kind.CUSTOM_SCALARS: "custom scalars", Kind.TENSOR: "tensors", Kind.PREDICTIONS: "predictions",
    Kind.RUN_NOTES: "notes", Kind.VIDEO: "videos",
}  # fmt: skip
