"""The whole of a chart below it while it is zoomed: the window is moved, resized and drawn anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog

POINTS = 2001


@pytest.fixture
def zoomed(tmp_path: Path, open_log: OpenLog) -> Board:
    """One long run, zoomed to the steps 500 to 1,000."""
    LogdirBuilder(tmp_path).run("long").scalars("loss", [1.0 / (1 + step) for step in range(POINTS)])
    board = open_log(tmp_path).open(smoothing=0, link="true", v_x="500..1000")
    board.until(lambda: board.axes("loss")[:2] == (500, 1000), "the link zooms")
    return board


def strip(board: Board) -> Locator:
    return board.page.get_by_role("group", name="Whole of loss")


def drag(board: Board, first: float, last: float) -> None:
    """From one step of the whole to another."""
    box = board.place(strip(board))
    places = [box["x"] + step / (POINTS - 1) * box["width"] for step in (first, last)]
    board.page.mouse.move(places[0], box["y"] + box["height"] / 2)
    board.page.mouse.down()
    board.page.mouse.move(places[1], box["y"] + box["height"] / 2, steps=4)
    board.page.mouse.up()


def test_the_window_is_moved_resized_drawn_and_left(zoomed: Board) -> None:
    def shows(low: float, high: float) -> None:
        zoomed.until(
            lambda: zoomed.axes("loss")[:2] == pytest.approx((low, high), abs=12), f"{low} to {high} is shown"
        )

    drag(zoomed, 750, 1250)
    shows(1000, 1500)
    drag(zoomed, 1500, 1800)
    shows(1000, 1800)
    drag(zoomed, 1000, 1400)
    shows(1400, 1800)
    drag(zoomed, 200, 600)
    shows(200, 600)
    # Beyond the end it stops.
    drag(zoomed, 400, 5000)
    shows(1600, 2000)
    zoomed.page.mouse.move(5, 5)
    strip(zoomed).dblclick()
    zoomed.until(lambda: zoomed.axes("loss")[:2] == (0, POINTS - 1), "everything is shown")
    expect(strip(zoomed)).to_have_count(0)


def test_the_window_is_moved_by_keys(zoomed: Board) -> None:
    window = strip(zoomed).get_by_role("slider", name="Part that is shown")
    expect(window).to_have_attribute("aria-valuetext", "500 to 1k")
    window.press("ArrowRight")
    zoomed.until(lambda: zoomed.axes("loss")[:2] == (550, 1050), "a tenth of the window")
    window.press("End")
    zoomed.until(lambda: zoomed.axes("loss")[:2] == (1500, 2000), "to the end")
    begin = strip(zoomed).get_by_role("slider", name="Begin of what is shown")
    begin.press("Shift+ArrowLeft")
    zoomed.until(lambda: zoomed.axes("loss")[:2] == (1250, 2000), "an edge alone")
    begin.press("Escape")
    zoomed.until(lambda: zoomed.axes("loss")[:2] == (0, POINTS - 1), "everything is shown")


def test_without_it_the_chart_keeps_its_height(zoomed: Board) -> None:
    expect(strip(zoomed)).to_be_visible()
    before = zoomed.place(zoomed.card("loss"))
    zoomed.toolbar.get_by_role("button", name="More for Scalars").click()
    zoomed.page.get_by_role("menuitemcheckbox", name="The whole small below zoomed charts").click()
    expect(strip(zoomed)).to_have_count(0)
    zoomed.becomes(lambda: zoomed.place(zoomed.card("loss")), before, "the card keeps its size")
    zoomed.page.reload()
    zoomed.until(lambda: zoomed.axes("loss")[:2] == (500, 1000), "still zoomed")
    expect(strip(zoomed)).to_have_count(0)
