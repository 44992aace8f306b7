"""Links and logs that carry regular expressions made to hang the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog

HOSTILE = "(a+)+$"
"""On the names below it takes the engine longer than anybody waits."""
NAME = "a" * 60 + "!"


@pytest.fixture
def log(tmp_path: Path, open_log: OpenLog) -> Board:
    LogdirBuilder(tmp_path).run(NAME).scalars(f"{NAME}/loss", [3.0, 2.0, 1.0])
    return open_log(tmp_path)


@pytest.mark.parametrize(
    "query",
    [
        {"v_tags": f"/{HOSTILE}/"},
        {"filter": f"/{HOSTILE}/"},
        {"v_bands": f"/{HOSTILE}"},
    ],
)
def test_a_link_with_such_an_expression_opens_and_says_why_it_is_refused(
    log: Board, query: dict[str, str]
) -> None:
    log.open(**query)
    log.describes(f"{NAME}/loss", "step 0 to 2")
    if "v_tags" in query:
        expect(log.toolbar.get_by_role("searchbox")).to_have_attribute("aria-invalid", "true")
    if "filter" in query:
        expect(log.runs_panel.get_by_role("searchbox")).to_have_attribute("aria-invalid", "true")


def test_a_chart_of_such_an_expression_says_so_in_its_place(log: Board) -> None:
    charts = json.dumps(
        [{"title": "made", "kind": "multiline", "tags": [HOSTILE], "series": [], "category": "c"}]
    )
    log.open(view="custom_scalars", v_charts=charts)
    expect(log.page.get_by_role("note")).to_contain_text("could take for ever")
