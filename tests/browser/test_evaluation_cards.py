"""The Evaluation view: what each card shows, and what is set and saved there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from .answers import NAMES, AnsweredLog, chart, until_title
from .board import Board, Serve


@pytest.fixture(scope="module")
def url(answered: AnsweredLog, serve: Serve) -> str:
    return serve(answered.root)


def threshold(board: Board) -> str:
    """Of the link."""
    (found,) = parse_qs(urlsplit(board.page.url).query).get("v.threshold", [""])
    return found


def from_menu(board: Board, card: str, command: str) -> None:
    board.card(card).get_by_role("button", name=f"More for {card}").click()
    board.page.get_by_role("menu").get_by_text(command).click()


def test_the_threshold_moves_everything(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation", v_ev_class=1)
    bar = board.page.get_by_role("toolbar", name="Evaluation")
    expect(bar.get_by_role("button", name="Most likely")).to_have_attribute("aria-pressed", "true")
    exact = bar.get_by_label("Threshold, exact value")
    exact.fill("0.6")
    exact.press("Enter")
    taken = answered.plain[:, 1] >= 0.6
    outcomes = board.card("Scores").get_by_role("group", name="Outcomes").get_by_role("button")
    true_positive = int((taken & (answered.targets == 1)).sum())
    expect(outcomes.nth(0)).to_have_text(f"TP {true_positive}")
    expect(outcomes.nth(1)).to_have_text(f"FP {taken.sum() - true_positive}")
    none = int((answered.plain.max(axis=1) < 0.6).sum())
    expect(board.card("Confusion")).to_contain_text("less sure: none")
    grip = board.card("Scores").get_by_role("slider")
    expect(grip).to_have_attribute("aria-valuenow", "0.6")
    outcomes.nth(1).click()
    until_title(board, "false positives of dog", int(taken.sum()) - true_positive)
    # By keys on the histogram, then by a drag of the same line: what is counted follows.
    grip.focus()
    board.page.keyboard.press("ArrowRight")
    taken = answered.plain[:, 1] >= np.float32(0.61)
    true_positive = int((taken & (answered.targets == 1)).sum())
    expect(outcomes.nth(0)).to_have_text(f"TP {true_positive}")
    until_title(board, "false positives of dog", int(taken.sum()) - true_positive)
    grip.scroll_into_view_if_needed()
    box = board.place(grip)
    board.page.mouse.move(box["x"] + 6, box["y"] + 6)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] - 60, box["y"] + 6, steps=5)
    board.page.mouse.up()
    board.until(lambda: float(exact.input_value()) < 0.5, "the line was dragged")
    bar.get_by_role("button", name="Most likely").click()
    board.until(lambda: "v.threshold" not in board.page.url, "by the most likely class again")
    expect(board.card("Confusion")).to_contain_text("by most likely class")
    assert none > 0


@pytest.mark.parametrize("card", ["Precision and recall", "ROC"])
def test_a_point_of_a_curve_is_a_threshold_and_has_examples(board: Board, card: str) -> None:
    board.open(view="evaluation", v_ev_class=0)
    curves = chart(board, card)
    expect(board.card(card).get_by_role("list").get_by_role("listitem")).to_have_count(2)
    curves.focus()
    for _ in range(4):
        board.page.keyboard.press("ArrowRight")
    expect(board.card(card)).to_contain_text("TP")
    board.page.keyboard.press("Enter")
    board.until(lambda: threshold(board), "the point's threshold is chosen")
    expect(board.inspector.get_by_role("heading", level=2)).to_have_text("false positives of cat")
    # The mark of a curve can be taken along it.
    curves.scroll_into_view_if_needed()
    before = threshold(board)
    mark = curves.locator("circle.grip").first
    box = board.place(mark)
    board.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + 60, box["y"] + 25, steps=6)
    board.page.mouse.up()
    board.until(lambda: threshold(board) not in ("", before), "the threshold was dragged along the curve")


def test_bins_open_their_examples(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation")
    calibration = chart(board, "Calibration")
    expect(board.card("Calibration")).to_contain_text("ECE")
    calibration.focus()
    board.page.keyboard.press("ArrowRight")
    board.page.keyboard.press("Enter")
    most = answered.plain.max(axis=1)
    low = int(np.ceil(most.min() * 15)) - 1
    inside = (most > low / 15) & (most <= (low + 1) / 15)
    expect(board.inspector.locator("header")).to_contain_text(str(inside.sum()))
    histogram = chart(board, "Scores")
    histogram.focus()
    board.page.keyboard.press("ArrowDown")
    for _ in range(14):
        board.page.keyboard.press("ArrowRight")
    board.page.keyboard.press("Enter")
    wrong = (answered.plain.argmax(axis=1) != answered.targets) & (most > 14 / 15)
    until_title(board, "wrong, probability above 0.933", int(wrong.sum()))


def test_the_matrix_as_shares_and_against_another_run(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation")
    matrix = chart(board, "Confusion")
    matrix.focus()
    board.page.keyboard.press("ArrowDown")
    count = len(answered.cell(answered.plain, 0, 0))
    expect(matrix).to_have_attribute(
        "aria-label", f"Confusion, 3 rows of true, 3 columns of predicted. {count} of cat taken for cat"
    )
    share = f"{100 * count / (answered.targets == 0).sum():.0f} % of true cat"
    board.card("Confusion").get_by_role("radio", name="Rows %").check()
    matrix.focus()
    board.page.keyboard.press("ArrowDown")
    expect(board.card("Confusion")).to_contain_text(share)
    board.until(lambda: "v.ev_cells=rows" in board.page.url, "in the link")
    board.card("Confusion").get_by_role("radio", name="Counts").check()
    board.choose("Beside", "skilled")
    expect(board.card("Confusion")).to_contain_text("difference to skilled")
    matrix.focus()
    board.page.keyboard.press("ArrowDown")
    other = len(answered.cell(answered.skilled, 0, 0))
    expect(board.card("Confusion")).to_contain_text(f"{count} of cat taken for cat, {other} in the other run")
    expect(board.card("Classes")).to_contain_text("against skilled")


def test_close_up_zoom_and_axes_of_the_curves(board: Board) -> None:
    board.open(view="evaluation")
    lows = {"Precision and recall": 0.8, "ROC": 0.8, "Calibration": None}
    for card, low in lows.items():
        curves = chart(board, card)
        curves.scroll_into_view_if_needed()
        ticks = curves.locator("svg text:not(.title)")

        def first_tick() -> float:
            """The lowest value on the vertical axis."""
            return float(ticks.first.text_content() or "nan")  # noqa: B023

        board.until(lambda: first_tick() == 0, f"{card} from 0 to 1")
        box = board.place(curves)
        board.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
        board.page.mouse.down()
        board.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.4, steps=4)
        board.page.mouse.up()
        board.until(lambda: first_tick() > 0.4, f"a drag zooms {card}")
        # A zoom is no choice of a point.
        expect(board.toolbar.get_by_role("button", name="Most likely")).to_have_attribute(
            "aria-pressed", "true"
        )
        curves.press("0")
        board.until(lambda: first_tick() == 0, f"the key shows all of {card}")
        if low is None:
            continue
        from_menu(board, card, "Close-up of the corner")
        board.until(lambda: first_tick() >= low, f"the corner of {card}")  # noqa: B023
        from_menu(board, card, "Axes from 0 to 1")
        board.until(lambda: first_tick() == 0, f"the axes of {card} from 0 to 1")
        from_menu(board, card, "Close-up of the corner")
        curves.dblclick(position={"x": box["width"] / 2, "y": 60})
        board.until(lambda: first_tick() == 0, f"a double click shows all of {card}")


def test_logarithmic_counts_are_a_choice_of_the_scores(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation")
    card = board.card("Scores")
    expect(card).to_contain_text("probability of the answer, log")
    bars = chart(board, "Scores").locator("rect.above")

    def ratio() -> float:
        """Of the highest bar to the lowest that is there."""
        heights = [float(bar.get_attribute("height") or 0) for bar in bars.all()]
        drawn = [height for height in heights if height > 0]
        return max(drawn) / min(drawn)

    expect(bars.first).to_be_attached()
    logarithmic = ratio()
    from_menu(board, "Scores", "Logarithmic counts")
    expect(card).not_to_contain_text(", log")
    board.until(lambda: "v.ev_log=off" in board.page.url, "in the link")
    board.until(lambda: ratio() > 2 * logarithmic, "small counts are small again")
    from_menu(board, "Scores", "Logarithmic counts")
    board.until(lambda: abs(ratio() / logarithmic - 1) < 0.01, "and back")


def test_the_table_sorts_and_opens_a_class(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation")
    table = board.card("Classes").get_by_role("table")
    names = table.locator("tbody").get_by_role("rowheader")
    expect(names).to_have_text(list(NAMES))
    recalls = [float((answered.plain[answered.targets == k].argmax(axis=1) == k).mean()) for k in range(3)]
    best_first = [NAMES[k] for k in sorted(range(3), key=lambda k: -recalls[k])]
    head = table.get_by_role("button", name="recall")
    head.click()
    expect(names).to_have_text(best_first)
    head.click()
    expect(names).to_have_text(best_first[::-1])
    head.click()
    expect(names).to_have_text(list(NAMES))
    names.nth(2).get_by_role("button").click()
    until_title(board, "owl", int((answered.targets == 2).sum()))


def test_pictures_and_tables_are_saved(board: Board) -> None:
    board.open(view="evaluation")
    expect(chart(board, "Confusion")).to_be_visible()
    begins = {"PNG": b"\x89PNG", "SVG": b"<svg", "CSV": b"true,cat,dog,owl"}
    for kind, first in begins.items():
        board.card("Confusion").get_by_role("button", name="More for Confusion").click()
        with board.page.expect_download() as saved:
            board.page.get_by_role("menuitem", name=f"Download {kind}").click()
        assert Path(saved.value.path()).read_bytes().startswith(first)
    for card in ("Precision and recall", "ROC", "Calibration", "Scores", "Classes"):
        board.card(card).get_by_role("button", name=f"More for {card}").click()
        with board.page.expect_download() as saved:
            board.page.get_by_role("menuitem", name="Download CSV").click()
        assert len(Path(saved.value.path()).read_text(encoding="utf-8").splitlines()) > 3
