"""Brushing among more runs than are drawn as curves: what is kept is drawn and counted at once, the table follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from glassboard.server.local import LocalServer
from glassboard.testing import LogdirBuilder

from .board import Board

RUNS = 600

# Opaqueness of all pixels of the canvas of the runs that are kept.
_INK = """
() => {
  const canvas = document.querySelectorAll(".plot canvas")[1];
  if (!canvas?.width) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0;
  for (let at = 3; at < data.length; at += 4) ink += data[at];
  return ink;
}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("crowd")
    log = LogdirBuilder(root)
    for number in range(RUNS):
        values = {"rate": number / RUNS, "width": float(number * 37 % RUNS), "depth": float(number % 7)}
        log.run(f"r{number:03d}").hparams(values, metrics=[("", "accuracy")]).scalars(
            "accuracy", [number / RUNS]
        )
    with LocalServer(root, port=0) as server:
        yield server.url


@pytest.fixture
def board(url: str, page: Page) -> Board:
    board = Board(page, url).open(view="hparams")
    expect(kept(board)).to_have_text(f"{RUNS} runs")
    expect(rows(board).locator(".best")).to_be_visible()
    return board


def kept(board: Board) -> Locator:
    return board.page.get_by_role("group", name="Brushed runs").get_by_role("status")


def rows(board: Board) -> Locator:
    grid = board.page.get_by_role("grid", name="Runs and what they reached")
    return grid.locator("[id^=hparams-row-]")


def ink(board: Board) -> int:
    """Once nothing more is drawn."""
    seen = [-1]

    def rests() -> bool:
        seen.append(board.page.evaluate(_INK))
        return seen[-1] > 0 and seen[-8:] == seen[-1:] * 8

    board.until(rests, "the lines are drawn")
    return seen[-1]


def test_lines_and_count_follow_a_brush_and_rows_follow_when_it_rests(board: Board) -> None:
    every = ink(board)
    axis = board.page.locator('[data-axis="h:rate"]').bounding_box()
    assert axis
    x = axis["x"] + axis["width"] / 2
    board.page.mouse.move(x, axis["y"] + axis["height"] * 0.5)
    board.page.mouse.down()
    board.page.mouse.move(x, axis["y"] + axis["height"] * 0.75, steps=5)
    expect(kept(board)).to_have_text(re.compile(r"\d+ of 600 kept by brush"))
    few = ink(board)
    assert 0 < few < every
    # Held but not let go: the rows are those of the runs that are kept, none of the upper half.
    expect(rows(board).first).not_to_contain_text("r599")
    expect(rows(board).first).to_contain_text(re.compile("r[0-3]"))
    board.page.mouse.move(x, axis["y"] + axis["height"] * 0.95, steps=5)
    more = ink(board)
    assert few < more < every
    board.page.mouse.up()
    count = int((kept(board).text_content() or "").split()[0])
    assert 150 < count < 300
    expect(board.page.get_by_role("grid", name="Runs and what they reached")).to_have_attribute(
        "aria-rowcount", str(count + 1)
    )
    # What comes again is drawn as it was.
    board.page.get_by_role("group", name="Brushed runs").get_by_role("button", name="Clear").click()
    expect(kept(board)).to_have_text(f"{RUNS} runs")
    assert ink(board) == every


def test_lines_take_the_colours_of_another_column_and_of_the_dark_theme(board: Board) -> None:
    picture = """() => document.querySelectorAll(".plot canvas")[1].toDataURL()"""
    ink(board)
    before = board.page.evaluate(picture)
    board.page.get_by_role("combobox", name="Colour by").select_option("h:depth")
    board.until(lambda: board.page.evaluate(picture) != before, "other colours")
    ink(board)
    light = board.page.evaluate(picture)
    board.page.emulate_media(color_scheme="dark")
    board.until(lambda: board.page.evaluate(picture) != light, "the colours of the dark theme")
