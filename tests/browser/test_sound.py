"""The Audio view: what was logged is heard and seen, measured and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from glassboard import SummaryWriter
from glassboard.testing import records
from glassboard.testing.logdir import LogdirBuilder
from glassboard.writer.audio import to_wav

from .board import Board, Serve

RATE_HZ = 8000
SECONDS = 4


def tone(hertz: float, level: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return level * np.sin(2 * np.pi * hertz * np.arange(RATE_HZ * SECONDS) / RATE_HZ)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    logdir = tmp_path_factory.mktemp("sound")
    for run, level in (("alpha", 0.5), ("beta", 1.5)):
        with SummaryWriter(logdir / run) as writer:
            for step in (0, 10):
                both = np.stack([tone(1000, level), tone(2000, level / 2)], axis=1)
                writer.add_audio("speech", both, step, sample_rate=RATE_HZ)
    builder = LogdirBuilder(logdir).run("alpha")
    broken = np.full(RATE_HZ, 0.25, np.float32)
    broken[100] = np.nan
    clips = [to_wav(broken[:, None], RATE_HZ), to_wav(tone(440, 0.1)[:, None], RATE_HZ)]
    meta = records.metadata("audio", description="two clips at once")
    builder.value(records.text_value("many", clips, meta=meta))  # type: ignore[arg-type]
    bad = records.metadata("audio")
    builder.value(records.text_value("wrong", [b"RIFF\x10\0\0\0WAVEjunk\0\0\0\0"], meta=bad))  # type: ignore[list-item]
    builder.value(records.text_value("none", [b"<html>no sound</html>"], meta=bad))  # type: ignore[list-item]
    return serve(logdir)


@pytest.fixture
def board(url: str, page: Page, complaints: list[str]) -> Iterator[Board]:
    yield Board(page, url).open(view="audio")
    # The browser notes that one of the sounds is refused.
    complaints[:] = [each for each in complaints if "415" not in each]


def place(card: Locator) -> float:
    return float(card.get_by_role("slider", name="place in the sound").get_attribute("aria-valuenow") or -1)


def test_a_sound_says_what_it_is(board: Board) -> None:
    card = board.card("speech", "alpha")
    expect(card).to_contain_text("8,000 Hz, stereo, 16-bit PCM")
    expect(card).to_contain_text("left peak −6.0 dB, RMS −9.0 dB")
    expect(card).to_contain_text("right peak −12.0 dB, RMS −15.1 dB")
    expect(card).not_to_contain_text("full scale")
    loud = board.card("speech", "beta")
    expect(loud).to_contain_text("stereo, 32-bit float")
    # Of a sine of 1.5 more than half lies beyond 1: the left channel clips, the right does not.
    beyond = int((np.abs(tone(1000, 1.5)) >= 1).sum())
    expect(loud).to_contain_text(f"{beyond:,} samples at or beyond full scale: it clips")
    many = board.card("many")
    expect(many).to_contain_text("1 sample is NaN or infinite")
    expect(many).to_contain_text("off its middle by 0.25")
    many.get_by_role("button", name="Next clip").click()
    expect(many).to_contain_text("clip 2 of 2")
    expect(many).to_contain_text("peak −20.0 dB")
    many.hover()
    for fact in ("two clips at once", "4 s", "32,000", "8,000 Hz", "16-bit PCM"):
        expect(board.inspector).to_contain_text(fact)


def test_a_sound_is_played_sought_and_compared(board: Board) -> None:
    page = board.page
    card, other = board.card("speech", "alpha"), board.card("speech", "beta")
    play = card.get_by_role("button", name="Play speech, alpha")
    play.click()
    board.until(lambda: place(card) > 0.05, "the playhead moves")
    card.get_by_role("button", name="Pause").click()
    expect(play).to_be_visible()
    slider = card.get_by_role("slider", name="place in the sound")
    slider.focus()
    page.keyboard.press("End")
    board.until(lambda: place(card) == SECONDS, "End is the end")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    board.until(lambda: abs(place(card) - SECONDS / 10) < 1e-6, "a tenth forward")
    box = board.place(slider)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    board.until(lambda: abs(place(card) - SECONDS / 2) < 0.05, "a press goes there")
    # Another run takes over at the same place where that is wished.
    board.toolbar.get_by_role("button", name="Same place").click()
    slider.focus()
    page.keyboard.press("Space")
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    other.get_by_role("button", name="Play").click()
    expect(play).to_be_visible()
    board.until(lambda: place(other) >= SECONDS / 2, "it goes on there")
    other.get_by_role("button", name="Pause").click()
    board.becomes(lambda: place(card), 0, "the first sound is at its begin")


def test_volume_and_loop_reach_the_sound(board: Board) -> None:
    page = board.page
    page.evaluate("""() => {
      const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = function () { window.voice = this; return play.call(this); };
    }""")
    board.card("speech", "alpha").get_by_role("button", name="Play").click()
    board.until(lambda: page.evaluate("window.voice?.volume") == 1, "full at first")
    board.toolbar.get_by_role("slider", name="Volume").fill("0.25")
    board.becomes(
        lambda: page.evaluate("[window.voice.volume, window.voice.loop]"), [0.25, False], "a quarter"
    )
    board.toolbar.get_by_role("button", name="Loop").click()
    board.until(lambda: page.evaluate("window.voice.loop") is True, "it begins again")
    board.until(lambda: "v.audioloop=true" in page.url, "in the link")


def brightest(spectrum: Locator, channel: int) -> float:
    """Where the brightest row of a channel's band is, from 0 at its bottom to 1."""
    rows: list[float] = spectrum.evaluate("""(canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      return Array.from({ length: height }, (_, y) => {
        let sum = 0;
        for (let at = 4 * y * width; at < 4 * (y + 1) * width; at += 1) sum += data[at];
        return sum;
      });
    }""")
    half = len(rows) // 2
    band = rows[channel * half : channel * half + half - 1]
    return 1 - (band.index(max(band)) + 0.5) / len(band)


