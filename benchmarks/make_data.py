"""Writes log directories of known content with `SummaryWriter`, for the other benchmarks.

    python -m benchmarks.make_data build/bench-data                      # every preset, about 23 million points
    python -m benchmarks.make_data build/bench-data --presets scalars-1m --scale 0.01

A directory that is there already, whole and of the same size, is left as it is.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from glassboard import SummaryWriter

__all__ = ["PRESETS", "LogdirFacts", "make", "read_facts"]

_MANIFEST = "benchmark.json"
_BEGAN = 1_700_000_000.0
"""Wall time of the first point in seconds since the epoch."""
_STEP_SECS = 0.05


@dataclass(frozen=True, slots=True)
class Preset:
    runs: int
    tags: int
    steps: int


PRESETS = {
    "scalars-1m": Preset(runs=10, tags=10, steps=10_000),
    "scalars-10m": Preset(runs=100, tags=10, steps=10_000),
    "long-run": Preset(runs=1, tags=5, steps=2_000_000),
    "runs-500": Preset(runs=500, tags=10, steps=400),
    "many-runs": Preset(runs=2_000, tags=10, steps=100),
}


@dataclass(frozen=True, slots=True)
class LogdirFacts:
    """What a log directory holds."""

    path: Path
    preset: str
    run_names: tuple[str, ...]
    tag_names: tuple[str, ...]
    step_count: int
    file_bytes: int

    @property
    def point_count(self) -> int:
        return len(self.run_names) * len(self.tag_names) * self.step_count

    def files(self) -> list[Path]:
        return sorted(self.path.rglob("*tfevents*"))


def scaled(preset: Preset, scale: float) -> Preset:
    """Fewer points, and the same shape: long series become shorter, where runs are what counts they become fewer."""
    if preset.runs > preset.steps:
        return Preset(max(round(preset.runs * scale), 2), preset.tags, preset.steps)
    return Preset(preset.runs, preset.tags, max(round(preset.steps * scale), 10))


def make(root: Path, name: str, *, scale: float = 1.0) -> LogdirFacts:
    """Writes the preset `name` below `root`, unless it is there already."""
    preset = scaled(PRESETS[name], scale)
    path = root / name
    wanted = asdict(preset)
    if (path / _MANIFEST).is_file():
        if json.loads((path / _MANIFEST).read_text())["preset"] == wanted:
            return read_facts(path)
        shutil.rmtree(path)
    elif path.exists():
        raise SystemExit(f"{path} is there, but not made by this script: delete it or name another folder")
    tags = [f"group{number % 3}/metric{number}" for number in range(preset.tags)]
    generator = random.Random(name)
    noise = [generator.gauss(0.0, 1.0) for _ in range(4096)]
    for run in range(preset.runs):
        _write_run(path / f"run{run:04d}", run, tags, preset.steps, noise)
    (path / _MANIFEST).write_text(json.dumps({"preset": wanted, "tags": tags}))
    return read_facts(path)


def _write_run(folder: Path, run: int, tags: Sequence[str], steps: int, noise: Sequence[float]) -> None:
    """Curves that fall with noise, differently in each run and tag."""
    with SummaryWriter(str(folder)) as writer:
        add_scalar = writer.add_scalar
        for step in range(steps):
            wall_time = _BEGAN + run * 3600.0 + step * _STEP_SECS
            falling = math.exp(-5.0 * step / steps) + 0.05
            for number, tag in enumerate(tags):
                value = (number + 1) * falling * (1.0 + 0.1 * noise[(step * 7 + number * 13 + run) & 4095])
                add_scalar(tag, value, step, wall_time)


def read_facts(path: Path) -> LogdirFacts:
    """What the script wrote to `path`."""
    manifest = json.loads((path / _MANIFEST).read_text())
    runs = tuple(sorted(entry.name for entry in path.iterdir() if entry.is_dir()))
    preset = Preset(**manifest["preset"])
    if len(runs) != preset.runs:
        raise SystemExit(f"{path} holds {len(runs)} runs, want {preset.runs}: delete it and make it again")
    size = sum(file.stat().st_size for file in path.rglob("*tfevents*"))
    return LogdirFacts(path, path.name, runs, tuple(manifest["tags"]), preset.steps, size)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("root", type=Path, help="folder for the log directories")
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the points, for a quick try")
    arguments = parser.parse_args()
    for name in arguments.presets:
        began = time.perf_counter()
        facts = make(arguments.root, name, scale=arguments.scale)
        print(
            f"{facts.path}: {len(facts.run_names):,} runs, {facts.point_count:,} points, {facts.file_bytes / 1e6:.1f} MB "
            f"({time.perf_counter() - began:.1f} s)"
        )


if __name__ == "__main__":
    main()
