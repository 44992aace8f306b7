"""Several log directories as one: each has a name, under which its runs stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence

from glassboard.errors import MisuseError
from glassboard.store.file_info import FileInfo
from glassboard.store.names import name_not_found, natural_key
from glassboard.store.provider import Problem, RunInfo, SampleSeries, ScalarSeries, Status, TagInfo
from glassboard.store.source import LogSource, RunFolder
from glassboard.types import Kind

__all__ = ["CombinedSource"]

_OnProgress = Callable[[frozenset[str]], None]


class CombinedSource:
    """A `LogSource` over sources by name. The run `seed1` of the source `old` is `old/seed1`; its run "." is `old`.

    Names hold no slash, so that no two runs get one name. As safe for several threads as what it is made of.
    """

    def __init__(self, sources: Mapping[str, LogSource]) -> None:
        if not sources:
            raise MisuseError("no log directory is given")
        for name in sources:
            if not name or "/" in name or name in (".", ".."):
                raise MisuseError(f"a log directory is named {name!r}: want a name without /")
        self._sources = dict(sources)

    @property
    def location(self) -> str:
        return ", ".join(f"{name}:{source.location}" for name, source in self._sources.items())

    @property
    def revision(self) -> int:
        return sum(source.revision for source in self._sources.values())

    @property
    def exists(self) -> bool:
        return all(source.exists for source in self._sources.values())

    def status(self) -> Status:
        """`loading` while one source is; then `ready` where one is. The message has a part for each source."""
        every = {name: source.status() for name, source in self._sources.items()}
        states = {status.state for status in every.values()}
        state = next(each for each in ("loading", "ready", "waiting") if each in states)
        told = [
            f"{name}: {status.message}"
            for name, status in every.items()
            if state != "loading" or status.state == "loading"
        ]
        return Status(
            state=state,
            message="; ".join(told),
            revision=sum(status.revision for status in every.values()),
            loaded_bytes=sum(status.loaded_bytes for status in every.values()),
            total_bytes=sum(status.total_bytes for status in every.values()),
            point_count=sum(status.point_count for status in every.values()),
            problems=tuple(
                _moved(problem, name) for name, status in every.items() for problem in status.problems
            ),
            nearby=next((status.nearby for status in every.values() if status.nearby), ""),
        )

    def refresh(self, *, on_progress: _OnProgress | None = None) -> frozenset[str]:
        return self._each(lambda source, told: source.refresh(on_progress=told), on_progress)

    def poll(self, *, on_progress: _OnProgress | None = None) -> frozenset[str]:
        return self._each(lambda source, told: source.poll(on_progress=told), on_progress)

    def _each(
        self, read: Callable[[LogSource, _OnProgress], frozenset[str]], on_progress: _OnProgress | None
    ) -> frozenset[str]:
        changed: set[str] = set()
        for name, source in self._sources.items():

            def tell(runs: frozenset[str], name: str = name) -> None:
                if on_progress is not None:
                    on_progress(_join_all(name, runs))

            changed |= _join_all(name, read(source, tell))
        return frozenset(changed)

    def watch(self, wake: Callable[[], None]) -> None:
        for source in self._sources.values():
            source.watch(wake)

    def unwatch(self) -> None:
        for source in self._sources.values():
            source.unwatch()

    def quiet_secs(self) -> float:
        return min((source.quiet_secs() for source in self._sources.values()), default=0.0)

    def interrupt(self) -> None:
        for source in self._sources.values():
            source.interrupt()

    def rest(self) -> None:
        for source in self._sources.values():
            source.rest()

    def close(self) -> None:
        self.interrupt()  # all at once: closing waits
        for source in self._sources.values():
            source.close()

    def runs(self) -> Mapping[str, RunInfo]:
        every = {
            _join(name, run): dataclasses.replace(info, name=_join(name, run))
            for name, source in self._sources.items()
            for run, info in source.runs().items()
        }
        return {run: every[run] for run in sorted(every, key=natural_key)}

    def tags(self, run: str) -> Sequence[TagInfo]:
        source, inner = self._find(run)
        return source.tags(inner)

    def scalars(self, run: str, tag: str) -> ScalarSeries:
        source, inner = self._find(run)
        return source.scalars(inner, tag)

    def samples(self, run: str, tag: str, kind: Kind) -> SampleSeries:
        source, inner = self._find(run)
        return source.samples(inner, tag, kind)

    def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
        source, inner = self._find(run)
        return source.read_sample(inner, tag, kind, index)

    def files(self) -> Sequence[FileInfo]:
        every = [
            dataclasses.replace(
                file,
                run=_join(name, file.run),
                path=_join(name, file.path),
                problems=tuple(_moved(problem, name) for problem in file.problems),
            )
            for name, source in self._sources.items()
            for file in source.files()
        ]
        return sorted(every, key=lambda file: (natural_key(file.run), natural_key(file.path)))

    def folder_of(self, run: str) -> RunFolder | None:
        source, inner = self._find(run)
        found = source.folder_of(inner)
        return None if found is None else dataclasses.replace(found, run=run)

    def projector_folders(self) -> Sequence[RunFolder]:
        every = [
            dataclasses.replace(config, run=_join(name, config.run))
            for name, source in self._sources.items()
            for config in source.projector_folders()
        ]
        return sorted(every, key=lambda config: natural_key(config.run))

    def _find(self, run: str) -> tuple[LogSource, str]:
        name, slash, inner = run.partition("/")
        if name not in self._sources or (slash and inner in ("", ".")):
            raise name_not_found("run", run, self.runs(), where=self.location)
        return self._sources[name], inner or "."


def _moved(problem: Problem, name: str) -> Problem:
    return dataclasses.replace(problem, path=_join(name, problem.path))


def _join(name: str, inner: str) -> str:
    return name if inner == "." else f"{name}/{inner}"


def _join_all(name: str, runs: Iterable[str]) -> frozenset[str]:
    return frozenset(_join(name, run) for run in runs)
