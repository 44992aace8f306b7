"""The Images view over images that nobody meant to log, and over many steps."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from glassboard.testing import records
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog

SIDE = 8000
STEPS = 500


def png(width: int, height: int, shade: int = 128) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), shade).save(buffer, "PNG")
    return buffer.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of 4 x 4 whose header says another size."""
    data = bytearray(png(4, 4))
    header = data[12:29]
    header[4:12] = struct.pack(">II", width, height)
    data[12:29] = header
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(header)))
    return bytes(data)


def log_image(run: object, tag: str, data: bytes, width: int, height: int) -> None:
    value = records.image_value(tag, data, height=height, width=width, channels=1)
    run.value(value, step=0)  # type: ignore[attr-defined]


@pytest.fixture
def odd(tmp_path: Path, open_log: OpenLog) -> Board:
    run = LogdirBuilder(tmp_path).run("odd")
    log_image(run, "dot", png(1, 1, 200), 1, 1)
    log_image(run, "huge", png(SIDE, SIDE, 90), SIDE, SIDE)
    log_image(run, "lie", claiming(60_000, 60_000), 60_000, 60_000)
    log_image(run, "none", b"this is no image", 4, 4)
    return open_log(tmp_path)


def sizes(image: Locator) -> tuple[int, int]:
    width, height = image.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    return int(width), int(height)


def test_images_of_any_size_are_shown_and_those_that_lie_are_told(odd: Board, complaints: list[str]) -> None:
    odd.open(view="images")
    dot = odd.card("dot").locator("img")
    odd.until(lambda: dot.count() == 1 and sizes(dot) == (1, 1), "one pixel is shown")
    odd.until(lambda: odd.place(dot)["width"] >= 32, "enlarged, so that it can be seen")
    huge = odd.card("huge").locator("img")
    huge.scroll_into_view_if_needed()
    odd.until(
        lambda: huge.count() == 1 and 256 <= sizes(huge)[0] <= SIDE,
        "64 million pixels are shown, made smaller",
    )
    expect(odd.card("lie")).to_contain_text("60,000 × 60,000 pixels by its header")
    expect(odd.card("none")).to_contain_text("want a PNG")
    expect(odd.card("dot").locator("img")).to_have_count(1)
    # The browser says so of what is no image.
    complaints[:] = [said for said in complaints if "415" not in said]


def test_an_image_whose_file_vanished_says_so(
    tmp_path: Path, open_log: OpenLog, complaints: list[str]
) -> None:
    run = LogdirBuilder(tmp_path).run("gone")
    for step in range(3):
        run.image("picture", shade=80 * step, step=step)
    board = open_log(tmp_path).open(view="images")
    image = board.card("picture").locator("img")
    board.until(lambda: image.count() == 1 and sizes(image) == (4, 3), "the newest is shown")
    run.delete()
    expect(board.card("picture")).to_have_count(0)
    expect(board.page.get_by_role("main")).to_contain_text("tfevents")
    # What was asked for while it went.
    complaints[:] = [said for said in complaints if "404" not in said and "502" not in said]


def test_five_hundred_steps_are_gone_through(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("long")
    for step in range(STEPS):
        run.image("frame", shade=step % 256, step=step)
    board = open_log(tmp_path).open(view="images")
    card = board.card("frame")
    expect(card).to_contain_text(f"sample {STEPS} of {STEPS}")
    # It moves the slider below it when it comes.
    expect(card.locator("img")).to_be_visible()
    slider = card.get_by_role("slider")
    box = board.place(slider)
    board.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    board.page.mouse.down()
    board.page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=100)
    board.page.mouse.up()
    expect(card).to_contain_text(f"sample 1 of {STEPS}")
    slider.press("PageUp")
    slider.press("Home")
    expect(card.get_by_role("textbox")).to_have_value("0")

    def black() -> bool:
        pixels = board.image_pixels(card.locator("img"))
        return bool(np.all(pixels[..., :3] == 0))

    board.until(black, "the first frame is the one on the screen, whatever came by meanwhile")
