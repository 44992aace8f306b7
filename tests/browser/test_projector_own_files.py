"""The Projector: own vectors, edited labels, published folders, the way to a point's sample, files written anew."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Download, expect

from glassboard import SummaryWriter
from glassboard import open as open_logdir

from .board import Board, OpenLog
from .corners import CORNERS, EACH, link, linked, log_corners, place, point_at, saved_as, settled, side, take
from .test_accessibility import violations


def tsv(rows: np.ndarray) -> bytes:
    return "".join("\t".join(map(str, row)) + "\n" for row in rows.tolist()).encode()


def load(board: Board, vectors: tuple[str, bytes], labels: bytes | None = None) -> None:
    dialog = board.page.get_by_role("dialog", name="Load vectors")
    if not dialog.is_visible():
        take(board, "Load vectors…")
    name, data = vectors
    files = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    dialog.get_by_label("File of vectors").set_input_files(files)
    if labels is not None:
        given = {"name": "labels.tsv", "mimeType": "text/plain", "buffer": labels}
        dialog.get_by_label("File of metadata").set_input_files(given)
    dialog.get_by_role("button", name="Load", exact=True).click()


def test_own_vectors_are_loaded_projected_searched_and_removed(
    tmp_path: Path, open_log: OpenLog, complaints: list[str]
) -> None:
    log_corners(tmp_path, steps=(0,), pictures=False)
    before = sorted(tmp_path.rglob("*"))
    projector = open_log(tmp_path).open(view="projector")
    settled(projector)
    dialog = projector.page.get_by_role("dialog", name="Load vectors")
    load(projector, ("broken.tsv", b"1\t2\n3\n"))
    expect(dialog.get_by_role("alert")).to_have_text(
        "broken.tsv was not loaded: line 2 of the vectors has 1 numbers, line 1 has 2"
    )
    expect(dialog).to_contain_text("At most 268 MB together.")
    vectors = np.concatenate([np.eye(3) + 5 * at for at in range(4)])
    names = ["group\tn", *[f"{'abcd'[row // 3]}\t{row}" for row in range(12)]]
    load(projector, ("mine.tsv", tsv(vectors)), "\n".join(names).encode())
    expect(dialog).to_be_hidden()
    expect(side(projector)).to_contain_text("All 12 points projected from 3 dimensions")
    linked(projector, "embedding", ["loaded/", "mine"])
    expect(side(projector).get_by_role("combobox", name="Colour by")).to_have_value("group")
    side(projector).get_by_role("searchbox").fill("b")
    found = side(projector).get_by_role("region", name="Search")
    expect(found).to_contain_text("3 points found")
    found.get_by_role("listitem").first.get_by_role("button").click()
    expect(
        side(projector).get_by_role("region", name="Nearest neighbours").get_by_role("listitem")
    ).to_have_count(11)
    file = io.BytesIO()
    vectors[2, 0] = np.nan
    np.save(file, vectors)
    load(projector, ("more.npy", file.getvalue()))
    expect(dialog).to_contain_text("One vector with NaN or infinity, the first in line 3")
    dialog.get_by_role("button", name="Close").click()
    expect(side(projector)).to_contain_text("All 11 points projected")
    # As any other, it comes back with the link while the server lives.
    projector.page.reload()
    expect(side(projector)).to_contain_text("All 11 points projected")
    take(projector, "Load vectors…")
    dialog.get_by_role("button", name="Remove more").click()
    dialog.get_by_role("button", name="Remove mine").click()
    expect(dialog.get_by_role("button", name="Remove mine")).to_be_hidden()
    dialog.get_by_role("button", name="Close").click()
    settled(projector)
    expect(side(projector)).to_contain_text(
        "loaded · more is not here: it was loaded into a server that has ended"
    )
    assert sorted(tmp_path.rglob("*")) == before
    # What Chromium says of the file that was refused, and of layouts of what was removed.
    complaints[:] = [told for told in complaints if "422" not in told and "404" not in told]


def test_a_log_without_an_embedding_shows_vectors_that_are_loaded(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(str(tmp_path / "a")) as writer:
        writer.add_scalar("loss", 1.0, 0)
    board = open_log(tmp_path).open()
    board.page.keyboard.press("Control+k")
    board.page.get_by_role("dialog").get_by_role("combobox").fill("vectors of your own")
    board.page.keyboard.press("Enter")
    main = board.page.get_by_role("main")
    expect(main).to_contain_text("No run logged an embedding.")
    main.get_by_role("button", name="Load vectors…").click()
    load(board, ("mine.tsv", tsv(np.eye(6))))
    expect(side(board)).to_contain_text("All 6 points projected")


def test_labels_are_edited_undone_and_downloaded_and_the_log_stays_as_it_was(
    tmp_path: Path, open_log: OpenLog
) -> None:
    log_corners(tmp_path, steps=(0,), pictures=False)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    projector = open_log(tmp_path).open(view="projector")
    settled(projector)
    panel = side(projector)
    panel.get_by_role("searchbox").fill("north")
    panel.get_by_role("region", name="Search").get_by_role("button", name="Select").click()
    edit = panel.get_by_role("region", name="Edit labels")
    expect(edit.get_by_role("combobox", name="Edit by")).to_have_value("class")
    label = edit.get_by_role("combobox", name="New label")
    label.fill("pole")
    edit.get_by_role("button", name="Apply to 10 points").click()
    legend = panel.get_by_role("region", name="Colours")
    expect(legend.get_by_role("button", name=re.compile("^pole"))).to_contain_text("10")
    expect(legend.get_by_role("button", name=re.compile("^north"))).to_be_hidden()
    expect(edit).to_contain_text("1 edit in this tab alone")
    # A column that the file has not.
    edit.get_by_role("combobox", name="Edit by").select_option("a new column")
    edit.get_by_role("textbox", name="Name of the new column").fill("mine")
    label.fill("yes")
    edit.get_by_role("button", name="Apply to 10 points").click()
    expect(legend.get_by_role("combobox", name="Colour by")).to_have_value("mine")
    expect(legend.get_by_role("button", name=re.compile("^yes"))).to_contain_text("10")
    lines = saved_as(projector, "Download metadata").path().read_text("utf-8").splitlines()
    assert lines[0].split("\t") == ["class", "longitude", "number", "mine"]
    assert [line.split("\t")[0] for line in lines[1:]].count("pole") == EACH
    assert {line.split("\t")[3] for line in lines[1:]} == {"yes", ""}
    # Another view and a reload keep them; a link says that it does not hold them.
    projector.page.reload()
    settled(projector)
    expect(edit).to_contain_text("2 edits in this tab alone")
    projector.until(
        lambda: str(link(projector).get("edits", "")).startswith("2-"), "the link names the edits"
    )
    handed_on = projector.page.url
    edit.get_by_role("button", name="Undo").click()
    expect(edit).to_contain_text("1 edit in this tab alone")
    edit.get_by_role("button", name="Discard all").click()
    expect(legend.get_by_role("combobox", name="Colour by")).not_to_have_value("mine")
    projector.until(lambda: "edits" not in link(projector), "the link is over the log's labels again")
    projector.page.goto(handed_on)
    settled(projector)
    warned = panel.get_by_role("region", name="Edits that are not here")
    expect(warned).to_contain_text("This look was made over edited labels")
    warned.get_by_role("button", name="Go on with these").click()
    expect(warned).to_be_hidden()
    assert {path: path.read_bytes() for path in before} == before


def test_a_point_is_edited_alone_or_with_its_neighbours(projector: Board) -> None:
    projector.page.mouse.click(*place(projector, "east"))
    edit = side(projector).get_by_role("region", name="Edit labels")
    edit.get_by_role("combobox", name="New label").fill("odd")
    edit.get_by_role("button", name="Apply to this point").click()
    legend = side(projector).get_by_role("region", name="Colours")
    expect(legend.get_by_role("button", name=re.compile("^odd"))).to_contain_text("1")
    edit.get_by_role("button", name="To all 21").click()
    expect(legend.get_by_role("button", name=re.compile("^odd"))).to_contain_text("21")
    edit.get_by_role("button", name="Undo").click()
    expect(legend.get_by_role("button", name=re.compile("^odd"))).to_contain_text("1")
    edit.get_by_role("button", name="Undo").click()
    expect(legend.get_by_role("button", name=re.compile("^odd"))).to_be_hidden()


def publish(board: Board, *without: str) -> Download:
    take(board, "Publish…")
    dialog = board.page.get_by_role("dialog", name="Publish")
    for name in without:
        dialog.get_by_role("checkbox", name=name).uncheck()
    with board.page.expect_download() as saved:
        dialog.get_by_role("button", name="Download zip").click()
    expect(dialog).to_be_hidden()
    return saved.value


def tensorboard_sends(folder: Path, route: str, name: str = "") -> bytes:
    """The answer of TensorBoard's own projector plugin to its page."""
    from tensorboard.plugins.base_plugin import TBContext
    from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
    from werkzeug.test import Client

    routes = ProjectorPlugin(TBContext(logdir=str(folder))).get_plugin_apps()
    answer = Client(routes[f"/{route}"]).get(f"/{route}", query_string={"run": ".", "name": name})
    assert answer.status_code == 200, answer.text
    sent: bytes = answer.data
    return sent


