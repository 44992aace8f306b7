"""From a run, wherever it is met, to every other view of it: alone, at the same step."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from glassboard import SummaryWriter

from .board import Board, Serve


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    root = tmp_path_factory.mktemp("links")
    torch.manual_seed(0)
    block = nn.Sequential(OrderedDict(first=nn.Linear(4, 3), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(block=block, last=nn.Linear(3, 2)))
    rng = np.random.default_rng(0)
    for run, rate in (("plain", 0.1), ("whole", 0.01)):
        with SummaryWriter(root / run) as writer:
            for step in (1, 2, 3):
                writer.add_scalar("loss", 1 / step, step)
                if run == "whole":
                    for name, values in model.named_parameters():
                        writer.add_histogram(f"parameters/{name}", values, step)
                    writer.add_predictions(
                        "val", rng.integers(0, 2, 40), rng.dirichlet([1, 1], 40), global_step=step
                    )
            writer.add_hparams({"rate": rate}, {"best loss": 1 / 3})
            if run == "whole":
                writer.add_graph(model, torch.zeros(5, 4))
    return serve(root)


def test_the_dialog_of_a_run_leads_to_the_views_that_have_it(board: Board) -> None:
    board.open(step=2)
    ways = board.page.get_by_role("dialog").get_by_role("group", name="Show it alone in")
    board.run("plain").click(button="right")
    # What the run does not have is not offered, nor the view that is open.
    expect(ways.get_by_role("button")).to_have_text(["HParams"])
    board.page.keyboard.press("Escape")
    board.run("whole").click(button="right")
    expect(ways.get_by_role("button", name="Graphs")).to_be_visible()
    ways.get_by_role("button", name="Evaluation").click()
    expect(board.view("Evaluation")).to_have_attribute("aria-current", "page")
    expect(board.page.locator(".headline", has_text="accuracy")).to_contain_text("step 2")
    board.expect_shown("whole")
    board.until(
        lambda: "step=2" in board.page.url and "whole" in board.page.url, "run and step are in the link"
    )


def test_a_row_of_hparams_leads_to_more_than_its_curves(board: Board) -> None:
    board.open(view="hparams")
    table = board.page.get_by_role("grid", name="Runs and what they reached")
    table.locator("[id^=hparams-row-]").filter(has_text="whole").click()
    board.inspector.get_by_role("button", name="Evaluation").click()
    expect(board.view("Evaluation")).to_have_attribute("aria-current", "page")
    board.expect_shown("whole")


def test_an_example_leads_to_the_curves_of_its_run(board: Board) -> None:
    board.open(view="evaluation", v_ev_mark="wrong")
    examples = board.inspector.get_by_role("list", name="Examples").get_by_role("listitem")
    examples.first.get_by_role("button").click()
    board.inspector.get_by_role("button", name="Scalars").click()
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    board.expect_shown("whole")


def test_a_module_leads_to_the_histograms_of_its_parameters(board: Board) -> None:
    board.open(view="graphs")
    board.page.get_by_role("button", name="Open all").click()
    layers = board.page.get_by_role("treegrid", name="Layers")
    layers.locator("[id^=layer-]").filter(has_text="first").click()
    board.inspector.get_by_role("button", name="Histograms of block.first").click()
    expect(board.view("Histograms")).to_have_attribute("aria-current", "page")
    for name in ("weight", "bias"):
        expect(board.card(f"parameters/block.first.{name}")).to_be_visible()
    expect(board.page.locator("section.card")).to_have_count(2)
