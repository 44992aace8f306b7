"""Images of several runs at one step, one place and one zoom: what is compared is what was logged."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from glassboard import SummaryWriter
from glassboard.testing import records
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog, Serve

A, B = "alpha", "beta"
STEPS = (0, 10, 20)
SIZE = (12, 16)
"""Height and width."""


def picture(run: str, step: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Grey that tells the column, the row and the step; `beta` is brighter by 8 in its right half."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    grey = (columns * 4 + rows * 2 + step * 3).astype(np.uint8)
    if run == "beta":
        grey[:, 8:] += 8
    return grey


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    logdir = tmp_path_factory.mktemp("comparison")
    for run in (A, B):
        with SummaryWriter(logdir / run) as writer:
            for step in STEPS:
                writer.add_image("pic", picture(run, step), step, dataformats="HW")
            see_through = np.full((4, 4, 4), (200, 100, 50, 1), np.uint8)
            writer.add_image("rgba", see_through, 0, dataformats="HWC")
    builder = LogdirBuilder(logdir).run(A)
    encoded = []
    for shade in (10, 90, 170, 250, 30):
        buffer = io.BytesIO()
        Image.fromarray(np.full((6, 6), shade, np.uint8)).save(buffer, "PNG")
        encoded.append(buffer.getvalue())
    meta = records.metadata("images")
    builder.value(records.text_value("batch", [b"6", b"6", *encoded], meta=meta))  # type: ignore[list-item]
    return serve(logdir)


def panes(where: Locator) -> Locator:
    return where.get_by_role("application")


def scales(board: Board, where: Locator) -> list[float]:
    return [float(pane.get_attribute("data-scale") or 0) for pane in panes(where).all()]


def middle(board: Board, pane: Locator) -> tuple[float, float]:
    pane.scroll_into_view_if_needed()
    box = board.place(pane)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def at_pixel(board: Board, pane: Locator, x: int, y: int) -> tuple[float, float]:
    """Where a pixel of the image is on the screen, near its corner: its value may be written in its middle."""
    box = board.place(pane.locator(".image").first)
    height, width = SIZE
    return box["x"] + (x + 0.1) * box["width"] / width, box["y"] + (y + 0.1) * box["height"] / height


def color_at(page: Page, x: float, y: float) -> list[int]:
    shot = page.screenshot(clip={"x": round(x), "y": round(y), "width": 1, "height": 1})
    pixel = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))[0, 0]
    return [int(level) for level in pixel]


def test_runs_stand_side_by_side_at_one_step(board: Board) -> None:
    board.open(view="images", v_images="pic")
    board.toolbar.get_by_role("radio", name="Compare").check(force=True)
    card = board.card("pic")
    expect(panes(card)).to_have_count(2)

    def apart() -> set[tuple[float, float, float]]:
        boxes = [board.place(pane) for pane in panes(card).all()]
        return {(box["y"], box["width"], box["height"]) for box in boxes}

    board.until(lambda: len(apart()) == 1, "they stand beside each other in one size")
    for step in ("0", "10", "20"):
        card.get_by_role("textbox", name="Step of pic").fill(step)
        card.get_by_role("textbox", name="Step of pic").press("Enter")
        for run, image in zip((A, B), card.get_by_role("img", name=re.compile("^pic of")).all(), strict=True):
            expect(image).to_have_attribute("alt", f"pic of {run} at step {step}")
            wanted = picture(run, int(step))
            board.until(lambda: (board.image_pixels(image)[..., 0] == wanted).all(), f"{run} at step {step}")  # noqa: B023
    board.until(lambda: "v.imagelayout=compare" in board.page.url, "the layout is in the link")


def test_zoom_and_pan_are_one_for_all_images(board: Board) -> None:
    board.open(view="images", v_images="pic", v_imagelayout="compare")
    card = board.card("pic")
    expect(panes(card)).to_have_count(2)
    first, second = panes(card).all()
    board.until(lambda: scales(board, card)[0] == scales(board, card)[1] > 5, "both are shown whole")
    whole = scales(board, card)
    mouse = board.page.mouse
    mouse.move(*middle(board, first))
    card.evaluate("(card) => card.addEventListener('wheel', () => (card.dataset.rolled = 'yes'), true)")
    mouse.wheel(0, -100)
    expect(card).to_have_attribute("data-rolled", "yes")
    assert scales(board, card) == whole, "the wheel alone scrolls"
    mouse.move(*middle(board, first))
    board.page.keyboard.down("Control")
    mouse.wheel(0, -100)
    mouse.wheel(0, -100)
    board.page.keyboard.up("Control")
    board.until(lambda: scales(board, card)[1] > 1.5 * whole[1], "the wheel with Ctrl zooms both")
    mouse.move(*middle(board, second))
    mouse.down()
    x, y = middle(board, second)
    mouse.move(x - 40, y - 30, steps=4)
    mouse.up()

    def styles() -> list[str | None]:
        return [image.get_attribute("style") for image in card.locator("img.image").all()]

    board.until(lambda: styles()[0] == styles()[1], "both moved alike")
    moved = styles()
    first.focus()
    board.page.keyboard.press("Shift+ArrowRight")
    board.until(lambda: styles()[0] != moved[0] and styles()[0] == styles()[1], "keys pan both")
    board.page.keyboard.press("0")
    board.until(lambda: scales(board, card) == whole, "0 shows the whole image")
    board.page.keyboard.press("1")
    board.until(lambda: scales(board, card) == [1, 1], "1 is the actual size")
    board.page.keyboard.press("+")
    board.until(lambda: scales(board, card) == [1.5, 1.5], "+ zooms in")
    first.dblclick()
    board.until(lambda: scales(board, card) == whole, "a double click shows the whole image")


def test_two_fingers_zoom(board: Board) -> None:
    board.open(view="images", v_images="pic", v_image='["pic","alpha",0]')
    pane = panes(board.page.get_by_role("dialog"))
    expect(pane).to_be_visible()
    before = float(pane.get_attribute("data-scale") or 0)
    x, y = middle(board, pane)
    pane.evaluate(
        """(pane, [x, y]) => {
          pane.setPointerCapture = () => {}; // made-up pointers cannot be captured
          const event = (pointerId, clientX) => ({ pointerId, pointerType: "touch", clientX, clientY: y, bubbles: true });
          const tell = (type, id, left) => pane.dispatchEvent(new PointerEvent(type, event(id, left)));
          tell("pointerdown", 1, x - 20); tell("pointerdown", 2, x + 20);
          for (let off = 22; off <= 60; off += 2) { tell("pointermove", 1, x - off); tell("pointermove", 2, x + off); }
          tell("pointerup", 1, x - 60); tell("pointerup", 2, x + 60);
        }""",
        [x, y],
    )
    board.until(lambda: float(pane.get_attribute("data-scale") or 0) > 2.5 * before, "pulled apart threefold")


def test_the_values_of_a_pixel_are_those_of_the_file(board: Board) -> None:
    board.open(view="images", v_images="pic", v_imagelayout="compare", step=10)
    card = board.card("pic")
    expect(panes(card)).to_have_count(2)
    first = panes(card).first
    board.page.mouse.move(*at_pixel(board, first, 9, 5))
    for run, pane in ((A, 0), (B, 1)):
        wanted = picture(run, 10)[5, 9]
        expect(card.locator("figure").nth(pane)).to_contain_text(f"9, 5: {wanted} (grey)")
    # Enlarged far enough, they are written into the pixels.
    inked = "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((level) => level > 0)"
    overlay = card.locator("canvas.overlay").nth(1)
    first.focus()
    board.page.mouse.move(2, 2)
    expect(card.locator("figure").first).not_to_contain_text("9, 5")
    board.page.keyboard.press("1")
    board.until(lambda: not overlay.evaluate(inked), "nothing is written into small pixels")
    for _ in range(12):
        board.page.keyboard.press("+")
    board.until(lambda: bool(overlay.evaluate(inked)), "the values are written")
    # Colours that are all but see-through, which a canvas would have spoilt.
    board.open(view="images", v_image='["rgba","alpha",0]')
    pane = panes(board.page.get_by_role("dialog"))
    board.page.mouse.move(*middle(board, pane))
    expect(board.page.get_by_role("dialog")).to_contain_text("200 100 50 1 (RGBA)")


def test_a_wipe_shows_a_left_and_b_right_of_its_edge(board: Board) -> None:
    board.open(view="images", v_images="pic", v_imagelayout="compare", v_compare="wipe", step=10)
    card = board.card("pic")
    edge = card.get_by_role("slider", name="Edge between A and B")
    expect(edge).to_have_attribute("aria-valuenow", "50")
    pane = panes(card)
    a, b = (int(picture(run, 10)[6, 12]) for run in (A, B))
    assert abs(a - b) == 8

    def shows(level: int) -> None:
        board.until(
            lambda: color_at(board.page, *at_pixel(board, pane, 12, 6)) == [level] * 3, f"grey {level}"
        )

    shows(b)
    box = board.place(pane)
    mouse = board.page.mouse
    mouse.move(*middle(board, edge))
    mouse.down()
    mouse.move(box["x"] + box["width"] - 2, box["y"] + 20, steps=5)
    mouse.up()
    shows(a)
    edge.focus()
    board.page.keyboard.press("Home")
    expect(edge).to_have_attribute("aria-valuenow", "0")
    shows(b)
    board.page.keyboard.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", "2")


def test_a_difference_is_exact_and_can_be_enlarged(board: Board) -> None:
    board.open(view="images", v_images="pic", v_imagelayout="compare", step=10)
    board.toolbar.get_by_role("radio", name="Difference").check(force=True)
    card = board.card("pic")
    expect(card).to_contain_text("96 of 192 pixels differ, at most by 8, by 4 on average")
    drawn = card.locator("canvas.image")
    pixel = "(canvas) => [...canvas.getContext('2d').getImageData(12, 6, 1, 1).data]"

    def shows(level: int) -> None:
        board.becomes(lambda: drawn.evaluate(pixel), [level] * 3 + [255], f"grey {level}")

    shows(8)
    board.toolbar.get_by_role("slider", name="Gain").fill("2")
    shows(32)
    board.toolbar.get_by_role("button", name="Signed").click()
    shows(112)  # middle grey, less 4 times 8 halved: b is brighter
    board.toolbar.get_by_role("combobox", name="Run A").select_option(B)
    shows(144)
    board.in_link("v.pair=", "v.compare=difference")
    board.page.goto(board.page.url)
    shows(144)


def test_a_and_b_blink(board: Board) -> None:
    board.open(view="images", v_images="pic", v_image='["pic","",0]', v_compare="blink", step=10)
    viewer = board.page.get_by_role("dialog")
    badge = viewer.locator(".badge")
    expect(badge).to_have_text("A")
    pane = panes(viewer)

    def shows(run: str) -> None:
        level = int(picture(run, 10)[6, 12])
        board.until(lambda: color_at(board.page, *at_pixel(board, pane, 12, 6)) == [level] * 3, run)

    shows(A)
    board.page.keyboard.press("Space")
    expect(badge).to_have_text("B")
    shows(B)
    viewer.get_by_role("button", name="Show A").click()
    expect(badge).to_have_text("A")
    # Who wants less motion has to ask for it.
    viewer.get_by_role("combobox", name="Blink every").select_option("250")
    expect(badge).to_have_text("B")
    expect(badge).to_have_text("A")


def test_the_full_screen_is_used_by_keys_and_kept_in_the_link(board: Board) -> None:
    board.open(view="images")
    board.card("pic", A).get_by_role("button", name="fill the screen").click()
    viewer = board.page.get_by_role("dialog")
    press = board.page.keyboard.press
    expect(viewer).to_have_attribute("aria-label", "pic, alpha")
    press("ArrowLeft")
    expect(viewer).to_contain_text("sample 2 of 3")
    press("ArrowDown")
    expect(viewer).to_have_attribute("aria-label", "pic, beta")
    expect(viewer).to_contain_text("sample 2 of 3")
    press("c")
    expect(viewer).to_have_attribute("aria-label", "pic, 2 runs")
    expect(panes(viewer)).to_have_count(2)
    press("w")
    expect(viewer.get_by_role("slider", name="Edge between A and B")).to_be_visible()
    press("s")
    expect(panes(viewer)).to_have_count(2)
    board.until(lambda: min(scales(board, viewer)) > 0, "both are shown whole")
    before = scales(board, viewer)
    board.page.mouse.move(*middle(board, panes(viewer).first))
    board.page.mouse.wheel(0, -100)
    board.until(lambda: min(scales(board, viewer)) > 1.2 * before[0], "the wheel zooms")
    viewer.get_by_role("button", name="Fit").click()
    board.until(lambda: scales(board, viewer) == before, "all is seen again")
    board.in_link('v.image=["pic","",')
    board.page.goto(board.page.url)
    expect(viewer).to_have_attribute("aria-label", "pic, 2 runs")
    press("ArrowUp")
    expect(viewer).to_have_attribute("aria-label", "batch, 1 runs")
    press("Escape")
    expect(viewer).to_have_count(0)


def test_every_image_of_a_batch_has_an_address(board: Board) -> None:
    board.open(view="images", v_images="batch")
    card = board.card("batch")
    expect(card.locator("img")).to_have_count(5)

    def shade(image: Locator) -> int:
        return int(board.image_pixels(image)[0, 0, 0])

    board.becomes(
        lambda: [shade(image) for image in card.locator("img").all()],
        [10, 90, 170, 250, 30],
        "in their order",
    )
    card.get_by_role("button", name="image 3: fill the screen").click()
    viewer = board.page.get_by_role("dialog")
    expect(viewer).to_contain_text("image 3 of 5")
    board.page.keyboard.press(".")
    expect(viewer).to_contain_text("image 4 of 5")
    board.until(lambda: shade(viewer.locator("img")) == 250, "the fourth is shown")
    board.until(
        lambda: json.dumps(["batch", A, 3], separators=(",", ":")) in unquote_plus(board.page.url),
        "in the link",
    )
    with board.page.expect_download() as download:
        viewer.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "alpha_batch_step_0_3.png"
    assert np.asarray(Image.open(Path(download.value.path())))[0, 0] == 250


def test_a_card_may_hold_its_step(board: Board) -> None:
    board.open(view="images", v_images="pic", step=0)
    a, b = board.card("pic", A), board.card("pic", B)
    expect(a).to_contain_text("sample 1 of 3")
    a.get_by_role("button", name="Hold this step").click()
    b.get_by_role("slider").fill("2")
    expect(b).to_contain_text("sample 3 of 3")
    expect(a).to_contain_text("sample 1 of 3")
    expect(a).to_contain_text("held")
    a.get_by_role("slider").fill("1")
    expect(a).to_contain_text("sample 2 of 3")
    expect(b).to_contain_text("sample 3 of 3")
    board.until(lambda: '[["alpha","pic",10]]' in unquote_plus(board.page.url), "the link keeps what is held")
    board.page.goto(board.page.url)
    expect(a).to_contain_text("sample 2 of 3")
    a.get_by_role("button", name="Hold this step").click()
    expect(a).to_contain_text("sample 3 of 3")


def test_all_runs_of_a_comparison_hold_their_step_together(board: Board) -> None:
    board.open(view="images", v_images="pic", v_imagelayout="compare", step=0)
    card = board.card("pic")
    images = card.get_by_role("img", name=re.compile("^pic of"))

    def shows(step: int) -> None:
        for run, image in zip((A, B), images.all(), strict=True):
            expect(image).to_have_attribute("alt", f"pic of {run} at step {step}")

    expect(images).to_have_count(2)
    shows(0)
    card.get_by_role("button", name="Hold this step").click()
    expect(card).to_contain_text("held")
    board.page.get_by_role("slider", name="Step of the page").press("End")
    shows(0)
    card.get_by_role("slider", name="Sample of pic").fill("1")
    shows(10)
    held = f'[["{A}","pic",10],["{B}","pic",10]]'
    board.until(lambda: held in unquote_plus(board.page.url), "the link keeps the step of both")
    board.page.goto(board.page.url)
    expect(images).to_have_count(2)
    shows(10)
    card.get_by_role("button", name="Hold this step").click()
    shows(20)
    board.until(lambda: "imagehold" not in board.page.url, "nothing is held")


def test_images_of_two_sizes_have_no_difference(tmp_path: Path, open_log: OpenLog) -> None:
    for run, size in (("a", (4, 4)), ("b", (5, 4))):
        LogdirBuilder(tmp_path).run(run).image("pic", size=size)
    board = open_log(tmp_path).open(view="images", v_imagelayout="compare", v_compare="difference")
    expect(board.card("pic")).to_contain_text("No difference: A has 4 × 4 pixels, B 5 × 4.")
    board.toolbar.get_by_role("radio", name="Wipe").check(force=True)
    expect(board.card("pic")).to_contain_text("B is drawn in the size of A")
