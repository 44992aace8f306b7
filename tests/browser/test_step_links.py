"""From what is met at a step, wherever it is, to what else there is at it; from a histogram to the module of its tag."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from glassboard import SummaryWriter

from .board import Board, Serve

STEPS = (1, 2, 3)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    root: Path = tmp_path_factory.mktemp("steps")
    block = nn.Sequential(OrderedDict(first=nn.Linear(4, 3), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(block=block, last=nn.Linear(3, 2)))
    rng = np.random.default_rng(0)
    with SummaryWriter(root / "bare") as writer:
        for step in STEPS:
            writer.add_scalar("accuracy", step / 4, step)
    with SummaryWriter(root / "rich") as writer:
        for step in STEPS:
            writer.add_scalar("loss", 1 / step, step)
            writer.add_image("digit", rng.integers(0, 255, (3, 8, 8), np.uint8), step)
            writer.add_text("note", f"text of step {step}", step)
            for name, values in model.named_parameters():
                writer.add_histogram(f"parameters/{name}", values, step)
            writer.add_histogram("loss of samples", rng.normal(size=50), step)
            labels = rng.integers(0, 2, 20)
            writer.add_pr_curve("pr/cat", labels, rng.random(20), global_step=step)
        writer.add_embedding(rng.normal(size=(12, 5)), metadata=list("abcdefghijkl"), global_step=2)
        writer.add_graph(model, torch.zeros(5, 4))
    return serve(root)


def expect_step(board: Board, step: int) -> None:
    board.until(lambda: f"step={step}" in board.page.url, f"the step {step} is in the link")


def look_at(board: Board, title: str) -> None:
    """The histogram before the newest, in the inspector."""
    chart = board.card(title).get_by_role("application")
    expect(chart).to_have_attribute("aria-label", re.compile("3 histograms"))
    chart.focus()
    board.page.keyboard.press("ArrowLeft")


def test_a_point_of_a_curve_leads_to_the_samples_of_its_step(board: Board) -> None:
    board.open(view="scalars", v_tags="loss")
    chart = board.card("loss").get_by_role("application")
    chart.focus()
    board.page.keyboard.press("Home")
    expect(board.inspector).to_contain_text("This step in")
    board.inspector.get_by_role("button", name="Images", exact=True).click()
    expect(board.view("Images")).to_have_attribute("aria-current", "page")
    expect_step(board, 1)
    # Runs that are shown stay as they are.
    board.expect_shown("bare", "rich")


def test_a_curve_whose_run_has_no_samples_leads_nowhere(board: Board) -> None:
    board.open(view="scalars", v_tags="accuracy")
    board.card("accuracy").get_by_role("application").focus()
    board.page.keyboard.press("Home")
    expect(board.inspector.get_by_role("heading", name="When")).to_be_visible()
    expect(board.inspector.get_by_text("This step in")).to_have_count(0)


def test_a_text_leads_to_the_histograms_of_its_run_at_its_step(board: Board) -> None:
    board.open(view="text")
    board.page.get_by_role("button", name="step 2", exact=True).click()
    board.inspector.get_by_role("button", name="Histograms").click()
    expect(board.view("Histograms")).to_have_attribute("aria-current", "page")
    board.expect_shown("rich")
    expect_step(board, 2)


def test_an_image_leads_to_the_curves_of_its_run(board: Board) -> None:
    board.open(view="images", step=2)
    board.card("digit").hover()
    board.inspector.get_by_role("button", name="Scalars").click()
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    board.expect_shown("rich")
    expect_step(board, 2)


def test_a_histogram_leads_to_the_module_that_its_tag_names(board: Board) -> None:
    board.open(view="histograms", v_histotags="block.first.weight")
    look_at(board, "parameters/block.first.weight")
    board.inspector.get_by_role("button", name="Its module in Graphs").click()
    expect(board.view("Graphs")).to_have_attribute("aria-current", "page")
    facts = board.inspector.locator("dd")
    expect(facts.filter(has_text="block.first").first).to_be_visible()
    board.until(
        lambda: "selected" in board.page.url and "parameter" not in board.page.url,
        "what is selected is in the link",
    )


def test_a_tag_that_names_no_module_is_told(board: Board) -> None:
    board.open(view="histograms", v_histotags="loss of samples")
    look_at(board, "loss of samples")
    board.inspector.get_by_role("button", name="Its module in Graphs").click()
    expect(
        board.page.get_by_text("No module of this graph is named in the tag loss of samples.")
    ).to_be_visible()


def test_a_precision_recall_curve_leads_to_its_run(board: Board) -> None:
    board.open(view="pr_curves", step=3)
    chart = board.page.locator("section.card").get_by_role("application").first
    expect(board.page.get_by_role("list", name="Average precision").get_by_role("listitem")).to_have_count(1)
    chart.focus()
    board.page.keyboard.press("ArrowRight")
    board.inspector.get_by_role("button", name="Text").click()
    expect(board.view("Text")).to_have_attribute("aria-current", "page")
    board.expect_shown("rich")


def test_an_embedding_leads_to_its_run_at_its_step(board: Board) -> None:
    board.open(view="projector")
    way = board.page.get_by_role("region", name="This run in").get_by_role("button", name="Images")
    way.click()
    expect(board.view("Images")).to_have_attribute("aria-current", "page")
    board.expect_shown("rich")
    expect_step(board, 2)
