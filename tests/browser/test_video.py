"""The Video view: the runs of a tag in step, frame by frame."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from glassboard import SummaryWriter
from glassboard.codec.payloads.video import EncodedVideo, encode_fields
from glassboard.testing.logdir import LogdirBuilder

from .board import Board, Serve

FRAMES = 20
RATE = 10
LEVELS = np.linspace(20, 230, FRAMES).round().astype(int)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    logdir = tmp_path_factory.mktemp("video")
    for run, order in (("alpha", LEVELS), ("beta", LEVELS[::-1])):
        with SummaryWriter(logdir / run) as writer:
            for step in (0, 10):
                frames = np.broadcast_to(order[None, :, None, None, None], (1, FRAMES, 1, 48, 64))
                writer.add_video("clip", frames.astype(np.uint8), step, fps=RATE, file_format="webm")
            writer.add_video("gif", frames[:, :4].astype(np.uint8), 0, fps=RATE, file_format="gif")
    torn = EncodedVideo("video/webm", b"\x1aE\xdf\xa3 no video", 5.0, 3, 8, 6)
    none = EncodedVideo("video/webm", b"<html>", float("nan"), 3, 8, 6)
    builder = LogdirBuilder(logdir).run("alpha")
    for tag, video in (("torn", torn), ("none", none)):
        builder.value(b"\x0a" + bytes([len(tag)]) + tag.encode() + encode_fields(b"", 8, 6, 1, video))
    return serve(logdir)


@pytest.fixture
def board(url: str, page: Page) -> Board:
    return Board(page, url).open(view="video", v_videos="clip")


def level(video: Locator) -> float:
    """Grey in the middle of the frame that is shown."""
    return float(
        video.evaluate("""(video) => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 1;
          const context = canvas.getContext("2d");
          context.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
          return context.getImageData(0, 0, 1, 1).data[1];
        }""")
    )


def shows(board: Board, card: Locator, frame: int) -> None:
    expect(card).to_contain_text(f"frame {frame + 1} of {FRAMES}")
    for run, order in (("alpha", LEVELS), ("beta", LEVELS[::-1])):
        video = card.get_by_label(f"clip of {run}")
        # Neighbouring frames differ by 11; the codec is off by less than half of that.
        board.until(lambda: abs(level(video) - order[frame]) < 5, f"{run} shows frame {frame}")  # noqa: B023


def test_the_runs_of_a_tag_are_scrubbed_together(board: Board) -> None:
    card = board.card("clip")
    expect(card).to_contain_text("64 × 48, 20 frames, 10 a second, WEBM")
    shows(board, card, 0)
    scrub = card.get_by_role("slider", name="Frame of clip")
    scrub.fill("7")
    shows(board, card, 7)
    scrub.press("ArrowRight")
    shows(board, card, 8)
    board.page.keyboard.press(",")
    board.page.keyboard.press(",")
    shows(board, card, 6)
    card.get_by_role("button", name="Next frame").click()
    shows(board, card, 7)
    scrub.press("End")
    shows(board, card, FRAMES - 1)
    expect(card.get_by_role("button", name="Next frame")).to_be_disabled()


def test_videos_play_at_any_speed_and_stop(board: Board) -> None:
    card = board.card("clip")
    shows(board, card, 0)
    board.toolbar.get_by_role("combobox", name="Speed").select_option("0.5")
    videos = card.locator("video")
    board.until(lambda: videos.nth(0).evaluate("(video) => video.playbackRate") == 0.5, "half the speed")
    board.toolbar.get_by_role("button", name="Loop").click()
    card.get_by_role("button", name="Play clip").click()
    board.until(
        lambda: videos.nth(0).evaluate("(video) => !video.paused && video.currentTime > 0.3"), "it plays"
    )
    board.page.keyboard.press("k")
    expect(card.get_by_role("button", name="Play clip")).to_be_visible()
    scrub = card.get_by_role("slider", name="Frame of clip")
    board.until(lambda: int(scrub.input_value()) >= 2, "some frames went by")
    shows(board, card, int(scrub.input_value()))
    # Without the loop it stays at its end.
    board.toolbar.get_by_role("combobox", name="Speed").select_option("4")
    card.get_by_role("button", name="Play clip").click()
    expect(card.get_by_role("button", name="Play clip")).to_be_visible()
    expect(card).to_contain_text(f"frame {FRAMES} of {FRAMES}")
    board.until(
        lambda: "v.speed=4" in board.page.url and "v.videoloop=false" in board.page.url, "in the link"
    )


def test_videos_follow_the_step_and_gifs_are_images(board: Board) -> None:
    card = board.card("clip")
    expect(card).to_contain_text("sample 2 of 2")
    card.get_by_role("slider", name="Sample of clip").fill("0")
    expect(card.get_by_label("clip of beta at step 0")).to_be_visible()
    with board.page.expect_download() as download:
        card.get_by_role("link", name="Download the video of alpha").click()
    assert download.value.suggested_filename == "alpha_clip_step_0.webm"
    board.view("Images").click()
    image = board.card("gif", "alpha").locator("img")
    first = image.screenshot()
    board.until(lambda: image.screenshot() != first, "the GIF plays")


def test_what_is_no_video_is_said(url: str, page: Page, complaints: list[str]) -> None:
    board = Board(page, url).open(view="video")
    expect(board.card("torn").get_by_role("alert")).to_contain_text(
        "cannot play this video: video/webm of 13 B"
    )
    expect(board.card("torn").get_by_role("link", name="Download", exact=True)).to_be_visible()
    expect(board.card("none").get_by_role("alert")).to_contain_text("want a WebM or MP4 video")
    expect(board.card("clip").locator("video")).to_have_count(2)
    board.until(lambda: any("415" in each for each in complaints), "the browser notes the refusal")
    complaints[:] = [each for each in complaints if "415" not in each]
