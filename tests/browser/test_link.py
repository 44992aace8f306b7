"""The whole state of the page is in its URL: a reload and another browser show the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .board import Board
from .project import ADAM, BASELINE, SGD

Check = Callable[[Board], None]


def set_up_by_hand(board: Board) -> None:
    """Changes everything that a link carries, the way a person does."""
    board.open()
    board.view("Scalars").click()
    board.run(SGD).click()
    board.runs_panel.get_by_role("searchbox").fill("kmnist")
    board.toolbar.get_by_role("searchbox", name="Filter tags").fill("loss")
    smoothing = board.toolbar.get_by_label("Smoothing, exact value")
    smoothing.fill("0.25")
    smoothing.press("Enter")
    board.choose("Vertical axis", "Log")
    board.page.get_by_role("button", name="Dark theme").click()
    slider = board.page.get_by_role("slider", name="Step of the page")
    slider.press("Home")
    board.in_link("runs=", "filter=kmnist", "smoothing=0.25", "y=log", "theme=dark", "step=0", "v.tags=loss")


def expect_as_set_up(board: Board) -> None:
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    board.expect_shown(BASELINE, ADAM)
    expect(board.runs_panel.get_by_role("searchbox")).to_have_value("kmnist")
    expect(board.toolbar.get_by_role("searchbox", name="Filter tags")).to_have_value("loss")
    expect(board.toolbar.get_by_label("Smoothing, exact value")).to_have_value("0.25")
    expect(board.toolbar.get_by_role("button", name="Vertical axis")).to_have_text("Log")
    expect(board.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(board.page.get_by_role("slider", name="Step of the page")).to_have_attribute("aria-valuetext", "0")
    expect(board.card("accuracy/train")).to_have_count(0)
    board.describes("loss/train", "2 runs")


def test_a_reload_shows_the_same(board: Board) -> None:
    set_up_by_hand(board)
    expect_as_set_up(board)
    before = board.page.url
    board.page.reload()
    expect_as_set_up(board)
    # Written anew, it says the same.
    slider = board.page.get_by_role("slider", name="Step of the page")
    slider.press("ArrowRight")
    board.not_in_link("step=0")
    slider.press("Home")
    board.becomes(lambda: board.page.url, before, "the same link")


def test_another_browser_shows_the_same(board: Board, browser: Browser) -> None:
    set_up_by_hand(board)
    with browser.new_context(viewport={"width": 1440, "height": 900}) as fresh:
        other = Board(fresh.new_page(), board.url)
        other.page.goto(board.page.url)
        expect_as_set_up(other)


@pytest.mark.parametrize("view", ["Scalars", "Images", "Text"])
def test_a_reload_stays_in_its_view_at_its_step(board: Board, view: str) -> None:
    board.open()
    board.view(view).click()
    slider = board.page.get_by_role("slider", name="Step of the page")
    slider.press("Home")
    slider.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", "0")
    step = slider.get_attribute("aria-valuetext")
    board.in_link(f"step={step}")
    board.page.reload()
    expect(board.view(view)).to_have_attribute("aria-current", "page")
    expect(slider).to_have_attribute("aria-valuetext", str(step))


def test_the_back_button_returns_to_the_view_before(board: Board) -> None:
    board.open()
    for view in ("Images", "Text"):
        board.view(view).click()
        expect(board.view(view)).to_have_attribute("aria-current", "page")
        board.in_link(f"view={view.lower()}")
    board.page.go_back()
    expect(board.view("Images")).to_have_attribute("aria-current", "page")
    expect(board.card("data/characters")).to_be_visible()
    board.page.go_back()
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")


def test_a_reload_right_after_a_change_loses_nothing(board: Board) -> None:
    board.open(view="scalars")
    board.run(SGD).click()
    board.page.reload()
    board.expect_shown(BASELINE, ADAM)
    # Of many changes in a row too, as while one types.
    board.toolbar.get_by_role("searchbox", name="Filter tags").press_sequentially("loss")
    board.page.reload()
    expect(board.toolbar.get_by_role("searchbox", name="Filter tags")).to_have_value("loss")
    board.expect_shown(BASELINE, ADAM)
    # And where the page is left for another.
    board.run(ADAM).click()
    board.page.goto("about:blank")
    board.page.go_back()
    board.expect_shown(BASELINE)


def test_share_copies_a_link_that_shows_the_same(board: Board, context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    board.open(v_tags="loss")
    board.run(ADAM).click()
    board.page.get_by_role("button", name="Share").click()
    expect(board.page.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("() => navigator.clipboard.readText()")
    board.page.goto(link)
    board.expect_shown(BASELINE, SGD)
    board.describes("loss/train", "2 runs")


def test_a_link_of_nonsense_shows_the_log_as_it_comes(board: Board) -> None:
    board.open(
        view="teapots", runs="only~!", step="soon", smoothing="much", x="sideways", v_pins="[{", theme="plaid"
    )
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    expect(board.toolbar.get_by_label("Smoothing, exact value")).to_have_value("0.60")
    expect(board.runs).to_have_count(3)
