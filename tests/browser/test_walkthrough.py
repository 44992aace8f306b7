"""The walkthrough itself in its quick setting: its curves, its 25 characters, its mistakes, its 27 combinations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

import glassboard
from glassboard.demo.data import CLASS_NAMES

from .board import Board, Serve

if TYPE_CHECKING:
    from tests.conftest import QuickWalkthrough

pytestmark = pytest.mark.demo


@pytest.fixture(scope="module")
def url(quick_walkthrough: QuickWalkthrough, serve: Serve) -> str:
    return serve(quick_walkthrough.result.logdir)


@pytest.fixture
def baseline(quick_walkthrough: QuickWalkthrough) -> str:
    return f"{quick_walkthrough.result.folder.name}/baseline"


def test_the_loss_curves_are_painted(
    board: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    result = quick_walkthrough.result
    run = glassboard.open(result.logdir).runs[baseline]
    board.open(smoothing=0, runs=f"only:{baseline}", v_tags="/^(loss|accuracy)/")
    for tag in ("loss/train", "loss/validation", "accuracy/validation"):
        board.describes(tag, f"{tag}: 1 run, step 1 to {result.epochs}, ")
        values = run.scalars(tag).values
        painted = board.painted(tag, board.color(baseline))
        assert painted.columns > 0.95 * len(painted.steps)
        for step in range(2, result.epochs):
            low, high = painted.at(step)
            assert low - 2 * painted.value_per_pixel <= values[step - 1] <= high + 2 * painted.value_per_pixel
    board.hover("accuracy/validation", result.epochs - 0.05)
    expect(board.inspector.get_by_role("heading", name="accuracy/validation", exact=True)).to_be_visible()
    expect(board.inspector.get_by_text(f"step {result.epochs}", exact=True)).to_be_visible()
    reached = pytest.approx(result.validation_accuracy, rel=1e-3)
    board.becomes(lambda: float(board.inspected(baseline)[0]), reached, "the last value")
    board.picture("training")


def test_all_25_characters_can_be_stepped_through(
    board: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    wanted = quick_walkthrough.images.train_images
    board.open(view="images", v_images="data/characters")
    card = board.card("data/characters")
    slider = card.get_by_role("slider", name=f"Sample of data/characters, {baseline}")
    slider.press("Home")
    for index in range(25):
        expect(card).to_contain_text(f"sample {index + 1} of 25")
        board.until(
            lambda: np.array_equal(board.image_pixels(card.locator("img"))[..., 0], wanted[index]),  # noqa: B023
            f"character {index} is shown as it is in the data",
        )
        slider.press("ArrowRight")
    board.picture("data")


def test_every_mistake_can_be_read(board: Board, baseline: str, quick_walkthrough: QuickWalkthrough) -> None:
    count = quick_walkthrough.result.mistake_count
    board.open(view="text", v_texts="mistakes/notes", v_textmode="step", step=0)
    card = board.card("mistakes/notes")
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
    board.picture("mistakes")


def test_the_27_combinations_are_runs_of_their_own(
    board: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    board.open()
    expect(board.page.get_by_role("contentinfo")).to_contain_text("28 runs, 10 shown")
    # The page's own choice has the run with everything in it.
    expect(board.run(baseline)).to_have_attribute("aria-checked", "true")
    board.runs_panel.get_by_role("searchbox").fill("search")
    folder = board.run(f"{quick_walkthrough.result.folder.name}/search, 27 runs")
    expect(folder).to_be_visible()
    best = str(quick_walkthrough.result.best_combination)
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type(best)
    palette = board.page.get_by_role("dialog", name="Commands")
    expect(palette.get_by_role("option", selected=True)).to_contain_text(best)
    board.page.keyboard.press("Enter")
    board.expect_shown(f"{quick_walkthrough.result.folder.name}/search/{best}")


def test_the_story_from_the_graph_to_the_tuned_model(
    board: Board, baseline: str, quick_walkthrough: QuickWalkthrough
) -> None:
    """Every view by the button of the page, as somebody walks through it who never saw it."""
    result, page = quick_walkthrough.result, board.page
    board.open(view=None)
    # Eleven views, and each of them in sight on a laptop.
    expect(board.views).to_have_count(11)
    board.until(
        lambda: board.views.last.evaluate(
            "view => view.getBoundingClientRect().right <= view.parentElement.getBoundingClientRect().right"
        ),
        "the last view is in sight",
    )
    expect(board.views.first).to_have_attribute("aria-current", "page")

    board.view("Graphs").click()
    page.get_by_role("button", name="Open all").click()
    layers = page.get_by_role("treegrid", name="Layers")
    layers.locator("[id^=layer-]").filter(has_text="logits").click()
    page.get_by_role("combobox", name="Trace").select_option("both")
    board.choose("More for Graphs", "Show all of it")
    # The way from the images to the prediction, with a shape on every line.
    for shape in ("32×1×28×28 f32", "32×10 f32"):
        expect(page.locator(".scene .shape").filter(has_text=shape).first).to_be_attached()
    expect(board.inspector).to_contain_text("31,370")  # 3,136 x 10 weights and 10 biases
    expect(board.inspector).to_contain_text("[32, 10] float32")
    board.picture("graph")

    board.view("PR Curves").click()
    curves = board.card("precision-recall")
    for name in CLASS_NAMES:
        expect(curves).to_contain_text(name)
    board.picture("precision-recall")

    board.view("Evaluation").click()
    expect(page.get_by_title("Show what is wrong")).to_have_text(f"{result.mistake_count:,} wrong")
    page.get_by_title("Show what is wrong").click()
    examples = board.inspector.get_by_role("list", name="Examples").get_by_role("listitem")
    first = examples.first.get_by_role("img")
    expect(first).to_be_visible()
    images = quick_walkthrough.images.validation_images

    def known() -> bool:
        pixels = board.image_pixels(first)[..., 0]
        return any(np.array_equal(pixels, image) for image in images)

    board.until(known, "the example is a validation image")
    board.picture("evaluation")

    board.view("HParams").click()
    table = page.get_by_role("grid", name="Runs and what they reached")
    best = table.locator("[id^=hparams-row-]").filter(has=page.locator(".best"))
    expect(best).to_contain_text(str(result.best_combination))
    board.picture("hyperparameters")

    board.view("Projector").click()
    expect(page.get_by_role("application", name="Points of validation-characters")).to_be_visible()
    points = page.get_by_role("complementary", name="Points")
    expect(points).to_contain_text(re.compile(r"All [0-9,]+ points projected"))
    expect(points.get_by_role("combobox", name="Colour by")).to_have_value("class")
    board.picture("projector-pca")
    board.toolbar.get_by_text("UMAP", exact=True).click()
    board.until(lambda: "umap" in page.url.lower(), "the projection is in the link")
    expect(board.toolbar.get_by_role("button", name="Stop")).to_be_visible()
    expect(board.toolbar.get_by_role("button", name="Stop")).to_be_hidden(timeout=120_000)
    board.picture("projector-umap")
