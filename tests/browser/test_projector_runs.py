"""The Projector: layouts that run, steps, bookmarks, files, and what cannot be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from .board import Board, OpenLog
from .corners import (
    CORNERS,
    cloud,
    link,
    linked,
    log_corners,
    point_at,
    saved_as,
    settled,
    side,
    take,
)


def test_tsne_runs_live_is_stopped_resumed_and_run_with_other_parameters(projector: Board) -> None:
    bar = projector.toolbar
    bar.get_by_text("t-SNE", exact=True).click()
    told = bar.get_by_role("status")
    expect(told).to_have_text(re.compile(r"iteration \d+ of 750, KL \d"), timeout=120_000)
    bar.get_by_role("button", name="Resume").or_(bar.get_by_role("button", name="Stop")).click(
        timeout=120_000
    )
    expect(told).to_contain_text("iteration", timeout=120_000)
    field = bar.get_by_role("textbox", name="Iterations")
    field.fill("20000")
    field.press("Enter")
    run = bar.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_visible(timeout=120_000)
    run.click()
    linked(projector, "iterations", 20000)
    expect(told).to_have_text(re.compile(r"iteration [\d,]+ of 20,000"), timeout=120_000)
    bar.get_by_role("button", name="Stop").click()
    resume = bar.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    expect(told).to_have_text(re.compile(r"iteration [\d,]+ of 20,000"))

    def iteration() -> int:
        return int(re.sub(r"\D", "", told.inner_text().split(" of ")[0]) or 0)

    reached = iteration()
    resume.click()
    projector.until(lambda: iteration() > reached, "it runs on")
    bar.get_by_role("button", name="Stop").click()
    expect(resume).to_be_visible()
    field.fill("30")
    field.press("Enter")
    bar.get_by_role("combobox", name="Learning rate").select_option("100")
    perplexity = bar.get_by_role("slider", name="Perplexity")
    perplexity.press("Home")
    expect(perplexity).to_have_attribute("aria-valuetext", "2")
    run.click()
    for name, value in (("iterations", 30), ("rate", 100), ("perplexity", 2)):
        linked(projector, name, value)
    expect(told).to_have_text(re.compile(r"iteration 30 of 30, KL"), timeout=120_000)


def test_umap_runs_in_space_and_supervised_with_other_parameters(projector: Board) -> None:
    pytest.importorskip("umap")
    bar = projector.toolbar
    bar.get_by_text("3-D", exact=True).click()
    bar.get_by_text("UMAP", exact=True).click()
    told = bar.get_by_role("status")
    expect(told).to_have_text(re.compile(r"epoch 500 of 500, "), timeout=180_000)
    side(projector).get_by_role("combobox", name="Supervise with").select_option("class")
    bar.get_by_role("combobox", name="Distance of UMAP").select_option("cosine")
    bar.get_by_role("slider", name="Neighbours").press("ArrowRight")
    bar.get_by_role("slider", name="Min. distance").press("ArrowRight")
    expect(bar.get_by_role("slider", name="Neighbours")).to_have_attribute("aria-valuetext", "16")
    expect(bar.get_by_role("slider", name="Min. distance")).to_have_attribute("aria-valuetext", "0.11")
    bar.get_by_role("button", name="Run", exact=True).click()
    for name, value in (
        ("supervise", "class"),
        ("umapMetric", "cosine"),
        ("neighbors", 16),
        ("minDist", 0.11),
    ):
        linked(projector, name, value)
    expect(told).to_have_text(re.compile(r"epoch 500 of 500, "), timeout=180_000)
    settled(projector)
    bar.get_by_text("2-D", exact=True).click()
    projector.until(lambda: "dimensions" not in link(projector), "a plane again")
    expect(cloud(projector)).to_have_attribute("data-camera", re.compile('"dimensions":2'))


def test_steps_of_an_embedding_keep_points_in_place(projector: Board) -> None:
    before = {name: point_at(projector, name) for name in CORNERS}
    expect(projector.toolbar).to_contain_text("step 10")
    slider = projector.page.get_by_role("slider", name=re.compile("[Ss]tep")).last
    slider.focus()
    projector.page.keyboard.press("ArrowLeft")
    expect(projector.toolbar).to_contain_text("step 0")
    settled(projector)
    projector.becomes(
        lambda: {name: point_at(projector, name) for name in CORNERS}, before, "points keep their places"
    )


def test_what_failed_is_asked_again(tmp_path: Path, open_log: OpenLog, complaints: list[str]) -> None:
    log_corners(tmp_path)
    projector = open_log(tmp_path).open(view="projector")
    settled(projector)
    tensors = tmp_path / "one" / "00010" / "corners" / "tensors.bytes"
    whole = tensors.read_bytes()
    tensors.write_bytes(whole[:-8])
    take(projector, "Sphereize: about the mean, length 1")
    alert = projector.page.get_by_role("alert")
    expect(alert).to_contain_text("vectors of 1,272 bytes, but the config says 40 x 8 numbers of 4 bytes")
    with projector.page.expect_request(re.compile("/projections$")):
        alert.get_by_role("button", name="Try again").click()
    expect(alert).to_contain_text("vectors of 1,272 bytes")
    # Files that are whole again are noticed without a click.
    tensors.write_bytes(whole)
    expect(alert).to_be_hidden()
    settled(projector)
    # What Chromium says of labels without vectors.
    complaints[:] = [told for told in complaints if "502" not in told]


def test_bookmarks_keep_a_look_by_name_and_hand_it_on_as_a_file(projector: Board, tmp_path: Path) -> None:
    page = projector.page
    projector.toolbar.get_by_text("3-D", exact=True).click()
    side(projector).get_by_role("searchbox").fill("north")
    take(projector, "Bookmarks…")
    dialog = page.get_by_role("dialog", name="Bookmarks")
    expect(dialog).to_contain_text("No look is kept yet.")
    dialog.get_by_role("button", name="Add bookmark").click()
    expect(dialog.get_by_role("alert")).to_have_text("A name is wanted.")
    name = dialog.get_by_role("textbox", name="Name of the bookmark")
    name.fill("the north")
    name.press("Enter")
    expect(dialog).to_contain_text("one · corners, PCA in 3-D, shown now")
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Download all").click()
    file = tmp_path / "bookmarks.json"
    saved.value.save_as(file)
    kept = json.loads(file.read_text("utf-8"))["bookmarks"]
    assert [(one["name"], one["step"], one["look"]["search"]) for one in kept] == [
        ("the north", None, "north")
    ]
    dialog.get_by_role("button", name="Close").click()
    projector.choose("More for Projector", "Start again")
    projector.until(lambda: link(projector) == {}, "everything is as it came")
    page.reload()
    settled(projector)
    take(projector, "Bookmarks…")
    dialog.get_by_role("button", name="Show the north").click()
    linked(projector, "search", "north")
    linked(projector, "dimensions", 3)
    expect(side(projector)).to_contain_text("10 points found")
    take(projector, "Bookmarks…")
    dialog.get_by_role("button", name="Delete the north").click()
    expect(dialog).to_contain_text("No look is kept yet.")
    chooser = dialog.get_by_label("Open a file of bookmarks")
    chooser.set_input_files({"name": "other.json", "mimeType": "application/json", "buffer": b"[]"})
    expect(dialog.get_by_role("alert")).to_contain_text(
        "other.json was not opened. The file holds no bookmarks"
    )
    chooser.set_input_files(file)
    expect(dialog.get_by_role("button", name="Show the north")).to_be_visible()


def test_layout_vectors_and_picture_are_files(projector: Board) -> None:
    layout = np.load(saved_as(projector, "Download layout as npy").path())
    assert layout.shape == (40, 8)
    assert (layout.dtype, np.isfinite(layout).all()) == (np.float32, True)
    vectors = np.load(saved_as(projector, "Download vectors as npy").path())
    text = np.loadtxt(saved_as(projector, "Download vectors as TSV").path(), np.float32, delimiter="\t")
    np.testing.assert_array_equal(vectors, text)
    lines = saved_as(projector, "Download layout as TSV").path().read_text("utf-8").splitlines()
    assert len(lines) == 41
    picture = saved_as(projector, "Download PNG")
    assert picture.suggested_filename.endswith(".png")
    assert picture.path().read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "context_options", [{"viewport": {"width": 1024, "height": 768}, "color_scheme": "light"}]
)
def test_a_browser_without_webgl_says_so_and_shows_the_rest(tmp_path: Path, open_log: OpenLog) -> None:
    log_corners(tmp_path, steps=(0,), pictures=False)
    board = open_log(tmp_path)
    board.page.add_init_script(
        "const plain = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind.startsWith('webgl') ? null : plain.call(this, kind, ...rest); }"
    )
    board.open(view="projector")
    expect(board.page.get_by_role("alert")).to_contain_text("draws no WebGL, which the projector needs")
    side(board).get_by_role("searchbox").fill("north")
    expect(side(board)).to_contain_text("10 points found")


def test_what_cannot_be_read_is_told_in_words(
    tmp_path: Path, open_log: OpenLog, complaints: list[str]
) -> None:
    log_corners(tmp_path, steps=(0,))
    folder = tmp_path / "one" / "00000" / "corners"
    vectors = np.fromfile(folder / "tensors.bytes", "<f4").reshape(40, 8)
    vectors[3, 1] = np.nan
    vectors.tofile(folder / "tensors.bytes")
    (folder / "sprite.png").write_bytes(b"none")
    config = tmp_path / "one" / "projector_config.pbtxt"
    config.write_text(
        config.read_text() + 'embeddings { tensor_name: "out" tensor_path: "../../../etc/passwd" }\n'
    )
    board = open_log(tmp_path).open(view="projector")
    settled(board, "All 39 points projected")
    expect(side(board)).to_contain_text("1 point of 40 holds NaN or infinity and has no place.")
    expect(side(board)).to_contain_text("The pictures cannot be shown")
    board.toolbar.get_by_role("combobox", name="Embedding").select_option("one · out")
    expect(board.page.get_by_role("alert")).to_contain_text("names a file outside the log directory")
    # What Chromium says of the picture and of the file that are refused.
    complaints[:] = [told for told in complaints if "415" not in told]


def test_a_config_written_without_an_event_appears(tmp_path: Path, open_log: OpenLog) -> None:
    tmp_path.joinpath("words").mkdir()
    np.savetxt(tmp_path / "words" / "v.tsv", np.eye(5), delimiter="\t")
    config = tmp_path / "words" / "projector_config.pbtxt"
    config.write_text('embeddings { tensor_name: "first" tensor_path: "v.tsv" }')
    board = open_log(tmp_path).open(view="projector")
    expect(side(board)).to_contain_text("All 5 points projected")
    config.write_text(config.read_text() + 'embeddings { tensor_name: "second" tensor_path: "v.tsv" }')
    embedding = board.toolbar.get_by_role("combobox", name="Embedding")
    expect(embedding.get_by_role("option")).to_have_text(["words · first", "words · second"])
