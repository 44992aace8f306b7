"""Events that are encoded already: the `FileWriter` of torch.utils.tensorboard and tensorboardX."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.errors import CorruptError, MisuseError
from glassboard.writer.arrays import describe
from glassboard.writer.background import BackgroundWriter
from glassboard.writer.health import Health
from glassboard.writer.point import as_step, as_wall_time
from glassboard.writer.record import RecordJob
from glassboard.writer.run_folder import as_log_dir, open_background

__all__ = ["FileWriter"]


class _Message(Protocol):
    """A protocol buffer message, of whichever library."""

    def SerializeToString(self) -> bytes: ...  # noqa: N802 - the name that protocol buffers give it


def _encoded(message: object, wanted: str) -> bytes:
    if isinstance(message, (bytes, bytearray, memoryview)):
        data = bytes(message)
    elif callable(getattr(message, "SerializeToString", None)):
        data = cast("_Message", message).SerializeToString()
    else:
        raise MisuseError(
            f"found {describe(message)}, wanted {wanted} as a protocol buffer message or its bytes"
        )
    try:
        for _ in wire.fields(data):
            pass
    except CorruptError as error:
        raise MisuseError(f"found bytes that are no message ({error}), wanted {wanted}") from error
    return data


class FileWriter:
    """Writes `Event` and `Summary` messages of any protocol buffer library, or their bytes, to an event file.

    As harmless as `SummaryWriter`: calls return at once, and I/O trouble after construction never raises.

        writer = FileWriter("runs/first")
        writer.add_summary(summary, global_step=3)
        writer.close()
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        *,
        logdir: str | os.PathLike[str] | None = None,
    ) -> None:
        """Creates the folder and an event file in it. `max_queue` is accepted: the queue is bounded by bytes."""
        self._log_dir = as_log_dir(log_dir, logdir)
        self._background = open_background(self._log_dir, filename_suffix, flush_secs)
        self._defaults: tuple[object, object] = (None, None)
        weakref.finalize(self, self._background.close_later).atexit = False

    @classmethod
    def over(cls, background: BackgroundWriter, log_dir: str) -> FileWriter:
        """One that shares the file of another writer."""
        writer = cls.__new__(cls)
        writer._log_dir, writer._background, writer._defaults = log_dir, background, (None, None)
        return writer

    def get_logdir(self) -> str:
        return self._log_dir

    @property
    def health(self) -> Health:
        """How many points were written, wait, or were lost, and why."""
        return self._background.health()

    def add_event(self, event: object, step: object = None, walltime: float | None = None) -> None:
        """Adds an `Event`. Step and wall time replace what it says of them; without a wall time it is now."""
        parts = [_encoded(event, "an Event")]
        default_step, default_walltime = self._defaults
        step = default_step if step is None else step
        # Of a field that is there twice the later one holds.
        parts.append(wire.double(1, as_wall_time(default_walltime if walltime is None else walltime)))
        if step is not None:
            parts.append(wire.int64(2, as_step(step)))
        self._background.add_job(RecordJob(_kernel.frame(b"".join(parts))))

    def add_summary(self, summary: object, global_step: object = None, walltime: float | None = None) -> None:
        """Adds a `Summary` as an event of its own."""
        self.add_event(wire.bytes_(5, _encoded(summary, "a Summary")), global_step, walltime)

    def add_graph(self, graph_profile: object, walltime: float | None = None) -> None:
        """Adds a pair of a `GraphDef` and its `StepStats`, which torch calls a profile."""
        if not isinstance(graph_profile, (tuple, list)) or len(graph_profile) != 2:
            raise MisuseError(
                f"found {describe(graph_profile)}, wanted a pair of a GraphDef and step statistics"
            )
        graph, statistics = graph_profile
        self.add_onnx_graph(graph, walltime)
        profile = (wire.bytes_(1, "profiler"), wire.bytes_(2, _encoded(statistics, "RunMetadata")))
        self.add_event(wire.message(8, *profile), None, walltime)

    def add_onnx_graph(self, graph: object, walltime: float | None = None) -> None:
        """Adds a `GraphDef`."""
        self.add_event(wire.bytes_(4, _encoded(graph, "a GraphDef")), None, walltime)

    def add_openvino_graph(self, graph: object, walltime: float | None = None) -> None:
        """Adds a `GraphDef`."""
        self.add_onnx_graph(graph, walltime)

    @contextmanager
    def use_metadata(
        self, *, global_step: object = None, walltime: float | None = None
    ) -> Iterator[FileWriter]:
        """Within the context, events that say no step or wall time of their own have these."""
        if global_step is None and walltime is None:
            raise MisuseError("found neither global_step nor walltime, wanted at least one of them")
        before, self._defaults = self._defaults, (global_step, walltime)
        try:
            yield self
        finally:
            self._defaults = before

    def flush(self) -> None:
        """Returns when everything added so far was handed to the operating system."""
        self._background.flush()

    def close(self) -> None:
        """Writes what is left and closes the file; the next event opens a new one."""
        self._background.close()

    def reopen(self) -> None:
        """Nothing: a closed writer opens a new file at the next event."""
