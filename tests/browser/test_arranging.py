"""Cards that a person put together, moved, sized and grouped, and layouts that keep it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import BrowserContext, expect

from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import BASELINE, EPOCHS, Project

TOGETHER = "loss: train, validation"


def drag_card(board: Board, title: str, target: str, share: float = 0.5) -> None:
    """By the title, with real mouse events, to `share` of the target's width."""
    card = board.card(target)
    card.scroll_into_view_if_needed()
    held, box = board.place(board.card(title).locator("h3")), board.place(card)
    mouse = board.page.mouse
    mouse.move(held["x"] + 12, held["y"] + held["height"] / 2)
    mouse.down()
    mouse.move(held["x"] + 30, held["y"] + held["height"] / 2 + 6, steps=4)
    mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=6)
    if share == 0.5:
        expect(board.page.get_by_text("Put into this chart")).to_be_visible()
    mouse.up()


def choose(board: Board, title: str, command: str) -> None:
    board.card(title).get_by_role("button", name=f"More for {title}").click()
    board.page.locator("[role=menu] [role^=menuitem]").filter(has_text=command).click()


def layout_command(board: Board, command: str) -> None:
    board.toolbar.get_by_role("button", name="Layout", exact=True).click()
    board.page.locator("[role=menu] [role^=menuitem]").filter(has_text=command).click()


def titles(board: Board) -> list[str]:
    return board.page.locator("section.card h3").all_inner_texts()


def order(board: Board, *wanted: str) -> None:
    board.until(lambda: titles(board) == [*wanted], f"the cards are {wanted}")


def test_a_card_dropped_on_another_goes_into_its_chart_and_the_link_shows_it_to_others(
    board: Board, project: Project, context: BrowserContext
) -> None:
    board.open(smoothing=0, runs=f"only:{BASELINE}", v_tags="/^(loss|accuracy)/")
    drag_card(board, "loss/validation", "loss/train")
    board.describes(TOGETHER, f"{BASELINE}, train ends at")
    board.describes(TOGETHER, f"{BASELINE}, validation ends at")
    expect(board.card("loss/validation")).to_have_count(0)
    legend = board.card(TOGETHER).get_by_role("list", name=f"Tags of {TOGETHER}")
    expect(legend.get_by_role("listitem")).to_have_count(2)
    board.hover(TOGETHER, 6)
    for role, tag in (("train", "loss/train"), ("validation", "loss/validation")):
        heading = board.page.get_by_role("heading", name=role, exact=True)
        cell = board.inspector.locator("section").filter(has=heading).get_by_role("cell").first
        logged = pytest.approx(project.value(BASELINE, tag, 6), rel=1e-3)
        board.becomes(lambda: float(cell.inner_text()), logged, f"{tag} under the pointer")  # noqa: B023
    # A third tag by search, by the keyboard alone.
    board.card(TOGETHER).get_by_role("button", name=f"More for {TOGETHER}").press("Enter")
    board.page.get_by_role("menuitem", name="Add a tag…").press("Enter")
    board.page.get_by_label("Find a tag").fill("accuracy/val")
    board.page.get_by_label("Find a tag").press("Enter")
    three = "loss/train, loss/validation, accuracy/validation"
    board.describes(three, "accuracy/validation ends at")
    # Another person opens the link in another browser.
    board.in_link("accuracy/validation")
    assert context.browser
    other = context.browser.new_context()
    stranger = Board(other.new_page(), board.url)
    stranger.page.goto(board.page.url)
    stranger.describes(three, f"{BASELINE}, accuracy/validation ends at")
    other.close()
    # Taken out again, and the last step taken back.
    board.card(three).get_by_role("button", name="Take accuracy/validation out of the chart").click()
    expect(board.card("accuracy/validation")).to_be_visible()
    board.page.get_by_role("button", name="Undo").click()
    board.describes(three, "accuracy/validation ends at")
    choose(board, three, "Split into charts of one tag")
    expect(board.card("loss/train")).to_be_visible()
    expect(board.card("accuracy/validation")).to_be_visible()


