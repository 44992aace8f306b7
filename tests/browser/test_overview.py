"""The first view: which runs are live, best and last, their curves, the newest images, what could not be read."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, expect

from glassboard import SummaryWriter
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog
from .project import ADAM, BASELINE, RUNS, SGD, Project


def fact(board: Board, title: str) -> Locator:
    facts = board.page.get_by_role("region", name="At a glance").locator(":scope > div")
    return facts.filter(has=board.page.get_by_role("heading", name=re.compile(f"^{title}")))


def best_runs(board: Board) -> list[list[str]]:
    rows = board.card("Best runs").get_by_role("row").all()[1:]
    found = []
    for row in rows:
        title = str(row.get_by_role("button").get_attribute("title"))
        found.append([title.splitlines()[0], *row.get_by_role("cell").all_inner_texts()[1:]])
    return found


def test_a_link_without_a_view_opens_it(board: Board, project: Project) -> None:
    board.open(view=None)
    expect(board.view("Overview")).to_have_attribute("aria-current", "page")
    best = project.value(BASELINE, "accuracy/validation", 12)
    expect(fact(board, "Best")).to_contain_text(f"{best:.4g}")
    expect(fact(board, "Best")).to_contain_text("baseline")
    expect(fact(board, "Best")).to_contain_text("at step 12")
    expect(fact(board, "Last begun").get_by_role("button")).to_have_attribute("title", re.compile(f"^{SGD}"))
    expect(fact(board, "Not read")).to_contain_text("All of 3 event files could be read")
    board.becomes(lambda: [row[0] for row in best_runs(board)], [BASELINE, ADAM, SGD], "the best first")
    # Training and validation share a chart, and both are painted.
    board.describes("loss", re.compile(f"{BASELINE}, train ends at .*{BASELINE}, validation ends at"))
    for run in (BASELINE, ADAM, SGD):
        board.expect_painted("loss", board.color(run))
    images = board.card("Newest images").get_by_role("img")
    expect(images.first).to_be_visible()
    assert board.image_pixels(images.first).shape[2] == 4


def test_the_best_is_told_by_the_name_of_the_metric_and_can_be_turned_round(
    board: Board, project: Project
) -> None:
    board.open(view=None)
    expect(fact(board, "Best")).to_contain_text("baseline")
    fact(board, "Best").get_by_role("combobox").select_option("loss/validation")
    expect(fact(board, "Best")).to_contain_text("least")
    board.becomes(
        lambda: [row[0] for row in best_runs(board)], [BASELINE, ADAM, SGD], "the least loss is best"
    )
    fact(board, "Best").get_by_role("button", name="Less is better").click()
    greatest = f"{max(project.curves[run]['loss/validation'].max() for run in RUNS):.4g}"
    expect(fact(board, "Best")).to_contain_text(greatest)
    board.in_link("flip=")
    board.page.reload()
    expect(fact(board, "Best")).to_contain_text(greatest)


def test_every_mark_leads_to_what_is_behind_it(board: Board) -> None:
    board.open(view=None)
    board.card("In this log").get_by_role("button", name="Text").click()
    expect(board.view("Text")).to_have_attribute("aria-current", "page")
    board.view("Overview").click()
    board.page.get_by_role("button", name="Open loss in Scalars").click()
    expect(board.card("loss/train")).to_be_visible()
    expect(board.card("accuracy/train")).to_have_count(0)
    board.view("Overview").click()
    images = board.card("Newest images")
    title = str(images.get_by_role("listitem").first.get_by_role("button").get_attribute("title"))
    tag = title.splitlines()[0]
    # Not the first: a newer one may have come before it.
    images.get_by_title(title, exact=True).first.click()
    expect(board.view("Images")).to_have_attribute("aria-current", "page")
    expect(board.card(tag).first).to_be_visible()
    board.view("Overview").click()
    board.becomes(lambda: [row[0] for row in best_runs(board)], [BASELINE, ADAM, SGD], "all are ranked")
    board.card("Best runs").get_by_role("button").nth(1).click()
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
    board.expect_shown(ADAM)


def test_what_could_not_be_read_is_counted(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    builder.run("good").scalars("loss", [1.0, 0.5])
    builder.garbage("bad/events.out.tfevents.1.host", bytes(range(256)) * 40)
    board = open_log(tmp_path).open(view=None)
    expect(fact(board, "Not read")).to_contain_text(re.compile(r"\d+ problems?"))
    expect(fact(board, "Not read")).to_contain_text("in 1 file")
    fact(board, "Not read").get_by_role("button").click()
    expect(board.page.get_by_role("dialog", name="What could not be read")).to_contain_text(
        "no event in 10,240 bytes"
    )


def test_one_run_needs_no_ranking_and_a_diverged_one_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("only").scalars("loss/train", [1.0, 0.5, float("nan")])
    board = open_log(tmp_path).open(view=None)
    expect(fact(board, "Best")).to_contain_text("0.5")
    expect(fact(board, "Best")).to_contain_text("at step 1, then NaN")
    expect(board.card("Best runs")).to_have_count(0)
    expect(board.card("loss/train")).to_contain_text("NaN from 2")


def test_it_follows_a_run_that_grows(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "grows") as writer:
        for step in range(3):
            writer.add_scalar("loss", 3.0 - step, step)
        writer.flush()
        board = open_log(tmp_path).open(view=None, smoothing=0)
        expect(fact(board, "Live")).to_contain_text("1 run")
        expect(fact(board, "Live")).to_contain_text("step 2")
        expect(fact(board, "Best")).to_contain_text("1")
        writer.add_scalar("loss", 0.25, 3)
        writer.add_image("picture", np.zeros((1, 8, 8), np.uint8), 3)
        writer.flush()
        expect(fact(board, "Live")).to_contain_text("step 3")
        expect(fact(board, "Best")).to_contain_text("0.25")
        board.describes("loss", "grows ends at 0.25")
        expect(board.card("Newest images").get_by_role("img")).to_have_count(1)


def test_two_thousand_runs_are_ranked_and_stay_few_elements(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    for number in range(2_000):
        builder.run(f"lr={number % 10}/seed {number:04}").scalars(
            "loss", [1.0, 0.5 + ((number * 7) % 2_000) / 4_000]
        )
    board = open_log(tmp_path).open(view=None)
    expect(board.card("Best runs")).to_contain_text("1,990 more")
    board.becomes(
        lambda: [row[0] for row in best_runs(board)[:2]],
        ["lr=0/seed 0000", "lr=3/seed 1143"],
        "the least first",
    )
    board.becomes(lambda: best_runs(board)[0][1], "0.5", "its loss")
    assert board.page.locator("*").count() < 2_500
