"""A log as one HTML file: made by the page and by the command line, opened from disk without a network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from glassboard import SummaryWriter
from glassboard.testing.logdir import LogdirBuilder

from .board import PATIENCE_SECS, Board, OpenLog
from .corners import log_corners

BREAKOUT = "</script><script>window.harmed=1</script>"


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("export") / "runs"
    run = LogdirBuilder(root).run("train")
    run.scalars("loss", (3 * np.exp(-np.arange(400) / 80)).tolist())
    run.scalars(BREAKOUT, [1.0, 2.0])
    for step in range(5):
        run.image("picture", shade=40 * step, size=(8, 8), step=step * 10)
        run.text(
            "notes",
            f"# Step {step}\n\n{BREAKOUT} **bold {step}** $x_{step}^2$\n\n```python\nx = {step}\n```",
            step=step * 10,
        )
        run.histogram("weights", [0.0, 1.0, 2.0], [1.0, 2.0 + step, 1.0], step=step * 10)
    LogdirBuilder(root).run("other").scalars("loss", [1.0, 0.5])
    return root


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page without any network, that must not complain and may not ask for anything but the file itself."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce", offline=True
    )
    context.set_default_timeout(PATIENCE_SECS * 1000)
    page = context.new_page()
    complaints: list[str] = []

    def refuse(route: Route) -> None:
        complaints.append(f"request: {route.request.url[:200]}")
        route.abort()

    def asked(request: Request) -> None:
        if not request.url.startswith(("file:", "blob:", "data:")):
            complaints.append(f"request: {request.url[:200]}")

    expect.set_options(timeout=PATIENCE_SECS * 1000)
    page.route(re.compile("^(?!file:|blob:|data:)"), refuse)
    page.on("request", asked)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # Chromium says so of the document without a window in which texts are cleaned; see test_text_hostile.py.
    assert [said for said in complaints if "Content Security Policy directive" not in said] == []


def export(*arguments: str) -> None:
    """In a process of its own, as this one's thread runs Playwright's loop."""
    subprocess.run(
        [sys.executable, "-m", "glassboard", "export", *arguments], check=True, capture_output=True
    )


def looked_at(board: Board) -> None:
    """What a person does with a file that came by mail."""
    page = board.page
    expect(page.get_by_text(re.compile(r"^snapshot of \d{4}-\d\d-\d\d"))).to_be_visible()
    expect(page.get_by_role("button", name="Share")).to_have_count(0)
    expect(page.get_by_role("button", name="Export")).to_have_count(0)
    # Zooms a chart.
    board.describes("loss", "step 0 to 399")
    area = board.chart("loss").locator(".u-over")
    box = board.place(area)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 60, steps=4)
    page.mouse.up()
    board.until(lambda: board.axes("loss")[0] > 150, "the chart is zoomed")
    board.expect_painted("loss", board.color("train"))
    # Steps an image.
    board.view("Images").click()
    card = board.card("picture")
    card.get_by_role("slider").first.press("Home")
    board.until(lambda: (board.image_pixels(card.locator("img"))[..., 0] == 0).all(), "the first image")
    card.get_by_role("slider").first.press("End")
    board.until(lambda: (board.image_pixels(card.locator("img"))[..., 0] == 160).all(), "the last image")
    # Opens a text.
    board.view("Text").click()
    expect(board.card("notes").get_by_text("bold 4")).to_be_visible()
    expect(board.card("notes").locator("pre code").first).to_contain_text("x = 4")
    # The workers that set formulas and colour code are in the file too.
    expect(board.card("notes").locator(".formula math").first).to_be_visible()
    expect(board.card("notes").locator("pre code .hljs-number").first).to_have_text("4")
    # Histograms are drawn.
    board.view("Histograms").click()
    expect(board.card("weights").get_by_role("application")).to_have_attribute(
        "aria-label", re.compile("5 histograms")
    )
    # Both themes.
    before = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("t")
    board.until(
        lambda: page.evaluate("() => getComputedStyle(document.body).backgroundColor") != before,
        "the other theme",
    )
    board.until(
        lambda: page.evaluate("() => document.fonts.check('13px \"Inter Variable\"')"),
        "its letters are there",
    )
    assert page.evaluate("() => window.harmed") is None


def test_a_file_made_by_the_page_opens_without_a_network(
    logdir: Path, tmp_path: Path, open_log: OpenLog, offline: Page
) -> None:
    board = open_log(logdir).open(view="scalars", smoothing=0)
    board.page.get_by_role("button", name="Export").click()
    dialog = board.page.get_by_role("dialog", name="Export as one HTML file")
    status = dialog.get_by_role("status")
    expect(status).to_contain_text(re.compile(r"About .* 2 runs"))
    expect(dialog.get_by_role("row").filter(has_text="images")).to_be_visible()
    # Each choice shows in the size.
    dialog.get_by_role("button", name="Images, sounds and videos").click()
    expect(dialog.get_by_role("row").filter(has_text="images")).to_have_count(0)
    dialog.get_by_role("radio", name="This one, Scalars").check()
    expect(dialog.get_by_role("row")).to_have_count(2)
    dialog.get_by_role("radio", name="All", exact=True).check()
    dialog.get_by_role("button", name="Images, sounds and videos").click()
    expect(dialog.get_by_role("row").filter(has_text="images")).to_be_visible()
    dialog.get_by_role("combobox", name="Points a curve").select_option("5000")
    with board.page.expect_download() as download:
        dialog.get_by_role("button", name="Make the file").click()
    expect(status).to_contain_text("Saved as runs.html")
    file = tmp_path / "page.html"
    download.value.save_as(file)
    offline.goto(file.as_uri())
    # It opens as the page was: no smoothing.
    expect(offline.get_by_role("slider", name="Smoothing")).to_have_value("0")
    looked_at(Board(offline, file.as_uri()))


def test_a_file_made_by_the_command_line_opens_without_a_network(
    logdir: Path, tmp_path: Path, offline: Page
) -> None:
    file = tmp_path / "report.html"
    export(str(logdir), "--to", str(file), "--runs", "train", "--no-cache")
    offline.goto(file.as_uri())
    board = Board(offline, file.as_uri())
    expect(board.runs).to_have_count(1)
    looked_at(board)
    light = offline.get_by_text(re.compile("^snapshot of")).locator("xpath=..")
    expect(light).to_have_attribute("title", re.compile(r"Not in it: 1 of 2 runs\."))
    light.click()
    expect(offline.get_by_role("dialog", name="Snapshot")).to_contain_text("Not in it: 1 of 2 runs.")


def test_a_view_that_the_file_does_not_hold_is_told(tmp_path: Path, offline: Page) -> None:
    logdir = tmp_path / "runs"
    with SummaryWriter(logdir / "one") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_predictions("val", np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]]), global_step=0)
    file = tmp_path / "report.html"
    export(str(logdir), "--to", str(file), "--no-cache")
    offline.goto(f"{file.as_uri()}?view=evaluation")
    board = Board(offline, file.as_uri())
    board.describes("loss", "1 run")
    told = offline.get_by_role("status").filter(has_text="Evaluation is not in this file")
    expect(told).to_contain_text("worked out anew for every question, by a server")
    expect(told).to_contain_text("Here is Scalars instead")
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    # What the log never had is not put down to the file being one.
    offline.goto(f"{file.as_uri()}?view=images")
    board.describes("loss", "1 run")
    expect(offline.get_by_text("Images is not in this file: it holds no images.")).to_be_visible()
    board.view("Overview").click()
    expect(offline.get_by_text("not in this file")).to_have_count(0)


def test_meshes_and_the_layout_that_was_shown_come_along(
    tmp_path: Path, open_log: OpenLog, offline: Page
) -> None:
    logdir = tmp_path / "runs"
    log_corners(logdir, steps=(10,))
    corners = np.array([[[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]], np.float32)
    with SummaryWriter(logdir / "one") as writer:
        writer.add_mesh("square", corners, faces=np.array([[[0, 1, 2], [0, 2, 3]]]), global_step=10)
    asked = {"sphereize": True}
    board = open_log(logdir).open(view="projector", v_projector=json.dumps(asked))
    side = board.page.get_by_role("complementary", name="Points")
    expect(side).to_contain_text("All 40 points projected")
    board.page.get_by_role("button", name="Export").click()
    dialog = board.page.get_by_role("dialog", name="Export as one HTML file")
    expect(dialog.get_by_role("row").filter(has_text="embedding")).to_be_visible()
    with board.page.expect_download() as download:
        dialog.get_by_role("button", name="Make the file").click()
    file = tmp_path / "page.html"
    download.value.save_as(file)
    offline.goto(file.as_uri())
    saved = Board(offline, file.as_uri())
    side = offline.get_by_role("complementary", name="Points")
    # The layout that was shown is there with its labels and colours, and neighbours are found among the vectors.
    expect(side).to_contain_text("All 40 points projected")
    expect(side.get_by_role("button", name=re.compile("^north"))).to_contain_text("10")
    offline.goto(f"{file.as_uri()}?view=projector&v.projector={quote(json.dumps({'point': 0}))}")
    nearest = side.get_by_role("region", name="Nearest neighbours")
    expect(nearest.get_by_role("listitem")).to_have_count(20)
    expect(nearest.get_by_role("listitem").first).to_contain_text("north")
    # Another layout needs a server, and the file says which it holds.
    other = quote(json.dumps({"algorithm": "umap"}))
    offline.goto(f"{file.as_uri()}?view=projector&v.projector={other}")
    expect(offline.get_by_text("PCA, PCA of sphereized vectors")).to_be_visible()
    saved.view("Mesh").click()
    square = offline.get_by_role("application", name="square of one")
    expect(square).to_have_attribute("data-camera", re.compile(r"\S"))
    colours = """(box) => {
      const canvas = box.querySelector("canvas");
      if (canvas.width === 0 || canvas.height === 0) return 0;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }"""
    saved.until(lambda: square.evaluate(colours) > 1, "the square is drawn")


def test_making_a_file_can_be_cancelled(logdir: Path, open_log: OpenLog) -> None:
    board = open_log(logdir).open()
    board.page.route("**/api/v1/export", lambda route: None)  # an answer that takes its time
    board.page.get_by_role("button", name="Export").click()
    dialog = board.page.get_by_role("dialog", name="Export as one HTML file")
    dialog.get_by_role("button", name="Make the file").click()
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    with board.page.expect_event("requestfailed") as failed:
        dialog.get_by_role("button", name="Cancel").click()
    assert failed.value.url.endswith("/export")
    expect(dialog.get_by_role("button", name="Make the file")).to_be_visible()
    expect(dialog.get_by_role("status")).to_contain_text("About")
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_a_file_that_was_cut_says_so(logdir: Path, tmp_path: Path, offline: Page) -> None:
    file = tmp_path / "report.html"
    export(str(logdir), "--to", str(file), "--no-cache")
    data = file.read_bytes()
    file.write_bytes(data[: len(data) * 2 // 3])
    offline.goto(file.as_uri())
    expect(offline.get_by_text("This file ends too early")).to_be_visible()
