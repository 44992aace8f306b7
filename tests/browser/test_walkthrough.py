"""The walkthrough itself in its quick setting: its curves, its 25 characters, its mistakes, its 27 combinations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import glassboard
from glassboard.demo.data import CLASS_NAMES
from glassboard.server.local import LocalServer

from .board import Board

if TYPE_CHECKING:
    from tests.conftest import QuickWalkthrough

pytestmark = pytest.mark.demo


@pytest.fixture(scope="module")
def walkthrough_url(quick_walkthrough: QuickWalkthrough) -> Iterator[str]:
    with LocalServer(quick_walkthrough.result.logdir, port=0) as server:
        yield server.url


@pytest.fixture
def walked(walkthrough_url: str, page: Page) -> Board:
    """The page over the walkthrough, not opened yet."""
    return Board(page, walkthrough_url)


@pytest.fixture
def baseline(quick_walkthrough: QuickWalkthrough) -> str:
    return f"{quick_walkthrough.result.folder.name}/baseline"


def test_the_loss_curves_are_painted(
    walked: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    result = quick_walkthrough.result
    run = glassboard.open(result.logdir).runs[baseline]
    walked.open(smoothing=0, runs=f"only:{baseline}", v_tags="/^(loss|accuracy)/")
    for tag in ("loss/train", "loss/validation", "accuracy/validation"):
        walked.describes(tag, f"{tag}: 1 run, step 1 to {result.epochs}, ")
        values = run.scalars(tag).values
        painted = walked.painted(tag, walked.color(baseline))
        assert painted.columns > 0.95 * len(painted.steps)
        for step in range(2, result.epochs):
            low, high = painted.at(step)
            assert low - 2 * painted.value_per_pixel <= values[step - 1] <= high + 2 * painted.value_per_pixel
    walked.hover("accuracy/validation", result.epochs - 0.05)
    expect(walked.inspector.get_by_role("heading", name="accuracy/validation", exact=True)).to_be_visible()
    expect(walked.inspector.get_by_text(f"step {result.epochs}", exact=True)).to_be_visible()
    reached = pytest.approx(result.validation_accuracy, rel=1e-3)
    walked.becomes(lambda: float(walked.inspected(baseline)[0]), reached, "the last value")
    walked.picture("training")


def test_all_25_characters_can_be_stepped_through(
    walked: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    wanted = quick_walkthrough.images.train_images
    walked.open(view="images", v_images="data/characters")
    card = walked.card("data/characters")
    slider = card.get_by_role("slider", name=f"Sample of data/characters, {baseline}")
    slider.press("Home")
    for index in range(25):
        expect(card).to_contain_text(f"sample {index + 1} of 25")
        walked.until(
            lambda: np.array_equal(walked.image_pixels(card.locator("img"))[..., 0], wanted[index]),  # noqa: B023
            f"character {index} is shown as it is in the data",
        )
        slider.press("ArrowRight")
    walked.picture("data")


def test_every_mistake_can_be_read(walked: Board, baseline: str, quick_walkthrough: QuickWalkthrough) -> None:
    count = quick_walkthrough.result.mistake_count
    walked.open(view="text", v_texts="mistakes/notes", v_textmode="step", step=0)
    card = walked.card("mistakes/notes")
    slider = card.get_by_role("slider", name=f"Text of mistakes/notes, {baseline}")
    labels = quick_walkthrough.images.validation_labels
    for rank in (0, 1, count // 2, count - 1):
        slider.fill(str(rank))
        expect(card.get_by_text(f"{rank + 1} of {count}", exact=True)).to_be_visible()
        item = card.get_by_role("listitem")
        expect(item).to_have_count(1)
        expect(item).to_contain_text(f"(step {rank} of mistakes/characters)")
        index = int(item.locator("strong").inner_text())
        actual = item.get_by_role("row").filter(has_text="actual")
        expect(actual).to_contain_text(CLASS_NAMES[labels[index]])
    walked.picture("mistakes")


def test_the_27_combinations_are_runs_of_their_own(
    walked: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    walked.open()
    expect(walked.page.get_by_role("contentinfo")).to_contain_text("28 runs, 10 shown")
    # The page's own choice has the run with everything in it.
    expect(walked.run(baseline)).to_have_attribute("aria-checked", "true")
    walked.runs_panel.get_by_role("searchbox").fill("search")
    folder = walked.run(f"{quick_walkthrough.result.folder.name}/search, 27 runs")
    expect(folder).to_be_visible()
    best = str(quick_walkthrough.result.best_combination)
    walked.page.keyboard.press("Control+k")
    walked.page.keyboard.type(best)
    palette = walked.page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("option", selected=True)).to_contain_text(best)
    walked.page.keyboard.press("Enter")
    walked.expect_shown(f"{quick_walkthrough.result.folder.name}/search/{best}")


def test_the_story_from_the_graph_to_the_tuned_model(
    walked: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    """Every view by the button of the page, as somebody walks through it who never saw it."""
    result, page = quick_walkthrough.result, walked.page
    walked.open(view=None)
    expect(walked.views.first).to_have_attribute("aria-current", "page")

    walked.view("Graphs").click()
    page.get_by_role("button", name="Open all").click()
    layers = page.get_by_role("treegrid", name="Layers")
    layers.locator("[id^=layer-]").filter(has_text="logits").click()
    page.get_by_role("combobox", name="Trace").select_option("both")
    walked.choose("More for Graphs", "Show all of it")
    # The way from the images to the prediction, with a shape on every line.
    for shape in ("32×1×28×28 f32", "32×10 f32"):
        expect(page.locator(".scene .shape").filter(has_text=shape).first).to_be_attached()
    expect(walked.inspector).to_contain_text("31,370")  # 3,136 x 10 weights and 10 biases
    expect(walked.inspector).to_contain_text("[32, 10] float32")
    walked.picture("graph")

    walked.view("PR Curves").click()
    curves = walked.card("precision-recall")
    for name in CLASS_NAMES:
        expect(curves).to_contain_text(name)
    walked.picture("precision-recall")

    walked.view("Evaluation").click()
    expect(page.get_by_title("Show what is wrong")).to_have_text(f"{result.mistake_count:,} wrong")
    page.get_by_title("Show what is wrong").click()
    examples = walked.inspector.get_by_role("list", name="Examples").get_by_role("listitem")
    first = examples.first.get_by_role("img")
    expect(first).to_be_visible()
    images = quick_walkthrough.images.validation_images

    def known() -> bool:
        pixels = walked.image_pixels(first)[..., 0]
        return any(np.array_equal(pixels, image) for image in images)

    walked.until(known, "the example is a validation image")
    walked.picture("evaluation")

    walked.view("HParams").click()
    table = page.get_by_role("grid", name="Runs and what they reached")
    best = table.locator("[id^=hparams-row-]").filter(has=page.locator(".best"))
    expect(best).to_contain_text(str(result.best_combination))
    walked.picture("hyperparameters")

    walked.view("Projector").click()
    expect(page.get_by_role("application", name="Points of validation-characters")).to_be_visible()
    points = page.get_by_role("complementary", name="Points")
    expect(points).to_contain_text(re.compile(r"All [0-9,]+ points projected"))
    expect(points.get_by_role("combobox", name="Colour by")).to_have_value("class")
    walked.picture("projector-pca")
    walked.toolbar.get_by_text("UMAP", exact=True).click()
    walked.until(lambda: "umap" in page.url.lower(), "the projection is in the link")
    expect(walked.toolbar.get_by_role("button", name="Stop")).to_be_visible()
    expect(walked.toolbar.get_by_role("button", name="Stop")).to_be_hidden(timeout=120_000)
    walked.picture("projector-umap")
