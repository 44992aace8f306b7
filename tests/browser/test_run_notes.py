"""What people say of runs: tags on rows and in the filter, notes in the run's dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from glassboard import SummaryWriter

from .board import Board
from .conftest import OpenLog


@pytest.fixture
def said(tmp_path: Path, open_log: OpenLog) -> Board:
    for name, tags in (("adam", ["baseline", "to keep"]), ("sgd", ["broken"]), ("plain", [])):
        with SummaryWriter(tmp_path / name) as writer:
            for step in range(3):
                writer.add_scalar("loss", step, step)
            if tags:
                writer.set_tags(*tags)
    with SummaryWriter(tmp_path / "adam") as writer:
        writer.add_note("first **bold** note", walltime=1_700_000_000)
        writer.add_note("second", global_step=40)
    return open_log(tmp_path).open(smoothing=0)


def row_names(board: Board) -> list[str]:
    return [str(row.get_attribute("aria-label")) for row in board.runs.all()]


def test_tags_filter_the_runs(said: Board) -> None:
    row = said.run("adam")
    expect(row.locator(".tag").first).to_have_text("baseline")
    said.page.get_by_role("searchbox", name="Filter runs").fill("tag:bro")
    said.until(lambda: row_names(said) == ["sgd"], "only the run with the tag is listed")
    said.until(lambda: "filter=tag:bro" in said.page.url, "the link has the filter")
    said.page.reload()
    said.until(lambda: row_names(said) == ["sgd"], "the link keeps the filter")
    said.page.get_by_role("searchbox", name="Filter runs").fill("tag:nothing")
    expect(said.runs_panel).to_contain_text("No run matches.")


def test_a_tag_in_the_dialog_filters_too(said: Board) -> None:
    said.run("adam").click(button="right")
    dialog = said.page.get_by_role("dialog", name="adam")
    dialog.get_by_role("button", name="to keep").click()
    expect(dialog).to_have_count(0)
    said.until(lambda: row_names(said) == ["adam"], "only the run with the tag is listed")
    expect(said.page.get_by_role("searchbox", name="Filter runs")).to_have_value('tag:"to keep"')


def test_notes_are_laid_out_and_can_do_nothing(said: Board, tmp_path: Path, complaints: list[str]) -> None:
    with SummaryWriter(tmp_path / "adam") as writer:
        writer.add_note("<img src=x onerror=\"document.title='owned'\"> hostile", global_step=50)
    said.run("adam").click(button="right")
    notes = said.page.get_by_role("dialog", name="adam").get_by_role("region", name="Notes")
    expect(notes.get_by_role("article")).to_have_count(3)
    expect(notes.get_by_role("article").first).to_contain_text("hostile")
    expect(notes.get_by_role("article").first).to_contain_text("step 50")
    expect(notes.locator("strong")).to_have_text("bold")
    expect(notes.locator("img")).to_have_count(0)
    assert "owned" not in said.page.title()
    said.page.keyboard.press("Escape")
    said.run("plain").click(button="right")
    expect(said.page.get_by_role("dialog", name="plain").get_by_role("region", name="Notes")).to_have_count(0)
    # Chromium says so of every document it parses, also of the one without a window in which texts are cleaned.
    complaints[:] = [one for one in complaints if "Content Security Policy directive" not in one]


def test_a_note_that_comes_later_appears(said: Board, tmp_path: Path) -> None:
    said.run("sgd").click(button="right")
    dialog = said.page.get_by_role("dialog", name="sgd")
    expect(dialog.get_by_role("button", name="broken")).to_be_visible()
    with SummaryWriter(tmp_path / "sgd") as writer:
        writer.add_note("seen later")
        writer.set_tags("mended")
    expect(dialog.get_by_role("region", name="Notes")).to_contain_text("seen later")
    expect(dialog.get_by_role("button", name="mended")).to_be_visible()
    expect(dialog.get_by_role("button", name="broken")).to_have_count(0)
