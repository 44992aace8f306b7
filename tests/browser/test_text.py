"""The Text view: every text that was logged can be read, found, compared and taken away."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from glassboard.demo.data import CLASS_NAMES
from glassboard.testing import records
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import Project

NOTES = "mistakes/notes"


def test_the_step_control_reaches_every_mistakes_text(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES)
    card = board.card(NOTES)
    board.toolbar.get_by_role("radio", name="One step").check()
    slider = card.get_by_role("slider", name=f"Text of {NOTES}")
    slider.press("Home")
    count = len(project.mistakes)
    assert count > 25
    for rank, mistake in enumerate(project.mistakes):
        expect(card.get_by_text(f"{rank + 1} of {count}", exact=True)).to_be_visible()
        item = card.get_by_role("listitem")
        expect(item).to_have_count(1)
        expect(item).to_contain_text(f"step {rank}")
        expect(item).to_contain_text(
            f"Validation image {mistake.image_index} (step {rank} of mistakes/characters)"
        )
        for row, label in (("predicted", mistake.predicted), ("actual", mistake.actual)):
            expect(item.get_by_role("row").filter(has_text=row)).to_contain_text(CLASS_NAMES[label])
        slider.press("ArrowRight")
    box = card.get_by_role("textbox", name="step")
    box.fill("17")
    box.press("Enter")
    expect(card.get_by_role("listitem")).to_contain_text(
        f"Validation image {project.mistakes[17].image_index} "
    )


def test_all_mistakes_can_be_read_in_one_list(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES)
    card = board.card(NOTES)
    texts = card.get_by_role("listitem")
    count = len(project.mistakes)
    expect(card).to_contain_text(f"{count} texts")
    # The newest first.
    expect(texts.first).to_contain_text(f"Validation image {project.mistakes[-1].image_index} ")
    while (before := texts.count()) < count:
        card.get_by_role("button", name="more").click()
        board.until(lambda: texts.count() > before, "more texts are shown")
    expect(texts).to_have_count(count)
    for rank, text in enumerate(reversed(texts.all())):
        expect(text).to_contain_text(f"Validation image {project.mistakes[rank].image_index} ")


def test_a_mistakes_text_and_its_image_share_the_pages_step(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES, step=5)
    board.toolbar.get_by_role("radio", name="One step").check()
    expect(board.card(NOTES)).to_contain_text(f"Validation image {project.mistakes[5].image_index} ")
    board.view("Images").click()
    card = board.card("mistakes/characters")
    expect(card).to_contain_text(f"sample 6 of {len(project.mistakes)}")
    wanted = project.images.validation_images[project.mistakes[5].image_index]
    board.until(
        lambda: (board.image_pixels(card.locator("img"))[..., 0] == wanted).all(),
        "the image of mistake 5 is shown",
    )


def test_texts_can_be_searched(board: Board, project: Project) -> None:
    board.open(view="text", v_texts=NOTES)
    wanted = project.mistakes[2].image_index
    board.toolbar.get_by_role("searchbox", name="Find in texts").fill(f"/image \\*\\*{wanted}\\*\\*/")
    card = board.card(NOTES)
    expect(card).to_contain_text(f"1 of {len(project.mistakes)} texts")
    expect(card.get_by_role("listitem")).to_have_count(1)
    expect(card.get_by_role("listitem")).to_contain_text(f"Validation image {wanted} ")


_MARKED = """
() => [...(CSS.highlights.get("found-text") ?? [])].map((range) => range.toString()).sort()
"""


def test_what_was_searched_for_is_marked_in_the_text(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    run.text("note", "# Learning **rate**\n\nThe learning\nrate is $x^2$.\n\n`rate = 0.1`\n\nlearn", step=0)
    run.text("note", "nothing of the sort", step=1)
    board = open_log(tmp_path).open()
    find = board.toolbar.get_by_role("searchbox", name="Find in texts")
    card = board.card("note")
    expect(card.get_by_role("listitem")).to_have_count(2)
    assert board.page.evaluate(_MARKED) == []
    find.fill("rate learning")
    expect(card.get_by_role("listitem")).to_have_count(1)
    wanted = ["Learning", "learning", "rate", "rate", "rate"]
    board.until(lambda: board.page.evaluate(_MARKED) == wanted, "every word is marked, also in code")
    # The mark can be seen: the colour of the theme's own token.
    heading = card.get_by_role("listitem").get_by_role("heading")

    def coloured() -> int:
        pixels = np.asarray(Image.open(io.BytesIO(heading.screenshot())).convert("RGB")).reshape(-1, 3)
        return int((np.abs(pixels.astype(int) - (0xFF, 0xE0, 0x8A)).sum(axis=1) < 12).sum())

    board.until(lambda: coloured() > 200, "the words stand on the colour of what was found")
    find.fill(r"/learning\s+\**rate/")
    # In the heading one word is bold, in the paragraph a line ends between the two.
    both = ["Learning rate", "learningrate"]
    board.until(lambda: board.page.evaluate(_MARKED) == both, "across elements of one block")
    board.toolbar.get_by_role("button", name="Markdown").click()
    find.fill("**rate**")
    board.until(lambda: board.page.evaluate(_MARKED) == ["**rate**"], "in a text as it was logged")
    find.fill("")
    board.until(lambda: board.page.evaluate(_MARKED) == [], "nothing is marked where nothing is searched")


def test_markdown_is_laid_out_or_shown_as_it_was_logged(tmp_path: Path, open_log: OpenLog) -> None:
    text = (
        "# Title\n\n- **bold**\n- `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://example.com/)"
    )
    LogdirBuilder(tmp_path).run("a").text("note", text)
    board = open_log(tmp_path).open()
    body = board.card("note").get_by_role("listitem").first
    expect(body.get_by_role("heading", name="Title")).to_be_visible()
    expect(body.get_by_role("row")).to_have_count(2)
    link = body.get_by_role("link", name="link")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    board.toolbar.get_by_role("button", name="Markdown").click()
    expect(board.card("note").locator("pre")).to_have_text(text)


@pytest.fixture
def notes(tmp_path: Path, open_log: OpenLog) -> Board:
    """Two runs that note a formula and a piece of code at two steps."""
    logdir = LogdirBuilder(tmp_path)
    for name, rates in (("alpha", (0.1, 0.3)), ("beta", (0.1, 0.4))):
        run = logdir.run(name)
        for step, rate in enumerate(rates):
            text = f"Loss $x^2$\n\n$$\n\\frac{{1}}{{n}}\\sum_i \\ell_i\n$$\n\n```python\nlr = {rate}  # rate\n```\n\nthe end"
            run.text("note", text, step=step)
    logdir.run("alpha").text("only", "this run has it alone")
    return open_log(tmp_path)


def test_code_is_coloured_and_formulas_are_set(notes: Board) -> None:
    newest = notes.open(view="text").card("note", "alpha").get_by_role("listitem").first
    comment = newest.locator("pre code .hljs-comment")
    expect(comment).to_have_text("# rate")
    colours = [
        each.evaluate("(one) => getComputedStyle(one).color")
        for each in (comment, newest.get_by_text("the end"))
    ]
    assert colours[0] != colours[1]
    inline, block = newest.locator("span.formula math"), newest.locator("div.formula math")
    expect(inline).to_be_visible()
    # Laid out as mathematics: the exponent is raised and small, the fraction stands on two levels.
    base, exponent = (notes.place(inline.locator("msup > *").nth(part)) for part in (0, 1))
    assert exponent["y"] < base["y"]
    top, bottom = (notes.place(block.locator("mfrac > *").nth(part)) for part in (0, 1))
    assert top["y"] + top["height"] <= bottom["y"] + 1
    # The workers that laid it out came from here.
    assert notes.page.locator("[style*=position], math [style]").count() == 0


def test_code_wider_than_its_card_is_scrolled_by_the_keyboard(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("a").text(
        "note", f"```python\nx = '{'long ' * 200}'\n```\n\n```python\ny\n```"
    )
    board = open_log(tmp_path).open(view="text")
    wide, narrow = (board.card("note").locator("pre").nth(place) for place in (0, 1))
    expect(wide).to_have_attribute("tabindex", "0")
    expect(narrow).not_to_have_attribute("tabindex", re.compile(""))
    wide.focus()
    board.page.keyboard.press("ArrowRight")
    board.until(lambda: wide.evaluate("(code) => code.scrollLeft > 0"), "the code is scrolled")


def test_changes_since_the_text_before_and_between_runs(notes: Board) -> None:
    notes.open(view="text")
    card = notes.card("note", "alpha, 2 texts")
    notes.toolbar.get_by_role("radio", name="Changes").check()
    expect(card.get_by_role("status")).to_have_text("1 line added and 1 removed since step 0.")
    expect(card.locator(".removed b")).to_have_text("1")
    expect(card.locator(".added b")).to_have_text("3")
    # At the first step there is nothing before.
    slider = card.get_by_role("slider")
    slider.press("Home")
    expect(card).to_contain_text("The first text: there is none before it.")
    slider.press("End")
    # With another run at the same step; the link keeps it.
    notes.toolbar.get_by_role("combobox", name="Compared with").select_option("beta")
    expect(card.get_by_role("status")).to_have_text("1 line added and 1 removed against beta, step 1.")
    expect(card.locator(".removed b")).to_have_text("4")
    expect(notes.card("note", "beta, 2 texts")).to_contain_text("The others are compared with this run.")
    expect(notes.card("only", "alpha")).to_contain_text("beta has no texts of this tag.")
    notes.in_link("against=beta")
    notes.page.reload()
    expect(card.get_by_role("status")).to_have_text("1 line added and 1 removed against beta, step 1.")
    slider.press("Home")
    expect(card.get_by_role("status")).to_have_text("The same as beta, step 0.")


def test_a_text_is_copied_and_saved_as_it_was_logged(notes: Board) -> None:
    notes.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    newest = notes.open(view="text").card("note", "alpha").get_by_role("listitem").first
    newest.get_by_role("button", name="Copy").click()
    expect(newest.get_by_role("button", name="Copied")).to_be_visible()
    copied = notes.page.evaluate("() => navigator.clipboard.readText()")
    with notes.page.expect_download() as download:
        newest.get_by_role("button", name="Download").click()
    assert copied == Path(download.value.path()).read_text(encoding="utf-8")
    assert copied.startswith("Loss $x^2$\n")
    assert "lr = 0.3" in copied


def test_tensors_of_strings_are_tables(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    run.value(records.text_value("matrix", ["**a**", "b", "c", "d", "e", "f"], shape=(2, 3)))
    run.value(records.text_value("column", [f"row {i}" for i in range(5000)], shape=(5000,)))
    board = open_log(tmp_path).open(view="text")
    matrix = board.card("matrix")
    expect(matrix.get_by_role("row")).to_have_count(2)
    expect(matrix.get_by_role("cell")).to_have_count(6)
    expect(matrix.get_by_role("cell").first.locator("strong")).to_have_text("a")
    column = board.card("column")
    # By their tag: working out the roles of so many elements takes a browser seconds.
    expect(column.locator("tr")).to_have_count(1000)
    expect(column).to_contain_text("4,000 of 5,000 texts of a tensor of shape 5000 are hidden")
