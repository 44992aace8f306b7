"""The Images view: every image that was logged can be reached and is shown as it was logged."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, expect

from glassboard import SummaryWriter
from glassboard.testing import records
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import BASELINE, Project

TAG = "data/characters"


class Characters:
    """The card of the 25 characters."""

    def __init__(self, board: Board, project: Project) -> None:
        board.open(view="images", v_images=TAG)
        self.board = board
        self.wanted = project.images.train_images
        self.card = board.card(TAG)
        self.image = self.card.locator("img")
        self.slider = self.card.get_by_role("slider", name=f"Sample of {TAG}, {BASELINE}")
        self.box = self.card.get_by_role("textbox", name=f"Step of {TAG}, {BASELINE}")
        expect(self.card).to_contain_text("sample 25 of 25")

    def expect_sample(self, index: int) -> str:
        """Waits until the image of that number is on the screen, pixel by pixel; gives its address."""
        expect(self.card).to_contain_text(f"sample {index + 1} of 25")
        expect(self.box).to_have_value(str(index))

        def shown() -> bool:
            grey = grey_of(self.board.image_pixels(self.image))
            return np.array_equal(grey, self.wanted[index])

        self.board.until(shown, f"image {index} is shown as it was logged")
        return self.image.get_attribute("src") or ""


@pytest.fixture
def characters(board: Board, project: Project) -> Characters:
    return Characters(board, project)


def grey_of(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    assert (pixels[..., 3] == 255).all()
    assert (pixels[..., :1] == pixels[..., :3]).all()
    return pixels[..., 0]


def seen(board: Board, element: Locator) -> npt.NDArray[np.uint8]:
    """What the screen shows of an element, RGB, without its rounded corners."""
    element.scroll_into_view_if_needed()
    box = board.place(element)
    # The browser draws images at whole pixels, wherever the layout would have them.
    clip = FloatRect(x=round(box["x"]), y=round(box["y"]), width=box["width"], height=box["height"])
    return np.asarray(Image.open(io.BytesIO(element.page.screenshot(clip=clip))).convert("RGB"))[3:-3, 3:-3]


def test_the_last_image_is_shown_at_first_and_is_really_there(characters: Characters) -> None:
    characters.expect_sample(24)
    characters.board.becomes(
        lambda: characters.image.evaluate(
            "(image) => [image.complete, image.naturalWidth, image.naturalHeight]"
        ),
        [True, 28, 28],
        "the whole image is there",
    )

    # On the screen, not only in the document: the strokes are bright on black, in squares of whole pixels.
    def squares() -> bool:
        shown = seen(characters.board, characters.image)[..., 0].astype(int)
        scale = (len(shown) + 6) // 28
        wanted = characters.wanted[24].repeat(scale, axis=0).repeat(scale, axis=1)[3:-3, 3:-3]
        return scale > 2 and shown.shape == wanted.shape and bool(np.abs(shown - wanted).max() <= 2)

    characters.board.until(squares, "every pixel is a bright or dark square")


def test_the_slider_reaches_all_25_images(characters: Characters) -> None:
    sources = set()
    for index in range(25):
        characters.slider.fill(str(index))
        sources.add(characters.expect_sample(index))
    assert len(sources) == 25


def test_the_slider_follows_the_mouse(characters: Characters) -> None:
    characters.expect_sample(24)
    box = characters.board.place(characters.slider)
    mouse = characters.board.page.mouse
    mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
    characters.expect_sample(12)
    mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=6)
    mouse.up()
    characters.expect_sample(0)


@pytest.mark.parametrize("focus", ["image", "slider", "page"])
def test_the_keyboard_reaches_all_25_images(characters: Characters, focus: str) -> None:
    page = characters.board.page
    if focus == "image":
        characters.card.get_by_role("button", name=TAG).focus()
    elif focus == "slider":
        characters.slider.focus()
    page.keyboard.press("Home")
    for index in range(25):
        characters.expect_sample(index)
        page.keyboard.press("ArrowRight")
    characters.expect_sample(24)
    page.keyboard.press("ArrowLeft")
    characters.expect_sample(23)


def test_the_step_box_reaches_all_25_images(characters: Characters) -> None:
    for index in (*range(0, 25, 2), *range(1, 25, 2)):
        characters.box.fill(str(index))
        characters.box.press("Enter")
        characters.expect_sample(index)
    # Beyond the end is the last, nonsense changes nothing.
    characters.box.fill("1000")
    characters.box.press("Enter")
    characters.expect_sample(24)
    characters.box.fill("seven")
    characters.box.press("Enter")
    characters.expect_sample(24)


def test_brightness_and_contrast_change_what_is_shown_and_can_be_reset(characters: Characters) -> None:
    board = characters.board
    characters.expect_sample(24)
    board.until(lambda: seen(board, characters.image).max() > 200, "the strokes are on the screen")
    as_logged = seen(board, characters.image)

    def mean() -> float:
        return float(seen(board, characters.image).mean())

    plain = mean()
    # Beside both panels there is no room for all of the bar.
    board.toolbar.get_by_role("button", name="Adjust").click()
    brightness, contrast = (
        board.toolbar.get_by_role("slider", name=name) for name in ("Brightness", "Contrast")
    )
    brightness.fill("0")
    board.until(lambda: mean() == 0, "no brightness is black")
    brightness.fill("2")
    board.until(lambda: mean() > 1.1 * plain, "twice the brightness is brighter")
    brightness.fill("1")
    contrast.fill("0")
    board.until(lambda: np.ptp(seen(board, characters.image)) == 0, "no contrast is one grey")
    contrast.fill("5")
    board.until(
        lambda: mean() != plain and np.ptp(seen(board, characters.image)) == 255,
        "more contrast parts dark from bright",
    )
    board.toolbar.get_by_role("button", name="Contrast 500 %, reset to 100 %").click()
    board.until(
        lambda: np.array_equal(seen(board, characters.image), as_logged),
        "a reset shows the image as it was logged",
    )
    # The pixels themselves were never touched.
    characters.expect_sample(24)


def test_actual_size_is_one_pixel_for_one(characters: Characters) -> None:
    board = characters.board
    characters.expect_sample(24)

    def size() -> tuple[float, float]:
        box = characters.board.place(characters.image)
        return box["width"], box["height"]

    board.until(lambda: min(size()) > 100, "the image is enlarged")
    toggle = board.toolbar.get_by_title("Actual size")
    toggle.click()
    board.until(lambda: size() == (28, 28), "28 pixels are 28 pixels")

    def alike() -> bool:
        shown, wanted = seen(board, characters.image)[..., 0].astype(int), characters.wanted[24][3:-3, 3:-3]
        return shown.shape == wanted.shape and bool(np.abs(shown - wanted).max() <= 2)

    board.until(alike, "pixel by pixel")
    toggle.click()
    board.until(lambda: min(size()) > 100, "the image is large again")
    board.toolbar.get_by_role("slider", name="Size").fill("400")
    # At least 400 pixels, as the cards fill the row; 28 pixels of the image in whole multiples.
    board.until(
        lambda: size()[0] >= 392 and size()[0] % 28 == 0, "the size slider enlarges in whole multiples"
    )


def test_an_image_fills_the_screen_and_steps_there(characters: Characters) -> None:
    page = characters.board.page
    characters.expect_sample(24)
    characters.card.get_by_role("button", name=TAG).click()
    viewer = page.get_by_role("dialog", name=TAG)
    expect(viewer).to_contain_text("28 × 28")
    characters.board.until(
        lambda: characters.board.place(viewer.locator("img"))["height"] >= 500, "it is large"
    )
    expect(viewer.get_by_role("application")).to_have_attribute("data-scale", re.compile(r"^\d+\.0000$"))
    page.keyboard.press("ArrowLeft")
    expect(viewer).to_contain_text("sample 24 of 25")

    def shown() -> bool:
        pixels = grey_of(characters.board.image_pixels(viewer.locator("img")))
        return np.array_equal(pixels, characters.wanted[23])

    characters.board.until(shown, "the viewer shows image 23")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    characters.expect_sample(23)


def test_the_figure_of_25_characters_is_there_in_full(board: Board) -> None:
    board.open(view="images", v_images="data/first")
    card = board.card("data/first 25")
    expect(card).to_contain_text("sample 1 of 1")
    pixels = board.image_pixels(card.locator("img"))
    assert min(pixels.shape[:2]) >= 500
    assert len(np.unique(pixels[..., 0])) > 50


def test_the_inspector_says_what_the_image_is(characters: Characters) -> None:
    characters.slider.fill("3")
    characters.expect_sample(3)
    inspector = characters.board.inspector
    for fact in (BASELINE, "4 of 25", "28 × 28", "PNG"):
        expect(inspector).to_contain_text(fact)


def test_the_images_of_a_batch_stand_side_by_side(tmp_path: Path, open_log: OpenLog) -> None:
    shades = np.linspace(10, 240, 6).astype(np.uint8)
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_images("batch", np.broadcast_to(shades[:, None, None], (6, 8, 8)), 0, dataformats="NHW")
    board = open_log(tmp_path).open()
    expect(board.card("batch")).to_contain_text("sample 1 of 1")

    def shown() -> set[int]:
        return set(grey_of(board.image_pixels(board.card("batch").locator("img"))).ravel().tolist())

    board.until(lambda: set(shades.tolist()) <= shown(), "all of the batch are shown")


def test_an_image_that_cannot_be_decoded_is_said_and_the_others_are_shown(
    tmp_path: Path, open_log: OpenLog
) -> None:
    run = LogdirBuilder(tmp_path).run("a").image("pic", shade=77, size=(9, 9), step=0)
    broken = b"\x89PNG\r\n\x1a\nno picture at all"
    run.value(records.image_value("pic", broken, height=9, width=9, channels=1), step=1)
    board = open_log(tmp_path).open()
    expect(board.card("pic").get_by_role("alert")).to_contain_text("cannot decode this image: PNG of 25 B")
    board.card("pic").get_by_role("slider").fill("0")
    expect(board.card("pic").get_by_role("alert")).to_have_count(0)
    image = board.card("pic").locator("img")
    board.until(lambda: (grey_of(board.image_pixels(image)) == 77).all(), "the other is shown")
