"""The HParams view: table, parallel coordinates, scatter matrix and importance over one small search."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from glassboard.codec.payloads.hparams import Status
from glassboard.server.local import LocalServer
from glassboard.testing import LogdirBuilder

from .board import Board

GRID = list(itertools.product([0.1, 0.01, 0.001], [32.0, 128.0], ["adam", "sgd"]))
nan = float("nan")


def accuracy(lr: float, batch: float, optimizer: str) -> list[float]:
    """Rises and falls again; a large rate with adam learns nothing, and its loss is NaN."""
    if (lr, optimizer) == (0.1, "adam"):
        return [0.1, 0.1, 0.1]
    top = 0.9 - 0.1 * abs(lr - 0.01) * 10 - batch / 10_000
    return [0.3, top, top - 0.05]


@pytest.fixture(scope="module")
def search_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("search")
    log = LogdirBuilder(root)
    for number, (lr, batch, optimizer) in enumerate(GRID):
        values = accuracy(lr, batch, optimizer)
        diverged = values[0] == values[1]
        run = log.run(f"search/{number:02d}").hparams(
            {"lr": lr, "batch": batch, "optimizer": optimizer},
            metrics=[("", "accuracy/val"), ("", "loss/val")],
            status=Status.FAILURE if diverged else Status.SUCCESS,
        )
        run.scalars("accuracy/val", values)
        run.scalars("loss/val", [nan if diverged else 1 - value for value in values])
    log.run("odd").hparams({"lr": "auto", "warmup": True}).scalars("accuracy/val", [0.5])
    log.run("plain").scalars("accuracy/val", [0.4])
    with LocalServer(root, port=0) as server:
        yield server.url


@pytest.fixture
def search(page: Page, search_url: str) -> Board:
    return Board(page, search_url)


def opened(board: Board, **link: object) -> Board:
    board.open(view="hparams", **({"v_hparams": json.dumps(link)} if link else {}))
    # Once the metrics are there the rows stand where they stay.
    expect(rows(board).locator(".best")).to_be_visible()
    return board


def grid(board: Board) -> Locator:
    return board.page.get_by_role("grid", name="Runs and what they reached")


def rows(board: Board) -> Locator:
    return grid(board).locator("[id^=hparams-row-]")


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


def names(board: Board) -> list[str]:
    return rows(board).locator(".text").all_inner_texts()


def link_of(board: Board) -> dict[str, object]:
    text = board.page.evaluate("new URLSearchParams(location.search).get('v.hparams')")
    return dict(json.loads(text)) if text else {}


def brushed(board: Board) -> Locator:
    return board.page.get_by_role("group", name="Brushed runs")


def axis(board: Board, key: str) -> Locator:
    return board.page.locator(f'[data-axis="{key}"]')


def brush(board: Board, key: str, first: float, last: float) -> None:
    """From one share of the axis to another, counted from the top."""
    box = board.place(axis(board, key))
    x = box["x"] + box["width"] / 2

    def at(share: float) -> float:
        return box["y"] + 6 + share * (box["height"] - 12)

    board.page.mouse.move(x, at(first))
    board.page.mouse.down()
    board.page.mouse.move(x, at((first + last) / 2))
    board.page.mouse.move(x, at(last))
    board.page.mouse.up()


def choose(board: Board, menu: str, command: str) -> None:
    board.page.get_by_role("button", name=menu, exact=True).click()
    board.page.get_by_role("menu").get_by_text(command, exact=True).click()


def test_the_table_writes_numbers_as_people_do_and_marks_the_best(search: Board) -> None:
    opened(search)
    expect(rows(search)).to_have_count(13)
    first = rows(search).first
    expect(first).to_contain_text("best")
    expect(first.get_by_role("gridcell").nth(0)).to_have_text("0.01")
    expect(first.get_by_role("gridcell").nth(1)).to_have_text("32")
    search.page.get_by_role("combobox", name="Statistic").select_option("last")
    expect(grid(search).get_by_role("columnheader").nth(5)).to_contain_text("last")
    expect(rows(search).first).to_contain_text("0.8468")
    search.page.get_by_role("combobox", name="Statistic").select_option("mean_of_last")
    search.page.get_by_label("Points of the mean").fill("2")
    search.page.get_by_label("Points of the mean").press("Enter")
    expect(grid(search)).to_contain_text("mean of last 2")
    expect(rows(search).first).to_contain_text("0.8718")
    # Those that could not learn are there, with their NaN.
    search.page.get_by_role("combobox", name="Metric", exact=True).select_option("|loss/val")
    expect(grid(search).locator(".bad", has_text="NaN")).to_have_count(2)


def test_sort_filter_and_the_link_that_keeps_them(search: Board) -> None:
    opened(search)
    grid(search).get_by_role("button", name="batch", exact=True).click()
    expect(grid(search).get_by_role("columnheader").nth(2)).to_have_attribute("aria-sort", "ascending")
    choose(search, "Column accuracy/val", "Filter…")
    dialog = search.page.get_by_role("dialog")
    dialog.get_by_label("From").fill("0.8")
    dialog.get_by_label("From").press("Enter")
    dialog.get_by_role("button", name="Done").click()
    expect(search.page.get_by_role("group", name="Filtered runs")).to_contain_text("4 filtered out")
    choose(search, "Column optimizer", "Filter…")
    search.page.get_by_role("dialog").get_by_text("Regular expression").locator("..").get_by_role(
        "textbox"
    ).fill("^a")
    search.page.get_by_role("dialog").get_by_text("Regular expression").locator("..").get_by_role(
        "textbox"
    ).press("Enter")
    search.page.get_by_role("button", name="Done").click()
    expect(rows(search)).to_have_count(4)
    listed = names(search)
    search.until(lambda: "filters" in link_of(search), "the link holds the filters")
    search.page.reload()
    expect(rows(search)).to_have_count(4)
    search.becomes(lambda: names(search), listed, "the link keeps the order")
    search.page.get_by_role("button", name="Clear filters").click()
    expect(rows(search)).to_have_count(13)


def test_a_brush_selects_keeps_excludes_and_shows_in_every_view(search: Board) -> None:
    opened(search)
    brush(search, "h:optimizer", 0.0, 0.5)
    expect(brushed(search)).to_contain_text("6 of 13 kept by brush")
    expect(rows(search)).to_have_count(6)
    # Shift adds an interval; both columns have to agree.
    brush(search, "h:batch", -0.02, 0.3)
    expect(rows(search)).to_have_count(3)
    search.page.keyboard.down("Shift")
    brush(search, "h:batch", 0.7, 1.02)
    search.page.keyboard.up("Shift")
    expect(rows(search)).to_have_count(6)

    def intervals() -> int:
        brushes: Any = link_of(search).get("brushes", {})
        return len(brushes.get("h:batch", {}).get("ranges", []))

    search.until(lambda: intervals() == 2, "two intervals in the link")
    search.page.get_by_role("button", name="Show these runs").click()
    search.expect_shown(*(f"search/{number:02d}" for number in range(1, 12, 2)))
    search.page.get_by_role("button", name="Exclude").click()
    expect(rows(search)).to_have_count(7)
    search.page.get_by_role("button", name="Clear filters").click()
    brush(search, "h:optimizer", 0.0, 0.5)
    search.page.get_by_role("button", name="Keep", exact=True).click()
    expect(search.page.get_by_role("group", name="Filtered runs")).to_contain_text("7 filtered out")
    expect(brushed(search)).to_have_text(re.compile("^6 runs"))
    expect(brushed(search).get_by_role("button", name="Keep")).to_be_disabled()
    choose(search, "More for HParams", "Clear all filters")
    expect(rows(search)).to_have_count(13)


@pytest.mark.parametrize("context_options", [{}, {"viewport": {"width": 1024, "height": 768}}])
def test_nothing_moves_while_a_brush_is_drawn_and_the_bar_is_one_row(search: Board) -> None:
    opened(search)
    bar = search.page.get_by_role("toolbar", name="HParams", exact=True)

    def places() -> list[FloatRect]:
        return [search.place(part) for part in (bar, axis(search, "h:lr"), grid(search))]

    before = places()
    assert before[0]["height"] < 50
    brush(search, "h:optimizer", 0.0, 0.5)
    expect(brushed(search)).to_contain_text("6 of 13 kept by brush")
    assert places() == before
    # A press takes the brush away.
    box = search.place(axis(search, "h:optimizer"))
    search.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(rows(search)).to_have_count(13)
    assert places() == before
    # Everything of the bar is in sight, and no head is cut.
    for control in bar.get_by_role("combobox").or_(bar.get_by_role("button")).all():
        place = search.place(control)
        assert place["x"] + place["width"] <= before[0]["x"] + before[0]["width"]
    cut = "(heads) => heads.filter((head) => head.scrollWidth > head.clientWidth).map((head) => head.textContent)"
    assert grid(search).locator(".line, small").evaluate_all(cut) == []


def test_what_has_no_place_on_an_axis_is_drawn_and_brushed(search: Board) -> None:
    opened(search, metric="m:best:|loss/val")
    expect(rows(search).locator(".bad", has_text="NaN")).to_have_count(2)
    search.page.get_by_title("Values that have no place on this axis").last.click()
    expect(rows(search)).to_have_count(3)
    expect(rows(search).locator(".bad", has_text="NaN")).to_have_count(2)


def test_axes_have_scales_are_inverted_moved_and_hidden(search: Board) -> None:
    opened(search)
    choose(search, "Axis batch", "Quantile")
    choose(search, "Axis batch", "Invert")
    wanted = (["h:batch"], {"h:batch": "quantile"})
    search.becomes(
        lambda: tuple(map(link_of(search).get, ("inverted", "scales"))), wanted, "scale and direction"
    )
    choose(search, "Axis optimizer", "Move left")
    expect(grid(search).get_by_role("columnheader").nth(2)).to_contain_text("optimizer")
    head, first = (
        search.place(search.page.get_by_role("button", name=f"Axis {one}")) for one in ("batch", "lr")
    )
    search.page.mouse.move(head["x"] + head["width"] / 2, head["y"] + 10)
    search.page.mouse.down()
    search.page.mouse.move(first["x"] - 20, head["y"] + 10, steps=5)
    search.page.mouse.up()
    expect(grid(search).get_by_role("columnheader").nth(1)).to_contain_text("batch")
    choose(search, "Axis warmup", "Hide")
    expect(search.page.get_by_role("button", name="Axis warmup")).to_have_count(0)
    choose(search, "Axis accuracy/val", "Brush interval or values…")
    search.page.get_by_role("dialog").get_by_label("To", exact=True).fill("0.5")
    search.page.get_by_role("dialog").get_by_label("To", exact=True).press("Enter")
    search.page.get_by_role("button", name="Done").click()
    expect(rows(search)).to_have_count(3)


def test_hover_and_click_tie_line_row_and_inspector(search: Board) -> None:
    opened(search)
    rows(search).nth(3).hover()
    inspected = search.inspector.get_by_role("heading", level=2)
    expect(inspected).to_contain_text(names(search)[3].split("/")[-1])
    # The failing lines end at the bottom of the accuracy axis.
    box = search.place(axis(search, "m:best:|accuracy/val"))
    search.page.mouse.move(box["x"] - 14, box["y"] + box["height"] - 7)
    expect(inspected).not_to_contain_text(names(search)[3].split("/")[-1])
    expect(rows(search).and_(search.page.locator(".hover"))).to_have_count(1)
    rows(search).nth(1).click()
    expect(rows(search).nth(1)).to_have_attribute("aria-selected", "true")
    grid(search).press("ArrowDown")
    expect(rows(search).nth(2)).to_have_attribute("aria-selected", "true")
    expect(search.inspector).to_contain_text("optimizer")
    chosen = rows(search).nth(2).get_by_role("rowheader").get_attribute("title")
    grid(search).press("Enter")
    expect(search.view("Scalars")).to_have_attribute("aria-current", "page")
    assert chosen
    search.expect_shown(chosen)


def test_groups_bring_repetitions_together(search: Board) -> None:
    opened(search)
    search.page.get_by_role("combobox", name="Group rows").select_option("h:optimizer")
    expect(rows(search)).to_have_count(3)
    expect(rows(search).filter(has_text="optimizer=sgd")).to_contain_text("6 runs")
    search.page.get_by_role("combobox", name="Over repetitions").select_option("max")
    expect(rows(search).filter(has_text="optimizer=sgd")).to_contain_text("0.8968")


def test_columns_are_chosen_and_ordered(search: Board) -> None:
    opened(search)
    search.page.get_by_role("button", name="Columns", exact=True).click()
    dialog = search.page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Status").check()
    dialog.get_by_role("button", name="Move batch up").click()
    dialog.get_by_role("checkbox", name="warmup").uncheck()
    # By drag, and back.
    dialog.get_by_role("listitem").filter(has_text="optimizer").drag_to(
        dialog.get_by_role("listitem").filter(has_text="lr").first
    )
    expect(grid(search).get_by_role("columnheader").nth(2)).to_contain_text("optimizer")
    dialog.get_by_role("button", name="Move optimizer down").click()
    expect(grid(search).get_by_role("columnheader").nth(3)).to_contain_text("optimizer")
    dialog.get_by_role("searchbox", name="Filter columns").fill("stat")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("searchbox", name="Filter columns").fill("")
    dialog.get_by_role("button", name="Close").click()
    heads = grid(search).get_by_role("columnheader")
    expect(heads.nth(1)).to_contain_text("batch")
    expect(heads.last).to_contain_text("Status")
    expect(heads.filter(has_text="warmup")).to_have_count(0)
    search.page.get_by_role("button", name="Columns", exact=True).click()
    search.page.get_by_role("button", name="Back to the page's choice").click()
    expect(grid(search).get_by_role("columnheader").filter(has_text="warmup")).to_have_count(1)
    dialog.get_by_role("checkbox", name="Status").check()
    dialog.get_by_role("button", name="Close").click()
    expect(grid(search).get_by_text("failure")).to_have_count(2)
    choose(search, "More for HParams", "Runs without hyperparameters too")
    expect(rows(search)).to_have_count(14)
    choose(search, "Column lr", "Colour by this")
    expect(search.page.get_by_role("combobox", name="Colour by")).to_have_value("h:lr")
    choose(search, "Column accuracy/val", "Less is better")
    expect(grid(search)).to_contain_text("best, least")
    choose(search, "More for HParams", "Start again")
    expect(rows(search)).to_have_count(13)


def test_the_bar_chooses_the_picture_the_colour_and_a_step(search: Board) -> None:
    opened(search)
    search.page.get_by_text("Importance", exact=True).first.click()
    expect(search.page.get_by_role("combobox", name="First hyperparameter")).to_be_visible()
    search.page.get_by_text("Scatter matrix", exact=True).first.click()
    expect(search.page.get_by_role("group", name=re.compile("^Scatter matrix of 13 runs"))).to_be_visible()
    search.page.get_by_text("Parallel", exact=True).click()
    expect(axis(search, "h:lr")).to_be_attached()
    colour = search.page.get_by_role("combobox", name="Colour by")
    card = search.page.get_by_role("region", name="Parallel coordinates")
    expect(card.locator(".legend")).to_contain_text("accuracy/val")
    colour.select_option("h:optimizer")
    expect(card.locator(".legend")).to_have_text(re.compile("adam.*sgd"))
    colour.select_option("run")
    expect(card.locator(".legend")).to_have_count(0)
    search.page.get_by_role("combobox", name="Statistic").select_option("at_step")
    search.page.get_by_label("Step", exact=True).fill("0")
    search.page.get_by_label("Step", exact=True).press("Enter")
    expect(grid(search).get_by_role("columnheader").filter(has_text="at step 0").first).to_be_visible()
    expect(rows(search).first).to_contain_text("0.5")


def test_rows_are_walked_shown_and_opened_by_keys_and_buttons(search: Board) -> None:
    opened(search)
    grid(search).focus()
    search.page.keyboard.press("End")
    expect(rows(search).last).to_have_attribute("aria-selected", "true")
    search.page.keyboard.press("PageUp")
    expect(rows(search).nth(2)).to_have_attribute("aria-selected", "true")
    search.page.keyboard.press("Home")
    expect(rows(search).first).to_have_attribute("aria-selected", "true")
    swatch = rows(search).first.get_by_role("button", name=re.compile("^Show .* in all views"))
    was = swatch.get_attribute("aria-pressed")
    search.page.keyboard.press("Space")
    expect(swatch).not_to_have_attribute("aria-pressed", str(was))
    swatch.click()
    expect(swatch).to_have_attribute("aria-pressed", str(was))
    search.page.keyboard.press("Escape")
    expect(rows(search).and_(search.page.locator("[aria-selected=true]"))).to_have_count(0)
    name = rows(search).nth(4).get_by_role("rowheader").get_attribute("title")
    rows(search).nth(4).hover()
    rows(search).nth(4).get_by_role("button", name="curves").click()
    expect(search.view("Scalars")).to_have_attribute("aria-current", "page")
    search.expect_shown(str(name))
    search.page.go_back()
    rows(search).nth(1).get_by_role("gridcell").first.dblclick()
    expect(search.view("Scalars")).to_have_attribute("aria-current", "page")


def test_the_menu_of_a_column_sorts_judges_groups_moves_and_clears(search: Board) -> None:
    opened(search)
    choose(search, "Column batch", "Sort descending")
    expect(rows(search).first.get_by_role("gridcell").nth(1)).to_have_text("128")
    choose(search, "Column batch", "Sort ascending")
    expect(rows(search).first.get_by_role("gridcell").nth(1)).to_have_text("32")
    choose(search, "Column batch", "Move right")
    expect(grid(search).get_by_role("columnheader").nth(3)).to_contain_text("batch")
    choose(search, "Column loss/val", "Judge by this")
    expect(search.page.get_by_role("combobox", name="Metric", exact=True)).to_have_value("|loss/val")
    choose(search, "Column optimizer", "Group by this")
    expect(rows(search)).to_have_count(3)
    search.page.get_by_role("button", name="Column optimizer", exact=True).click()
    search.page.get_by_role("menuitemcheckbox", name="Group by this").click()
    expect(rows(search)).to_have_count(13)
    choose(search, "Column optimizer", "Filter…")
    dialog = search.page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="adam").check()
    expect(rows(search)).to_have_count(6)
    dialog.get_by_role("checkbox", name="Undefined").check()
    expect(rows(search)).to_have_count(7)
    dialog.get_by_role("button", name="Clear").click()
    expect(rows(search)).to_have_count(13)
    dialog.get_by_role("checkbox", name="sgd").check()
    dialog.get_by_role("button", name="Done").click()
    expect(rows(search)).to_have_count(6)
    choose(search, "Column optimizer", "Clear the filter")
    expect(rows(search)).to_have_count(13)
    brush(search, "h:optimizer", 0.0, 0.5)
    expect(rows(search)).to_have_count(6)
    choose(search, "Axis optimizer", "Clear the brush")
    expect(rows(search)).to_have_count(13)


def test_session_groups_and_seeds_are_rows(search: Board) -> None:
    opened(search)
    group = search.page.get_by_role("combobox", name="Group rows")
    group.select_option("session")
    expect(rows(search)).to_have_count(13)
    group.select_option("hparams")
    expect(rows(search)).to_have_count(13)
    expect(brushed(search)).to_contain_text("13 groups")
    group.select_option("")
    expect(brushed(search)).to_contain_text("13 runs")


def test_a_press_on_a_line_chooses_its_run(search: Board) -> None:
    opened(search, columns=["h:lr", "m:best:|accuracy/val"])
    box = search.place(axis(search, "m:best:|accuracy/val"))
    # The best line ends at the top of the axis.
    search.page.mouse.click(box["x"] - 2, box["y"] + 7)
    expect(rows(search).first).to_have_attribute("aria-selected", "true")


def test_the_table_is_saved_as_csv_json_and_latex(search: Board) -> None:
    opened(search)
    texts = {}
    for label in ("CSV", "JSON", "LaTeX"):
        with search.page.expect_download() as download:
            choose(search, "More for HParams", f"Download {label}")
        texts[label] = Path(download.value.path()).read_text(encoding="utf-8")
    found = list(csv.DictReader(io.StringIO(texts["CSV"])))
    assert len(found) == 13
    assert float(found[0]["accuracy/val (best, most)"]) == pytest.approx(0.8968)
    assert json.loads(texts["JSON"])[0]["batch"] == 32
    assert texts["LaTeX"].count("\\\\\n") == 14
    search.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(search, "More for HParams", "Copy CSV")
    expect(search.page.get_by_text("Copied 13 rows as CSV.")).to_be_visible()
    copied = search.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == texts["CSV"].splitlines()


def test_the_scatter_matrix_brushes_the_same_runs_and_a_cell_grows(search: Board) -> None:
    opened(search, panel="matrix")
    plot = search.page.get_by_role("group", name="Scatter matrix")
    cell = search.page.locator('[data-cell="h:batch h:optimizer"]')
    box = search.place(cell)
    search.page.mouse.move(box["x"] + 2, box["y"] + 2)
    search.page.mouse.down()
    search.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    search.page.mouse.up()
    expect(rows(search)).to_have_count(3)
    expect(brushed(search)).to_contain_text("3 of 13")
    search.page.get_by_role("button", name="Clear", exact=True).click()
    search.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    expect(plot.get_by_role("button", name="All pairs")).to_be_visible()
    plot.get_by_role("button", name="All pairs").click()
    expect(search.page.locator("[data-cell]")).to_have_count(36)
    search.page.get_by_role("combobox", name="Enlarge a pair").select_option(
        "h:optimizer\nm:best:|accuracy/val"
    )
    expect(plot.get_by_role("button", name="All pairs")).to_be_visible()
    # Of two texts the first stands at a quarter.
    cell = search.page.locator('[data-cell="h:optimizer m:best:|accuracy/val"]')
    box = search.place(cell)
    search.until(lambda: dot_chosen(search, box), "a press on a dot chooses its run")


def test_importance_names_its_uncertainty_and_pairs_are_heat_maps(search: Board) -> None:
    opened(search, panel="importance", columns=["h:lr", "h:batch", "h:optimizer", "m:best:|accuracy/val"])
    bars = search.page.get_by_role("list", name="Importance").get_by_role("button")
    expect(bars.first).to_be_visible()
    expect(bars.first.locator("..")).to_have_attribute("title", re.compile("drawn again; chance"))
    expect(search.page.get_by_text("fANOVA")).to_be_visible()
    bars.filter(has_text="optimizer × batch").or_(bars.filter(has_text="batch × optimizer")).first.click()

    def chosen() -> list[str]:
        boxes = (
            search.page.get_by_role("combobox", name=f"{one} hyperparameter") for one in ("First", "Second")
        )
        return sorted(one.input_value() for one in boxes)

    search.becomes(chosen, ["batch", "optimizer"], "the pair is chosen")
    search.page.get_by_role("combobox", name="First hyperparameter").select_option("optimizer")
    search.page.get_by_role("combobox", name="Second hyperparameter").select_option("batch")
    one = search.page.get_by_role("button", name="optimizer sgd, batch 32: mean")
    one.click()
    expect(rows(search)).to_have_count(3)
    search.page.get_by_text("By rank").click()
    search.until(lambda: link_of(search).get("rank") is True, "by rank")
    # Of a few runs nothing is said.
    search.page.get_by_role("button", name="Keep", exact=True).click()
    expect(search.page.get_by_text("Nothing can be said: 3 runs have a value")).to_be_visible()


@pytest.fixture(scope="module")
def odd_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """1,200 runs, each with a text of its own; a hyperparameter of every type, one that is nowhere finite."""
    root = tmp_path_factory.mktemp("odd")
    log = LogdirBuilder(root)
    mixed = (0.1, "auto", True, False, "0.1", nan, float("inf"), "🙂" * 300, "")
    for number in range(1_200):
        values = {"mixed": mixed[number % len(mixed)], "note": f"trial {number}", "gone": nan}
        if number % 3 == 0:
            del values["gone"]
        log.run(f"r{number:04d}").hparams(values).scalars("accuracy", [number / 1_200])
    with LocalServer(root, port=0) as server:
        yield server.url


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
