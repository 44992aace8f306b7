"""What is logged while the page is open appears by itself, and a server that goes away is missed and found again."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from glassboard import SummaryWriter
from glassboard.server.local import LocalServer

from .board import Board, OpenLog

# What Chromium writes on its console when it cannot reach the server.
UNREACHABLE = re.compile(r"Failed to load resource: net::ERR_|net::ERR_INCOMPLETE_CHUNKED_ENCODING")


def mark_document(board: Board) -> None:
    """Puts a mark on the document that a reload would take away."""
    board.page.evaluate("() => { window.sameDocument = true; }")


def expect_same_document(board: Board) -> None:
    assert board.page.evaluate("() => window.sameDocument") is True


def test_a_run_that_starts_appears_by_itself(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "first") as first:
        first.add_scalar("loss", 1.0, 0)
        first.add_scalar("loss", 0.5, 1)
    board = open_log(tmp_path).open(smoothing=0)
    board.expect_shown("first")
    color = board.color("first")
    mark_document(board)
    with SummaryWriter(tmp_path / "second") as second:
        second.add_scalar("loss", 2.0, 0)
        second.add_scalar("loss", 3.0, 9)
        second.flush()
        board.expect_shown("first", "second")
        board.describes("loss", re.compile("2 runs, step 0 to 9, .*second ends at 3"))
        board.expect_painted("loss", board.color("second"))
    # Nobody's colour changed.
    assert board.color("first") == color != board.color("second")
    board.expect_painted("loss", color)
    expect_same_document(board)


def test_new_points_of_a_growing_run_appear_by_themselves(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "grows") as writer:
        writer.add_scalar("loss", 10.0, 0)
        writer.flush()
        board = open_log(tmp_path).open(smoothing=0)
        board.describes("loss", "grows ends at 10.")
        mark_document(board)
        waited = []
        for step in range(1, 9):
            writer.add_scalar("loss", 10.0 - step, step)
            writer.flush()
            flushed = time.monotonic()
            board.describes("loss", f"grows ends at {10 - step}.")
            waited.append(time.monotonic() - flushed)
        # Not only said: painted.
        painted = board.painted("loss", board.color("grows"))
        for step in range(1, 8):
            low, high = painted.at(step)
            assert low - painted.value_per_pixel * 2 <= 10 - step <= high + painted.value_per_pixel * 2
        # For whoever runs with -rP; how fast it is, the benchmarks say.
        print(
            f"flush to visible: median {1000 * np.median(waited):.0f} ms, worst {1000 * max(waited):.0f} ms"
        )
        expect(board.run("grows").locator(".value")).to_have_text("2")
        expect(board.page.get_by_role("contentinfo")).to_contain_text("9 points, all kept")
        expect(board.page.get_by_role("banner").get_by_role("status")).to_have_text("live")
    expect_same_document(board)


def test_a_reader_who_looks_at_an_old_step_is_not_moved(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "a") as writer:
        for step in range(3):
            writer.add_image("pic", np.full((8, 8), 10 * step, np.uint8), step, dataformats="HW")
        writer.flush()
        board = open_log(tmp_path).open()
        card = board.card("pic")
        expect(card).to_contain_text("sample 3 of 3")
        card.get_by_role("slider").fill("0")
        expect(card).to_contain_text("sample 1 of 3")
        writer.add_image("pic", np.full((8, 8), 99, np.uint8), 3, dataformats="HW")
        writer.flush()
        expect(card).to_contain_text("sample 1 of 4")
        board.page.get_by_role("button", name="Latest").click()
        expect(card).to_contain_text("sample 4 of 4")
        writer.add_image("pic", np.full((8, 8), 200, np.uint8), 4, dataformats="HW")
        writer.flush()
        expect(card).to_contain_text("sample 5 of 5")
        board.until(
            lambda: board.image_pixels(card.locator("img"))[0, 0, 0] == 200, "the newest image is shown"
        )


def test_views_appear_with_their_first_data(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.flush()
        board = open_log(tmp_path).open()
        expect(board.views).to_have_text(["Overview", "Scalars"])
        writer.add_text("notes", "first words", 0)
        writer.flush()
        expect(board.views).to_have_text(["Overview", "Scalars", "Text"])
        writer.add_image("pic", np.zeros((8, 8), np.uint8), 0, dataformats="HW")
        writer.flush()
        expect(board.views).to_have_text(["Overview", "Scalars", "Images", "Text"])
        expect(board.view("Scalars")).to_have_attribute("aria-current", "page")
        board.view("Text").click()
        expect(board.card("notes")).to_contain_text("first words")
        writer.add_text("notes", "second words", 1)
        writer.flush()
        expect(board.card("notes").get_by_role("listitem")).to_have_count(2)
        expect(board.card("notes")).to_contain_text("second words")


def test_a_folder_that_is_deleted_leaves_and_the_others_stay(tmp_path: Path, open_log: OpenLog) -> None:
    for run in ("keep", "drop"):
        with SummaryWriter(tmp_path / run) as writer:
            writer.add_scalar("loss", 1.0, 0)
    board = open_log(tmp_path).open()
    board.expect_shown("drop", "keep")
    for file in (tmp_path / "drop").iterdir():
        file.unlink()
    (tmp_path / "drop").rmdir()
    board.expect_shown("keep")
    board.describes("loss", "loss: 1 run,")


def test_a_server_that_stops_is_said_and_one_that_comes_back_goes_on(
    tmp_path: Path, page: Page, complaints: list[str]
) -> None:
    banner = page.get_by_role("alert")
    with SummaryWriter(tmp_path / "grows") as writer:
        writer.add_scalar("loss", 10.0, 0)
        writer.add_scalar("loss", 9.0, 1)
        writer.flush()
        with LocalServer(tmp_path, port=0) as server:
            board = Board(page, server.url).open(smoothing=0)
            board.describes("loss", "grows ends at 9.")
            mark_document(board)
            expect(banner).to_have_count(0)
        expect(banner).to_contain_text("The Glassboard server has not answered for")
        expect(banner).to_contain_text("connects again by itself")
        expect(page.get_by_role("banner").get_by_role("status")).to_have_text("no connection")
        # What was there can still be looked at.
        board.hover("loss", 1)
        board.becomes(lambda: board.inspected("grows"), ["9"], "its value under the pointer")
        writer.add_scalar("loss", 8.0, 2)
        writer.flush()
        with LocalServer(tmp_path, port=server.port):
            expect(banner).to_have_count(0)
            board.describes("loss", "grows ends at 8.")
            writer.add_scalar("loss", 7.0, 3)
            writer.flush()
            board.describes("loss", "grows ends at 7.")
            expect_same_document(board)
            page.goto("about:blank")
    assert [complaint for complaint in complaints if not UNREACHABLE.search(complaint)] == []
    complaints.clear()