def test_the_pictures_show_the_sound(board: Board) -> None:
    card = board.card("speech", "alpha")
    expect(card.locator("canvas")).to_have_count(2)
    board.toolbar.get_by_role("radio", name="Spectrogram").check(force=True)
    spectrum = card.locator("canvas.spectrum")
    expect(card.locator("canvas")).to_have_count(1)
    spectrum.scroll_into_view_if_needed()
    box = board.place(spectrum)
    half = box["height"] / 2
    # The brightest row of each channel's band is that of its tone: 1,000 and 2,000 of 4,000 Hz.
    for channel, share in ((0, 0.25), (1, 0.5)):
        board.until(lambda c=channel, s=share: abs(brightest(spectrum, c) - s) < 0.03, "the tone is painted")  # type: ignore[misc]
    card.get_by_role("slider", name="place in the sound").hover(position={"x": 100, "y": int(half * 0.745)})
    expect(card).to_contain_text("1,000 Hz: −6 dB")
    board.toolbar.get_by_role("radio", name="Waveform").check(force=True)
    expect(card.locator("canvas.wave")).to_be_visible()
    expect(spectrum).to_have_count(0)


def test_sounds_follow_the_step_and_can_be_downloaded(board: Board, tmp_path: Path) -> None:
    page = board.page
    alpha, beta = board.card("speech", "alpha"), board.card("speech", "beta")
    expect(alpha).to_contain_text("sample 2 of 2")
    alpha.get_by_role("slider", name="Sample of speech").fill("0")
    expect(beta).to_contain_text("sample 1 of 2")
    with page.expect_download() as download:
        alpha.get_by_role("link", name="Download the sound").click()
    assert download.value.suggested_filename == "alpha_speech_step_0.wav"
    wanted = to_wav(np.stack([tone(1000, 0.5), tone(2000, 0.25)], axis=1), RATE_HZ)
    assert Path(download.value.path()).read_bytes() == wanted


def test_what_is_no_sound_is_said(board: Board) -> None:
    wrong, none = board.card("wrong"), board.card("none")
    expect(wrong.get_by_role("alert")).to_contain_text(
        "cannot be decoded: audio/wav of 20 B, a WAV file without a format"
    )
    expect(wrong.get_by_role("alert").get_by_role("link", name="Download")).to_be_visible()
    expect(none.get_by_role("alert")).to_contain_text("begins with the bytes 3c 68 74 6d 6c 3e 6e 6f")
    expect(board.card("speech", "alpha").locator("canvas")).to_have_count(2)