def test_a_published_folder_is_opened_by_glassboard_and_by_tensorboard(
    projector: Board, tmp_path: Path
) -> None:
    take(projector, "Bookmarks…")
    bookmarks = projector.page.get_by_role("dialog", name="Bookmarks")
    bookmarks.get_by_role("textbox", name="Name of the bookmark").fill("whole")
    bookmarks.get_by_role("button", name="Add bookmark").click()
    bookmarks.get_by_role("button", name="Close").click()
    with zipfile.ZipFile(publish(projector).path()) as archive:
        archive.extractall(tmp_path / "runs")
    (folder,) = (tmp_path / "runs").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt", "bookmarks.txt", "glassboard_bookmarks.json", "metadata.tsv", "projector_config.json",
        "projector_config.pbtxt", "sprite.png", "tensors.tsv",
    ]  # fmt: skip
    (state,) = json.loads((folder / "bookmarks.txt").read_text("utf-8"))
    assert (state["label"], state["dataSetDimensions"], state["selectedProjection"]) == (
        "whole",
        [40, 8],
        "pca",
    )
    config = json.loads((folder / "projector_config.json").read_text("utf-8"))
    assert config["embeddings"][0]["sprite"]["singleImageDim"] == [6, 6]
    # All that TensorBoard's page asks its server for, over this folder.
    (entry,) = json.loads(tensorboard_sends(folder, "info"))["embeddings"]
    assert (entry["tensorShape"], entry["sprite"]["singleImageDim"]) == ([40, 8], [6, 6])
    name = entry["tensorName"]
    vectors = np.frombuffer(tensorboard_sends(folder, "tensor", name), "<f4").reshape(40, 8)
    np.testing.assert_array_equal(vectors, np.loadtxt(folder / "tensors.tsv", dtype=np.float32))
    labels = tensorboard_sends(folder, "metadata", name).decode().splitlines()
    assert (labels[0].split("\t")[0], len(labels)) == ("class", 41)
    assert json.loads(tensorboard_sends(folder, "bookmarks", name)) == [state]
    assert tensorboard_sends(folder, "sprite_image", name) == (folder / "sprite.png").read_bytes()
    log = open_logdir(tmp_path / "runs")
    assert log is not None
    with zipfile.ZipFile(publish(projector, "Metadata", "Pictures", "Bookmarks").path()) as archive:
        assert sorted(name.split("/")[1] for name in archive.namelist()) == [
            "README.txt", "projector_config.json", "projector_config.pbtxt", "tensors.tsv",
        ]  # fmt: skip
    # TensorBoard's file of bookmarks is one that this page opens.
    take(projector, "Bookmarks…")
    bookmarks.get_by_role("button", name="Delete whole").click()
    expect(bookmarks).to_contain_text("No look is kept yet.")
    bookmarks.get_by_label("Open a file of bookmarks").set_input_files(folder / "bookmarks.txt")
    expect(bookmarks.get_by_role("button", name="Show whole")).to_contain_text("one · corners, PCA in 2-D")


