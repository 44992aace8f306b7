"""Custom Scalars: what runs laid out is drawn, and charts are made in the page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from glassboard.testing.logdir import LogdirBuilder

from .board import OpenLog


def log_torch(logdir: Path) -> None:
    with TorchWriter(str(logdir / "a")) as writer:
        writer.add_custom_scalars_multilinechart(["loss/.*", "loss/("], category="progress", title="losses")
    with TorchWriter(str(logdir / "b")) as writer:
        writer.add_custom_scalars(
            {
                "progress": {"band": ["Margin", ["v", "low", "high"]]},
                "empty": {"none": ["Multiline", ["nothing.*"]]},
            }
        )
    for name, shift in (("a", 0.0), ("b", 1.0)):
        with TorchWriter(str(logdir / name)) as writer:
            for step in range(20):
                writer.add_scalar("loss/train", 4 + shift, step)
                writer.add_scalar("loss/val", 6 + shift, step)
                for tag, value in (("v", 5.0), ("low", 3.0), ("high", 9.0)):
                    writer.add_scalar(tag, value + shift / 2, step)


def test_what_torch_laid_out_is_drawn(tmp_path: Path, open_log: OpenLog) -> None:
    log_torch(tmp_path)
    board = open_log(tmp_path).open(smoothing=0)
    board.view("Custom Scalars").click()
    expect(board.page.get_by_text("Laid out by 2 runs.")).to_be_visible()
    board.describes("losses", "a, train ends at 4")
    board.describes("losses", "b, val ends at 7")
    # One expression is none: it is said, and the other draws.
    expect(board.page.get_by_text("loss/( is no regular expression")).to_be_visible()
    expect(board.page.get_by_text("No tag matches nothing.*")).to_be_visible()
    board.describes("band", "2 runs")
    board.hover("band", 10)
    board.until(lambda: board.inspected("a") == ["5", "3", "9"], "the value and its bounds are read out")
    board.until(lambda: board.axes("band")[2] <= 3 and board.axes("band")[3] >= 9.5, "the bounds have room")


def test_a_chart_is_made_in_the_page_and_kept(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("a")
    for tag, value in (("loss/train", 4.0), ("loss/val", 6.0), ("lr", 1.0)):
        run.scalars(tag, [value] * 5)
    board = open_log(tmp_path).open(smoothing=0, view="custom_scalars")
    board.page.get_by_role("button", name="New chart…").click()
    dialog = board.page.get_by_role("dialog", name="New chart")
    dialog.get_by_label("Title").fill("my losses")
    dialog.get_by_label("Tags").fill("loss/(")
    make = dialog.get_by_role("button", name="Make the chart")
    expect(make).to_be_disabled()
    dialog.get_by_label("Tags").fill("loss/.*")
    matches = dialog.get_by_role("status", name="Matches")
    expect(matches).to_contain_text("loss/train")
    expect(matches).not_to_contain_text("lr")
    make.click()
    board.describes("my losses", "a, val ends at 6")
    board.in_link("my losses")
    # Kept in this browser: an empty address finds it.
    board.open()
    board.view("Custom Scalars").click()
    board.describes("my losses", "a, val ends at 6")
    board.page.get_by_role("button", name="Edit my losses").click()
    change = board.page.get_by_role("dialog", name="Change the chart")
    change.get_by_label("Tags").fill("lr")
    change.get_by_role("button", name="Change", exact=True).click()
    board.describes("my losses", "a ends at 1")
    board.page.get_by_role("button", name="Delete my losses").click()
    expect(board.card("my losses")).to_have_count(0)
