"""The Graphs view over its log: search, the table of layers, which graph, files of it, large and broken ones."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from glassboard.codec.payloads.graph import decode_graph_def
from glassboard.testing import LogdirBuilder

from .board import Board, OpenLog
from .nets import box, boxes, canvas, group, link_of, node_def, opened, row, table


def downloaded(board: Board, command: str) -> bytes:
    with board.page.expect_download() as download:
        board.choose("More for Graphs", command)
    return Path(download.value.path()).read_bytes()


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


def test_pictures_tables_and_the_graph_are_downloaded(graphs: Board, graphs_log: Path) -> None:
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
    page: Page, graphs_log: Path, tmp_path: Path, complaints: list[str]
) -> None:
    made = tmp_path / "report.html"
    command = [
        sys.executable,
        "-m",
        "glassboard",
        "export",
        str(graphs_log),
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
