"""The schema in the repository, from which the page's types are generated, is that of the server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_schema_has_not_drifted(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.json"
    command = [sys.executable, str(ROOT / "scripts" / "openapi.py"), str(fresh)]
    subprocess.run(command, check=True, timeout=60)
    kept = (ROOT / "web" / "openapi.json").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(fresh.read_text(encoding="utf-8")), "run `make gen`"


def test_the_page_s_types_have_not_drifted(tmp_path: Path) -> None:
    """Generates the types again from the schema in the repository, as `npm run gen` does."""
    fresh = tmp_path / "schema.gen.ts"
    tool = ROOT / "web" / "node_modules" / ".bin" / "openapi-typescript"
    command = [str(tool), "openapi.json", "--default-non-nullable", "false", "--output", str(fresh)]
    subprocess.run(command, check=True, timeout=60, capture_output=True, cwd=ROOT / "web")
    kept = (ROOT / "web" / "src" / "api" / "schema.gen.ts").read_text(encoding="utf-8")
    assert kept == fresh.read_text(encoding="utf-8"), "run `make gen`"
