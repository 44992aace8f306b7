"""Servers as processes: started, asked over HTTP, measured with their children, ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import psutil
from benchmarks.make_data import LogdirFacts

__all__ = ["GlassboardServer", "ServerProcess", "TensorBoardServer", "free_port"]

_POLL_SECS = 0.005
# Where no bytecode is kept, every start compiles every module: what an installed package never does.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ServerProcess:
    """A server from its start; leaving the context ends it and its children."""

    def __init__(self, command: Sequence[str], port: int, environment: Mapping[str, str]) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed in __exit__
        self.started_at = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdout=self._log,
            stderr=self._log,
            stdin=subprocess.DEVNULL,
            env={**_ENVIRONMENT, **environment},
        )
        self.http = httpx.Client(base_url=self.base, timeout=600)

    def seconds(self) -> float:
        """Since the process was started."""
        return time.perf_counter() - self.started_at

    def wait_for(self, path: str) -> httpx.Response:
        """The first answer of a server that is starting."""
        while True:
            if self._process.poll() is not None:
                self._log.seek(0)
                raise SystemExit(
                    f"the server ended with {self._process.returncode}: {self._log.read()[-2000:]}"
                )
            try:
                return self.http.get(path)
            except httpx.TransportError:
                time.sleep(_POLL_SECS)

    def resident_bytes(self) -> int:
        """Of the process and its children together."""
        return sum(each.memory_info().rss for each in self._tree())

    def processor_secs(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._tree())

    def _tree(self) -> list[psutil.Process]:
        parent = psutil.Process(self._process.pid)
        return [parent, *parent.children(recursive=True)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        try:
            tree = self._tree()
        except psutil.NoSuchProcess:
            tree = []
        for each in tree:
            each.terminate()
        for each in psutil.wait_procs(tree, timeout=10)[1]:
            each.kill()
        self._process.wait()
        self._log.close()


class GlassboardServer(ServerProcess):
    """`cache_home` is where the index of directories seen before is kept: an empty folder means a cold start."""

    def __init__(self, logdir: Path, cache_home: Path) -> None:
        port = free_port()
        command = [sys.executable, "-m", "glassboard", "--logdir", str(logdir), "--port", str(port)]
        super().__init__(command, port, {"XDG_CACHE_HOME": str(cache_home)})

    def wait_complete(self, point_count: int, *, limit_secs: float = 300.0) -> tuple[float, float]:
        """Seconds until the first answer, and until every point can be asked for. Raises `TimeoutError`."""
        self.wait_for("/api/v1/health")
        first = self.seconds()
        while True:
            log = self.http.get("/api/v1/log").json()
            if log["state"] == "ready" and log["point_count"] >= point_count:
                return first, self.seconds()
            if self.seconds() > limit_secs:
                raise TimeoutError(f"{log['point_count']} of {point_count} points after {limit_secs:g} s")
            time.sleep(_POLL_SECS)

    def scalars(self, runs: Sequence[str], tags: Sequence[str], max_points: int) -> bytes:
        """What the page asks for to draw charts."""
        series = [{"run": run, "tag": tag} for tag in tags for run in runs]
        columns = ["step", "x", "value", "wall_offset"]
        body = {"series": series, "max_points": max_points, "columns": columns}
        response = self.http.post("/api/v1/scalars", json=body)
        response.raise_for_status()
        return response.content


class TensorBoardServer(ServerProcess):
    """With its Rust data server, as it comes."""

    def __init__(self, logdir: Path) -> None:
        port = free_port()
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", str(port)]
        super().__init__([*command, "--load_fast=true"], port, {})

    def wait_complete(self, facts: LogdirFacts, *, limit_secs: float = 300.0) -> tuple[float, float]:
        """Seconds until the first answer, and until every run has its last step. Raises `TimeoutError`.

        A file is read in order, so a run is complete when its last tag shows the last step.
        """
        self.wait_for("/data/plugin/scalars/tags")
        first = self.seconds()
        tag, last_step = facts.tag_names[-1], facts.step_count - 1
        missing = list(facts.run_names)
        while missing:
            if self.seconds() > limit_secs:
                raise TimeoutError(
                    f"{len(missing)} of {len(facts.run_names)} runs are missing after {limit_secs:g} s"
                )
            if len(missing) > 200:
                series = json.loads(self.time_series([tag]))[0]["runToSeries"]
                missing = [
                    run for run in missing if not series.get(run) or series[run][-1]["step"] < last_step
                ]
                continue
            query = urlencode({"run": missing[-1], "tag": tag})
            response = self.http.get(f"/data/plugin/scalars/scalars?{query}")
            points: list[Any] = response.json() if response.status_code == 200 else []
            if points and points[-1][1] >= last_step:
                missing.pop()
            else:
                time.sleep(0.02)
        return first, self.seconds()

    def time_series(self, tags: Sequence[str]) -> bytes:
        """What its page asks for: some tags over all runs."""
        requests = json.dumps([{"plugin": "scalars", "tag": tag} for tag in tags])
        path = "/experiment/defaultExperimentId/data/plugin/timeseries/timeSeries"
        response = self.http.post(path, data={"requests": requests})
        response.raise_for_status()
        return response.content
