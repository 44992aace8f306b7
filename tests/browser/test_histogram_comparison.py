"""Histograms of several runs in one card, on axes of time, and the layers of a network one below the other."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard import SummaryWriter
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .test_histograms import _ROWS

LAYERS = ("stem/weight", "block10/weight", "block2/weight", "head/weight")
"""As they stand in the network, which is not how their names are sorted."""


@pytest.fixture
def network(tmp_path: Path, open_log: OpenLog) -> Board:
    for run in ("a", "b"):
        with SummaryWriter(tmp_path / run) as writer:
            for step in range(5):
                for depth, layer in enumerate(LAYERS):
                    values = [
                        depth - 1.0,
                        depth,
                        depth + 1.0,
                        *([math.nan] if depth == 2 and run == "b" else []),
                    ]
                    writer.add_histogram(layer, values, step, walltime=1000.0 + step * 60)
                writer.add_histogram("head/bias", [0.5, 0.5], step, walltime=1000.0 + step * 60)
    return open_log(tmp_path)


def picture(board: Board, tag: str) -> list[float]:
    rows: list[float] = board.card(tag).locator("canvas").evaluate(_ROWS)
    return rows


def settled_picture(board: Board, tag: str) -> list[float]:
    """Once it stays: the theme and the data come one after the other, and each draws anew."""
    seen: list[list[float]] = [[]]

    def same() -> bool:
        seen.append(picture(board, tag))
        board.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return seen[-1] == seen[-2] == picture(board, tag)

    board.until(same, f"the picture of {tag} stays as it is")
    return seen[-1]


def test_runs_are_compared_in_one_card_at_one_step_and_over_time(network: Board) -> None:
    network.open(view="histograms", v_histotags="stem")
    expect(network.card("stem/weight")).to_have_count(2)
    network.toolbar.get_by_role("radio", name="Compare runs").check()
    chart = network.card("stem/weight").get_by_role("application")
    expect(chart).to_have_count(1)
    expect(chart).to_have_attribute("aria-label", "stem/weight: 2 runs at step 4.")
    seen: list[list[float]] = []
    for way in ("Offset", "Overlay", "Heat map"):
        network.toolbar.get_by_role("radio", name=way).check()
        network.until(
            lambda: sum(picture(network, "stem/weight")) > 1 and picture(network, "stem/weight") not in seen,
            way,
        )
        seen.append(picture(network, "stem/weight"))
    chart.focus()
    chart.press("ArrowLeft")
    network.until(lambda: "step=3" in network.page.url, "keys go through the steps")
    expect(network.inspector.get_by_role("row")).to_have_count(3)
    expect(network.inspector.get_by_role("columnheader", name="median")).to_be_visible()
    network.until(lambda: "v.histocards=together" in network.page.url, "the link keeps it")


def test_what_is_not_finite_and_what_is_constant_is_said(network: Board) -> None:
    network.open(view="histograms", runs="only:b")
    expect(network.card("block2/weight")).to_contain_text("5 values not finite")
    expect(network.card("head/bias")).to_contain_text("constant 0.5")
    network.until(lambda: sum(picture(network, "head/bias")) > 0.1, "a constant is drawn")
    network.toolbar.get_by_role("radio", name="Compare runs").check()
    expect(network.card("block2/weight")).to_contain_text("not finite in 1 run")
    network.card("block2/weight").get_by_role("application").hover()
    expect(network.inspector).to_contain_text("b: 1 value not finite")


def test_time_can_be_steps_elapsed_or_a_clock(network: Board) -> None:
    network.open(view="distributions", v_histotags="stem", runs="only:a")
    network.until(lambda: sum(picture(network, "stem/weight")) > 1, "the bands are drawn")
    before = settled_picture(network, "stem/weight")
    network.choose("Axis of time", "Relative")
    network.until(lambda: picture(network, "stem/weight") != before, "other ticks")
    network.in_link("v.histotime=relative")
    box = network.place(network.card("stem/weight").get_by_role("application"))
    # Three of four minutes into the run.
    network.page.mouse.move(box["x"] + 52 + (box["width"] - 66) * 0.75, box["y"] + 90)
    expect(network.inspector).to_contain_text("step 3")


def test_layers_stand_in_the_order_of_the_network(network: Board) -> None:
    network.open(view="histograms", v_histocards="layers")
    table = network.page.get_by_role("table", name="Layers of a")
    rows = table.get_by_role("row").filter(has=network.page.get_by_role("rowheader"))
    expect(rows).to_have_count(5)
    expect(rows.get_by_role("rowheader")).to_have_text([*LAYERS, "head/bias"])
    expect(rows.nth(3).get_by_role("cell").nth(4)).to_have_text("2")
    expect(rows.nth(4)).to_contain_text("constant 0.5")
    network.page.get_by_label("Run", exact=True).select_option("b")
    expect(network.page.get_by_role("table", name="Layers of b").get_by_role("row").nth(3)).to_contain_text(
        "1"
    )
    network.page.get_by_role("button", name="block2/weight").click()
    expect(network.card("block2/weight")).to_have_count(2)


def test_a_thousand_tags_make_the_cards_that_are_looked_at(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("deep")
    for layer in range(1000):
        run.histogram(f"layers/{layer}", [0.0, 1.0, 2.0, 3.0], [0.0, 2.0, 1.0, 0.0], step=1)
    board = open_log(tmp_path).open(view="histograms")
    board.until(lambda: sum(picture(board, "layers/0")) > 1, "the first is drawn")
    board.until(lambda: 0 < board.page.locator("canvas").count() < 60, "few cards are made")
    board.page.get_by_role("heading", name="layers/999", exact=True).scroll_into_view_if_needed()
    board.until(lambda: board.card("layers/999").count() == 1, "the last is made when it is looked at")
    board.until(lambda: sum(picture(board, "layers/999")) > 1, "and drawn")
    board.toolbar.get_by_role("radio", name="Layers").check()
    table = board.page.get_by_role("table", name="Layers of deep")
    expect(table.get_by_role("rowheader").first).to_have_text("0")
    board.until(lambda: 1 < table.get_by_role("row").count() < 60, "few rows are made")
