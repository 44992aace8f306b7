"""Where figures go: one JSON file a day and machine, to which every benchmark adds its part."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine_facts, machine_name

__all__ = ["RESULTS", "Figures", "median", "percentile", "write_results"]

RESULTS = Path(__file__).parent / "results"

Figures = dict[str, object]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def write_results(benchmark: str, figures: Figures, *, folder: Path = RESULTS, keep: bool = False) -> Path:
    """Puts the figures of one benchmark beside those of the others of this day.

    An earlier run of it is replaced; with `keep`, for one of which parts run alone, only the figures that there are anew.
    """
    now = datetime.now(UTC)
    path = folder / f"{now:%Y-%m-%d}-{machine_name()}.json"
    folder.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known["machine"] = machine_facts()
    before = known.get(benchmark, {}) if keep else {}
    known[benchmark] = {**before, "finished_at": f"{now:%Y-%m-%dT%H:%MZ}", **figures}
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return path
