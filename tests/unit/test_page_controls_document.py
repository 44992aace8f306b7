"""The table of the page's controls: every control names tests, and those tests are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/reference/page-controls.md").read_text(encoding="utf-8")
VIEWS = (ROOT / "web/src/app/views.ts").read_text(encoding="utf-8")

_TEST = re.compile(r"`([\w/.]+\.(?:py|ts))`")


def rows() -> list[list[str]]:
    """The cells of every row of a control: its name first, its tests last."""
    cells = [
        re.split(r"(?<!\\) \| ", line.strip("| ")) for line in DOCUMENT.splitlines() if line.startswith("| ")
    ]
    return [row for row in cells if row[0] != "control"]


def file_of(test: str) -> Path:
    return ROOT / ("tests" if test.endswith(".py") else "web/src") / test


def test_every_control_names_a_test() -> None:
    assert len(rows()) > 150
    assert [row[0] for row in rows() if not _TEST.search(row[-1]) or "none yet" in row[-1]] == []


def test_every_test_that_is_named_is_there() -> None:
    named = {test for row in rows() for test in _TEST.findall(row[-1])}
    assert {test for test in named if not file_of(test).is_file()} == set()


def test_every_view_has_its_controls_here() -> None:
    titles = re.findall(r'title: "([^"]+)"', VIEWS)
    assert len(titles) >= 10
    headings = " and ".join(re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE))
    assert [title for title in titles if title not in headings] == []
