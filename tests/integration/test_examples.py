"""Every example runs as its first lines say, in an empty folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import glassboard

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def run(name: str, folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_log_a_run_and_read_it(folder: Path) -> None:
    assert "glassboard --logdir runs" in run("log_a_run.py", folder)
    loss = glassboard.open(folder / "runs").runs["regression"].scalars("loss/train")
    assert len(loss.values) == 200
    assert loss.values[-1] < 0.02 < loss.values[0]
    told = run("read_a_log.py", folder, "runs")
    assert "regression" in told
    assert "loss/train: 200 points" in told
    assert "weights: image" in told


def test_every_example_is_tested() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if f'"{path.name}"' not in text] == []
