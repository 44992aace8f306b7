"""Epochs, checkpoints, learning-rate changes and notes: on the axis of charts, on the bar of steps and in a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from glassboard import SummaryWriter

from .board import Board, OpenLog

STEPS = 100


@pytest.fixture
def told(tmp_path: Path, open_log: OpenLog) -> Board:
    """Four epochs of 25 steps, a rate that falls at step 60, a checkpoint at 40 and a note at 80."""
    with SummaryWriter(tmp_path / "run") as writer:
        for step in range(STEPS):
            writer.add_scalar("loss", 1 / (1 + step), step)
            writer.add_scalar("epoch", step // 25, step)
            writer.add_scalar("lr", 0.1 if step < 60 else 0.01, step)
            writer.add_scalar("cosine/lr", 1 - step / 200, step)
        writer.add_text("checkpoint", "saved model.pt", 40)
        writer.add_note("augmentation off", 80)
    return open_log(tmp_path)


def marks(board: Board) -> Locator:
    return board.card("loss").locator(".marks button")


def words(board: Board) -> list[str]:
    return [mark.get_attribute("title") or "" for mark in marks(board).all()]


ALL = [
    "epoch 1 at step 25", "checkpoint at step 40", "epoch 2 at step 50", "lr 0.1 → 0.01 at step 60",
    "epoch 3 at step 75", "note: augmentation off at step 80",
]  # fmt: skip


def test_marks_stand_where_it_happened_and_lead_there(told: Board) -> None:
    told.open(smoothing=0, v_tags="loss")
    told.becomes(lambda: words(told), ALL, "the marks say what happened")

    def beside() -> tuple[float, float]:
        """How far the mark is from its step, and its foot from the axis, in CSS pixels."""
        area = told.place(told.chart("loss").locator(".u-over"))
        mark = told.place(marks(told).nth(3))
        step = area["x"] + 60 / 99 * area["width"]
        return mark["x"] + mark["width"] / 2 - step, mark["y"] + mark["height"] - area["y"] - area["height"]

    told.until(lambda: abs(beside()[0]) < 1.5 and abs(beside()[1]) < 8, "the mark stands on the axis")
    ticks = told.page.get_by_role("slider", name="Step of the page").locator(".tick")
    for words_of in ("epoch 1 at step 25", "lr 0.1 → 0.01 at step 60"):
        expect(ticks.and_(told.page.get_by_title(words_of, exact=True))).to_have_count(1)
    marks(told).nth(3).click()
    told.until(lambda: "step=60" in told.page.url, "the page goes there")
    # On an axis of time they stand at their time.
    told.choose("Horizontal axis", "Relative")
    told.until(lambda: len(words(told)) >= 1, "marks on a time axis")


def test_kinds_are_chosen_and_listed(told: Board) -> None:
    told.open(smoothing=0, v_tags="loss")
    told.becomes(lambda: words(told), ALL, "the marks are there")
    told.toolbar.get_by_role("button", name="More for Scalars").click()
    told.page.get_by_role("menuitemcheckbox", name="Mark epochs").click()
    told.until(lambda: len(words(told)) == 3, "no epochs")
    told.until(lambda: "unmarked=epoch" in told.page.url, "the link says so")
    told.choose("More for Scalars", "List of milestones…")
    dialog = told.page.get_by_role("dialog", name="Milestones")
    expect(dialog).to_contain_text("cosine/lr of run changes all along")
    expect(dialog.get_by_role("row")).to_have_count(1 + 3)
    dialog.get_by_label("Epochs").check()
    expect(dialog.get_by_role("row")).to_have_count(1 + 6)
    dialog.get_by_role("button", name="note: augmentation off").click()
    told.until(lambda: "step=80" in told.page.url, "the list leads to the step")
    expect(dialog).to_have_count(0)