def test_a_published_folder_is_an_embedding_of_the_log_that_it_is_put_into(
    projector: Board, tmp_path: Path, open_log: OpenLog
) -> None:
    with zipfile.ZipFile(publish(projector).path()) as archive:
        archive.extractall(tmp_path)
    again = open_log(tmp_path).open(view="projector")
    settled(again)
    expect(side(again).get_by_role("combobox", name="Colour by")).to_have_value("class")
    found = {name: point_at(again, name) for name in CORNERS}
    assert {found["north"], found["south"]} == {"north", "south"}


def test_bookmarks_that_a_config_names_come_with_the_data(
    tmp_path: Path, open_log: OpenLog, complaints: list[str]
) -> None:
    log_corners(tmp_path, steps=(0,), pictures=False)
    config = tmp_path / "one" / "projector_config.pbtxt"
    named = config.read_text("utf-8").replace("embeddings {", 'embeddings { bookmarks_path: "looks.txt"', 1)
    config.write_text(named, "utf-8")
    state = {"label": "the east", "selectedProjection": "pca", "pcaComponentDimensions": [0, 1, 2],
             "filteredPoints": list(range(20, 30)), "selectedColorOptionName": "number"}  # fmt: skip
    file = tmp_path / "one" / "looks.txt"
    file.write_text(json.dumps([state]))
    projector = open_log(tmp_path).open(view="projector")
    settled(projector)
    dialog = projector.page.get_by_role("dialog", name="Bookmarks")
    take(projector, "Bookmarks…")
    offered = dialog.get_by_role("region", name="Come with the data")
    expect(offered).to_contain_text("in looks.txt")
    # They are not this browser's until they are kept.
    expect(dialog).to_contain_text("No look is kept yet.")
    offered.get_by_role("button", name="Keep the east in this browser").click()
    expect(dialog.get_by_role("button", name="Show the east", exact=True)).to_be_visible()
    assert violations(projector.page) == []
    offered.get_by_role("button", name="Show the east, which comes with the data").click()
    expect(dialog).to_be_hidden()
    linked(projector, "dimensions", 3)
    linked(projector, "color", "number")
    expect(side(projector)).to_contain_text("10 points isolated")
    # A file that is broken or not there is told, and all else goes on.
    for written, told in (("[{", "looks.txt was not opened. The file is no JSON."), (None, "No such file")):
        if written is None:
            file.unlink()
        else:
            file.write_text(written)
        take(projector, "Bookmarks…")
        expect(offered.get_by_role("alert")).to_contain_text(told)
        expect(dialog.get_by_role("button", name="Show the east", exact=True)).to_be_visible()
        projector.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    # What Chromium says of the file that is not there.
    complaints[:] = [told for told in complaints if "404" not in told]


