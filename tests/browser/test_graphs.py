"""The Graphs view: boxes that open in place, lines, traces, costs, colours, the keyboard and the pointer."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from .board import Board
from .nets import box, boxes, canvas, group, link_of, moved, opened, row, table
from .test_accessibility import violations

BYPASS = [{"bypass_csp": True}]


def test_modules_are_boxes_that_open_in_place(graphs: Board) -> None:
    opened(graphs, closed=["Net/blocks/", "Net/blocks/Block[0]/", "Net/blocks/Block[1]/"])
    expect(box(graphs, "blocks")).to_contain_text("Sequential · 288")
    expect(box(graphs, "head")).to_contain_text("Linear · 9")
    expect(graphs.page.locator(".scene .shape").filter(has_text="32×8 f32").first).to_be_visible()
    before = graphs.place(box(graphs, "blocks").locator(".face"))
    box(graphs, "blocks").locator(".grip").click()
    expect(group(graphs, "blocks")).to_be_visible()
    expect(box(graphs, "Block[0]")).to_be_visible()
    after = graphs.place(group(graphs, "blocks").locator(".name"))
    # It opens where it was.
    assert abs(before["y"] - after["y"]) < 30
    box(graphs, "Block[1]").locator(".face").dblclick()
    expect(group(graphs, "Block[1]")).to_be_visible()
    graphs.until(
        lambda: link_of(graphs).get("closed") == ["Net/blocks/Block[0]/"],
        "the link says what is still closed",
    )
    graphs.page.reload()
    expect(group(graphs, "Block[1]")).to_be_visible()
    group(graphs, "Block[1]").locator(".grip").click()
    expect(group(graphs, "Block[1]")).to_have_count(0)
    expect(box(graphs, "Block[1]")).to_be_visible()


def test_every_group_opens_and_closes_and_the_picture_fits(graphs: Board) -> None:
    opened(graphs)
    tools = graphs.page.get_by_role("group", name="Picture")
    tools.get_by_role("button", name="Open all").click()
    expect(box(graphs, "linear")).to_have_count(5)
    # Weights stand beside what takes them.
    expect(box(graphs, "linear").first.locator(".beside text")).to_have_text(["weight", "bias"])
    tools.get_by_role("button", name="Fit").click()
    tools.get_by_role("button", name="Close all").click()
    expect(box(graphs, "Net")).to_be_visible()
    expect(box(graphs, "linear")).to_have_count(0)
    graphs.choose("More for Graphs", "Open as much as fits")
    expect(group(graphs, "Net")).to_be_visible()
    graphs.choose("More for Graphs", "Show all of it")
    frame = graphs.place(canvas(graphs))

    def below() -> float:
        """How far the lowest box reaches out of the picture, in CSS pixels."""
        output = graphs.place(box(graphs, "output"))
        return output["y"] + output["height"] - frame["y"] - frame["height"]

    graphs.until(lambda: below() <= 0, "all of it is in sight")


def test_a_box_says_what_it_is_and_leads_to_its_neighbours(graphs: Board) -> None:
    opened(graphs, opened=["Net/head/"])
    box(graphs, "linear").locator(".face").click()
    panel = graphs.inspector
    expect(panel).to_contain_text("head (Linear)")
    expect(
        panel.locator("dl")
        .filter(has_text="parameters")
        .or_(panel.locator("dl").filter(has_text="FLOPs"))
        .first
    ).to_be_visible()
    expect(panel).to_contain_text("[32, 1] float32")
    expect(panel).to_contain_text(re.compile("torch/nn/modules/linear.py:[0-9]+"))
    panel.get_by_role("button", name=re.compile("weight: ")).click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("weight")
    expect(panel).to_contain_text("8")
    panel.get_by_role("button", name=re.compile("linear$")).click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("linear")
    graphs.until(
        lambda: link_of(graphs).get("selected") == "Net/head/linear", "the link says what is selected"
    )


def test_attributes_come_when_a_node_is_chosen(graphs: Board) -> None:
    opened(graphs, "keras")
    box(graphs, "hidden").locator(".face").click()
    expect(graphs.inspector).to_contain_text("units")
    expect(graphs.inspector).to_contain_text("16")
    expect(graphs.inspector).to_contain_text("Dense")
    expect(row(graphs, "hidden")).to_contain_text("no")


def test_a_trace_shows_what_leads_to_a_box_and_what_follows(graphs: Board) -> None:
    opened(graphs, closed=["Net/blocks/"])
    trace = graphs.page.get_by_role("combobox", name="Trace")
    expect(trace).to_be_disabled()
    box(graphs, "head").locator(".face").click()
    trace.select_option("up")
    expect(box(graphs, "mean")).to_have_class(re.compile("faded"))
    expect(box(graphs, "target")).to_have_class(re.compile("faded"))
    expect(box(graphs, "blocks")).not_to_have_class(re.compile("faded"))
    trace.select_option("down")
    expect(box(graphs, "mean")).not_to_have_class(re.compile("faded"))
    expect(box(graphs, "blocks")).to_have_class(re.compile("faded"))
    trace.select_option("both")
    expect(box(graphs, "target")).to_have_class(re.compile("faded"))
    graphs.page.get_by_role("button", name="Stop").click()
    expect(boxes(graphs).and_(graphs.page.locator(".faded"))).to_have_count(0)


def test_colours_say_what_the_legend_says(graphs: Board) -> None:
    opened(graphs)
    fill = "(face) => getComputedStyle(face).fill"
    legend = graphs.page.get_by_role("list", name="Colours")
    shown = legend.get_by_role("button", name=re.compile("Linear"))
    expect(shown).to_be_visible()
    swatch = shown.locator("i").evaluate("(one) => getComputedStyle(one).backgroundColor")
    graphs.becomes(lambda: box(graphs, "head").locator(".face").evaluate(fill), swatch, "the legend's colour")
    shown.click()
    expect(graphs.inspector).to_contain_text("Linear")
    colour = graphs.page.get_by_role("combobox", name="Colour by")
    for value, words in (
        ("parameters", "parameters"),
        ("flops", "floating-point operations"),
        ("memory", "bytes of outputs"),
    ):
        colour.select_option(value)
        expect(graphs.page.get_by_role("img", name=re.compile(words))).to_be_visible()
    colour.select_option("device")
    expect(legend).to_contain_text("no device given")
    colour.select_option("none")
    expect(legend).to_have_count(0)
    graphs.until(lambda: link_of(graphs).get("color") == "none", "the link says so")


def test_the_keyboard_alone_walks_the_graph(graphs: Board) -> None:
    opened(graphs, closed=["Net/blocks/", "input/"])
    canvas(graphs).focus()
    status = canvas(graphs).get_by_role("status")
    graphs.page.keyboard.press("ArrowDown")
    expect(status).to_have_text(re.compile("."))
    for _ in range(8):
        graphs.page.keyboard.press("ArrowUp")
    expect(status).to_have_text("input, scope, closed")
    graphs.page.keyboard.press("ArrowDown")
    expect(status).to_have_text("blocks, Sequential, closed")
    graphs.page.keyboard.press("Enter")
    expect(status).to_have_text("blocks, Sequential, open")
    graphs.page.keyboard.press("Enter")
    expect(status).to_have_text("blocks, Sequential, closed")
    # The words come before the picture, which is laid out meanwhile.
    expect(box(graphs, "blocks")).to_be_visible()
    graphs.page.keyboard.press("0")
    fitted = moved(graphs)
    for key in ("+", "-", "1", "Shift+ArrowDown", "Shift+ArrowRight"):
        before = moved(graphs)
        graphs.page.keyboard.press(key)
        graphs.until(lambda before=before: moved(graphs) != before, f"{key} moves the picture")  # type: ignore[misc]
        if key == "1":
            graphs.until(lambda: "scale(1)" in moved(graphs), "a pixel is a pixel")
    graphs.page.keyboard.press("0")
    graphs.becomes(lambda: moved(graphs), fitted, "0 fits")
    graphs.page.keyboard.press("+")
    graphs.until(lambda: moved(graphs) != fitted, "nearer again")
    graphs.page.get_by_role("group", name="Picture").get_by_role("button", name="Fit").click()
    graphs.becomes(lambda: moved(graphs), fitted, "so does the button")
    canvas(graphs).focus()
    graphs.page.keyboard.press("Escape")
    expect(status).to_have_text("")


def test_a_fit_that_is_asked_for_while_boxes_are_placed_fits_them(graphs: Board) -> None:
    opened(graphs, closed=["Net/blocks/"], selected="Net/blocks/", whole=False)
    expect(box(graphs, "blocks")).to_have_class(re.compile("selected"))
    # Both keys before the next picture can be there.
    canvas(graphs).evaluate(
        """(canvas) => {
            for (const key of ["+", "Enter", "0"])
                canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }"""
    )
    expect(group(graphs, "blocks")).to_be_visible()
    fitted = moved(graphs)
    canvas(graphs).press("+")
    graphs.until(lambda: moved(graphs) != fitted, "nearer")
    canvas(graphs).press("0")
    graphs.becomes(lambda: moved(graphs), fitted, "it had fitted the picture that came")


def test_the_picture_moves_by_drag_wheel_and_map(graphs: Board) -> None:
    opened(graphs)
    frame = graphs.place(canvas(graphs))
    x, y = frame["x"] + 12, frame["y"] + frame["height"] / 2
    before = moved(graphs)
    graphs.page.mouse.move(x, y)
    graphs.page.mouse.down()
    graphs.page.mouse.move(x + 40, y + 30, steps=3)
    graphs.page.mouse.up()
    graphs.until(lambda: moved(graphs) != before, "a drag moves it")
    # Nothing is selected by a drag.
    expect(boxes(graphs).and_(graphs.page.locator(".selected"))).to_have_count(0)
    dragged = moved(graphs)
    graphs.page.mouse.wheel(0, -240)
    graphs.until(lambda: "scale(1)" not in moved(graphs) and moved(graphs) != dragged, "the wheel zooms")
    zoomed = moved(graphs)
    small = graphs.page.get_by_role("application", name=re.compile("Map of the graph"))
    small.click(position={"x": 6, "y": 6})
    graphs.until(lambda: moved(graphs) != zoomed, "a press on the map moves it")
    pressed = moved(graphs)
    small.focus()
    graphs.page.keyboard.press("ArrowDown")
    graphs.until(lambda: moved(graphs) != pressed, "arrow keys on the map move it")


def test_boxes_of_many_neighbours_stand_apart(graphs: Board) -> None:
    opened(graphs, "mask", sample=0)
    expect(box(graphs, "mask")).to_have_class(re.compile("apart"))
    expect(box(graphs, "step3").locator(".mention text")).to_have_text("mask")
    graphs.page.get_by_role("button", name="More for Graphs").click()
    graphs.page.get_by_role("menuitemcheckbox", name="Boxes of many neighbours apart").click()
    expect(box(graphs, "mask")).not_to_have_class(re.compile("apart"))
    expect(box(graphs, "step3").locator(".mention")).to_have_count(0)
    box(graphs, "step3").locator(".face").click()
    graphs.inspector.get_by_role("button", name="Draw it apart from the others").click()
    expect(box(graphs, "step3")).to_have_class(re.compile("apart"))
    graphs.inspector.get_by_role("button", name="Draw it in its place").click()
    expect(box(graphs, "step3")).not_to_have_class(re.compile("apart"))


@pytest.mark.parametrize("context_options", BYPASS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(graphs: Board, theme: str) -> None:
    graphs.open(
        view="graphs", theme=theme, v_graph=json.dumps({"run": "net", "selected": "Net/head/", "trace": "up"})
    )
    expect(box(graphs, "head")).to_have_class(re.compile("selected"))
    assert violations(graphs.page) == []
    graphs.page.get_by_role("searchbox", name="Find nodes").fill("linear")
    expect(graphs.page.get_by_role("listbox", name="Found").get_by_role("option").first).to_be_visible()
    graphs.page.get_by_role("combobox", name="Colour by").select_option("flops")
    expect(graphs.page.get_by_role("img", name=re.compile("floating-point operations"))).to_be_visible()
    assert violations(graphs.page) == []


@pytest.mark.parametrize("context_options", [{"viewport": {"width": 1024, "height": 768}}])
def test_a_small_screen_holds_the_picture_and_the_table(graphs: Board) -> None:
    opened(graphs)
    for part in (canvas(graphs), table(graphs), graphs.page.get_by_role("button", name="More for Graphs")):
        place = graphs.place(part)
        assert place["x"] + place["width"] <= 1024
        assert place["height"] > 20
    # Beside the picture too, no shape is cut.
    graphs.page.keyboard.press("[")
    cells = table(graphs).locator("[id^=layer-] .mono, .head .number")
    cut = "(cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"
    for _ in range(2):
        expect(cells.filter(has_text="32×8").first).to_be_visible()
        graphs.becomes(lambda: cells.evaluate_all(cut), [], "no cell is cut")
        graphs.page.keyboard.press("]")
