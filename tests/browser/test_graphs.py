"""The Graphs view: boxes that open in place, lines, traces, costs, search, the table of layers, and broken graphs."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from torch import nn

from glassboard import SummaryWriter
from glassboard.codec import wire
from glassboard.codec.payloads.graph import decode_graph_def
from glassboard.server.local import LocalServer
from glassboard.testing import LogdirBuilder, records

from .board import Board, OpenLog
from .test_accessibility import violations

BYPASS = [{"bypass_csp": True}]


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.second(torch.relu(self.first(x)))) + x


class Net(nn.Module):
    """Two residual blocks, a head whose loss forgets a dimension, and a layer that nobody uses."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block())
        self.head = nn.Linear(8, 1)
        self.forgotten = nn.Linear(3, 3)
        self.head.bias.requires_grad_(False)

    def forward(self, x: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return ((self.head(self.blocks(x)) - target) ** 2).mean()


def node_def(
    name: str, op: str = "op", *inputs: str, attributes: tuple[tuple[str, bytes], ...] = ()
) -> bytes:
    entries = (wire.message(5, wire.bytes_(1, key), wire.bytes_(2, value)) for key, value in attributes)
    taken = (wire.bytes_(3, each) for each in inputs)
    return wire.message(1, wire.bytes_(1, name), wire.bytes_(2, op), *taken, *entries)


KERAS = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "Dense", "config": {"name": "hidden", "units": 16, "trainable": False}},
            {"class_name": "Softmax", "config": {"name": "probabilities"}},
        ]
    },
}


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("graphs")
    with SummaryWriter(root / "net") as writer:
        writer.add_graph(Net(), (torch.zeros(32, 8), torch.zeros(32)))
    log = LogdirBuilder(root)
    names = [f"in_{index}" for index in range(10_000)]
    log.run("wide").graph(
        b"".join(node_def(name, "Placeholder") for name in names) + node_def("all", "AddN", *names)
    )
    circle = node_def("s/a", "Mul", "s/c") + node_def("s/b", "Mul", "s/a") + node_def("s/c", "Mul", "s/b")
    log.run("cycle").graph(circle + node_def("🙂/🚀", "Mul", "///", "s/a") + node_def("///", "Mul", "gone"))
    log.run("empty").graph(b"")
    log.run("cut").graph((node_def("kept") * 3)[:-4])
    log.run("none").graph(b"\xff\xff\xff\xff")
    log.run("keras").value(
        records.text_value("keras", [json.dumps(KERAS)], meta=records.metadata("graph_keras_model"))
    )
    mask = node_def("mask", "ones") + node_def("layer_x", "relu", "mask")
    for index in range(16):
        mask += node_def(f"step{index}", f"op{index}", "mask", f"step{index - 1}" if index else "layer_x")
    log.run("mask").graph(mask).graph(node_def("only", "relu"))
    log.run("two").graph(node_def("written", "relu")).value(
        records.text_value("keras", [json.dumps(KERAS)], meta=records.metadata("graph_keras_model"))
    )
    log.run("plain").scalars("loss", [1.0])
    return root


@pytest.fixture(scope="module")
def graphs_url(logdir: Path) -> Iterator[str]:
    with LocalServer(logdir, port=0) as server:
        yield server.url


@pytest.fixture
def graphs(page: Page, graphs_url: str) -> Board:
    return Board(page, graphs_url)


def opened(board: Board, run: str = "net", *, whole: bool = True, **link: object) -> Board:
    """The view over a graph; `whole`: all of the picture in sight, however small."""
    board.open(view="graphs", v_graph=json.dumps({"run": run, **link}))
    expect(boxes(board).first).to_be_visible()
    if whole:
        board.choose("More for Graphs", "Show all of it")
    return board


def canvas(board: Board) -> Locator:
    return board.page.get_by_role("application", name=re.compile(r"Graph of .* drawn"))


def boxes(board: Board) -> Locator:
    return board.page.locator(".scene .box")


def box(board: Board, title: str) -> Locator:
    return boxes(board).filter(has=board.page.locator(".title", has_text=re.compile(f"^{re.escape(title)}$")))


def group(board: Board, name: str) -> Locator:
    return board.page.locator(".scene .head").filter(has_text=re.compile(f"^{re.escape(name)}"))


def table(board: Board) -> Locator:
    return board.page.get_by_role("treegrid", name="Layers")


def row(board: Board, name: str) -> Locator:
    own = board.page.locator(".name > span", has_text=re.compile(f"^{re.escape(name)}$"))
    return table(board).locator("[id^=layer-]").filter(has=own)


def moved(board: Board) -> str:
    """Where the picture was moved, and how near."""
    return str(board.page.locator(".scene").get_attribute("transform"))


def link_of(board: Board) -> dict[str, Any]:
    text = board.page.evaluate("new URLSearchParams(location.search).get('v.graph')")
    return dict(json.loads(text)) if text else {}


def downloaded(board: Board, command: str) -> bytes:
    with board.page.expect_download() as download:
        board.choose("More for Graphs", command)
    return Path(download.value.path()).read_bytes()


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


