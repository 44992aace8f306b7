"""Columns beside the runs: chosen, sorted, filtered, widened, moved, coloured by, and as a table over the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard import SummaryWriter

from .board import Board, OpenLog
from .test_run_marks import names

RATES = {"a": 0.1, "b": 0.001, "c": 0.01}


@pytest.fixture
def search(tmp_path: Path, open_log: OpenLog) -> Board:
    for place, (name, rate) in enumerate(RATES.items()):
        with SummaryWriter(tmp_path / name) as writer:
            writer.add_hparams(
                {"lr": rate, "optimizer": "adam" if place else "sgd"}, {"reached": float(place)}
            )
            for step in range(3):
                writer.add_scalar("loss", 3.0 - place - step / 10, step)
    with SummaryWriter(tmp_path / "plain") as writer:
        writer.add_scalar("loss", 9.0, 0)
    board = open_log(tmp_path).open(smoothing=0)
    expect(board.runs).to_have_count(4)
    return board


def choose(board: Board, *labels: str) -> None:
    board.page.get_by_role("button", name="More for the runs").click()
    board.page.get_by_role("menuitem", name="Choose columns…").click()
    dialog = board.page.get_by_role("dialog", name="Columns of the runs")
    for label in labels:
        dialog.get_by_role("checkbox", name=label, exact=True).check()
    board.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def in_column(board: Board, name: str, command: str) -> None:
    board.runs_panel.get_by_role("button", name=f"Column {name}").click()
    board.page.get_by_role("menu").get_by_text(command, exact=True).click()


def cells(board: Board, run: str) -> list[str]:
    return board.run(run).locator(".cell").all_inner_texts()


def test_columns_are_chosen_sorted_moved_and_kept_in_the_link(search: Board) -> None:
    choose(search, "lr", "optimizer", "last step")
    search.page.keyboard.press("w")
    expect(search.runs_panel.get_by_role("button", name="Column lr")).to_be_visible()
    search.until(lambda: cells(search, "b") == ["1e-3", "adam", "2"], "the columns say what was logged")
    search.becomes(lambda: cells(search, "plain"), ["", "", "0"], "what was not logged is empty")
    expect(search.run("b")).to_have_attribute("aria-description", "lr 1e-3, optimizer adam, last step 2")
    search.runs_panel.get_by_role("button", name="lr", exact=True).click()
    search.until(lambda: names(search) == ["b", "c", "a", "plain"], "least first, what is missing last")
    search.runs_panel.get_by_role("button", name=re.compile("^lr")).first.click()
    search.until(lambda: names(search) == ["a", "c", "b", "plain"], "greatest first")
    in_column(search, "lr", "Move to the right")
    in_column(search, "lr", "Wider")
    search.until(lambda: cells(search, "b") == ["adam", "1e-3", "2"], "moved")
    cell = search.run("b").locator(".cell").nth(1)
    search.becomes(lambda: search.place(cell)["width"], 84 + 24, "wider")
    search.runs_panel.get_by_role("button", name="Column last step").locator("..").locator("..").drag_to(
        search.runs_panel.get_by_role("button", name="Column optimizer").locator("..").locator("..")
    )
    search.until(lambda: cells(search, "b") == ["2", "adam", "1e-3"], "dragged to the front")
    search.page.keyboard.press("Escape")
    expect(search.page.get_by_role("main")).not_to_have_attribute("inert", "")
    search.in_link("columns=", "by=-hparam")
    search.page.reload()
    search.until(lambda: names(search) == ["a", "c", "b", "plain"], "the link keeps the order")


def test_filters_by_interval_and_by_value_and_with_what_has_none(search: Board) -> None:
    choose(search, "lr", "optimizer")
    search.page.keyboard.press("w")
    in_column(search, "lr", "Filter…")
    dialog = search.page.get_by_role("dialog", name="Filter by lr")
    dialog.get_by_label("At most").fill("0.05")
    dialog.get_by_label("At most").press("Enter")
    expect(dialog).to_contain_text("2 of 4 runs pass")
    dialog.get_by_role("checkbox", name="Include runs without it").check()
    expect(dialog).to_contain_text("3 of 4 runs pass")
    search.page.keyboard.press("Escape")
    search.until(lambda: names(search) == ["b", "c", "plain"], "the interval holds")
    search.page.keyboard.press("Escape")
    search.describes("loss", "3 runs")
    search.until(lambda: "where=" in search.page.url, "the link holds the filter")
    search.page.reload()
    search.describes("loss", "3 runs")
    chips = search.runs_panel.get_by_role("list", name="Filters of the runs")
    expect(chips).to_contain_text("at most 0.05, or none")
    search.runs_panel.get_by_role("button", name="Take away the filter by lr").click()
    search.describes("loss", "4 runs")
    search.page.keyboard.press("w")
    in_column(search, "optimizer", "Filter…")
    search.page.get_by_role("dialog").get_by_role("checkbox", name=re.compile("adam")).uncheck()
    search.page.keyboard.press("Escape")
    search.until(lambda: names(search) == ["a"], "one value is left")


def test_runs_of_one_value_have_one_colour(search: Board) -> None:
    choose(search, "optimizer")
    search.page.keyboard.press("w")
    in_column(search, "optimizer", "Colour the runs by it")
    search.until(lambda: search.color("b") == search.color("c") != search.color("a"), "one colour a value")
    search.page.reload()
    search.until(lambda: search.color("b") == search.color("c") != search.color("a"), "it is kept")
