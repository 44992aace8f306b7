"""Every control of the PR Curves view is used as a person uses it, and what it does is seen."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from glassboard import SummaryWriter

from .board import Board, Serve

LABELS = np.array([1, 1, 0, 0])
SCORES = np.array([0.9, 0.6, 0.7, 0.2])
STEPS = (10, 20)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    root: Path = tmp_path_factory.mktemp("curves")
    with SummaryWriter(root / "one") as writer:
        for step in STEPS:
            # At the second step everything is in order.
            scores = SCORES if step == STEPS[0] else np.where(LABELS == 1, 0.9, 0.2)
            for name in ("animals/cat", "animals/dog", "plants/fern"):
                writer.add_pr_curve(name, LABELS, scores, global_step=step, num_thresholds=5)
        writer.add_predictions("val", LABELS, SCORES, global_step=STEPS[0])
    return serve(root)


@pytest.fixture
def board(url: str, page: Page) -> Board:
    return Board(page, url).open(view="pr_curves", step=STEPS[0])


def chart(board: Board, title: str) -> Locator:
    return board.card(title).get_by_role("application")


def drawn(board: Board, title: str, count: int) -> Locator:
    """The chart, once its curves are there."""
    scores = board.card(title).get_by_role("list", name="Average precision").get_by_role("listitem")
    expect(scores).to_have_count(count)
    return chart(board, title)


def first_tick(board: Board, title: str) -> float:
    """The lowest precision that is named at the axis."""
    texts = chart(board, title).locator("svg text")
    return float(texts.first.text_content() or "nan") if texts.count() else float("nan")


def test_the_filter_leaves_the_tags_that_match_and_is_cleared(board: Board) -> None:
    box = board.toolbar.get_by_label("Filter tags")
    drawn(board, "plants/fern", 1)
    box.fill("cat")
    drawn(board, "animals/cat", 1)
    expect(board.card("plants/fern")).to_have_count(0)
    board.until(lambda: "v.prtags=cat" in board.page.url, "in the link")
    box.fill("no such tag")
    expect(board.page.locator("section.card")).to_have_count(0)
    board.choose("More for PR Curves", "Clear the filter")
    drawn(board, "animals", 2)
    drawn(board, "plants/fern", 1)


def test_by_tag_and_by_run(board: Board) -> None:
    expect(board.toolbar.get_by_role("radio", name="By run")).to_be_checked()
    drawn(board, "animals", 2)
    board.toolbar.get_by_role("radio", name="By tag").check()
    drawn(board, "animals/cat", 1)
    drawn(board, "animals/dog", 1)
    board.until(lambda: "v.pr=tag" in board.page.url, "in the link")


def test_the_threshold_moves_by_slider_by_number_and_by_a_point_of_a_curve(board: Board) -> None:
    exact = board.toolbar.get_by_label("Threshold, exact value")
    expect(exact).to_have_value("0.5")
    drawn(board, "animals", 2)
    slider = board.toolbar.get_by_role("slider", name="Threshold")
    slider.focus()
    board.page.keyboard.press("ArrowRight")
    expect(exact).to_have_value("0.51")
    board.until(lambda: "v.threshold=0.51" in board.page.url, "in the link")
    exact.fill("0.8")
    exact.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "0.8")
    point_at(board, "0.75")
    board.page.mouse.down()
    board.page.mouse.up()
    expect(exact).to_have_value("0.75")


def point_at(board: Board, threshold: str) -> None:
    """The pointer on the point of this threshold: recall 0.5 at precision 1."""
    target = drawn(board, "animals", 2)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    for share in np.linspace(0.3, 0.8, 40):
        board.page.mouse.move(box["x"] + box["width"] * share, box["y"] + 22)
        if board.inspector.locator("dd").get_by_text(threshold, exact=True).count():
            return
    raise AssertionError(f"no point of threshold {threshold} was told")


def test_the_pointer_tells_the_counts_of_a_point(board: Board) -> None:
    point_at(board, "0.75")
    for name in ("threshold", "true positives", "false negatives"):
        expect(board.inspector.locator("dt").filter(has_text=name).first).to_be_visible()
    expect(board.inspector.get_by_role("heading", name="At threshold")).to_be_visible()


def test_the_menu_of_a_chart_fits_it_and_takes_the_best_threshold(board: Board) -> None:
    drawn(board, "plants/fern", 1)

    def take(command: str) -> None:
        board.card("plants/fern").get_by_role("button", name="More for plants/fern").click()
        board.page.get_by_role("menuitem", name=command).click()

    board.until(lambda: first_tick(board, "plants/fern") == 0, "axes from 0 to 1")
    take("Fit to the curves")
    board.until(lambda: first_tick(board, "plants/fern") > 0.2, "the corner alone")
    take("Axes from 0 to 1")
    board.until(lambda: first_tick(board, "plants/fern") == 0, "and back")
    exact = board.toolbar.get_by_label("Threshold, exact value")
    exact.fill("0.9")
    exact.press("Enter")
    take("Threshold of the best F1")
    # Both positives and one negative above it: F1 0.8; no other threshold does better.
    expect(exact).to_have_value(re.compile(r"0\.(25|5)"))
    with board.page.expect_download() as saved:
        take("Download CSV")
    assert len(Path(saved.value.path()).read_text(encoding="utf-8").splitlines()) == 1 + 5


def test_the_step_bar_moves_every_curve(board: Board) -> None:
    card = board.card("plants/fern")
    drawn(board, "plants/fern", 1)
    expect(card).to_contain_text("step 10")
    expect(card).to_contain_text("0.8333")
    board.page.get_by_role("slider", name="Step of the page").press("ArrowRight")
    expect(card).to_contain_text("step 20")
    expect(card.get_by_role("listitem").locator("b")).to_have_text("1.0000")
    board.until(lambda: "step=20" in board.page.url, "in the link")


def test_examples_lead_to_the_evaluation_at_the_same_threshold(board: Board) -> None:
    exact = board.toolbar.get_by_label("Threshold, exact value")
    exact.fill("0.65")
    exact.press("Enter")
    board.toolbar.get_by_role("button", name="Examples").click()
    expect(board.view("Evaluation")).to_have_attribute("aria-current", "page")
    expect(board.toolbar.get_by_label("Threshold, exact value")).to_have_value("0.65")
