"""The Histograms and Distributions views: what was logged is what is drawn and told."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board
from .conftest import OpenLog

STEPS = 10

# Opaque enough pixels in every row of the canvas, as a share of its width.
_ROWS = """
(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const rows = new Array(height).fill(0);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) if (data[4 * (y * width + x) + 3] > 20) rows[y] += 1 / width;
  return rows;
}
"""


@pytest.fixture
def moving(tmp_path: Path, open_log: OpenLog) -> Board:
    """At step 100 n, four values of which the least is n, the median n + 1.5 and the largest n + 4."""
    run = LogdirBuilder(tmp_path).run("train")
    for step in range(STEPS):
        limits = [float(step + edge) for edge in (1, 2, 3, 4)]
        run.histogram("weights", [float(step), *limits], [0.0, 1.0, 2.0, 1.0, 0.0], step=step * 100)
    return open_log(tmp_path)


def body(board: Board) -> Locator:
    return board.card("weights").get_by_role("application")


def rows(board: Board) -> list[float]:
    painted: list[float] = body(board).locator("canvas").evaluate(_ROWS)
    return painted


def fact(board: Board, name: str) -> str:
    term = board.inspector.locator("dt").filter(has_text=name)
    return term.locator("xpath=following-sibling::dd[1]").inner_text()


def test_a_card_says_how_many_steps_there_are_once_it_knows(moving: Board) -> None:
    held: list[Route] = []
    moving.page.route("**/api/v1/histograms?*", lambda route: held.append(route), times=1)
    moving.open(view="histograms")
    note = moving.card("weights").locator("header .note")
    moving.until(lambda: held, "the histograms are asked for")
    expect(note).to_have_text("")
    held[0].continue_()
    expect(note).to_have_text("10 steps")


def test_every_way_of_drawing_paints_and_the_link_keeps_it(moving: Board) -> None:
    moving.open(view="histograms")
    expect(body(moving)).to_have_attribute(
        "aria-label", "weights of train: 10 histograms, steps 0 to 900, median 10.5 at the end."
    )
    pictures = []
    for way in ("Offset", "Overlay", "Heat map"):
        moving.toolbar.get_by_role("radio", name=way).check()
        moving.until(lambda: sum(rows(moving)) > 1 and rows(moving) not in pictures, f"{way} is drawn")
        pictures.append(rows(moving))
    moving.toolbar.get_by_role("button", name="Log counts").click()
    moving.until(lambda: rows(moving) not in pictures, "log counts change the picture")
    moving.until(
        lambda: "v.histograms=heat" in moving.page.url and "v.counts=log" in moving.page.url, "in the link"
    )
    moving.page.reload()
    expect(moving.toolbar.get_by_role("radio", name="Heat map")).to_be_checked()


def test_what_is_under_the_pointer_is_told_and_chosen(moving: Board) -> None:
    moving.open(view="distributions")
    moving.until(lambda: sum(rows(moving)) > 1, "the bands are drawn")
    box = moving.place(body(moving))
    moving.page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 100)
    expect(moving.inspector).to_contain_text("step 900")
    moving.becomes(
        lambda: [fact(moving, name) for name in ("values", "min", "median", "max")],
        ["4", "9", "10.5", "13"],
        "what the histogram holds",
    )
    moving.page.mouse.down()
    moving.page.mouse.up()
    moving.until(lambda: "step=900" in moving.page.url, "the page's step is chosen")
    body(moving).focus()
    moving.page.keyboard.press("ArrowLeft")
    moving.until(lambda: "step=800" in moving.page.url, "and moved by keys")
    moving.becomes(lambda: fact(moving, "median"), "9.5", "the histogram of that step")
