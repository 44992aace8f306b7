"""The table of the HParams view over one small search."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .board import Board, Serve
from .search import brush, brushed, choose, grid, link_of, names, opened, rows


@pytest.fixture(scope="module")
def url(searched: Path, serve: Serve) -> str:
    return serve(searched)


def test_the_table_writes_numbers_as_people_do_and_marks_the_best(board: Board) -> None:
    opened(board)
    expect(rows(board)).to_have_count(13)
    first = rows(board).first
    expect(first).to_contain_text("best")
    expect(first.get_by_role("gridcell").nth(0)).to_have_text("0.01")
    expect(first.get_by_role("gridcell").nth(1)).to_have_text("32")
    board.page.get_by_role("combobox", name="Statistic").select_option("last")
    expect(grid(board).get_by_role("columnheader").nth(5)).to_contain_text("last")
    expect(rows(board).first).to_contain_text("0.8468")
    board.page.get_by_role("combobox", name="Statistic").select_option("mean_of_last")
    board.page.get_by_label("Points of the mean").fill("2")
    board.page.get_by_label("Points of the mean").press("Enter")
    expect(grid(board)).to_contain_text("mean of last 2")
    expect(rows(board).first).to_contain_text("0.8718")
    # Those that could not learn are there, with their NaN.
    board.page.get_by_role("combobox", name="Metric", exact=True).select_option("|loss/val")
    expect(grid(board).locator(".bad", has_text="NaN")).to_have_count(2)


def test_sort_filter_and_the_link_that_keeps_them(board: Board) -> None:
    opened(board)
    grid(board).get_by_role("button", name="batch", exact=True).click()
    expect(grid(board).get_by_role("columnheader").nth(2)).to_have_attribute("aria-sort", "ascending")
    choose(board, "Column accuracy/val", "Filter…")
    dialog = board.page.get_by_role("dialog")
    dialog.get_by_label("From").fill("0.8")
    dialog.get_by_label("From").press("Enter")
    dialog.get_by_role("button", name="Done").click()
    expect(board.page.get_by_role("group", name="Filtered runs")).to_contain_text("4 filtered out")
    choose(board, "Column optimizer", "Filter…")
    board.page.get_by_role("dialog").get_by_text("Regular expression").locator("..").get_by_role(
        "textbox"
    ).fill("^a")
    board.page.get_by_role("dialog").get_by_text("Regular expression").locator("..").get_by_role(
        "textbox"
    ).press("Enter")
    board.page.get_by_role("button", name="Done").click()
    expect(rows(board)).to_have_count(4)
    listed = names(board)
    board.until(lambda: "filters" in link_of(board), "the link holds the filters")
    board.page.reload()
    expect(rows(board)).to_have_count(4)
    board.becomes(lambda: names(board), listed, "the link keeps the order")
    board.page.get_by_role("button", name="Clear filters").click()
    expect(rows(board)).to_have_count(13)


def test_groups_bring_repetitions_together(board: Board) -> None:
    opened(board)
    board.page.get_by_role("combobox", name="Group rows").select_option("h:optimizer")
    expect(rows(board)).to_have_count(3)
    expect(rows(board).filter(has_text="optimizer=sgd")).to_contain_text("6 runs")
    board.page.get_by_role("combobox", name="Over repetitions").select_option("max")
    expect(rows(board).filter(has_text="optimizer=sgd")).to_contain_text("0.8968")


def test_columns_are_chosen_and_ordered(board: Board) -> None:
    opened(board)
    board.page.get_by_role("button", name="Columns", exact=True).click()
    dialog = board.page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Status").check()
    dialog.get_by_role("button", name="Move batch up").click()
    dialog.get_by_role("checkbox", name="warmup").uncheck()
    # By drag, and back.
    dialog.get_by_role("listitem").filter(has_text="optimizer").drag_to(
        dialog.get_by_role("listitem").filter(has_text="lr").first
    )
    expect(grid(board).get_by_role("columnheader").nth(2)).to_contain_text("optimizer")
    dialog.get_by_role("button", name="Move optimizer down").click()
    expect(grid(board).get_by_role("columnheader").nth(3)).to_contain_text("optimizer")
    dialog.get_by_role("searchbox", name="Filter columns").fill("stat")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("searchbox", name="Filter columns").fill("")
    dialog.get_by_role("button", name="Close").click()
    heads = grid(board).get_by_role("columnheader")
    expect(heads.nth(1)).to_contain_text("batch")
    expect(heads.last).to_contain_text("Status")
    expect(heads.filter(has_text="warmup")).to_have_count(0)
    board.page.get_by_role("button", name="Columns", exact=True).click()
    board.page.get_by_role("button", name="Back to the page's choice").click()
    expect(grid(board).get_by_role("columnheader").filter(has_text="warmup")).to_have_count(1)
    dialog.get_by_role("checkbox", name="Status").check()
    dialog.get_by_role("button", name="Close").click()
    expect(grid(board).get_by_text("failure")).to_have_count(2)
    choose(board, "More for HParams", "Runs without hyperparameters too")
    expect(rows(board)).to_have_count(14)
    choose(board, "Column lr", "Colour by this")
    expect(board.page.get_by_role("combobox", name="Colour by")).to_have_value("h:lr")
    choose(board, "Column accuracy/val", "Less is better")
    expect(grid(board)).to_contain_text("best, least")
    choose(board, "More for HParams", "Start again")
    expect(rows(board)).to_have_count(13)


def test_rows_are_walked_shown_and_opened_by_keys_and_buttons(board: Board) -> None:
    opened(board)
    grid(board).focus()
    board.page.keyboard.press("End")
    expect(rows(board).last).to_have_attribute("aria-selected", "true")
    board.page.keyboard.press("PageUp")
    expect(rows(board).nth(2)).to_have_attribute("aria-selected", "true")
    board.page.keyboard.press("Home")
    expect(rows(board).first).to_have_attribute("aria-selected", "true")
    swatch = rows(board).first.get_by_role("button", name=re.compile("^Show .* in all views"))
    was = swatch.get_attribute("aria-pressed")
    board.page.keyboard.press("Space")
    expect(swatch).not_to_have_attribute("aria-pressed", str(was))
    swatch.click()
    expect(swatch).to_have_attribute("aria-pressed", str(was))
    board.page.keyboard.press("Escape")
    expect(rows(board).and_(board.page.locator("[aria-selected=true]"))).to_have_count(0)
    name = rows(board).nth(4).get_by_role("rowheader").get_attribute("title")
    rows(board).nth(4).hover()
    rows(board).nth(4).get_by_role("button", name="curves").click()
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    board.expect_shown(str(name))
    board.page.go_back()
    rows(board).nth(1).get_by_role("gridcell").first.dblclick()
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")


def test_the_menu_of_a_column_sorts_judges_groups_moves_and_clears(board: Board) -> None:
    opened(board)
    choose(board, "Column batch", "Sort descending")
    expect(rows(board).first.get_by_role("gridcell").nth(1)).to_have_text("128")
    choose(board, "Column batch", "Sort ascending")
    expect(rows(board).first.get_by_role("gridcell").nth(1)).to_have_text("32")
    choose(board, "Column batch", "Move right")
    expect(grid(board).get_by_role("columnheader").nth(3)).to_contain_text("batch")
    choose(board, "Column loss/val", "Judge by this")
    expect(board.page.get_by_role("combobox", name="Metric", exact=True)).to_have_value("|loss/val")
    choose(board, "Column optimizer", "Group by this")
    expect(rows(board)).to_have_count(3)
    board.page.get_by_role("button", name="Column optimizer", exact=True).click()
    board.page.get_by_role("menuitemcheckbox", name="Group by this").click()
    expect(rows(board)).to_have_count(13)
    choose(board, "Column optimizer", "Filter…")
    dialog = board.page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="adam").check()
    expect(rows(board)).to_have_count(6)
    dialog.get_by_role("checkbox", name="Undefined").check()
    expect(rows(board)).to_have_count(7)
    dialog.get_by_role("button", name="Clear").click()
    expect(rows(board)).to_have_count(13)
    dialog.get_by_role("checkbox", name="sgd").check()
    dialog.get_by_role("button", name="Done").click()
    expect(rows(board)).to_have_count(6)
    choose(board, "Column optimizer", "Clear the filter")
    expect(rows(board)).to_have_count(13)
    brush(board, "h:optimizer", 0.0, 0.5)
    expect(rows(board)).to_have_count(6)
    choose(board, "Axis optimizer", "Clear the brush")
    expect(rows(board)).to_have_count(13)


def test_session_groups_and_seeds_are_rows(board: Board) -> None:
    opened(board)
    group = board.page.get_by_role("combobox", name="Group rows")
    group.select_option("session")
    expect(rows(board)).to_have_count(13)
    group.select_option("hparams")
    expect(rows(board)).to_have_count(13)
    expect(brushed(board)).to_contain_text("13 groups")
    group.select_option("")
    expect(brushed(board)).to_contain_text("13 runs")


def test_the_table_is_saved_as_csv_json_and_latex(board: Board) -> None:
    opened(board)
    texts = {}
    for label in ("CSV", "JSON", "LaTeX"):
        with board.page.expect_download() as download:
            choose(board, "More for HParams", f"Download {label}")
        texts[label] = Path(download.value.path()).read_text(encoding="utf-8")
    found = list(csv.DictReader(io.StringIO(texts["CSV"])))
    assert len(found) == 13
    assert float(found[0]["accuracy/val (best, most)"]) == pytest.approx(0.8968)
    assert json.loads(texts["JSON"])[0]["batch"] == 32
    assert texts["LaTeX"].count("\\\\\n") == 14
    board.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(board, "More for HParams", "Copy CSV")
    expect(board.page.get_by_text("Copied 13 rows as CSV.")).to_be_visible()
    copied = board.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == texts["CSV"].splitlines()