def log_with_predictions(logdir: Path) -> None:
    names = list(CORNERS)
    targets = np.arange(40) // EACH
    scores = np.random.default_rng(0).dirichlet(np.ones(4), 40).astype(np.float32)
    log_corners(logdir, steps=(10,), pictures=False)
    # The metadata of the corners has no ids: here each row has one.
    metadata = logdir / "one" / "00010" / "corners" / "metadata.tsv"
    head, *rows = metadata.read_text("utf-8").splitlines()
    metadata.write_text("\n".join([f"{head}\tid", *[f"{row}\ts{at}" for at, row in enumerate(rows)]]) + "\n")
    with SummaryWriter(str(logdir / "one")) as writer:
        order = np.arange(40)[::-1]
        ids = [f"s{at}" for at in order]
        writer.add_predictions(
            "validation", targets[order], scores, ids=ids, class_names=names, global_step=10
        )


def test_a_point_leads_to_its_sample_and_to_those_of_its_class(tmp_path: Path, open_log: OpenLog) -> None:
    log_with_predictions(tmp_path)
    projector = open_log(tmp_path).open(view="projector")
    settled(projector)
    side(projector).get_by_role("searchbox").fill("east")
    hits = side(projector).get_by_role("region", name="Search").get_by_role("listitem")
    hits.nth(3).get_by_role("button").click()
    behind = side(projector).get_by_role("region", name="What is behind the point")
    expect(behind).to_contain_text("By its id in id; the classes of all 40 points agree.")
    behind.get_by_role("button", name="Select the 10 of east").click()
    expect(side(projector)).to_contain_text("10 points selected")
    hits.nth(3).get_by_role("button").click()
    behind.get_by_role("button", name="Its sample #s23").click()
    projector.in_link("view=evaluation", "v.ev_mark=id=s23", "v.ev_row=16", "step=10")
    inspector = projector.page.get_by_role("complementary", name="Inspector")
    expect(inspector).to_contain_text("#s23")
    projector.page.go_back()
    expect(behind).to_be_visible()
    behind.get_by_role("button", name="Samples of east").click()
    projector.in_link("view=evaluation", "v.ev_mark=t2")
    expect(inspector).to_contain_text("10")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_panels_and_dialogs(
    tmp_path: Path, open_log: OpenLog, theme: str
) -> None:
    log_with_predictions(tmp_path)
    projector = open_log(tmp_path).open(view="projector", theme=theme)
    settled(projector)
    found = {}
    side(projector).get_by_role("searchbox").fill("east")
    side(projector).get_by_role("region", name="Search").get_by_role("listitem").first.get_by_role(
        "button"
    ).click()
    expect(side(projector).get_by_role("region", name="What is behind the point")).to_be_visible()
    edit = side(projector).get_by_role("region", name="Edit labels")
    edit.get_by_role("combobox", name="New label").fill("odd")
    edit.get_by_role("button", name="Apply to this point").click()
    expect(edit).to_contain_text("1 edit in this tab alone")
    found["a point and an edit"] = violations(projector.page)
    for name in ("Load vectors", "Publish", "Bookmarks"):
        take(projector, f"{name}…")
        expect(projector.page.get_by_role("dialog", name=name)).to_be_visible()
        found[name] = violations(projector.page)
        projector.page.keyboard.press("Escape")
        expect(projector.page.get_by_role("dialog")).to_have_count(0)
    assert {title: told for title, told in found.items() if told} == {}


