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


def resting(board: Board, locator: Locator) -> FloatRect:
    """Where it is once the bar above has its rows."""
    seen: list[FloatRect | None] = [None]

    def rests() -> bool:
        seen.append(locator.bounding_box())
        board.page.wait_for_timeout(100)
        return seen[-1] is not None and seen[-1] == locator.bounding_box() == seen[-2]

    board.until(rests, "it stays where it is")
    assert seen[-1] is not None
    return seen[-1]


def names(board: Board) -> list[str]:
    return rows(board).locator(".text").all_inner_texts()


def link_of(board: Board) -> dict[str, object]:
    text = board.page.evaluate("new URLSearchParams(location.search).get('v.hparams')")
    return dict(json.loads(text)) if text else {}


def axis(board: Board, key: str) -> Locator:
    return board.page.locator(f'[data-axis="{key}"]')


def brush(board: Board, key: str, first: float, last: float) -> None:
    """From one share of the axis to another, counted from the top."""
    box = axis(board, key).bounding_box()
    assert box
    x, at = box["x"] + box["width"] / 2, lambda share: box["y"] + 6 + share * (box["height"] - 12)
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
    assert names(search) == listed
    search.page.get_by_role("button", name="Clear filters").click()
    expect(rows(search)).to_have_count(13)


def test_a_brush_selects_keeps_excludes_and_shows_in_every_view(search: Board) -> None:
    opened(search)
    brush(search, "h:optimizer", 0.0, 0.5)
    expect(search.page.get_by_role("group", name="Brushed runs")).to_contain_text("6 of 13 kept by brush")
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
    expect(search.page.get_by_role("group", name="Brushed runs")).to_have_count(0)


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
    search.until(lambda: link_of(search).get("inverted") == ["h:batch"], "inverted")
    assert link_of(search)["scales"] == {"h:batch": "quantile"}
    choose(search, "Axis optimizer", "Move left")
    expect(grid(search).get_by_role("columnheader").nth(2)).to_contain_text("optimizer")
    head = search.page.get_by_role("button", name="Axis batch").bounding_box()
    first = search.page.get_by_role("button", name="Axis lr").bounding_box()
    assert head
    assert first
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
    rows(search).nth(1).click()
    expect(rows(search).nth(1)).to_have_attribute("aria-selected", "true")
    grid(search).press("ArrowDown")
    expect(rows(search).nth(2)).to_have_attribute("aria-selected", "true")
    expect(search.inspector).to_contain_text("optimizer")
    # The failing lines end at the bottom of the accuracy axis.
    box = axis(search, "m:best:|accuracy/val").bounding_box()
    assert box
    search.page.mouse.move(box["x"] - 14, box["y"] + box["height"] - 7)
    expect(rows(search).and_(search.page.locator(".hover"))).to_have_count(1)
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
    dialog.get_by_role("button", name="Close").click()
    heads = grid(search).get_by_role("columnheader").all_inner_texts()
    assert "batch" in heads[1]
    assert "Status" in heads[-1]
    assert not any("warmup" in head for head in heads)
    expect(grid(search).get_by_text("failure")).to_have_count(2)
    choose(search, "More for HParams", "Runs without hyperparameters too")
    expect(rows(search)).to_have_count(14)
    choose(search, "Column lr", "Colour by this")
    expect(search.page.get_by_role("combobox", name="Colour by")).to_have_value("h:lr")
    choose(search, "Column accuracy/val", "Less is better")
    expect(grid(search)).to_contain_text("best, least")
    choose(search, "More for HParams", "Start again")
    expect(rows(search)).to_have_count(13)


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


def test_the_scatter_matrix_brushes_the_same_runs_and_a_cell_grows(search: Board) -> None:
    opened(search, panel="matrix")
    plot = search.page.get_by_role("group", name="Scatter matrix")
    cell = search.page.locator('[data-cell="h:batch h:optimizer"]')
    box = resting(search, cell)
    search.page.mouse.move(box["x"] + 2, box["y"] + 2)
    search.page.mouse.down()
    search.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    search.page.mouse.up()
    expect(rows(search)).to_have_count(3)
    expect(search.page.get_by_role("group", name="Brushed runs")).to_contain_text("3 of 13")
    search.page.get_by_role("button", name="Clear", exact=True).click()
    search.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    expect(plot.get_by_role("button", name="All pairs")).to_be_visible()
    plot.get_by_role("button", name="All pairs").click()
    expect(search.page.locator("[data-cell]")).to_have_count(36)


def test_importance_names_its_uncertainty_and_pairs_are_heat_maps(search: Board) -> None:
    opened(search, panel="importance", columns=["h:lr", "h:batch", "h:optimizer", "m:best:|accuracy/val"])
    bars = search.page.get_by_role("list", name="Importance").get_by_role("button")
    expect(bars.first).to_be_visible()
    expect(bars.first.locator("..")).to_have_attribute("title", re.compile("drawn again; chance"))
    expect(search.page.get_by_text("fANOVA")).to_be_visible()
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
