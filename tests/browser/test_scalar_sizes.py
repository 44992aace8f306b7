"""How wide charts are, how many of a group are shown at a time, and which runs' data are downloaded."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog

TAGS = 30


@pytest.fixture
def many(tmp_path: Path, open_log: OpenLog) -> Board:
    """Two runs, thirty tags in one group."""
    for run, level in (("a", 1.0), ("b", 2.0)):
        builder = LogdirBuilder(tmp_path).run(run)
        for tag in range(TAGS):
            builder.scalars(f"layer/{tag}", [level, float("nan"), level + tag])
    return open_log(tmp_path)


def places(board: Board) -> Locator:
    return board.page.locator("[data-card]")


def settings(board: Board) -> Locator:
    board.page.keyboard.press(",")
    return board.page.get_by_role("dialog", name="Settings")


def width(board: Board, tag: str = "layer/0") -> float:
    box = board.place(board.card(tag))
    return box["width"]


def test_groups_page_by_page_and_the_width_of_charts_are_remembered(many: Board) -> None:
    many.open()
    expect(places(many)).to_have_count(TAGS)
    settings(many).get_by_role("radio", name="12 a page").check()
    many.page.keyboard.press("Escape")
    expect(places(many)).to_have_count(12)
    pages = many.page.get_by_role("navigation", name="Pages of layer")
    expect(pages).to_contain_text("1 to 12 of 30")
    pages.get_by_role("button", name="Next page").click()
    pages.get_by_role("button", name="Next page").click()
    expect(pages).to_contain_text("25 to 30 of 30")
    expect(places(many)).to_have_count(6)
    expect(pages.get_by_role("button", name="Next page")).to_be_disabled()
    many.card("layer/29").scroll_into_view_if_needed()
    many.describes("layer/29", "a ends at")
    many.page.reload()
    expect(places(many)).to_have_count(12)
    before = width(many)
    slider = settings(many).get_by_role("slider", name="Narrowest")
    slider.fill("620")
    many.page.keyboard.press("Escape")
    many.until(lambda: width(many) > before * 1.4, "the charts are wider")
    many.page.reload()
    many.until(lambda: width(many) > before * 1.4, "and stay so")


def test_a_card_is_made_as_wide_as_the_view_by_its_button(many: Board) -> None:
    many.open(v_tags="layer/1")
    button = many.card("layer/1").get_by_role("button", name="Full width of layer/1")
    before = width(many, "layer/1")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    many.until(lambda: width(many, "layer/1") > before * 1.8, "as wide as the view")
    many.until(lambda: "v.layout" in many.page.url, "the link keeps it")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_data_of_chosen_runs_are_downloaded(many: Board) -> None:
    many.open(v_tags="layer/7")
    many.describes("layer/7", "2 runs")

    def dialog() -> Locator:
        many.card("layer/7").get_by_role("button", name="More for layer/7").click()
        many.page.get_by_role("menuitem", name="Download data of some runs…").click()
        return many.page.get_by_role("dialog", name="Download data of layer/7")

    opened = dialog()
    opened.get_by_role("checkbox", name=re.compile("^a ")).uncheck()
    expect(opened).to_contain_text("3 points, unsmoothed")
    with many.page.expect_download() as waiting:
        opened.get_by_role("button", name="Download 1 run").click()
    assert waiting.value.suggested_filename == "layer_7_b.csv"
    rows = list(csv.DictReader(waiting.value.path().read_text().splitlines()))
    assert [(row["run"], row["value"]) for row in rows] == [("b", "2"), ("b", "nan"), ("b", "9")]
    opened = dialog()
    opened.get_by_role("radio", name="JSON").check()
    with many.page.expect_download() as waiting:
        opened.get_by_role("button", name="Download 2 runs").click()
    series = json.loads(waiting.value.path().read_text())["series"]
    assert [(one["run"], [point["value"] for point in one["points"]]) for one in series] == [
        ("a", [1, "NaN", 8]),
        ("b", [2, "NaN", 9]),
    ]
