"""The Scalars view over data that nobody meant to log."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from glassboard.testing.logdir import LogdirBuilder

from .board import OpenLog

LONG = "layer/" + "x" * 9_994
MIXED = ("خسارة/التدريب", "loss 🔥/train 🚀", "שלום", "損失")


def test_odd_values_and_steps_are_drawn_or_said(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("odd")
    run.scalars("constant", [0.1] * 400)
    run.scalars("huge", [1e308, -1e308, 5e307], tensor=True)
    run.scalars("late", [1.0, 2.0, 3.0], steps=[2**63 - 3, 2**63 - 2, 2**63 - 1], wall_times=[1.7e9] * 3)
    run.scalars("nothing", [math.nan] * 3)
    run.scalars("point", [0.25], first_step=3)
    run.scalars("two", [1.0, 2.0])
    board = open_log(tmp_path).open(smoothing=0.9)
    # Smoothing a constant moves nothing.
    board.describes("constant", "odd ends at 0.1")

    def flat() -> bool:
        line = board.painted("constant", board.color("odd")).highest
        return bool(np.isfinite(line).any() and np.nanmax(line) - np.nanmin(line) < 0.01)

    board.until(flat, "the line of a constant is flat")
    board.describes("huge", "odd ends at 1.513e307")
    board.describes("late", "odd ends at ")
    board.chart("late").locator(".u-over").hover()
    expect(board.inspector).to_contain_text("about 9.223372037e18")
    expect(board.card("nothing")).to_contain_text("Every value is NaN or infinite.")
    board.describes("point", "odd ends at 0.25")
    board.describes("two", "odd ends at 1.526")


def test_names_of_any_length_and_script_do_not_break_the_page(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("مدرب 🚀")
    for tag in (LONG, *MIXED):
        run.scalars(tag, [1.0, 2.0, 3.0])
    board = open_log(tmp_path).open(smoothing=0)
    for tag in (LONG, *MIXED):
        board.describes(tag, "ends at 3")
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    board.until(lambda: board.page.evaluate(wider) <= 0, "the page is no wider than its window")
    title = board.card(LONG).get_by_role("heading")
    board.until(
        lambda: board.place(title)["width"] < board.place(board.card(LONG))["width"],
        "the title fits its card",
    )
    board.hover(MIXED[1], 1)
    expect(board.inspector.get_by_role("heading", name=MIXED[1])).to_be_visible()
    board.becomes(lambda: board.inspected("مدرب 🚀"), ["2"], "its value under the pointer")
