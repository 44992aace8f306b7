"""Brushing among more runs than are drawn as curves: what is kept is drawn and counted at once, the table follows; values
of every type among them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from glassboard.testing import LogdirBuilder

from .board import Board, Serve
from .search import brush, brushed, choose, link_of, nan, opened, rows

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
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    root = tmp_path_factory.mktemp("crowd")
    log = LogdirBuilder(root)
    for number in range(RUNS):
        values = {"rate": number / RUNS, "width": float(number * 37 % RUNS), "depth": float(number % 7)}
        log.run(f"r{number:03d}").hparams(values, metrics=[("", "accuracy")]).scalars(
            "accuracy", [number / RUNS]
        )
    return serve(root)


@pytest.fixture
def board(url: str, page: Page) -> Board:
    board = Board(page, url).open(view="hparams")
    expect(kept(board)).to_have_text(f"{RUNS} runs")
    expect(rows(board).locator(".best")).to_be_visible()
    return board


def kept(board: Board) -> Locator:
    return brushed(board).get_by_role("status")


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


@pytest.fixture(scope="module")
def odd_url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    """1,200 runs, each with a text of its own; a hyperparameter of every type, one that is nowhere finite."""
    root = tmp_path_factory.mktemp("odd")
    log = LogdirBuilder(root)
    mixed = (0.1, "auto", True, False, "0.1", nan, float("inf"), "🙂" * 300, "")
    for number in range(1_200):
        values = {"mixed": mixed[number % len(mixed)], "note": f"trial {number}", "gone": nan}
        if number % 3 == 0:
            del values["gone"]
        log.run(f"r{number:04d}").hparams(values).scalars("accuracy", [number / 1_200])
    return serve(root)


def test_mixed_types_and_thousands_of_texts_have_places_brushes_and_filters(page: Page, odd_url: str) -> None:
    board = Board(page, odd_url)
    opened(board, columns=["h:mixed", "h:note", "h:gone", "m:best:|accuracy"])
    expect(brushed(board)).to_contain_text("1,200 runs")
    # An axis of a thousand texts has a few labels, and a brush over hundreds of them a short link.
    expect(page.locator("svg .tick").first).to_be_attached()
    assert page.locator("svg .tick").count() < 80
    brush(board, "h:note", 0.25, 0.5)
    expect(brushed(board)).to_contain_text(re.compile(r"(29|30)\d of 1,200 kept by brush"))
    kept = brushed(board).get_by_role("status").inner_text()

    def in_link() -> int:
        brushes: Any = link_of(board).get("brushes", {})
        ((first, last),) = brushes.get("h:note", {}).get("spans", [("trial 0", "trial 0")])
        return int(last.split()[1]) - int(first.split()[1]) + 1

    board.becomes(in_link, int(kept.split()[0]), "the brush is in the link")
    assert len(page.url) < 1_000
    page.reload()
    expect(brushed(board).get_by_role("status")).to_have_text(kept)
    brushed(board).get_by_role("button", name="Clear").click()
    # A text that reads as a number is no number, and truth values are neither.
    choose(board, "Column mixed", "Filter…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="0.1", exact=True)).to_have_count(2)
    dialog.get_by_role("checkbox", name="0.1", exact=True).first.check()
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("group", name="Filtered runs")).to_contain_text("1,066 filtered out")
    page.get_by_role("combobox", name="Colour by").select_option("h:note")
    page.get_by_text("Importance", exact=True).first.click()
    expect(
        page.get_by_role("list", name="Importance").or_(page.get_by_text("Nothing can be said")).first
    ).to_be_visible()