def test_vectors_written_anew_are_projected_again_and_the_page_says_so(
    tmp_path: Path, open_log: OpenLog
) -> None:
    log_corners(tmp_path, steps=(10,), pictures=False)
    projector = open_log(tmp_path).open(view="projector")
    settled(projector)
    file = tmp_path / "one" / "00010" / "corners" / "tensors.bytes"
    vectors = np.fromfile(file, "<f4").reshape(40, 8)
    vectors[:3] = np.nan
    vectors.tofile(file)
    settled(projector, "All 37 points projected")
    expect(side(projector)).to_contain_text("The files were written anew")


def test_tsne_is_shaken_and_supervised_but_for_a_label(projector: Board) -> None:
    pytest.importorskip("openTSNE")
    bar, panel = projector.toolbar, side(projector)
    bar.get_by_text("t-SNE", exact=True).click()
    told = bar.get_by_role("status")
    supervision = panel.get_by_role("region", name="Supervision")
    supervision.get_by_role("combobox", name="Supervise with").select_option("class")
    supervision.get_by_role("combobox", name="Label that is ignored").fill("north")
    supervision.get_by_role("combobox", name="Label that is ignored").press("Enter")
    supervision.get_by_role("slider", name="Strength").press("End")
    field = bar.get_by_role("textbox", name="Iterations")
    field.fill("30")
    field.press("Enter")
    bar.get_by_role("button", name="Run", exact=True).click()
    for name, value in (("supervise", "class"), ("ignored", "north"), ("strength", 100), ("iterations", 30)):
        linked(projector, name, value)
    expect(told).to_have_text(re.compile(r"iteration 30 of 30, KL"), timeout=120_000)
    bar.get_by_role("button", name="Perturb").click()
    expect(told).to_have_text(re.compile(r"iteration 280 of 280, KL"), timeout=120_000)


def test_lines_follow_the_rows_that_the_metadata_names_and_files_are_told(
    tmp_path: Path, open_log: OpenLog
) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    np.savetxt(folder / "v.tsv", np.eye(5), delimiter="\t")
    rows = "".join(f"w{row}\t{row + 1 if row < 4 else ''}\n" for row in range(5))
    (folder / "m.tsv").write_text(f"word\t__next__\n{rows}")
    (folder / "projector_config.pbtxt").write_text(
        'model_checkpoint_path: "model.ckpt-7" embeddings { tensor_name: "t" tensor_path: "v.tsv" metadata_path: "m.tsv" }'
    )
    board = open_log(tmp_path).open(view="projector")
    expect(side(board)).to_contain_text("All 5 points projected")
    files = side(board).locator("details")
    files.locator("summary").click()
    for text in ("v.tsv", "m.tsv", "model.ckpt-7"):
        expect(files).to_contain_text(text)
    board.toolbar.get_by_role("button", name="More for Projector").click()
    expect(board.page.get_by_role("menu").get_by_text("Lines along __next__")).to_be_visible()
    board.page.keyboard.press("Escape")
    take(board, "Lines along __next__")
    linked(board, "lines", "")


@pytest.mark.parametrize(
    ("algorithm", "context_options"),
    [
        *[
            (name, {"viewport": {"width": 1440, "height": 900}})
            for name in ("PCA", "t-SNE", "UMAP", "Custom")
        ],
        ("PCA", {"viewport": {"width": 1024, "height": 768}}),
    ],
)
def test_the_bar_is_one_row(projector: Board, algorithm: str) -> None:
    bar = projector.toolbar
    bar.get_by_text(algorithm, exact=True).click()
    if algorithm in ("t-SNE", "UMAP"):
        stop = bar.get_by_role("button", name="Stop")
        expect(stop.or_(bar.get_by_role("status").filter(has_text=re.compile(", KL|epoch")))).to_be_visible()
    projector.until(lambda: projector.place(bar)["height"] < 50, f"one row, {bar.bounding_box()}")
    box, inside = projector.place(bar), projector.place(bar.get_by_role("button", name="More for Projector"))
    assert inside["x"] + inside["width"] <= box["x"] + box["width"]
