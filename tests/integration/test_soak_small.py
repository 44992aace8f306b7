"""A small helping of `make soak`: the same scenarios, a few seconds in all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCALES = {"scalars": 0.01, "images": 0.01, "threads": 0.005, "forks": 0.05, "kills": 0.02}


@pytest.mark.parametrize("scenario", SCALES)
def test_what_must_hold_holds(tmp_path, scenario):
    command = [sys.executable, "-m", "benchmarks.soak_writer", scenario, "--scale", str(SCALES[scenario])]
    done = subprocess.run(
        [*command, "--results-dir", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = tmp_path.iterdir()
    assert json.loads(result.read_text())["soak_writer"][scenario]["outcome"] == "held"
