"""A log directory with nothing to show, or with what cannot be read: the page says so in plain words."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, expect

from glassboard import SummaryWriter
from glassboard.testing import records
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, OpenLog


def said(board: Board) -> Locator:
    # A view has a status of its own for what is done with its cards; it says nothing here.
    return board.page.get_by_role("main").get_by_role("status").filter(has_text=re.compile(r"\S"))


def test_an_empty_directory_waits_and_shows_how_to_log(tmp_path: Path, open_log: OpenLog) -> None:
    board = open_log(tmp_path).open()
    expect(said(board)).to_contain_text("Waiting for the first run")
    expect(said(board)).to_contain_text(f"no event file in {tmp_path} yet")
    expect(said(board)).to_contain_text("SummaryWriter")
    expect(board.views).to_have_count(0)
    with SummaryWriter(tmp_path / "first") as writer:
        writer.add_scalar("loss", 0.5, 0)
    board.describes("loss", "first ends at 0.5")
    expect(said(board)).to_have_count(0)


def test_a_directory_that_does_not_exist_yet_is_waited_for(tmp_path: Path, open_log: OpenLog) -> None:
    logdir = tmp_path / "later" / "runs"
    board = open_log(logdir).open()
    expect(said(board)).to_contain_text(f"{logdir} does not exist yet; waiting for it")
    expect(said(board)).to_contain_text("This page fills by itself")
    expect(board.page.get_by_role("banner").get_by_role("status")).to_have_text("waiting")
    with SummaryWriter(logdir / "first") as writer:
        writer.add_scalar("loss", 0.5, 0)
    board.describes("loss", "first ends at 0.5")
    board.expect_shown("first")


def test_a_view_without_data_says_so_and_opens_once_there_is_some(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "first") as writer:
        writer.add_scalar("loss", 0.5, 0)
        writer.flush()
        board = open_log(tmp_path).open(view="images")
        told = said(board).filter(
            has_text="Images has nothing to show: no run of this log holds images so far"
        )
        expect(told).to_contain_text("Here is Scalars instead")
        board.describes("loss", "first ends at 0.5")
        writer.add_image("sample", np.zeros((3, 8, 8), np.uint8), 0)
        writer.flush()
        expect(board.card("sample").locator("img")).to_be_visible()
        expect(told).to_have_count(0)


def test_a_mistyped_directory_names_its_neighbour(tmp_path: Path, open_log: OpenLog) -> None:
    (tmp_path / "experiments").mkdir()
    board = open_log(tmp_path / "experiment").open()
    expect(said(board)).to_contain_text("does not exist yet")
    expect(said(board)).to_contain_text(f"there is '{tmp_path / 'experiments'}'")


def test_event_files_nearby_are_named_with_the_command_that_opens_them(
    tmp_path: Path, open_log: OpenLog
) -> None:
    LogdirBuilder(tmp_path / "lab" / "old runs").run("a").scalars("loss", [1.0])
    LogdirBuilder(tmp_path / "lab" / "old runs").run("b").scalars("loss", [1.0])
    logdir = tmp_path / "lab" / "new"
    logdir.mkdir()
    board = open_log(logdir).open()
    folder = tmp_path / "lab" / "old runs"
    expect(said(board)).to_contain_text(f"There are event files in {folder}.")
    expect(said(board).locator("code")).to_have_text(f"glassboard --logdir '{folder}'")
    board.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    said(board).get_by_role("button", name="Copy the command").click()
    expect(said(board).get_by_role("button", name="Copy the command")).to_have_text("Copied")
    assert board.page.evaluate("navigator.clipboard.readText()") == f"glassboard --logdir '{folder}'"
    with SummaryWriter(logdir / "first") as writer:
        writer.add_scalar("loss", 0.5, 0)
    board.describes("loss", "first ends at 0.5")
    expect(said(board)).to_have_count(0)


def test_a_file_in_place_of_a_directory_is_read_where_it_can_be(tmp_path: Path, open_log: OpenLog) -> None:
    """Somebody may point at one event file; any other file is said to be none."""
    run = LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0, 0.5])
    board = open_log(run.path).open(smoothing=0)
    board.describes("loss", "ends at 0.5")
    path = tmp_path / "notes.txt"
    path.write_text("Learning rate 0.1 was too high.\n" * 20)
    board = open_log(path).open()
    expect(said(board)).to_contain_text("No point could be read")
    expect(said(board)).to_contain_text("notes.txt: no event in 640 bytes: this is text")


def test_garbage_beside_a_run_is_listed_and_the_run_is_shown(tmp_path: Path, open_log: OpenLog) -> None:
    builder = LogdirBuilder(tmp_path)
    builder.run("good").scalars("loss", [1.0, 0.5])
    builder.garbage("bad/events.out.tfevents.1.host", bytes(range(256)) * 40)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "good ends at 0.5")
    board.page.get_by_role("contentinfo").get_by_role("button", name=re.compile("problem")).click()
    dialog = board.page.get_by_role("dialog", name="What could not be read")
    expect(dialog.get_by_role("row").filter(has_text="events.out.tfevents.1.host")).not_to_have_count(0)
    expect(dialog).to_contain_text("no event in 10,240 bytes")
    board.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_nothing_but_garbage_says_what_happened(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).garbage("bad/events.out.tfevents.1.host", b"\xff" * 5_000)
    board = open_log(tmp_path).open()
    expect(said(board)).to_contain_text("No point could be read")
    expect(said(board)).to_contain_text("bad/events.out.tfevents.1.host: no event in 5,000 bytes")
    board.page.get_by_role("main").get_by_role("button", name="What could not be read").click()
    dialog = board.page.get_by_role("dialog", name="What could not be read")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text("events.out.tfevents.1.host")


def test_a_damaged_record_costs_itself_and_is_named(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("hurt").scalars("loss", [1.0, 0.9, 0.8])
    size = run.path.stat().st_size
    run.scalars("loss", [0.7, 0.6], first_step=3).flip(size + 20)
    board = open_log(tmp_path).open(smoothing=0)
    board.describes("loss", "hurt ends at 0.6")
    expect(board.run("hurt").locator(".problems")).to_have_text("1")
    expect(board.page.get_by_role("contentinfo")).to_contain_text("1 problem")


def test_kinds_that_no_view_draws_are_named(tmp_path: Path, open_log: OpenLog) -> None:
    """A tensor of somebody else's plugin: no view of ours will ever draw it."""
    value = records.tensor_scalar_value("heat", 1.0, meta=records.metadata("their_plugin"))
    LogdirBuilder(tmp_path).run("a").value(value)
    board = open_log(tmp_path).open()
    expect(said(board)).to_contain_text("Nothing here that this version draws")
    expect(said(board)).to_contain_text("The log holds tensors.")
    expect(board.run("a")).to_be_visible()


def test_a_run_without_points_says_why_that_may_be(tmp_path: Path, open_log: OpenLog) -> None:
    run = LogdirBuilder(tmp_path).run("opened")
    board = open_log(tmp_path).open()
    expect(said(board)).to_contain_text("The runs are there, their points are not")
    run.scalars("loss", [1.0])
    board.describes("loss", "opened ends at 1.")


def test_only_views_with_data_are_there(tmp_path: Path, open_log: OpenLog) -> None:
    LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0]).text("note", "words")
    board = open_log(tmp_path).open(view="images")
    expect(board.views).to_have_text(["Overview", "Scalars", "Text"])
    expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
