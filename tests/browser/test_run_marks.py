"""What a person does to the runs in the panel: sorts, pins, colours, puts away. The files stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board
from .conftest import OpenLog


@pytest.fixture
def three_runs(tmp_path: Path, open_log: OpenLog) -> Board:
    builder = LogdirBuilder(tmp_path)
    for name, loss, count in (("a lr=0.1", 3.0, 20), ("b lr=0.2", 1.0, 40), ("c lr=0.1", 2.0, 30)):
        builder.run(name).scalars("loss", [loss] * count)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "3 runs")
    return board


def names(board: Board) -> list[str]:
    return [str(row.get_attribute("aria-label")) for row in board.runs.all()]


def command(board: Board, name: str) -> None:
    board.runs_panel.get_by_role("button", name="More for the runs").click()
    board.page.get_by_role("menu").get_by_text(name).click()


def open_run(board: Board, name: str) -> None:
    board.run(name).click(button="right")
    expect(board.page.get_by_role("dialog", name=name)).to_be_visible()


def test_runs_are_sorted_by_what_is_asked_for(three_runs: Board) -> None:
    a, b, c = "a lr=0.1", "b lr=0.2", "c lr=0.1"
    for by, order in (
        ("metric, best first", [b, c, a]),
        ("most points first", [b, c, a]),
        ("name", [a, b, c]),
    ):
        command(three_runs, f"Sort: {by}")
        three_runs.until(lambda order=order: names(three_runs) == order, f"runs stand by {by}")
    command(three_runs, "Sort: metric, best first")
    three_runs.page.reload()
    three_runs.until(lambda: names(three_runs) == [b, c, a], "the order is kept")


def test_a_pinned_run_stands_at_the_top(three_runs: Board) -> None:
    open_run(three_runs, "c lr=0.1")
    three_runs.page.get_by_role("dialog").get_by_role("button", name="Pin to the top").click()
    three_runs.page.keyboard.press("Escape")
    three_runs.until(lambda: names(three_runs)[0] == "c lr=0.1", "the pinned run is first")
    three_runs.page.reload()
    three_runs.until(lambda: names(three_runs)[:1] == ["c lr=0.1"], "and stays first")
    three_runs.run("c lr=0.1").click()
    three_runs.page.get_by_role("tree").focus()
    three_runs.page.keyboard.press("p")
    three_runs.until(lambda: names(three_runs)[0] == "a lr=0.1", "the key takes the pin away")


def test_a_run_takes_the_colour_that_it_is_given(three_runs: Board) -> None:
    own = three_runs.color("b lr=0.2")
    open_run(three_runs, "b lr=0.2")
    dialog = three_runs.page.get_by_role("dialog")
    dialog.get_by_label("Any other").fill("#ff00ff")
    three_runs.page.keyboard.press("Escape")
    three_runs.becomes(lambda: three_runs.color("b lr=0.2"), "#ff00ff", "the run has the colour")
    three_runs.expect_painted("loss", "#ff00ff")
    open_run(three_runs, "b lr=0.2")
    dialog.get_by_role("button", name="Back to its own").click()
    three_runs.becomes(lambda: three_runs.color("b lr=0.2"), own, "its own colour again")


def test_a_pattern_gives_runs_one_colour(three_runs: Board) -> None:
    command(three_runs, "Colour by pattern…")
    box = three_runs.page.get_by_label("Pattern of colours")
    box.fill("lr=(")
    expect(three_runs.page.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "Not a regular expression"
    )
    box.fill("lr=(\\S+)")
    three_runs.page.keyboard.press("Escape")

    def colors() -> list[str]:
        return [three_runs.color(name) for name in ("a lr=0.1", "b lr=0.2", "c lr=0.1")]

    three_runs.until(lambda: colors()[0] == colors()[2] != colors()[1], "one rate, one colour")
    command(three_runs, "Give up all colours that were set")
    three_runs.until(lambda: len(set(colors())) == 3, "each has its own again")


def test_a_run_in_the_trash_is_gone_from_the_page_and_comes_back_and_its_files_never_change(
    three_runs: Board, tmp_path: Path
) -> None:
    def files() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}

    before = files()
    open_run(three_runs, "a lr=0.1")
    three_runs.page.get_by_role("dialog").get_by_role("button", name="Put into the trash").click()
    three_runs.describes("loss", "2 runs")
    three_runs.becomes(lambda: names(three_runs), ["b lr=0.2", "c lr=0.1"], "the run is not listed")
    three_runs.runs_panel.get_by_role("button", name="Undo").click()
    three_runs.describes("loss", "3 runs")
    three_runs.page.get_by_role("tree").focus()
    three_runs.page.keyboard.press("Home")
    three_runs.page.keyboard.press("Delete")
    three_runs.describes("loss", "2 runs")
    three_runs.page.reload()
    three_runs.describes("loss", "2 runs")
    command(three_runs, "Trash (1)…")
    three_runs.page.get_by_role("button", name="Restore a lr=0.1").click()
    three_runs.page.keyboard.press("Escape")
    three_runs.describes("loss", "3 runs")
    assert files() == before
