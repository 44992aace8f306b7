"""A log directory, opened for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from glassboard.errors import NotFoundError
from glassboard.log._run import Run
from glassboard.log._scalars import Scalars
from glassboard.log.selection import iter_scalars
from glassboard.log.tables import ScalarTable
from glassboard.store.logdirs import Logdirs, open_source
from glassboard.store.names import name_not_found
from glassboard.store.provider import Problem, Provider, Status
from glassboard.store.source import RunFolder

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Log", "Runs", "open"]


class Runs(Mapping[str, Run]):
    """Name -> run, in natural order, as far as the log was read."""

    def __init__(self, provider: Provider, folder_of: Callable[[str], RunFolder | None]) -> None:
        self._provider = provider
        self._folder_of = folder_of

    def __getitem__(self, name: str) -> Run:
        names = self._provider.runs()
        if name not in names:
            raise name_not_found("run", name, names, where=self._provider.location)
        return Run(self._provider, name, self._folder_of(name))

    def __contains__(self, name: object) -> bool:
        return name in self._provider.runs()

    def get(self, name: str, default: Run | None = None) -> Run | None:  # type: ignore[override]  # None or one
        try:
            return self[name]
        except NotFoundError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(self._provider.runs())

    def __len__(self) -> int:
        return len(self._provider.runs())

    def __repr__(self) -> str:
        names = list(self)
        shown = ", ".join(repr(name) for name in names[:20])
        more = f", … {len(names) - 20:,} more" if len(names) > 20 else ""
        return f"<{len(names):,} runs: {shown}{more}>" if names else "<no runs>"


class Log:
    """A log directory as it was when it was last read.

    `refresh` reads what is new; runs, tags and series that were handed out before stay as they are and new calls see more.
    May be used from several threads.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        folder_of: Callable[[str], RunFolder | None] = lambda _: None,
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        """`folder_of` gives the folder of a run on this machine; `rest` is called when reading is done."""
        self._provider = provider
        self._rest = rest
        self.location = provider.location
        self.runs = Runs(provider, folder_of)

    def refresh(self) -> frozenset[str]:
        """Reads what was written since and returns the names of the runs that changed, appeared or went. Blocks."""
        try:
            return self._provider.refresh()
        finally:
            self._rest()  # no thread is kept waiting between calls

    @property
    def status(self) -> Status:
        """What was read, in numbers and in one sentence."""
        return self._provider.status()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read, where, and what that cost; empty where all is well."""
        return self._provider.status().problems

    def scalars(
        self, *, runs: str | None = None, tags: str | None = None, newest: bool = False
    ) -> Iterator[Scalars]:
        """Every scalar series, one at a time, in natural order of runs and tags.

        `runs` and `tags` are regular expressions that are searched for in the names; `newest` leaves out points that a
        restart wrote again, as charts do. Raises `MisuseError` for an expression that is none.

            for series in log.scalars(tags="val/"):
                print(series.run, series.tag, series.values[-1])
        """
        return iter_scalars(self._provider, runs=runs, tags=tags, newest=newest)

    def to_pandas(
        self, *, runs: str | None = None, tags: str | None = None, newest: bool = False
    ) -> pd.DataFrame:
        """Every scalar point as a row; arguments as in `scalars`.

        Columns: run and tag (category), step (int64), wall_time (float64, seconds since the epoch) and value (float64,
        in which NaN and infinity are values). Needs pandas; `ImportError` says how to install it.

            log.to_pandas(tags="loss").pivot_table(index="step", columns="run", values="value", observed=True)
        """
        return ScalarTable.of(self.scalars(runs=runs, tags=tags, newest=newest)).to_pandas()

    def to_polars(
        self, *, runs: str | None = None, tags: str | None = None, newest: bool = False
    ) -> pl.DataFrame:
        """As `to_pandas`: run and tag (Categorical), step (Int64), wall_time and value (Float64). Needs polars."""
        return ScalarTable.of(self.scalars(runs=runs, tags=tags, newest=newest)).to_polars()

    def to_arrow(self, *, runs: str | None = None, tags: str | None = None, newest: bool = False) -> pa.Table:
        """As `to_pandas`: run and tag (dictionary of strings), step (int64), wall_time and value (double). Needs pyarrow."""
        return ScalarTable.of(self.scalars(runs=runs, tags=tags, newest=newest)).to_arrow()

    def __repr__(self) -> str:
        status = self.status
        problems = f"; {len(status.problems)} problems, see .problems" if status.problems else ""
        return f"<Log {self.location!r}: {status.message}{problems}>"


def open(logdir: Logdirs, *, cache: bool = True) -> Log:  # noqa: A001 - read as `glassboard.open`
    """Opens a log directory (or one event file) and reads all of it: every point of every run. Blocks until done.

    Several log directories are opened as one: given as a mapping, their names stand before those of the runs
    (`{"old": "runs", "new": "lab/runs"}` gives `old/seed1`, `new/seed1`, ...); of a list, the names of the folders do.

    What was read is kept in the user's cache directory (a thread sees to it meanwhile), so that next time only what is new
    is read; `cache=False` does without.

    Raises `NotFoundError` where a directory does not exist or cannot be listed. Files in it that cannot be read are no
    error: `problems` of the result names them.

        import glassboard

        log = glassboard.open("runs")
        for name, run in log.runs.items():
            for tag in run.tags.of("scalar"):
                series = run.scalars(tag)
                print(name, tag, series.steps[-1], series.values[-1])
    """
    source = open_source(logdir, cache=cache)
    log = Log(source, folder_of=source.folder_of, rest=source.rest)
    log.refresh()
    if not source.exists:
        raise NotFoundError(log.status.message.replace("; waiting for it", ""))
    return log