def test_what_looks_wrong_is_marked_and_said(graphs: Board) -> None:
    opened(graphs)
    panel = graphs.inspector
    spread = panel.get_by_text(
        "sub takes [32, 1] and [32] and makes [32, 32] of them: is one dimension missing?"
    )
    expect(spread).to_be_visible()
    expect(panel).to_contain_text(
        "forgotten (Linear) was not used in the pass that was recorded; its 12 parameters"
    )
    expect(box(graphs, "sub").locator(".mark.warning")).to_be_visible()
    expect(row(graphs, "forgotten")).to_contain_text("unused")
    spread.click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("sub")
    expect(panel.get_by_text("is one dimension missing?")).to_be_visible()


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


def test_search_finds_by_words_and_expressions_and_reveals(graphs: Board) -> None:
    opened(graphs, closed=["Net/blocks/"])
    find = graphs.page.get_by_role("searchbox", name="Find nodes")
    find.fill("second weight")
    found = graphs.page.get_by_role("listbox", name="Found").get_by_role("option")
    expect(found).to_have_count(2)
    expect(box(graphs, "blocks")).to_have_class(re.compile("found"))
    find.press("ArrowDown")
    find.press("ArrowDown")
    find.press("Enter")
    expect(graphs.inspector.get_by_role("heading", level=2)).to_have_text("weight")
    expect(group(graphs, "Block[1]")).to_be_visible()
    find.fill("/head\\/(linear|bias)$/")
    expect(found).to_have_count(0)
    find.fill("/head\\/(linear|bias) /")
    expect(found).to_have_count(2)
    found.first.click()
    find.fill("/(/")
    expect(graphs.page.get_by_text("Not a regular expression")).to_be_visible()
    find.fill("nothing of the kind")
    expect(graphs.page.get_by_text("Nothing has that name")).to_be_visible()
    find.press("Escape")
    expect(found).to_have_count(0)


def test_the_table_of_layers_and_the_picture_lead_to_each_other(graphs: Board) -> None:
    opened(graphs, closed=["Net/blocks/"])
    expect(table(graphs).locator("[id^=layer-] .name > span")).to_have_text(
        ["(model)", "blocks", "0", "first", "second", "1", "first", "second", "head", "forgotten"]
    )
    cells = row(graphs, "head").get_by_role("gridcell")
    expect(cells.nth(1)).to_have_text("Linear")
    expect(cells.nth(2)).to_have_text("32×1")
    expect(cells.nth(3)).to_have_text("9")
    expect(cells.nth(4)).to_have_text("partly")
    expect(graphs.page.get_by_role("region", name="Table of layers")).to_contain_text(
        "309 parameters, 308 trainable, 1 frozen"
    )
    row(graphs, "second").nth(1).click()
    expect(group(graphs, "Block[1]")).to_be_visible()
    graphs.until(
        lambda: link_of(graphs).get("selected") == "Net/blocks/Block[1]/second/", "the box is selected"
    )
    graphs.choose("More for Graphs", "Show all of it")
    box(graphs, "head").locator(".face").click()
    expect(row(graphs, "head")).to_have_attribute("aria-selected", "true")
    table(graphs).focus()
    graphs.page.keyboard.press("ArrowUp")
    expect(row(graphs, "second").nth(1)).to_have_attribute("aria-selected", "true")
    graphs.page.keyboard.press("Home")
    expect(row(graphs, "(model)")).to_have_attribute("aria-selected", "true")
    graphs.page.keyboard.press("ArrowLeft")
    expect(table(graphs).locator("[id^=layer-]")).to_have_count(1)
    graphs.page.keyboard.press("ArrowRight")
    expect(table(graphs).locator("[id^=layer-]")).to_have_count(10)
    # Enter and a double click open and close the box of a row.
    graphs.page.keyboard.press("End")
    graphs.page.keyboard.press("PageUp")
    expect(row(graphs, "(model)")).to_have_attribute("aria-selected", "true")
    row(graphs, "blocks").click()
    expect(group(graphs, "blocks")).to_be_visible()
    table(graphs).focus()
    graphs.page.keyboard.press("Enter")
    expect(group(graphs, "blocks")).to_have_count(0)
    row(graphs, "blocks").dblclick()
    expect(group(graphs, "blocks")).to_be_visible()
    row(graphs, "blocks").get_by_role("button", name="Close blocks").click()
    expect(table(graphs).locator("[id^=layer-]")).to_have_count(4)
    edge = graphs.page.get_by_role("separator", name="Width of the table of layers")
    width = graphs.place(table(graphs))["width"]
    edge.focus()
    graphs.page.keyboard.press("ArrowLeft")
    graphs.until(lambda: graphs.place(table(graphs))["width"] > width, "the table is wider")
    graphs.page.get_by_role("button", name="Layers", exact=True).click()
    expect(table(graphs)).to_have_count(0)


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


