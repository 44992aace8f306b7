"""The PR Curves view: what was logged is drawn, told with its counts, and judged at one threshold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from glassboard import SummaryWriter

from .board import Board
from .conftest import OpenLog

# Positives are scored 0.9 and 0.6, negatives 0.7 and 0.2: at five thresholds everything is known by heart.
LABELS = np.array([1, 1, 0, 0])
SCORES = np.array([0.9, 0.6, 0.7, 0.2])


def log_classes(logdir: Path, run: str, *, skill: float = 0.0) -> None:
    with SummaryWriter(logdir / run) as writer:
        for step in (1, 2):
            for name in ("cat", "dog"):
                better = np.where(LABELS == 1, np.minimum(1.0, SCORES + skill * step), SCORES)
                writer.add_pr_curve(f"pr/{name}", LABELS, better, global_step=step, num_thresholds=5)


@pytest.fixture
def classes(tmp_path: Path, open_log: OpenLog) -> Board:
    log_classes(tmp_path, "one")
    return open_log(tmp_path).open(view="pr_curves")


def chart(board: Board, title: str) -> Locator:
    return board.card(title).get_by_role("application")


def scores(board: Board, title: str) -> list[str]:
    return (
        board.card(title)
        .get_by_role("list", name="Average precision")
        .get_by_role("listitem")
        .all_inner_texts()
    )


def fact(board: Board, name: str) -> str:
    term = board.inspector.locator("dt").filter(has_text=name).first
    return term.locator("xpath=following-sibling::dd[1]").inner_text()


def test_classes_of_a_run_share_a_chart_and_every_point_tells_its_counts(classes: Board) -> None:
    board = classes
    expect(chart(board, "pr")).to_have_attribute("aria-label", "pr: precision over recall, 2 curves.")
    # Half of the recall at precision 1, the other half at 2/3.
    board.until(lambda: scores(board, "pr") == ["cat\n0.8333", "dog\n0.8333"], "average precision by class")
    chart(board, "pr").focus()
    for _ in range(5):
        board.page.keyboard.press("ArrowLeft")
    counts = (
        "threshold",
        "precision",
        "recall",
        "true positives",
        "false positives",
        "true negatives",
        "false negatives",
    )
    board.becomes(
        lambda: [fact(board, name) for name in counts],
        ["1", "none: nothing is predicted positive", "0", "0", "0", "2", "2"],
        "the lowest recall is at the left",
    )
    board.page.keyboard.press("ArrowRight")
    board.becomes(
        lambda: [fact(board, name) for name in counts],
        ["0.75", "1", "0.5", "1", "0", "2", "1"],
        "the next point",
    )
    board.page.keyboard.press("Enter")
    board.until(lambda: "v.threshold=0.75" in board.page.url, "the point's threshold is chosen")
    expect(board.toolbar.get_by_label("Threshold, exact value")).to_have_value("0.75")


def test_runs_share_a_chart_by_tag_and_follow_the_step(tmp_path: Path, open_log: OpenLog) -> None:
    log_classes(tmp_path, "plain")
    log_classes(tmp_path, "skilled", skill=0.1)
    board = open_log(tmp_path).open(view="pr_curves")
    expect(board.toolbar.get_by_role("radio", name="By tag")).to_be_checked()
    board.until(lambda: scores(board, "pr/cat") == ["plain\n0.8333", "skilled\n1.0000"], "the newest step")
    expect(board.card("pr/dog")).to_be_visible()
    board.open(view="pr_curves", step=1)
    board.until(
        lambda: scores(board, "pr/cat") == ["plain\n0.8333", "skilled\n0.8333"], "the step of the link"
    )
    board.toolbar.get_by_role("radio", name="By run").check()
    expect(board.card("pr", run="skilled")).to_be_visible()
    board.until(lambda: "v.pr=run" in board.page.url, "in the link")


def test_zoom_close_up_and_download(classes: Board) -> None:
    board = classes
    board.until(lambda: len(scores(board, "pr")) == 2, "curves are there")
    ticks = chart(board, "pr").locator("svg text")

    def first_tick() -> str:
        """The lowest precision that is named."""
        return (ticks.first.text_content() or "") if ticks.count() else ""

    board.until(lambda: first_tick() == "0.0", "axes from 0 to 1")
    board.toolbar.get_by_role("button", name="Close-up").click()
    board.until(lambda: float(first_tick() or 0) >= 0.3, "the corner alone")
    board.toolbar.get_by_role("button", name="Close-up").click()
    board.until(lambda: first_tick() == "0.0", "and back")
    box = classes.place(chart(board, "pr"))
    board.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.4, steps=4)
    board.page.mouse.up()
    board.until(lambda: float(first_tick() or 0) > 0.5, "a drag zooms")
    chart(board, "pr").dblclick(position={"x": 100, "y": 100})
    board.until(lambda: first_tick() == "0.0", "a double click shows all")
    board.card("pr").get_by_role("button", name="More for pr").click()
    with board.page.expect_download() as saved:
        board.page.get_by_role("menuitem", name="Download CSV").click()
    rows = Path(saved.value.path()).read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("run,tag,step,threshold,precision,recall,true_positives")
    assert len(rows) == 1 + 2 * 5
    assert rows[4] == "one,pr/cat,2,0.75,1,0.5,1,0,2,1"


def test_counts_that_contradict_the_curve_are_told(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "odd") as writer:
        writer.add_pr_curve_raw(
            "pr/odd", [2, 1], [2, 0], [0, 2], [0, 1], [0.9, 1.0], [1.0, 0.5], global_step=1, num_thresholds=2
        )
    board = open_log(tmp_path).open(view="pr_curves")
    expect(board.card("pr/odd")).to_contain_text("1 curve doubtful")
    chart(board, "pr/odd").focus()
    board.page.keyboard.press("ArrowRight")
    expect(board.inspector).to_contain_text("precision and counts disagree at threshold number 0")
