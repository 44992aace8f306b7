"""The runs panel: find runs, choose what is shown, show one alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog

NAMES = ("baseline", "search/adam 0.001", "search/adam 0.1", "search/sgd 0.1")


@pytest.fixture
def four_runs(tmp_path: Path, open_log: OpenLog) -> Board:
    for place, name in enumerate(NAMES):
        LogdirBuilder(tmp_path).run(name).scalars("loss", [4.0 - place, 3.0 - place])
    board = open_log(tmp_path).open(smoothing=0)
    board.expect_shown(*NAMES)
    board.describes("loss", "4 runs")
    return board


def test_every_run_has_a_colour_of_its_own_in_panel_chart_and_inspector(four_runs: Board) -> None:
    colors = [four_runs.color(name) for name in NAMES]
    assert len(set(colors)) == len(NAMES)
    for name, color in zip(NAMES, colors, strict=True):
        four_runs.expect_painted("loss", color)
        swatch = four_runs.inspector.locator(f'th[title="{name}"] i').first
        channels = ", ".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))
        expect(swatch).to_have_css("background-color", f"rgb({channels})")


def test_a_click_hides_a_run_and_another_shows_it(four_runs: Board) -> None:
    color = four_runs.color(NAMES[0])
    four_runs.run(NAMES[0]).click()
    four_runs.expect_shown(*NAMES[1:])
    four_runs.describes("loss", "3 runs")
    four_runs.until(lambda: not four_runs.paints("loss", color), "its line is gone")
    expect(four_runs.page.get_by_role("contentinfo")).to_contain_text("4 runs, 3 shown")
    four_runs.run(NAMES[0]).click()
    four_runs.expect_shown(*NAMES)
    four_runs.describes("loss", "4 runs")
    four_runs.expect_painted("loss", color)
    assert four_runs.color(NAMES[0]) == color


def test_words_filter_in_any_order(four_runs: Board) -> None:
    box = four_runs.runs_panel.get_by_role("searchbox")
    box.fill("0.1 search")
    expect(four_runs.runs).to_have_count(2)
    four_runs.expect_shown("search/adam 0.1", "search/sgd 0.1")
    four_runs.describes("loss", "2 runs")
    box.fill("nothing of that name")
    expect(four_runs.runs_panel).to_contain_text("No run matches.")
    expect(four_runs.page.get_by_role("main")).to_contain_text("No run is shown.")
    box.press("Escape")
    four_runs.expect_shown(*NAMES)


def test_a_regular_expression_filters_and_a_wrong_one_is_said(four_runs: Board) -> None:
    box = four_runs.runs_panel.get_by_role("searchbox")
    box.fill("/^search\\/.*0\\.1$/")
    four_runs.expect_shown("search/adam 0.1", "search/sgd 0.1")
    box.fill("/(/")
    expect(four_runs.runs_panel).to_contain_text("Not a regular expression")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(four_runs.runs).to_have_count(4)


@pytest.mark.parametrize("way", ["button", "double click", "alt click"])
def test_one_run_can_be_shown_alone_and_the_others_come_back(four_runs: Board, way: str) -> None:
    four_runs.run(NAMES[3]).click()
    four_runs.expect_shown(*NAMES[:3])
    alone = four_runs.run(NAMES[1])

    def act() -> None:
        if way == "button":
            alone.hover()
            alone.get_by_role("button", name=re.compile("only|back")).click()
        elif way == "double click":
            alone.dblclick()
        else:
            alone.click(modifiers=["Alt"])

    act()
    four_runs.expect_shown(NAMES[1])
    four_runs.describes("loss", "loss: 1 run,")
    act()
    four_runs.expect_shown(*NAMES[:3])


def test_all_and_none_by_button_and_by_key(four_runs: Board) -> None:
    box = four_runs.runs_panel.get_by_role("checkbox", name="runs shown")
    box.click()
    four_runs.expect_shown()
    expect(four_runs.page.get_by_role("main")).to_contain_text("No run is shown. Choose runs at the left.")
    expect(box).to_have_attribute("aria-checked", "false")
    box.click()
    four_runs.expect_shown(*NAMES)
    four_runs.run(NAMES[0]).click()
    expect(box).to_have_attribute("aria-checked", "mixed")
    four_runs.page.keyboard.press("n")
    four_runs.expect_shown()
    four_runs.page.keyboard.press("a")
    four_runs.expect_shown(*NAMES)


def test_all_and_none_keep_to_what_passes_the_filter(four_runs: Board) -> None:
    search = four_runs.runs_panel.get_by_role("searchbox")
    search.fill("adam")
    four_runs.runs_panel.get_by_role("checkbox", name="runs shown").click()
    four_runs.expect_shown()
    search.fill("")
    four_runs.expect_shown("baseline", "search/sgd 0.1")


def test_a_folder_shows_hides_and_folds_its_runs(four_runs: Board) -> None:
    folder = four_runs.run("search, 3 runs")
    folder.click()
    four_runs.expect_shown("baseline")
    expect(folder).to_have_attribute("aria-checked", "false")
    folder.click()
    four_runs.expect_shown(*NAMES)
    folder.get_by_role("button", name="Close search").click()
    expect(four_runs.runs).to_have_count(1)
    expect(folder).to_have_attribute("aria-expanded", "false")
    # Folded away is not hidden.
    four_runs.describes("loss", "4 runs")
    folder.get_by_role("button", name="Open search").click()
    four_runs.runs_panel.get_by_role("button", name="Group by folder").click()
    expect(four_runs.runs_panel.get_by_role("treeitem")).to_have_count(4)


def test_the_metric_beside_the_runs_can_be_chosen(four_runs: Board) -> None:
    expect(four_runs.run("baseline").locator(".value")).to_have_text("3")
    expect(four_runs.run("search/sgd 0.1").locator(".value")).to_have_text("0")