def test_run_tag_and_sample_are_chosen(graphs: Board) -> None:
    opened(graphs, "mask")
    expect(boxes(graphs)).to_have_count(1)
    graphs.page.get_by_role("combobox", name="Logged").select_option("0")
    expect(box(graphs, "mask")).to_be_visible()
    run = graphs.page.get_by_role("combobox", name="Run", exact=True)
    expect(run.get_by_role("option")).to_have_text(
        ["cut", "cycle", "empty", "keras", "mask", "net", "none", "two", "wide"]
    )
    run.select_option("keras")
    expect(box(graphs, "hidden")).to_be_visible()
    expect(graphs.inspector).to_contain_text("Keras model")
    run.select_option("two")
    expect(box(graphs, "written")).to_be_visible()
    graphs.page.get_by_role("combobox", name="Tag").select_option("keras")
    expect(box(graphs, "hidden")).to_be_visible()
    graphs.until(lambda: link_of(graphs).get("tag") == "keras", "the link says which tag")


def test_pictures_tables_and_the_graph_are_downloaded(graphs: Board, logdir: Path) -> None:
    opened(graphs)
    expect(box(graphs, "head")).to_be_visible()
    root = ElementTree.fromstring(downloaded(graphs, "Download SVG"))
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"head", "sub"} <= set(texts)
    png = Image.open(io.BytesIO(downloaded(graphs, "Download PNG")))
    assert png.width > 300
    assert len(png.convert("RGB").getcolors(1 << 24) or []) > 10
    rows = list(csv.DictReader(io.StringIO(downloaded(graphs, "Download table as CSV").decode())))
    told = [(each["layer"], each["parameters"], each["unused"]) for each in rows]
    assert told[-2:] == [("head", "9", ""), ("forgotten", "12", "yes")]
    assert json.loads(downloaded(graphs, "Download graph as JSON"))["names"][0].startswith("input/")
    nodes = decode_graph_def(downloaded(graphs, "Download graph as it was logged")).nodes
    assert nodes[-1].op == "Output"


def test_ten_thousand_inputs_are_parted_into_groups(graphs: Board) -> None:
    opened(graphs, "wide")
    graphs.until(lambda: 0 < boxes(graphs).count() < 60, "a few boxes stand for all of them")
    find = graphs.page.get_by_role("searchbox", name="Find nodes")
    find.fill("/^in_7777 /")
    find.press("Enter")
    expect(box(graphs, "in_7777")).to_have_class(re.compile("selected"))
    canvas(graphs).focus()
    graphs.page.get_by_role("group", name="Picture").get_by_role("button", name="Open all").click()
    expect(graphs.page.get_by_text("boxes are not drawn at once")).to_be_visible()


def test_circles_and_strange_names_are_drawn(graphs: Board) -> None:
    opened(graphs, "cycle")
    expect(graphs.inspector).to_contain_text("3 nodes take each other's results in a circle: s/a, s/b, s/c")
    expect(graphs.inspector).to_contain_text("that the graph does not hold: gone")
    graphs.page.get_by_role("group", name="Picture").get_by_role("button", name="Open all").click()
    expect(box(graphs, "🙂")).to_be_visible()
    expect(box(graphs, "a").locator(".mark.bad")).to_be_visible()


def test_broken_graphs_say_what_is_wrong(graphs: Board, complaints: list[str]) -> None:
    graphs.open(view="graphs", v_graph=json.dumps({"run": "empty"}))
    expect(graphs.page.get_by_text("This graph is empty")).to_be_visible()
    opened(graphs, "cut", whole=False)
    expect(graphs.inspector).to_contain_text("what could be read is shown")
    graphs.open(view="graphs", v_graph=json.dumps({"run": "none"}))
    expect(graphs.page.get_by_role("alert")).to_contain_text("the graph cannot be read")
    graphs.page.get_by_role("combobox", name="Run", exact=True).select_option("net")
    expect(canvas(graphs)).to_be_visible()
    graphs.open(view="graphs", v_graph='{"run":"gone","opened":["nowhere/"],"selected":"no')
    expect(canvas(graphs).or_(graphs.page.get_by_role("alert")).first).to_be_visible()
    complaints.clear()  # the refused graph is an error on the console


def test_the_overview_leads_here(graphs: Board) -> None:
    graphs.open(view=None)
    graphs.card("In this log").get_by_role("button", name="graphs").click()
    expect(graphs.view("Graphs")).to_have_attribute("aria-current", "page")


def test_a_file_of_the_log_holds_the_graph_and_its_attributes(
    page: Page, logdir: Path, tmp_path: Path, complaints: list[str]
) -> None:
    made = tmp_path / "report.html"
    command = [
        sys.executable,
        "-m",
        "glassboard",
        "export",
        str(logdir),
        "--to",
        str(made),
        "--runs",
        "^keras$",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    board = Board(page, made.as_uri())
    board.open(view="graphs")
    box(board, "hidden").locator(".face").click()
    expect(board.inspector).to_contain_text("units")
    # The file itself is no request that leaves the machine.
    complaints[:] = [told for told in complaints if made.as_uri() not in told]


def test_a_new_graph_of_a_run_appears(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("live").graph(node_def("first", "relu"))
    board = open_log(tmp_path)
    board.open(view="graphs")
    expect(box(board, "first")).to_be_visible()
    run.graph(node_def("second", "relu"))
    expect(box(board, "second")).to_be_visible()


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
