"""The sessions of a log: runs that say what they were started with, and the runs in which their metrics lie.

A session's metrics lie in its own run (`torch`'s and ours), in a folder below it that the metric's group names (Keras:
`train`, `validation`), or, where a writer put the hyperparameters into a folder of their own (`torch`: one named by the
time), in the run above it. The run above is believed only where it is no session and has no other session directly
below it: whose curve it would be otherwise nobody can tell.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from glassboard import _kernel
from glassboard.codec.payloads import hparams as payload
from glassboard.codec.payloads.hparams import Experiment, HParam, SessionEnd, SessionStart, Status
from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider, RunInfo, TagInfo
from glassboard.types import Kind

__all__ = ["Session", "SessionIndex", "SessionTable"]

_ORDER = (payload.EXPERIMENT_TAG, payload.SESSION_START_TAG, payload.SESSION_END_TAG)


@dataclass(frozen=True, slots=True)
class Session:
    """What one run says of its hyperparameters. Of several starts (a run that was resumed) the last counts."""

    run: str
    start: SessionStart | None = None
    end: SessionEnd | None = None
    experiments: tuple[Experiment, ...] = ()
    error: str | None = None
    """Why some of it cannot be read."""

    @property
    def is_session(self) -> bool:
        """Whether it began or ended; Keras describes the experiment in a run of its own, which never does."""
        return self.start is not None or self.end is not None or self.error is not None

    @property
    def hparams(self) -> Mapping[str, HParam]:
        return self.start.hparams if self.start else {}

    @property
    def status(self) -> Status:
        return self.end.status if self.end else Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class SessionTable:
    """The sessions of one revision, by run in natural order, and every run there is."""

    revision: int
    sessions: Mapping[str, Session]
    runs: Mapping[str, RunInfo]
    parents: Mapping[str, str]
    """Session -> the run above it whose metrics are its own."""
    lone: Mapping[str, str]
    """The other way: such a run -> its only session."""

    def places(self, run: str, group: str = "") -> list[str]:
        """Runs in which a metric of `run` may lie, the best first. `run` need not be a session."""
        own = _join(run, group)
        above = self.parents.get(run)
        return [own] if above is None else [own, _join(above, group)]

    def owner(self, run: str) -> tuple[str, str] | None:
        """The session that a run's scalars belong to and the group they form; None where there is none."""
        folder = run
        while folder:
            found = self.sessions.get(folder)
            if found is not None and found.is_session:
                return folder, run[len(folder) + 1 :]
            folder = folder.rpartition("/")[0]
        below = self.lone.get(run)
        return None if below is None else (below, "")


class SessionIndex:
    """Reads what runs say of hyperparameters once, and again where they say more. Any thread may call it."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._lock = threading.Lock()
        self._table: SessionTable | None = None
        self._known: dict[str, tuple[RunInfo, tuple[TagInfo, ...], Session | None]] = {}

    def table(self) -> SessionTable:
        with self._lock:
            revision = self._provider.revision
            if self._table is None or self._table.revision != revision:
                self._table = self._make(revision)
            return self._table

    def _make(self, revision: int) -> SessionTable:
        runs = self._provider.runs()
        self._known = {name: self._look(name, info) for name, info in runs.items()}
        order = sorted(runs, key=natural_key)
        sessions = {name: session for name in order if (session := self._known[name][2]) is not None}
        parents = _parents(sessions, runs)
        lone = {above: session for session, above in parents.items()}
        return SessionTable(revision, sessions, runs, parents, lone)

    def _look(self, run: str, info: RunInfo) -> tuple[RunInfo, tuple[TagInfo, ...], Session | None]:
        known = self._known.get(run)
        if known is not None and known[0] == info:
            return known
        try:
            tags = tuple(tag for tag in self._provider.tags(run) if tag.kind is Kind.HPARAMS)
        except NotFoundError:
            return info, (), None
        if known is not None and known[1] == tags:
            return info, tags, known[2]
        return info, tags, _read(self._provider, run, tags) if tags else None


def _read(provider: Provider, run: str, tags: Sequence[TagInfo]) -> Session:
    session = Session(run)
    for value in _values(provider, run, tags):
        if isinstance(value, SessionStart):
            session = replace(session, start=value, end=None)
        elif isinstance(value, SessionEnd):
            session = replace(session, end=value)
        elif isinstance(value, Experiment):
            session = replace(session, experiments=(*session.experiments, value))
        else:
            session = replace(session, error=value)
    start, end = session.start, session.end
    if start and end and end.end_time_secs and end.end_time_secs < start.start_time_secs:
        session = replace(session, end=None)  # of an earlier session
    return session


def _values(
    provider: Provider, run: str, tags: Sequence[TagInfo]
) -> Iterator[Experiment | SessionStart | SessionEnd | str]:
    """What the run's samples say in the order they were written; a text is why one cannot be read."""
    for info in sorted(tags, key=lambda info: _ORDER.index(info.tag) if info.tag in _ORDER else len(_ORDER)):
        try:
            for row in range(info.point_count):
                data = provider.read_sample(run, info.tag, Kind.HPARAMS, row)
                yield _decode(_kernel.decode_value(data).plugin_content)
        except (CorruptError, NotFoundError, TooLargeError, TruncatedError) as error:
            yield str(error)


@functools.lru_cache(maxsize=64)
def _decode(content: bytes) -> Experiment | SessionStart | SessionEnd:
    """All runs of a search describe one experiment, byte for byte."""
    return payload.decode_content(content)


def _parents(sessions: Mapping[str, Session], runs: Mapping[str, RunInfo]) -> dict[str, str]:
    below: dict[str, list[str]] = {}
    for run, session in sessions.items():
        if session.is_session and run != ".":
            below.setdefault(run.rpartition("/")[0] or ".", []).append(run)
    told = {run for run, session in sessions.items() if session.is_session}
    return {
        only[0]: above
        for above, only in below.items()
        if len(only) == 1 and above in runs and above not in told
    }


def _join(run: str, group: str) -> str:
    if not group:
        return run
    return group if run == "." else f"{run}/{group}"
