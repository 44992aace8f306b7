"""The worker as the server holds it: started when needed, asked, stopped, killed, let go when idle."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import BinaryIO, cast

from glassboard.errors import GlassboardError, MisuseError
from glassboard.server.projections.frames import GO_ON, STOP, read_frame, write_frame
from glassboard.types import AnyArray, JsonObject

__all__ = ["WorkerEndedError", "WorkerProcess"]

OnSnapshot = Callable[[int, float | None, AnyArray], None]


_LAST_WORDS = 64 << 10


class WorkerEndedError(GlassboardError):
    """The process that made a layout is gone: it was killed, memory ran out, or a library made a mistake."""


class WorkerProcess:
    """One process, used by one thread at a time; `stop` and `kill` may come from another."""

    def __init__(self) -> None:
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `kill`
        # Threads of a parallel region that wait by spinning take the processor from those they wait for.
        environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "glassboard.server.projections.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            env=environment,
        )
        self._stopping = threading.Event()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, question: JsonObject, arrays: JsonObject, on_snapshot: OnSnapshot) -> bool:
        """Makes one layout, telling each snapshot; False where it was stopped before its end.

        Raises `MisuseError` with what the algorithm says, `WorkerEndedError` where the process ended.
        """
        self._stopping.clear()
        incoming, outgoing = cast("BinaryIO", self._process.stdout), cast("BinaryIO", self._process.stdin)
        try:
            write_frame(outgoing, question, **arrays)
            while True:
                said, sent = read_frame(incoming)
                match said["kind"]:
                    case "snapshot":
                        on_snapshot(said["iteration"], said["divergence"], sent["layout"])
                        outgoing.write(STOP if self._stopping.is_set() else GO_ON)
                        outgoing.flush()
                    case "failed":
                        raise MisuseError(said["message"])
                    case kind:
                        return bool(kind == "done")
        except (EOFError, OSError, ValueError) as error:
            if isinstance(error, GlassboardError):
                raise
            code = self._process.wait()
            why = self._said_last()
            told = f"the process that made the layout ended with code {code}{': ' * bool(why)}{why}"
            raise WorkerEndedError(told) from error

    def _said_last(self) -> str:
        """The last line on standard error of a process that ended by a mistake: the name of it, after the traceback."""
        with contextlib.suppress(ValueError):  # closed: it was killed, and left no words
            size = self._last_words.seek(0, os.SEEK_END)
            self._last_words.seek(max(0, size - _LAST_WORDS))
            text = self._last_words.read().decode("utf-8", "replace")
            return text.rstrip().rpartition("\n")[2] if "Traceback" in text else ""
        return ""

    def stop(self) -> None:
        """Ends the layout at its next snapshot; the process lives on."""
        self._stopping.set()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._last_words):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
