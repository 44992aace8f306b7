"""The worker as the server holds it: started when needed, asked, stopped, killed, let go when idle."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, cast

from glassboard.errors import GlassboardError, MisuseError
from glassboard.server.projections.frames import GO_ON, STOP, read_frame, write_frame

__all__ = ["WorkerEndedError", "WorkerProcess"]

OnSnapshot = Callable[[int, float | None, Any], None]


class WorkerEndedError(GlassboardError):
    """The process that made a layout is gone: it was killed, or memory ran out."""


class WorkerProcess:
    """One process, used by one thread at a time; `stop` and `kill` may come from another."""

    def __init__(self) -> None:
        # Threads of a parallel region that wait by spinning take the processor from those they wait for.
        environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "glassboard.server.projections.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._stopping = threading.Event()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, question: dict[str, Any], arrays: dict[str, Any], on_snapshot: OnSnapshot) -> bool:
        """Makes one layout, telling each snapshot; False where it was stopped before its end.

        Raises `MisuseError` with what the algorithm says, `WorkerEndedError` where the process ended.
        """
        self._stopping.clear()
        incoming = cast(Any, self._process.stdout)
        outgoing = cast(Any, self._process.stdin)
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
            raise WorkerEndedError(f"the process that made the layout ended with code {code}") from error

    def stop(self) -> None:
        """Ends the layout at its next snapshot; the process lives on."""
        self._stopping.set()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
