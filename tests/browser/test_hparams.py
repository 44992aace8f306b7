"""The HParams view: parallel coordinates, scatter matrix and importance over one small search."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FloatRect, expect

from .board import Board, Serve
from .search import axis, brush, brushed, choose, grid, link_of, names, opened, rows


@pytest.fixture(scope="module")
def url(searched: Path, serve: Serve) -> str:
    return serve(searched)


def dot_chosen(board: Board, cell: FloatRect) -> bool:
    """Presses down a quarter of a cell until it meets a dot."""
    for at in range(4, int(cell["height"]), 3):
        board.page.mouse.click(cell["x"] + cell["width"] / 4 + 2, cell["y"] + at)
        if rows(board).and_(board.page.locator("[aria-selected=true]")).count():
            return True
        if not board.page.get_by_role("button", name="All pairs").is_visible():
            board.page.get_by_role("combobox", name="Enlarge a pair").select_option(index=0)
            board.page.get_by_role("combobox", name="Enlarge a pair").select_option(
                "h:optimizer\nm:best:|accuracy/val"
            )
    return False


def test_a_brush_selects_keeps_excludes_and_shows_in_every_view(board: Board) -> None:
    opened(board)
    brush(board, "h:optimizer", 0.0, 0.5)
    expect(brushed(board)).to_contain_text("6 of 13 kept by brush")
    expect(rows(board)).to_have_count(6)
    # Shift adds an interval; both columns have to agree.
    brush(board, "h:batch", -0.02, 0.3)
    expect(rows(board)).to_have_count(3)
    board.page.keyboard.down("Shift")
    brush(board, "h:batch", 0.7, 1.02)
    board.page.keyboard.up("Shift")
    expect(rows(board)).to_have_count(6)

    def intervals() -> int:
        brushes: Any = link_of(board).get("brushes", {})
        return len(brushes.get("h:batch", {}).get("ranges", []))

    board.until(lambda: intervals() == 2, "two intervals in the link")
    board.page.get_by_role("button", name="Show these runs").click()
    board.expect_shown(*(f"search/{number:02d}" for number in range(1, 12, 2)))
    board.page.get_by_role("button", name="Exclude").click()
    expect(rows(board)).to_have_count(7)
    board.page.get_by_role("button", name="Clear filters").click()
    brush(board, "h:optimizer", 0.0, 0.5)
    board.page.get_by_role("button", name="Keep", exact=True).click()
    expect(board.page.get_by_role("group", name="Filtered runs")).to_contain_text("7 filtered out")
    expect(brushed(board)).to_have_text(re.compile("^6 runs"))
    expect(brushed(board).get_by_role("button", name="Keep")).to_be_disabled()
    choose(board, "More for HParams", "Clear all filters")
    expect(rows(board)).to_have_count(13)


@pytest.mark.parametrize("context_options", [{}, {"viewport": {"width": 1024, "height": 768}}])
def test_nothing_moves_while_a_brush_is_drawn_and_the_bar_is_one_row(board: Board) -> None:
    opened(board)
    bar = board.page.get_by_role("toolbar", name="HParams", exact=True)

    def places() -> list[FloatRect]:
        return [board.place(part) for part in (bar, axis(board, "h:lr"), grid(board))]

    before = places()
    assert before[0]["height"] < 50
    brush(board, "h:optimizer", 0.0, 0.5)
    expect(brushed(board)).to_contain_text("6 of 13 kept by brush")
    assert places() == before
    # A press takes the brush away.
    box = board.place(axis(board, "h:optimizer"))
    board.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(rows(board)).to_have_count(13)
    assert places() == before
    # Everything of the bar is in sight, and no head is cut.
    for control in bar.get_by_role("combobox").or_(bar.get_by_role("button")).all():
        place = board.place(control)
        assert place["x"] + place["width"] <= before[0]["x"] + before[0]["width"]
    cut = "(heads) => heads.filter((head) => head.scrollWidth > head.clientWidth).map((head) => head.textContent)"
    assert grid(board).locator(".line, small").evaluate_all(cut) == []


def test_what_has_no_place_on_an_axis_is_drawn_and_brushed(board: Board) -> None:
    opened(board, metric="m:best:|loss/val")
    expect(rows(board).locator(".bad", has_text="NaN")).to_have_count(2)
    board.page.get_by_title("Values that have no place on this axis").last.click()
    expect(rows(board)).to_have_count(3)
    expect(rows(board).locator(".bad", has_text="NaN")).to_have_count(2)


def test_axes_have_scales_are_inverted_moved_and_hidden(board: Board) -> None:
    opened(board)
    choose(board, "Axis batch", "Quantile")
    choose(board, "Axis batch", "Invert")
    wanted = (["h:batch"], {"h:batch": "quantile"})
    board.becomes(
        lambda: tuple(map(link_of(board).get, ("inverted", "scales"))), wanted, "scale and direction"
    )
    choose(board, "Axis optimizer", "Move left")
    expect(grid(board).get_by_role("columnheader").nth(2)).to_contain_text("optimizer")
    head, first = (
        board.place(board.page.get_by_role("button", name=f"Axis {one}")) for one in ("batch", "lr")
    )
    board.page.mouse.move(head["x"] + head["width"] / 2, head["y"] + 10)
    board.page.mouse.down()
    board.page.mouse.move(first["x"] - 20, head["y"] + 10, steps=5)
    board.page.mouse.up()
    expect(grid(board).get_by_role("columnheader").nth(1)).to_contain_text("batch")
    choose(board, "Axis warmup", "Hide")
    expect(board.page.get_by_role("button", name="Axis warmup")).to_have_count(0)
    choose(board, "Axis accuracy/val", "Brush interval or values…")
    board.page.get_by_role("dialog").get_by_label("To", exact=True).fill("0.5")
    board.page.get_by_role("dialog").get_by_label("To", exact=True).press("Enter")
    board.page.get_by_role("button", name="Done").click()
    expect(rows(board)).to_have_count(3)


def test_hover_and_click_tie_line_row_and_inspector(board: Board) -> None:
    opened(board)
    rows(board).nth(3).hover()
    inspected = board.inspector.get_by_role("heading", level=2)
    expect(inspected).to_contain_text(names(board)[3].split("/")[-1])
    # The failing lines end at the bottom of the accuracy axis.
    box = board.place(axis(board, "m:best:|accuracy/val"))
    board.page.mouse.move(box["x"] - 14, box["y"] + box["height"] - 7)
    expect(inspected).not_to_contain_text(names(board)[3].split("/")[-1])
    expect(rows(board).and_(board.page.locator(".hover"))).to_have_count(1)
    rows(board).nth(1).click()
    expect(rows(board).nth(1)).to_have_attribute("aria-selected", "true")
    grid(board).press("ArrowDown")
    expect(rows(board).nth(2)).to_have_attribute("aria-selected", "true")
    expect(board.inspector).to_contain_text("optimizer")
    chosen = rows(board).nth(2).get_by_role("rowheader").get_attribute("title")
    grid(board).press("Enter")
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    assert chosen
    board.expect_shown(chosen)


def test_the_bar_chooses_the_picture_the_colour_and_a_step(board: Board) -> None:
    opened(board)
    board.page.get_by_text("Importance", exact=True).first.click()
    expect(board.page.get_by_role("combobox", name="First hyperparameter")).to_be_visible()
    board.page.get_by_text("Scatter matrix", exact=True).first.click()
    expect(board.page.get_by_role("group", name=re.compile("^Scatter matrix of 13 runs"))).to_be_visible()
    board.page.get_by_text("Parallel", exact=True).click()
    expect(axis(board, "h:lr")).to_be_attached()
    colour = board.page.get_by_role("combobox", name="Colour by")
    card = board.page.get_by_role("region", name="Parallel coordinates")
    expect(card.locator(".legend")).to_contain_text("accuracy/val")
    colour.select_option("h:optimizer")
    expect(card.locator(".legend")).to_have_text(re.compile("adam.*sgd"))
    colour.select_option("run")
    expect(card.locator(".legend")).to_have_count(0)
    board.page.get_by_role("combobox", name="Statistic").select_option("at_step")
    board.page.get_by_label("Step", exact=True).fill("0")
    board.page.get_by_label("Step", exact=True).press("Enter")
    expect(grid(board).get_by_role("columnheader").filter(has_text="at step 0").first).to_be_visible()
    expect(rows(board).first).to_contain_text("0.5")


def test_a_press_on_a_line_chooses_its_run(board: Board) -> None:
    opened(board, columns=["h:lr", "m:best:|accuracy/val"])
    box = board.place(axis(board, "m:best:|accuracy/val"))
    # The best line ends at the top of the axis.
    board.page.mouse.click(box["x"] - 2, box["y"] + 7)
    expect(rows(board).first).to_have_attribute("aria-selected", "true")


def test_the_scatter_matrix_brushes_the_same_runs_and_a_cell_grows(board: Board) -> None:
    opened(board, panel="matrix")
    plot = board.page.get_by_role("group", name="Scatter matrix")
    cell = board.page.locator('[data-cell="h:batch h:optimizer"]')
    box = board.place(cell)
    board.page.mouse.move(box["x"] + 2, box["y"] + 2)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    board.page.mouse.up()
    expect(rows(board)).to_have_count(3)
    expect(brushed(board)).to_contain_text("3 of 13")
    board.page.get_by_role("button", name="Clear", exact=True).click()
    board.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    expect(plot.get_by_role("button", name="All pairs")).to_be_visible()
    plot.get_by_role("button", name="All pairs").click()
    expect(board.page.locator("[data-cell]")).to_have_count(36)
    board.page.get_by_role("combobox", name="Enlarge a pair").select_option(
        "h:optimizer\nm:best:|accuracy/val"
    )
    expect(plot.get_by_role("button", name="All pairs")).to_be_visible()
    # Of two texts the first stands at a quarter.
    cell = board.page.locator('[data-cell="h:optimizer m:best:|accuracy/val"]')
    box = board.place(cell)
    board.until(lambda: dot_chosen(board, box), "a press on a dot chooses its run")


def test_importance_names_its_uncertainty_and_pairs_are_heat_maps(board: Board) -> None:
    opened(board, panel="importance", columns=["h:lr", "h:batch", "h:optimizer", "m:best:|accuracy/val"])
    bars = board.page.get_by_role("list", name="Importance").get_by_role("button")
    expect(bars.first).to_be_visible()
    expect(bars.first.locator("..")).to_have_attribute("title", re.compile("drawn again; chance"))
    expect(board.page.get_by_text("fANOVA")).to_be_visible()
    bars.filter(has_text="optimizer × batch").or_(bars.filter(has_text="batch × optimizer")).first.click()

    def chosen() -> list[str]:
        boxes = (
            board.page.get_by_role("combobox", name=f"{one} hyperparameter") for one in ("First", "Second")
        )
        return sorted(one.input_value() for one in boxes)

    board.becomes(chosen, ["batch", "optimizer"], "the pair is chosen")
    board.page.get_by_role("combobox", name="First hyperparameter").select_option("optimizer")
    board.page.get_by_role("combobox", name="Second hyperparameter").select_option("batch")
    one = board.page.get_by_role("button", name="optimizer sgd, batch 32: mean")
    one.click()
    expect(rows(board)).to_have_count(3)
    board.page.get_by_text("By rank").click()
    board.until(lambda: link_of(board).get("rank") is True, "by rank")
    # Of a few runs nothing is said.
    board.page.get_by_role("button", name="Keep", exact=True).click()
    expect(board.page.get_by_text("Nothing can be said: 3 runs have a value")).to_be_visible()
