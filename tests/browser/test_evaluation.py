"""The Evaluation view: every control, and from every mark to the examples behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from glassboard import SummaryWriter
from glassboard.server.local import LocalServer

from .board import Board, OpenLog

ROWS = 300
NAMES = ("cat", "dog", "owl")


@dataclass(frozen=True)
class Log:
    url: str
    targets: npt.NDArray[np.int64]
    plain: npt.NDArray[np.float32]
    """[rows, classes]: answers of the run `plain` at step 3."""
    skilled: npt.NDArray[np.float32]
    images: npt.NDArray[np.uint8]

    def cell(self, scores: npt.NDArray[np.float32], truth: int, predicted: int) -> npt.NDArray[np.int64]:
        """Rows of a cell, the wrongest first."""
        rows = np.flatnonzero((self.targets == truth) & (scores.argmax(axis=1) == predicted))
        return rows[np.argsort(scores[rows, self.targets[rows]], kind="stable")]


def answers(
    rng: np.random.Generator, targets: npt.NDArray[np.int64], skill: float
) -> npt.NDArray[np.float32]:
    logits = rng.normal(size=(len(targets), 3))
    logits[np.arange(len(targets)), targets] += skill
    odds = np.exp(logits)
    return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    root = tmp_path_factory.mktemp("evaluation")
    rng = np.random.default_rng(4)
    targets = rng.integers(0, 3, ROWS)
    images = rng.integers(0, 256, (ROWS, 6, 6)).astype(np.uint8)
    last = {}
    for run, skill in (("plain", 1.0), ("skilled", 3.0)):
        with SummaryWriter(root / run) as writer:
            for step in (1, 2, 3):
                last[run] = answers(rng, targets, skill * step / 3)
                writer.add_predictions(
                    "val", targets, last[run], images=images, dataformats="NHW",
                    ids=[f"s{row}" for row in range(ROWS)], class_names=NAMES, global_step=step,
                )  # fmt: skip
            writer.add_pr_curve("pr/cat", targets == 0, last[run][:, 0], 3)
    with LocalServer(root, port=0) as server:
        yield Log(server.url, targets, last["plain"], last["skilled"], images)


@pytest.fixture
def board(log: Log, page: Page) -> Board:
    return Board(page, log.url)


def chart(board: Board, card: str) -> Locator:
    return board.card(card).get_by_role("application")


def examples(board: Board) -> Locator:
    return board.inspector.get_by_role("list", name="Examples").get_by_role("listitem")


def until_title(board: Board, title: str, total: int) -> None:
    expect(board.inspector.get_by_role("heading", level=2)).to_have_text(title)
    expect(board.inspector.locator("header")).to_contain_text(f"{total:,}")


def threshold(board: Board) -> str:
    """Of the link."""
    (found,) = parse_qs(urlsplit(board.page.url).query).get("v.threshold", [""])
    return found


def from_menu(board: Board, card: str, command: str) -> None:
    board.card(card).get_by_role("button", name=f"More for {card}").click()
    board.page.get_by_role("menu").get_by_text(command).click()


def test_a_cell_opens_its_images_the_wrongest_first(board: Board, log: Log) -> None:
    board.open(view="evaluation")
    matrix = chart(board, "Confusion")
    expect(matrix).to_be_visible()
    matrix.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        board.page.keyboard.press(key)
    rows = log.cell(log.plain, 0, 2)
    until_title(board, "cat taken for owl", len(rows))
    board.until(lambda: "v.ev_mark=t0,p2" in board.page.url, "the mark is in the link")
    first = examples(board).first
    expect(first).to_contain_text(f"#s{rows[0]}")
    expect(first).to_contain_text("owl")
    board.until(
        lambda: np.array_equal(board.image_pixels(first.get_by_role("img"))[:, :, 0], log.images[rows[0]]),
        "its image as it was logged",
    )
    matrix.press("Enter")
    expect(examples(board)).to_have_count(0)


def test_one_example_is_followed_over_steps_and_runs(board: Board, log: Log) -> None:
    rows = log.cell(log.plain, 1, 0)
    board.open(view="evaluation", v_ev_mark="t1,p0")
    until_title(board, "dog taken for cat", len(rows))
    examples(board).first.get_by_role("button").click()
    expect(board.inspector.get_by_role("heading", name=f"Sample s{rows[0]}")).to_be_visible()
    tables = board.inspector.get_by_role("table")
    expect(tables).to_have_count(2)
    for table in tables.all():
        expect(table.locator("tbody").get_by_role("row")).to_have_count(3)
    board.until(lambda: f"v.ev_row={rows[0]}" in board.page.url, "the example is in the link")
    board.inspector.get_by_role("button", name="Back to the examples").click()
    expect(tables).to_have_count(0)
    expect(examples(board).first).to_be_visible()


def sample_numbers(board: Board) -> list[int]:
    """Of the page of examples. What is out of sight may tell its words without the gaps between them."""
    return [int(number) for number in re.findall(r"#s(\d+)", "".join(examples(board).all_inner_texts()))]


def test_pages_and_orders_of_examples(board: Board, log: Log) -> None:
    wrong = int((log.plain.argmax(axis=1) != log.targets).sum())
    board.open(view="evaluation")
    headline = board.page.get_by_title("Show what is wrong")
    expect(headline).to_have_text(f"{wrong} wrong")
    headline.click()
    until_title(board, "wrong", wrong)
    expect(examples(board)).to_have_count(24)
    pages = board.inspector.get_by_role("group", name="Pages of examples")
    expect(pages).to_contain_text(f"1 to 24 of {wrong}")
    first = examples(board).first.inner_text()
    pages.get_by_role("button", name="Next").click()
    expect(pages).to_contain_text(f"25 to 48 of {wrong}")
    # The page is told before its examples have come.
    expect(examples(board).first).not_to_have_text(first, use_inner_text=True)
    pages.get_by_role("button", name="Previous").click()
    expect(pages).to_contain_text("1 to 24")
    expect(examples(board).first).to_have_text(first, use_inner_text=True)
    board.inspector.get_by_label("Order of the examples").select_option("surest")
    board.until(lambda: examples(board).first.inner_text() != first, "the least wrong first")
    board.inspector.get_by_label("Order of the examples").select_option("row")
    board.until(lambda: (rows := sample_numbers(board)) == sorted(rows) and len(rows) == 24, "by row")


def test_the_threshold_moves_everything(board: Board, log: Log) -> None:
    board.open(view="evaluation", v_ev_class=1)
    bar = board.page.get_by_role("toolbar", name="Evaluation")
    expect(bar.get_by_role("button", name="Most likely")).to_have_attribute("aria-pressed", "true")
    exact = bar.get_by_label("Threshold, exact value")
    exact.fill("0.6")
    exact.press("Enter")
    taken = log.plain[:, 1] >= 0.6
    outcomes = board.card("Scores").get_by_role("group", name="Outcomes").get_by_role("button")
    true_positive = int((taken & (log.targets == 1)).sum())
    expect(outcomes.nth(0)).to_have_text(f"TP {true_positive}")
    expect(outcomes.nth(1)).to_have_text(f"FP {taken.sum() - true_positive}")
    none = int((log.plain.max(axis=1) < 0.6).sum())
    expect(board.card("Confusion")).to_contain_text("less sure: none")
    grip = board.card("Scores").get_by_role("slider")
    expect(grip).to_have_attribute("aria-valuenow", "0.6")
    outcomes.nth(1).click()
    until_title(board, "false positives of dog", int(taken.sum()) - true_positive)
    # By keys on the histogram, then by a drag of the same line: what is counted follows.
    grip.focus()
    board.page.keyboard.press("ArrowRight")
    taken = log.plain[:, 1] >= np.float32(0.61)
    true_positive = int((taken & (log.targets == 1)).sum())
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


def test_bins_open_their_examples(board: Board, log: Log) -> None:
    board.open(view="evaluation")
    calibration = chart(board, "Calibration")
    expect(board.card("Calibration")).to_contain_text("ECE")
    calibration.focus()
    board.page.keyboard.press("ArrowRight")
    board.page.keyboard.press("Enter")
    most = log.plain.max(axis=1)
    low = int(np.ceil(most.min() * 15)) - 1
    inside = (most > low / 15) & (most <= (low + 1) / 15)
    expect(board.inspector.locator("header")).to_contain_text(str(inside.sum()))
    histogram = chart(board, "Scores")
    histogram.focus()
    board.page.keyboard.press("ArrowDown")
    for _ in range(14):
        board.page.keyboard.press("ArrowRight")
    board.page.keyboard.press("Enter")
    wrong = (log.plain.argmax(axis=1) != log.targets) & (most > 14 / 15)
    until_title(board, "wrong, probability above 0.933", int(wrong.sum()))


def test_the_matrix_as_shares_and_against_another_run(board: Board, log: Log) -> None:
    board.open(view="evaluation")
    matrix = chart(board, "Confusion")
    matrix.focus()
    board.page.keyboard.press("ArrowDown")
    count = len(log.cell(log.plain, 0, 0))
    expect(matrix).to_have_attribute(
        "aria-label", f"Confusion, 3 rows of true, 3 columns of predicted. {count} of cat taken for cat"
    )
    share = f"{100 * count / (log.targets == 0).sum():.0f} % of true cat"
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
    other = len(log.cell(log.skilled, 0, 0))
    expect(board.card("Confusion")).to_contain_text(f"{count} of cat taken for cat, {other} in the other run")
    expect(board.card("Classes")).to_contain_text("against skilled")


def test_a_cell_of_two_compared_runs_opens_the_examples_of_both(board: Board, log: Log) -> None:
    board.open(view="evaluation", v_ev_with="skilled")
    expect(board.card("Confusion")).to_contain_text("difference to skilled")
    matrix = chart(board, "Confusion")
    matrix.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        board.page.keyboard.press(key)
    plain, skilled = log.cell(log.plain, 0, 1), log.cell(log.skilled, 0, 1)
    assert len(plain) > len(skilled) > 0
    until_title(board, "cat taken for dog", len(plain))
    whose = board.inspector.get_by_role("group", name="Examples of")
    expect(whose.locator("label")).to_have_text([f"plain{len(plain)}", f"skilled{len(skilled)}"])
    expect(whose.get_by_role("radio", name="plain")).to_be_checked()
    expect(examples(board).first).to_contain_text(f"#s{plain[0]}")
    # By the keyboard, as any choice of a few.
    whose.get_by_role("radio", name="plain").press("ArrowDown")
    until_title(board, "cat taken for dog", len(skilled))
    expect(examples(board).first).to_contain_text(f"#s{skilled[0]}")
    expect(examples(board)).to_have_count(min(24, len(skilled)))
    board.until(lambda: "v.ev_of=other" in board.page.url, "whose examples are in the link")
    board.page.reload()
    expect(examples(board).first).to_contain_text(f"#s{skilled[0]}")
    # Both runs follow the one sample that is looked at.
    examples(board).first.get_by_role("button").click()
    tables = board.inspector.get_by_role("table")
    expect(tables).to_have_count(2)
    expect(board.inspector.get_by_text("probability of predicted")).to_be_visible()


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


def test_logarithmic_counts_are_a_choice_of_the_scores(board: Board, log: Log) -> None:
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


def test_images_by_path_are_shown_or_said_why_not(
    tmp_path: Path, open_log: OpenLog, complaints: list[str]
) -> None:
    logdir, outside = tmp_path / "runs", tmp_path / "outside.png"
    pictures = logdir / "pictures"
    pictures.mkdir(parents=True)
    Image.fromarray(np.full((5, 7, 3), 120, np.uint8)).save(outside)
    (pictures / "there.png").write_bytes(outside.read_bytes())
    (pictures / "text.png").write_text("no image")
    (pictures / "link.png").symlink_to(outside)
    named = [pictures / name for name in ("there.png", "text.png", "link.png", "gone.png")]
    with SummaryWriter(logdir / "a") as writer:
        writer.add_predictions(
            "val", [0] * 6, np.full((6, 2), 0.5), images=[*named, outside, None], global_step=1
        )
    board = open_log(logdir).open(view="evaluation", v_ev_mark="t0", v_ev_order="row")
    expect(examples(board)).to_have_count(6)
    picture = examples(board).first.get_by_role("img")
    assert board.image_pixels(picture).shape[:2] == (5, 7)
    told = (
        "begins with the bytes",
        "outside of the log directory",
        "is not there",
        "outside of the log directory",
    )
    for place, words in enumerate(told, start=1):
        expect(examples(board).nth(place)).to_contain_text("Image not shown")
        expect(examples(board).nth(place)).to_contain_text(words)
    expect(examples(board).nth(5)).not_to_contain_text("Image not shown")
    expect(board.inspector.get_by_role("img")).to_have_count(1)
    examples(board).nth(3).get_by_role("button").click()
    expect(
        board.inspector.get_by_text("Image not shown: the file '../pictures/gone.png' is not there").first
    ).to_be_visible()
    assert complaints == []


def test_the_table_sorts_and_opens_a_class(board: Board, log: Log) -> None:
    board.open(view="evaluation")
    table = board.card("Classes").get_by_role("table")
    names = table.locator("tbody").get_by_role("rowheader")
    expect(names).to_have_text(list(NAMES))
    recalls = [float((log.plain[log.targets == k].argmax(axis=1) == k).mean()) for k in range(3)]
    best_first = [NAMES[k] for k in sorted(range(3), key=lambda k: -recalls[k])]
    head = table.get_by_role("button", name="recall")
    head.click()
    expect(names).to_have_text(best_first)
    head.click()
    expect(names).to_have_text(best_first[::-1])
    head.click()
    expect(names).to_have_text(list(NAMES))
    names.nth(2).get_by_role("button").click()
    until_title(board, "owl", int((log.targets == 2).sum()))


def test_runs_steps_and_link(board: Board, log: Log) -> None:
    board.open(view="evaluation", step=1)
    headline = board.page.locator(".headline")
    expect(headline).to_contain_text("step 1")
    bar = board.page.get_by_role("toolbar", name="Evaluation")
    board.choose("Run", "skilled")
    board.until(lambda: "v.ev_run=skilled" in board.page.url, "the run is in the link")
    board.page.get_by_role("button", name="Latest").click()
    right = (log.skilled.argmax(axis=1) == log.targets).mean()
    expect(headline).to_contain_text(f"accuracy {right:.4g}"[:13])
    bar.get_by_label("Class").select_option("2")
    board.until(lambda: "v.ev_class=2" in board.page.url, "the class is in the link")
    board.page.get_by_label("Find a sample by its id").fill("s17")
    board.page.get_by_label("Find a sample by its id").press("Enter")
    until_title(board, "#s17", 1)
    board.run("skilled").get_by_role("checkbox").or_(board.run("skilled")).first.click()


def test_label_errors_and_the_way_from_pr_curves(board: Board) -> None:
    board.open(view="pr_curves")
    board.toolbar.get_by_role("button", name="Examples").click()
    expect(board.view("Evaluation")).to_have_attribute("aria-current", "page")
    card = board.card("Likely label errors")
    card.scroll_into_view_if_needed()
    card.get_by_role("button", name="Show all").click()
    expect(board.inspector.get_by_role("heading", level=2)).to_have_text("likely label errors")
    expect(examples(board).first).to_contain_text("likely")
    card.get_by_role("list").get_by_role("button").first.click()
    expect(board.inspector.get_by_text("label is likely")).to_be_visible()


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


def test_bad_predictions_are_told(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "odd") as writer:
        scores = np.full((5, 2), 0.5)
        scores[0] = np.nan
        writer.add_predictions("val", [0, 1, -1, 1, 0], scores, global_step=1)
        many = np.random.default_rng(0).dirichlet(np.ones(1000), 50)
        writer.add_predictions("wide", np.arange(50), many, global_step=1)
        writer.add_predictions("one", [1], [[0.2, 0.8]], global_step=1)
    board = open_log(tmp_path).open(view="evaluation", v_ev_tag="val")
    headline = board.page.locator(".headline")
    expect(headline).to_contain_text("1 NaN")
    expect(headline).to_contain_text("1 without a class")
    headline.get_by_role("button", name="1 NaN").click()
    expect(examples(board).first).to_contain_text("no answer")
    board.choose("Evaluation tag", "wide")
    expect(board.card("Precision and recall")).to_contain_text("the 20 worst of 1,000 classes")
    expect(chart(board, "Confusion")).to_have_attribute(
        "aria-label", "Confusion, 40 rows of true, 40 columns of predicted."
    )
    board.choose("Evaluation tag", "one")
    expect(headline).to_contain_text("accuracy 1")
    expect(chart(board, "Confusion")).to_be_visible()
