"""Workers between two layouts: one is kept for some minutes, as loading the libraries takes seconds."""

from __future__ import annotations

import threading

from glassboard.server.projections.worker_process import WorkerProcess

__all__ = ["IdleWorkers"]

_IDLE_SECS = 300.0


class IdleWorkers:
    """Any thread may call it. `close` ends those that wait, and keeps no other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[WorkerProcess, threading.Timer]] = []
        self._closed = False

    def hire(self) -> WorkerProcess:
        """One that waits, else a new one."""
        with self._lock:
            while self._idle:
                worker, timer = self._idle.pop()
                timer.cancel()
                if worker.alive:
                    return worker
        return WorkerProcess()

    def rest(self, worker: WorkerProcess) -> None:
        """Takes a worker back; where another waits already, it ends."""
        with self._lock:
            if worker.alive and not self._idle and not self._closed:
                timer = threading.Timer(_IDLE_SECS, self._let_go, (worker,))
                timer.daemon = True
                timer.start()
                self._idle.append((worker, timer))
                return
        worker.kill()

    def _let_go(self, worker: WorkerProcess) -> None:
        with self._lock:
            mine = [entry for entry in self._idle if entry[0] is worker]
            self._idle = [entry for entry in self._idle if entry[0] is not worker]
        for entry in mine:
            entry[0].kill()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker, timer in idle:
            timer.cancel()
            worker.kill()
