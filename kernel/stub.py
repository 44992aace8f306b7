"""Writes src/glassboard/_kernel.pyi from the extension that is installed.

usage: python kernel/stub.py [--check]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nanobind.stubgen import StubGen  # type: ignore[import-untyped]

from glassboard import _kernel

ROOT = Path(__file__).parents[1]
STUB = ROOT / "src" / "glassboard" / "_kernel.pyi"


def generated() -> str:
    """The stub as it should be, in the format of the repository."""
    generator = StubGen(_kernel)
    generator.put(_kernel)
    text: str = "# Generated from the extension by `make gen`; never edited.\n" + generator.get()
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(STUB), "-"]
    done = subprocess.run(ruff, input=text, text=True, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    return str(done.stdout)


def main() -> int:
    text = generated()
    if sys.argv[1:] == ["--check"]:
        if STUB.read_text() != text:
            print(f"{STUB} does not match the extension: run `make gen`", file=sys.stderr)
            return 1
        return 0
    STUB.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
