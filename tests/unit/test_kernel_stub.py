"""The stub in the repository is the one that the extension gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_stub_matches_the_extension() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "kernel" / "stub.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
