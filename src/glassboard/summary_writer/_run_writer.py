"""What every call of a `SummaryWriter` stands on: the run's folder, its thread, the step and time of a point, the end."""

from __future__ import annotations

import json
import logging
import os
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from glassboard import _kernel, _lazy
from glassboard.errors import MisuseError
from glassboard.summary_writer import _kinds
from glassboard.writer.file_writer import FileWriter
from glassboard.writer.health import Health
from glassboard.writer.point import as_step, as_tag, as_wall_time
from glassboard.writer.record import RecordJob
from glassboard.writer.run_folder import as_log_dir, open_background
from glassboard.writer.written_scalars import read_back

if TYPE_CHECKING:
    from typing import Self

    from glassboard.writer.custom_scalars import ChartLayout
    from glassboard.writer.hparams import Trials

__all__ = ["RunWriter"]

_log = logging.getLogger("glassboard")


class RunWriter:
    """One run being written, without the calls that log; `SummaryWriter` is this with them."""

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        write_to_disk: bool = True,
        logdir: str | os.PathLike[str] | None = None,
        comet_config: Mapping[str, object] | None = None,
        *,
        run_per_scalar: bool = False,
        **kwargs: object,
    ) -> None:
        """Creates the folder and an event file in it; raises `OSError` where that is not possible.

        log_dir          folder of the run; by default `runs/<date>_<time>_<host><comment>`. `logdir` is the same.
        comment          ends the default folder's name
        purge_step       points at this step and after, written before by a run that is resumed now, are outdated
        max_queue        accepted for compatibility: the queue is bounded by bytes
        flush_secs       seconds after which points are on disk at the latest; more than 1 is taken as 1
        filename_suffix  ends the names of the event files
        write_to_disk    False checks every call and writes nothing, for all but one process of a distributed run
        comet_config     accepted for compatibility: nothing is sent to Comet
        run_per_scalar   `add_scalars` makes a sub-run of each name, as torch.utils.tensorboard does
        """
        if kwargs:
            raise MisuseError(f"found the arguments {', '.join(kwargs)}, which SummaryWriter does not have")
        self.log_dir = as_log_dir(log_dir, logdir, comment)
        self.purge_step = None if purge_step is None else as_step(purge_step)
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix
        self._write_to_disk = bool(write_to_disk)
        self._background = open_background(
            self.log_dir, filename_suffix, flush_secs, is_written=self._write_to_disk
        )
        if comet_config and not comet_config.get("disabled", False):
            _log.warning("comet_config is ignored: Glassboard sends nothing to Comet (%s)", self.log_dir)
        self._run_per_scalar = run_per_scalar
        self._known_tags: set[str] = set()
        self._trials_if_any: Trials | None = None
        self._chart_layout_if_any: ChartLayout | None = None
        self._default_step = 0
        self._now: Callable[[], float] = time.time
        # Where the user forgets to close and lets go of the writer; interpreter exit is the background's own affair.
        weakref.finalize(self, self._background.close_later).atexit = False
        if self.purge_step is not None:
            self._background.add_job(RecordJob(_kernel.encode_session_start(self.purge_step, time.time())))

    def get_logdir(self) -> str:
        """The folder of the run, as it was given."""
        return self.log_dir

    @property
    def logdir(self) -> str:
        """The folder of the run, as tensorboardX calls it."""
        return self.log_dir

    @property
    def health(self) -> Health:
        """How many points were written, wait, or were lost, and why."""
        return self._background.health()

    @property
    def file_writer(self) -> FileWriter:
        """Takes events and summaries that are encoded already, into the same file."""
        return FileWriter.over(self._background, self.log_dir)

    def _get_file_writer(self) -> FileWriter:
        return self.file_writer

    @property
    def all_writers(self) -> dict[str, FileWriter]:
        """The file writer of the run, and those of the sub-runs that `run_per_scalar` makes, by folder."""
        return {writer.log_dir: writer.file_writer for writer in (self, *self._sub_writers())}

    @property
    def default_bins(self) -> list[float]:
        """The edges of the buckets of `add_histogram`."""
        edges: list[float] = _kinds.histogram.DEFAULT_EDGES.tolist()
        return edges

    @contextmanager
    def use_metadata(self, *, global_step: object = None, walltime: float | None = None) -> Iterator[Self]:
        """Within the context, calls of this writer that say no step or wall time of their own have these."""
        if global_step is None and walltime is None:
            raise MisuseError("found neither global_step nor walltime, wanted at least one of them")
        before = self._default_step, self._now
        if global_step is not None:
            self._default_step = as_step(global_step)
        if walltime is not None:
            moment = as_wall_time(walltime)
            self._now = lambda: moment
        try:
            yield self
        finally:
            self._default_step, self._now = before

    def _sub_writers(self) -> tuple[RunWriter, ...]:
        """Writers of sub-runs, which are flushed and closed with this one."""
        return ()

    @property
    def _trials(self) -> Trials:
        with _lazy.loading:
            if self._trials_if_any is None:
                self._trials_if_any = _kinds.hparams.Trials()
            return self._trials_if_any

    @property
    def _chart_layout(self) -> ChartLayout:
        with _lazy.loading:
            if self._chart_layout_if_any is None:
                self._chart_layout_if_any = _kinds.custom_scalars.ChartLayout()
            return self._chart_layout_if_any

    def _step(self, global_step: object) -> int:
        return self._default_step if global_step is None else as_step(global_step)

    def _time(self, walltime: float | None) -> float:
        return self._now() if walltime is None else as_wall_time(walltime)

    def _point(self, tag: str, global_step: object, walltime: float | None) -> tuple[str, int, float]:
        return as_tag(tag), self._step(global_step), self._time(walltime)

    @property
    def scalar_dict(self) -> dict[str, list[list[float]]]:
        """`[wall time, step, value]` of every scalar that this writer has written, by tag, read back from its files."""
        self.flush()
        return read_back(self._background.paths())

    def export_scalars_to_json(self, path: str | os.PathLike[str]) -> None:
        """Writes `scalar_dict` to a file. NaN and infinities are `NaN` and `Infinity`, as Python's json reads them."""
        try:
            Path(path).write_text(json.dumps(self.scalar_dict), encoding="utf-8")
        except OSError as error:
            _log.warning("the scalars could not be exported: %s (%s)", error.strerror or error, path)

    def flush(self) -> None:
        """Returns when everything logged so far was handed to the operating system."""
        for writer in self._sub_writers():
            writer.flush()
        self._background.flush()

    def close(self) -> None:
        """Writes what is left, closes the file, and warns of points that were lost. Logging again opens a new file."""
        self._end(is_success=True)

    def _end(self, *, is_success: bool) -> None:
        if self._trials_if_any is not None:
            for job in self._trials_if_any.end(time.time(), is_success=is_success):
                self._background.add_job(job)
        for writer in self._sub_writers():
            writer.close()
        self._background.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end(is_success=kind is None)
