"""The Evaluation view: from a mark to the examples behind it, over steps and runs, and what is odd in them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from glassboard import SummaryWriter

from .answers import AnsweredLog, chart, examples, until_title
from .board import Board, OpenLog, Serve


@pytest.fixture(scope="module")
def url(answered: AnsweredLog, serve: Serve) -> str:
    return serve(answered.root)


def test_a_cell_opens_its_images_the_wrongest_first(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation")
    matrix = chart(board, "Confusion")
    expect(matrix).to_be_visible()
    matrix.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        board.page.keyboard.press(key)
    rows = answered.cell(answered.plain, 0, 2)
    until_title(board, "cat taken for owl", len(rows))
    board.until(lambda: "v.ev_mark=t0,p2" in board.page.url, "the mark is in the link")
    first = examples(board).first
    expect(first).to_contain_text(f"#s{rows[0]}")
    expect(first).to_contain_text("owl")
    board.until(
        lambda: np.array_equal(
            board.image_pixels(first.get_by_role("img"))[:, :, 0], answered.images[rows[0]]
        ),
        "its image as it was logged",
    )
    matrix.press("Enter")
    expect(examples(board)).to_have_count(0)


def test_one_example_is_followed_over_steps_and_runs(board: Board, answered: AnsweredLog) -> None:
    rows = answered.cell(answered.plain, 1, 0)
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


def test_pages_and_orders_of_examples(board: Board, answered: AnsweredLog) -> None:
    wrong = int((answered.plain.argmax(axis=1) != answered.targets).sum())
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


def test_a_cell_of_two_compared_runs_opens_the_examples_of_both(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation", v_ev_with="skilled")
    expect(board.card("Confusion")).to_contain_text("difference to skilled")
    matrix = chart(board, "Confusion")
    matrix.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        board.page.keyboard.press(key)
    plain, skilled = answered.cell(answered.plain, 0, 1), answered.cell(answered.skilled, 0, 1)
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


def test_runs_steps_and_link(board: Board, answered: AnsweredLog) -> None:
    board.open(view="evaluation", step=1)
    headline = board.page.locator(".headline")
    expect(headline).to_contain_text("step 1")
    bar = board.page.get_by_role("toolbar", name="Evaluation")
    board.choose("Run", "skilled")
    board.until(lambda: "v.ev_run=skilled" in board.page.url, "the run is in the link")
    board.page.get_by_role("button", name="Latest").click()
    right = (answered.skilled.argmax(axis=1) == answered.targets).mean()
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
