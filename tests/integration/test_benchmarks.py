"""The benchmarks run, on small log directories: their figures there say nothing, but that they exist does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(module: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        check=True, capture_output=True, text=True, timeout=60, cwd=ROOT, env={**os.environ},
    ).stdout  # fmt: skip


def figures_of(output: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(output[output.index("{") :])
    return found


def test_a_few_predictions_are_explored() -> None:
    figures = figures_of(run("bench_evaluation", "--rows", "2000", "--requests", "2"))
    assert figures["rows"] == 2000
    for gesture in ("drag the threshold", "open a cell", "choose a class", "image of a row"):
        assert figures[gesture]["ms"] > 0  # type: ignore[index]


def test_data_is_made_once_and_read_by_all_three(tmp_path: Path) -> None:
    small = (str(tmp_path), "--scale", "0.002", "--presets", "scalars-1m")
    assert "10 runs, 2,000 points" in run("make_data", *small)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*tfevents*")}
    assert len(files) == 10
    figures = figures_of(run("bench_ingest", *small, "--rounds", "1"))
    assert figures["points"] == 2000
    for name in ("glassboard_secs", "tensorboard_rust_secs", "crc32c_secs", "times_as_long_as_a_crc32c_pass"):
        assert figures[name] > 0  # type: ignore[operator]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*tfevents*")} == files


def test_graphs_of_both_kinds_are_opened() -> None:
    find = [sys.executable, str(ROOT / "scripts" / "find_browser.py")]
    browser = (
        os.environ.get("GLASSBOARD_BROWSER")
        or subprocess.run(find, check=True, capture_output=True, text=True).stdout.strip()
    )
    small = ("--nodes", "400", "--rounds", "1", "--no-tensorboard", "--browser", browser)
    figures = figures_of(run("bench_graph", *small))
    for name in ("nested", "flat"):
        assert figures[name]["nodes"] >= 400  # type: ignore[index]
        assert figures[name]["open_ms"] > 0  # type: ignore[index]
        assert figures[name]["open_module_ms"] > 0  # type: ignore[index]
