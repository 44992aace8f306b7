"""Writes the OpenAPI schema of the HTTP API, from which the page's types are generated.

python scripts/openapi.py web/openapi.json      # or, without an argument, to standard output
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.store.memory import MemoryProvider


def schema_text() -> str:
    """The schema as stable JSON. The version of the package is no part of the interface and would only cause drift."""
    schema = create_app(MemoryProvider(), ChangeHub()).openapi()
    schema["info"]["version"] = "1"
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    text = schema_text()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
