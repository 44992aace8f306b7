"""What writers left on disk, and scripts that write in a process of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from glassboard import _kernel


class Points:
    """Every scalar of every event file in a folder, in file order."""

    def __init__(self, folder: Path) -> None:
        self.steps: dict[str, list[int]] = {}
        self.wall_times: list[float] = []
        self.damage = 0
        self.leftover_bytes = 0
        for path in sorted(folder.glob("events*")):
            self._read(path)

    def _read(self, path: Path) -> None:
        data = path.read_bytes()
        scanner = _kernel.EventScanner()
        scanner.feed(data)
        batch = scanner.take()
        columns = batch.scalars
        for i, series in enumerate(columns.series):
            tag = scanner.series[series].tag.decode()
            rows = slice(columns.starts[i], columns.starts[i + 1])
            self.steps.setdefault(tag, []).extend(columns.steps[rows].tolist())
            self.wall_times.extend(columns.wall_times[rows].tolist())
        self.damage += len(batch.damage)
        self.leftover_bytes += len(data) - scanner.offset


def wait_until(condition, secs: float = 30.0) -> bool:
    end = time.monotonic() + secs
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def run_script(script: str, folder: Path, *, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
