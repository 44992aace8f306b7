"""The list of keys: every row of it is there, and does what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog

LAST = 40


@pytest.fixture
def lab(tmp_path: Path, open_log: OpenLog) -> Board:
    logdir = LogdirBuilder(tmp_path)
    for name in ("pair/a", "pair/b", "solo"):
        run = logdir.run(name)
        run.scalars("fit/loss", [1.0 / (1 + step) for step in range(LAST + 1)])
        run.scalars("fit/rate", [0.1 for _ in range(LAST + 1)])
    return open_log(tmp_path).open(smoothing=0, step=20)


def shown_keys(board: Board) -> dict[str, list[tuple[str, str]]]:
    """The rows of the dialog: per part, the keys and what they do."""
    board.page.keyboard.press("?")
    dialog = board.page.get_by_role("dialog", name="Keyboard")
    expect(dialog.locator("dt")).not_to_have_count(0)
    parts = {}
    for heading, table in zip(dialog.locator("h3").all(), dialog.locator("dl").all(), strict=True):
        caps = [" ".join(row.locator("kbd").all_inner_texts()) for row in table.locator("dt").all()]
        parts[heading.inner_text()] = list(zip(caps, table.locator("dd").all_inner_texts(), strict=True))
    board.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return parts


def try_all(board: Board, part: str, tries: dict[str, Callable[[], None]]) -> None:
    """One try for each row of a part, and no row without one."""
    assert [keys for keys, _ in shown_keys(board).get(part, [])] == list(tries)
    for attempt in tries.values():
        attempt()


def step_is(board: Board, step: int) -> None:
    slider = board.page.get_by_role("slider", name="Step of the page")
    expect(slider).to_have_attribute("aria-valuenow", str(step))


def test_keys_that_work_everywhere(lab: Board) -> None:
    press = lab.page.keyboard.press

    def opens(key: str, dialog: str) -> None:
        press(key)
        expect(lab.page.get_by_role("dialog", name=dialog)).to_be_visible()
        press("Escape")
        expect(lab.page.get_by_role("dialog")).to_have_count(0)

    def views() -> None:
        press("1")
        expect(lab.view("Overview")).to_have_attribute("aria-current", "page")
        press("2")
        expect(lab.view("Scalars")).to_have_attribute("aria-current", "page")

    def steps() -> None:
        press("ArrowRight")
        step_is(lab, 21)
        press("Shift+ArrowLeft")
        step_is(lab, 11)

    def ends() -> None:
        press("Home")
        step_is(lab, 0)
        press("End")
        step_is(lab, LAST)
        lab.until(lambda: "step=" not in lab.page.url, "the newest step is followed")

    def filters() -> None:
        press("/")
        expect(lab.runs_panel.get_by_role("searchbox").first).to_be_focused()
        lab.page.evaluate("document.activeElement.blur()")

    def all_or_none() -> None:
        press("n")
        lab.expect_shown()
        press("a")
        lab.expect_shown("pair/a", "pair/b", "solo")

    def panels() -> None:
        for key, panel in (("[", lab.runs_panel), ("]", lab.inspector)):
            press(key)
            expect(panel).to_have_count(0)
            press(key)
            expect(panel).to_be_visible()

    def table() -> None:
        press("w")
        expect(lab.chart("fit/loss")).not_to_be_visible()
        press("w")
        expect(lab.chart("fit/loss")).to_be_visible()

    def theme() -> None:
        root = lab.page.locator("html")
        before = root.get_attribute("data-theme")
        press("t")
        expect(root).not_to_have_attribute("data-theme", before or "")

    try_all(
        lab,
        "Everywhere",
        {
            "Ctrl K": lambda: opens("Control+k", "Commands"),
            "1 … 9": views,
            "← →": steps,
            "Home End": ends,
            "/": filters,
            "a n": all_or_none,
            "[ ]": panels,
            "w": table,
            "t": theme,
            ",": lambda: opens(",", "Settings"),
            "?": lambda: opens("?", "Keyboard"),
        },
    )


def test_a_key_right_after_a_dialog_is_not_lost(lab: Board) -> None:
    lab.page.keyboard.press("?")
    expect(lab.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    # What Escape does, and the next key before the browser has told of the end.
    lab.page.evaluate(
        """async () => {
            document.querySelector("dialog").requestClose();
            await new Promise((done) => queueMicrotask(done));
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
            await new Promise((done) => setTimeout(done, 50));
        }"""
    )
    expect(lab.page.get_by_role("dialog", name="Commands")).to_be_visible()
    expect(lab.page.get_by_role("dialog")).to_have_count(1)


def test_what_is_typed_after_the_slash_is_for_the_filter_of_runs(lab: Board) -> None:
    lab.page.keyboard.press("[")
    expect(lab.runs_panel).to_have_count(0)
    # A timer would come after the next letter, which then was a key of the page.
    focused = lab.page.evaluate(
        """async () => {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
            await new Promise((done) => queueMicrotask(done));
            return document.activeElement.id;
        }"""
    )
    assert focused == "run-filter"


def test_a_dialog_of_a_view_keeps_the_keys_to_itself(lab: Board) -> None:
    lab.choose("More for Scalars", "Set the range…")
    dialog = lab.page.get_by_role("dialog", name="Range")
    dialog.get_by_role("button", name="Close", exact=True).focus()
    for key in ("n", "1", "[", "w", "Control+k", "?"):
        lab.page.keyboard.press(key)
    expect(lab.page.get_by_role("dialog")).to_have_count(1)
    lab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    lab.expect_shown("pair/a", "pair/b", "solo")
    expect(lab.view("Scalars")).to_have_attribute("aria-current", "page")
    expect(lab.runs_panel).to_be_visible()
    expect(lab.toolbar.get_by_role("button", name="More for Scalars")).to_be_focused()


def test_keys_of_a_chart_and_of_the_strip_below_it(lab: Board) -> None:
    chart = lab.chart("fit/loss")
    lab.describes("fit/loss", "3 runs")
    strip = lab.page.get_by_role("group", name="Whole of fit/loss")
    window = strip.get_by_role("slider", name="Part that is shown")

    def ends(low: float, high: float) -> None:
        lab.until(lambda: lab.axes("fit/loss")[:2] == pytest.approx((low, high), abs=0.6), f"{low} to {high}")

    def zoom() -> None:
        chart.press("+")
        ends(6, 34)
        chart.press("-")
        ends(0, LAST)

    def move() -> None:
        chart.press("+")
        chart.press("Shift+ArrowRight")
        ends(8.8, 36.8)
        chart.press("Shift+ArrowLeft")
        ends(6, 34)

    def everything() -> None:
        chart.press("0")
        ends(0, LAST)

    def point_by_point() -> None:
        chart.press("ArrowRight")
        step_is(lab, 21)
        chart.press("ArrowLeft")
        step_is(lab, 20)

    def hold() -> None:
        chart.press("Enter")
        let_go = lab.inspector.get_by_role("button", pressed=True)
        expect(let_go).to_be_visible()
        chart.press("Enter")
        expect(let_go).to_have_count(0)

    def order() -> None:
        cards = lab.page.locator("section.card")
        expect(cards.first).to_have_attribute("aria-label", "fit/loss")
        chart.press("Alt+Shift+ArrowRight")
        expect(cards.first).to_have_attribute("aria-label", "fit/rate")
        chart.press("Alt+Shift+ArrowLeft")
        expect(cards.first).to_have_attribute("aria-label", "fit/loss")

    try_all(
        lab,
        "On a chart",
        {
            "+ -": zoom,
            "Shift ← →": move,
            "0": everything,
            "← →": point_by_point,
            "Enter": hold,
            "Alt Shift ← →": order,
        },
    )
    chart.press("+")
    ends(6, 34)

    def stops() -> None:
        window.focus()
        for name in ("Begin of what is shown", "End of what is shown"):
            lab.page.keyboard.press("Tab")
            expect(strip.get_by_role("slider", name=name)).to_be_focused()

    def slide() -> None:
        window.press("ArrowRight")
        ends(8.8, 36.8)
        window.press("ArrowLeft")
        ends(6, 34)

    def to_the_ends() -> None:
        window.press("End")
        ends(12, LAST)
        window.press("Home")
        ends(0, 28)

    def leave() -> None:
        window.press("Escape")
        ends(0, LAST)

    try_all(
        lab,
        "On the strip below a zoomed chart",
        {"Tab": stops, "← →": slide, "Home End": to_the_ends, "Esc": leave},
    )


def test_keys_of_the_list_of_runs(lab: Board) -> None:
    tree = lab.runs_panel.get_by_role("tree")
    press = lab.page.keyboard.press

    def active() -> Locator:
        return lab.page.locator(f"#{tree.get_attribute('aria-activedescendant')}")

    def at(name: str) -> None:
        # A row that goes between one look and the next has no name.
        lab.until(lambda: active().and_(lab.run(name)).count() == 1, f"the keyboard is at {name}")

    def move() -> None:
        tree.focus()
        press("Home")
        press("ArrowDown")
        at("pair/a")
        press("ArrowUp")
        press("ArrowDown")
        at("pair/a")

    def toggle() -> None:
        press("Space")
        lab.expect_shown("pair/b", "solo")
        press("Space")
        lab.expect_shown("pair/a", "pair/b", "solo")

    def alone() -> None:
        press("Enter")
        lab.expect_shown("pair/a")
        press("Enter")
        lab.expect_shown("pair/a", "pair/b", "solo")

    def fold() -> None:
        press("Home")
        press("ArrowLeft")
        expect(lab.run("pair/a")).to_have_count(0)
        press("ArrowRight")
        expect(lab.run("pair/a")).to_be_visible()

    def pin() -> None:
        press("End")
        at("solo")
        press("p")
        expect(lab.runs_panel.get_by_role("treeitem").first).to_have_attribute("aria-label", "solo")
        press("p")
        expect(lab.runs_panel.get_by_role("treeitem").first).not_to_have_attribute("aria-label", "solo")

    def trash() -> None:
        press("End")
        at("solo")
        press("Delete")
        expect(lab.run("solo")).to_have_count(0)

    def more() -> None:
        press("End")
        at("pair/b")
        press("ContextMenu")
        expect(lab.page.get_by_role("dialog", name="pair/b")).to_be_visible()

    try_all(
        lab,
        "In the list of runs",
        {
            "↑ ↓": move,
            "Space": toggle,
            "Enter": alone,
            "→ ←": fold,
            "p": pin,
            "Delete": trash,
            "Menu": more,
        },
    )