def test_a_tag_of_another_magnitude_is_read_at_the_right(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    run.scalars("loss", [4.0, 2.0, 1.0, 0.5]).scalars("lr", [1e-4, 2e-4, 4e-4, 8e-4])
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "1 run")
    drag_card(board, "lr", "loss")
    both = "loss, lr"
    board.describes(both, "At the right")
    side = board.card(both).get_by_role("button", name="Read lr on the axis at the right")
    expect(side).to_have_attribute("aria-pressed", "true")

    # On its own axis the rate climbs through the chart, as high as the loss begins.
    def height() -> float:
        """How far up the chart the highest line is near the end."""
        painted = board.painted(both, board.color("a"))
        _, _, low, high = board.axes(both)
        return (painted.at(2.95)[1] - low) / (high - low)

    board.until(lambda: height() > 0.8, "the rate climbs")
    side.click()
    expect(side).to_have_attribute("aria-pressed", "false")
    expect(board.chart(both)).not_to_have_attribute("aria-label", re.compile("At the right"))
    board.until(lambda: board.painted(both, board.color("a")).at(2.95)[1] < 1, "the rate lies flat")
    choose(board, both, "Let the ranges choose the axis")
    board.describes(both, "At the right")


def test_cards_are_put_into_order_by_drag_and_by_keys(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    for name in "123":
        run.scalars(f"m/{name}", [1.0, 2.0])
    board = open_log(tmp_path).open(smoothing=0)
    order(board, "m/1", "m/2", "m/3")
    drag_card(board, "m/1", "m/3", 0.95)
    order(board, "m/2", "m/3", "m/1")
    board.chart("m/1").focus()
    board.page.keyboard.press("Alt+Shift+ArrowLeft")
    order(board, "m/2", "m/1", "m/3")
    expect(board.chart("m/1")).to_be_focused()
    expect(board.page.get_by_text("m/1, 2 of 3 in m.")).to_have_count(1)
    board.page.keyboard.press("Alt+Shift+ArrowLeft")
    order(board, "m/1", "m/2", "m/3")
    choose(board, "m/1", "Move later")
    order(board, "m/2", "m/1", "m/3")
    board.until(lambda: '["m/2","m/1","m/3"]' in unquote(board.page.url), "the link says so")
    board.page.reload()
    order(board, "m/2", "m/1", "m/3")
    layout_command(board, "Reset the layout")
    order(board, "m/1", "m/2", "m/3")
    board.page.get_by_role("button", name="Undo").click()
    order(board, "m/2", "m/1", "m/3")


def test_a_section_takes_cards_of_any_group(board: Board) -> None:
    board.open(smoothing=0, v_tags="/^(loss|accuracy)/")
    expect(board.card("loss/train")).to_be_visible()
    layout_command(board, "New section…")
    board.page.get_by_label("Name", exact=True).fill("What matters")
    board.page.get_by_label("Name", exact=True).press("Enter")
    section = board.page.get_by_role("region", name="What matters", exact=True)
    held, box = board.place(board.card("loss/train").locator("h3")), board.place(section)
    board.page.mouse.move(held["x"] + 12, held["y"] + 8)
    board.page.mouse.down()
    board.page.mouse.move(held["x"] + 30, held["y"] + 14, steps=4)
    board.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
    board.page.mouse.up()
    expect(section.get_by_role("region", name="loss/train", exact=True)).to_be_visible()
    choose(board, "accuracy/train", "Move to What matters")
    expect(section.locator("section.card")).to_have_count(2)
    section.get_by_role("button", name="More for the section What matters").press("Enter")
    board.page.get_by_role("menu").get_by_text("Rename…").click()
    board.page.get_by_label("Name", exact=True).fill("accuracy")
    board.page.get_by_label("Name", exact=True).press("Enter")
    # A section may be called as a group is: they stay two.
    both = board.page.locator("section[aria-label='accuracy']")
    expect(both).to_have_count(2)
    choose(board, "loss/train", "Move back to its group")
    group = board.page.get_by_role("region", name="loss", exact=True)
    expect(group.locator("section.card")).to_have_count(2)


def test_a_card_is_sized_and_a_group_has_settings_of_its_own(board: Board) -> None:
    board.open(smoothing=0.9, v_tags="/^(loss|accuracy)/")
    board.describes("loss/train", f"step 1 to {EPOCHS}")
    before = board.place(board.card("loss/train"))
    grip = board.page.get_by_role("button", name="Size of loss/train: arrow keys, or drag")
    held = board.place(grip)
    board.page.mouse.move(held["x"] + 8, held["y"] + 8)
    board.page.mouse.down()
    board.page.mouse.move(held["x"] + 8, held["y"] + 88, steps=5)
    board.page.mouse.up()

    def height() -> float:
        box = board.place(board.card("loss/train"))
        return box["height"] - before["height"]

    board.until(lambda: height() == pytest.approx(80, abs=2), "the card is taller")
    grip.press("ArrowUp")
    board.until(lambda: height() == pytest.approx(60, abs=2), "keys size it too")
    group = board.page.get_by_role("region", name="loss", exact=True)
    group.get_by_role("button", name="More for the group loss").press("Enter")
    board.page.get_by_role("menu").get_by_text("Axis and smoothing of its charts…").click()
    dialog = board.page.get_by_role("dialog", name="Charts of loss")
    for label, value in (("Lower end", "0"), ("Upper end", "8"), ("Smoothing", "0")):
        dialog.get_by_label(label).fill(value)
        dialog.get_by_label(label).press("Enter")
    dialog.get_by_label("Smoothing").fill("2")
    dialog.get_by_label("Smoothing").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("between 0 and 0.999")
    dialog.get_by_role("button", name="Close").click()
    for tag in ("loss/train", "loss/validation"):
        board.until(lambda tag=tag: board.axes(tag)[2:] == (0, 8), "every chart of the group has its ends")
    board.until(lambda: board.axes("accuracy/train")[2:] != (0, 8), "no chart of another group has them")
    expect(group.get_by_text("0 to 8, no smoothing")).to_be_visible()
    board.hover("loss/train", 5)
    expect(board.inspector.get_by_role("columnheader", name="smooth")).to_have_count(0)
    board.hover("accuracy/train", 5)
    expect(board.inspector.get_by_role("columnheader", name="smooth").first).to_be_visible()
    board.in_link("v.layout", '"loss"')
    board.page.reload()
    board.until(lambda: board.axes("loss/train")[2:] == (0, 8), "the link keeps them")
    board.until(lambda: height() == pytest.approx(60, abs=2), "and the size")


def test_a_layout_is_saved_by_name_and_as_a_file(board: Board, tmp_path: Path) -> None:
    board.open(v_tags="/^(loss|accuracy)/", smoothing=0)
    drag_card(board, "loss/validation", "loss/train")
    expect(board.card(TOGETHER)).to_be_visible()
    layout_command(board, "Layouts: save, open, download…")
    dialog = board.page.get_by_role("dialog", name="Layouts")
    dialog.get_by_label("Name of the layout").fill("mine")
    dialog.get_by_label("Name of the layout").press("Enter")
    expect(dialog.get_by_text("1 chart, shown now")).to_be_visible()
    with board.page.expect_download() as download:
        dialog.get_by_role("button", name="Download the layout mine").click()
    file = tmp_path / "layout.json"
    download.value.save_as(file)
    saved = json.loads(file.read_text())
    assert saved["format"] == "glassboard layout"
    assert saved["layout"]["charts"][0]["tags"] == ["loss/train", "loss/validation"]
    dialog.get_by_role("button", name="Close").click()
    # An empty address opens with the layout that was saved; a link that says anything does not.
    board.open()
    expect(board.card(TOGETHER)).to_be_visible()
    layout_command(board, "Reset the layout")
    expect(board.card("loss/validation")).to_be_visible()
    board.open()
    expect(board.card("loss/validation")).to_be_visible()
    layout_command(board, "mine")
    expect(board.card(TOGETHER)).to_be_visible()
    board.open(smoothing=0)
    expect(board.card("loss/validation")).to_be_visible()
    # The file brings it to a browser that has none; one that is no layout says so.
    layout_command(board, "Layouts: save, open, download…")
    dialog.get_by_role("button", name="Delete the layout mine").click()
    dialog.get_by_label("Open a layout file").set_input_files(
        files=[{"name": "other.json", "mimeType": "application/json", "buffer": b"[1]"}]
    )
    expect(dialog.get_by_role("alert")).to_contain_text("other.json was not opened")
    dialog.get_by_label("Open a layout file").set_input_files(file)
    expect(dialog.get_by_text("1 chart, shown now")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(board.card(TOGETHER)).to_be_visible()


def test_groups_lie_within_groups(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    for tag in ("net/conv/weight", "net/conv/bias", "net/fc/weight", "net/fc/bias", "net/loss"):
        run.scalars(tag, [1.0, 2.0])
    board = open_log(tmp_path).open(smoothing=0)
    net = board.page.get_by_role("region", name="net", exact=True)
    conv = net.get_by_role("region", name="conv", exact=True)
    expect(conv.locator("section.card")).to_have_count(2)
    expect(net.get_by_role("region", name="net/loss", exact=True)).to_be_visible()
    layout_command(board, "Groups within groups")
    expect(conv).to_have_count(0)
    expect(net.locator("section.card")).to_have_count(5)
    layout_command(board, "Groups within groups")
    conv.get_by_role("button", name="conv 2").click()
    expect(conv.locator("section.card")).to_have_count(0)
