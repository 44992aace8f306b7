"""The Projector: every control of it, over an embedding whose picture is known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Download, Locator, expect

from glassboard import SummaryWriter

from .board import Board
from .conftest import OpenLog

CORNERS = {"north": (0.0, 9.0), "south": (0.0, -9.0), "east": (16.0, 0.0), "west": (-16.0, 0.0)}
"""Four groups of ten points: the first component leads from west to east or back, the second from south to north or back."""
EACH = 10


def log_corners(logdir: Path, *, steps: tuple[int, ...] = (0, 10), pictures: bool = True) -> None:
    random = np.random.default_rng(0)
    names = [name for name in CORNERS for _ in range(EACH)]
    places = np.array([CORNERS[name] for name in names])
    images = np.zeros((len(names), 3, 6, 6), np.uint8)
    images[:, 1] = 255
    labels = [(name, f"{CORNERS[name][0]:.0f}", str(row % EACH)) for row, name in enumerate(names)]
    with SummaryWriter(logdir / "one") as writer:
        writer.add_scalar("loss", 1.0, 10)
        for step in steps:
            vectors = np.concatenate([places, random.normal(0, 0.5, (len(names), 6))], axis=1)
            vectors[:, :2] += random.normal(0, 0.3, places.shape)
            writer.add_embedding(
                vectors, labels, images if pictures else None, step, "corners",
                metadata_header=["class", "longitude", "number"],
            )  # fmt: skip


@pytest.fixture
def projector(tmp_path: Path, open_log: OpenLog) -> Board:
    log_corners(tmp_path)
    board = open_log(tmp_path).open(view="projector")
    settled(board)
    return board


def cloud(board: Board) -> Locator:
    return board.page.get_by_role("application", name="Points of corners")


def side(board: Board) -> Locator:
    return board.page.get_by_role("complementary", name="Points")


def settled(board: Board, told: str = "All 40 points projected") -> None:
    expect(cloud(board)).to_be_visible()
    expect(side(board)).to_contain_text(told)


def link(board: Board) -> dict[str, object]:
    (text,) = parse_qs(urlsplit(board.page.url).query).get("v.projector", ["{}"])
    found: dict[str, object] = json.loads(text)
    return found


def linked(board: Board, name: str, value: object) -> None:
    board.until(lambda: link(board).get(name) == value, f"{name} is {value} in the link, {link(board)}")


def place(board: Board, name: str) -> tuple[float, float]:
    """Where the middle of a group is on the page while nothing was moved: the picture spans 2.25, half of its width 1."""
    box = cloud(board).bounding_box()
    assert box is not None
    x, y = CORNERS[name]
    unit = box["height"] / 2.25 / 16
    return box["x"] + box["width"] / 2 + x * unit, box["y"] + box["height"] / 2 - y * unit


def point_at(board: Board, name: str) -> str:
    """Moves the pointer to the middle of a group, and gives what the page says is there: components may be mirrored."""
    board.page.mouse.move(*place(board, name))
    card = side(board).get_by_role("region", name=re.compile("^Point "))
    expect(card).to_be_visible()
    return card.locator("b").first.inner_text()


def test_it_opens_with_pca_of_all_points_coloured_by_their_class(projector: Board) -> None:
    side_of = side(projector)
    expect(side_of.get_by_role("combobox", name="Colour by")).to_have_value("class")
    for name in CORNERS:
        expect(side_of.get_by_role("button", name=re.compile(f"^{name}"))).to_contain_text("10")
    expect(projector.toolbar).to_contain_text("of variance")
    expect(side_of).to_contain_text("drawn as pictures at this zoom")
    # The middle of each picture is green.
    for name in CORNERS:
        assert point_at(projector, name) in CORNERS
    assert {point_at(projector, "north"), point_at(projector, "south")} == {"north", "south"}
    assert {point_at(projector, "east"), point_at(projector, "west")} == {"east", "west"}


def test_a_click_finds_the_nearest_points_by_either_distance(projector: Board) -> None:
    name = point_at(projector, "east")
    projector.page.mouse.click(*place(projector, "east"))
    nearest = side(projector).get_by_role("region", name="Nearest neighbours")
    rows = nearest.get_by_role("listitem")
    expect(rows).to_have_count(20)
    expect(nearest).to_contain_text("in 8-D")
    assert [text.split("\n")[0] for text in rows.all_inner_texts()[:9]] == [name] * 9
    far = [float(text.split("\n")[-1]) for text in rows.all_inner_texts()]
    assert far == sorted(far)
    nearest.get_by_text("Euclidean").click()
    linked(projector, "metric", "euclidean")
    projector.until(lambda: float(rows.last.inner_text().split("\n")[-1]) > 5, "distances of another measure")
    count = nearest.get_by_role("textbox", name="Neighbours shown, exact value")
    count.fill("5")
    count.press("Enter")
    expect(rows).to_have_count(5)
    rows.first.get_by_role("button").click()
    expect(rows).to_have_count(5)
    nearest.get_by_role("button", name="Isolate these 6").click()
    expect(side(projector)).to_contain_text("6 points isolated")
    expect(side(projector)).to_contain_text(", 6 shown")
    side(projector).get_by_role("button", name="Show all points").click()
    nearest.get_by_role("button", name="Clear").click()
    expect(nearest).to_be_hidden()
    projector.until(lambda: "point" not in link(projector), "nothing is chosen")


def test_search_finds_words_and_expressions_in_a_column(projector: Board) -> None:
    box = side(projector).get_by_role("searchbox")
    search = side(projector).get_by_role("region", name="Search")
    box.fill("north")
    expect(search).to_contain_text("10 points found")
    box.fill("/^(north|south)$/")
    expect(search).to_contain_text("20 points found")
    search.get_by_role("combobox", name="Search in").select_option("number")
    box.fill("/^7$/")
    expect(search).to_contain_text("4 points found")
    search.get_by_role("button", name="Select").click()
    expect(side(projector).get_by_role("region", name="Selection")).to_contain_text("4 points selected")
    search.get_by_role("button", name="Isolate").click()
    expect(side(projector)).to_contain_text(", 4 shown")
    box.fill("/(/")
    expect(search).to_contain_text("Not a regular expression")
    box.fill("nothing like it")
    expect(search).to_contain_text("No point has such a label.")


@pytest.mark.parametrize("tool", ["Box", "Lasso"])
def test_a_line_around_points_selects_them(projector: Board, tool: str) -> None:
    projector.toolbar.get_by_text(tool, exact=True).click()
    mouse, (x, y) = projector.page.mouse, place(projector, "east")
    for at, around in enumerate(("east", "north")):
        x, y = place(projector, around)
        if at:
            projector.page.keyboard.down("Shift")
        mouse.move(x - 60, y - 60)
        mouse.down()
        for corner in [(60, 60)] if tool == "Box" else [(60, -60), (60, 60), (-60, 60)]:
            mouse.move(x + corner[0], y + corner[1], steps=4)
        mouse.up()
        expect(side(projector)).to_contain_text(f"{10 * (at + 1)} points selected")
    projector.page.keyboard.up("Shift")
    with projector.page.expect_download() as saved:
        side(projector).get_by_role("button", name="Save TSV").click()
    lines = saved.value.path().read_text("utf-8").splitlines()
    assert len(lines) == 21
    assert lines[0].split("\t") == ["row", *[f"pc{n}" for n in range(1, 9)], "class", "longitude", "number"]
    selection = side(projector).get_by_role("region", name="Selection")
    selection.get_by_role("button", name="Isolate").click()
    expect(side(projector)).to_contain_text("20 points isolated")
    projector.until(lambda: "isolated" in link(projector), "the points are in the link")
    projector.page.reload()
    settled(projector)
    expect(side(projector)).to_contain_text("20 points isolated")


def test_the_legend_takes_classes_out_and_numbers_have_a_scale(projector: Board) -> None:
    legend = side(projector).get_by_role("region", name="Colours")
    legend.get_by_role("button", name=re.compile("^east")).click()
    expect(side(projector)).to_contain_text(", 30 shown")
    linked(projector, "hidden", ["east"])
    legend.get_by_role("button", name="Show all classes").click()
    legend.get_by_role("button", name=re.compile("^west")).dblclick()
    expect(side(projector)).to_contain_text(", 10 shown")
    legend.get_by_role("button", name="Show all classes").click()
    colour = legend.get_by_role("combobox", name="Colour by")
    colour.select_option("longitude")
    expect(legend.get_by_role("checkbox", name="as classes")).to_be_checked()
    legend.get_by_role("checkbox", name="as classes").uncheck()
    expect(legend).to_contain_text("-16")
    expect(legend).to_contain_text("16")
    colour.select_option("nothing")
    linked(projector, "color", "")


def test_the_camera_turns_moves_and_zooms_by_pointer_and_keys_and_is_in_the_link(projector: Board) -> None:
    projector.toolbar.get_by_text("3-D", exact=True).click()
    shown = cloud(projector)
    expect(shown).to_have_attribute("data-camera", re.compile('"dimensions":3'))
    expect(projector.toolbar.get_by_role("combobox", name="Component of Z")).to_be_visible()
    camera = lambda: json.loads(shown.get_attribute("data-camera") or "")  # noqa: E731
    box = shown.bounding_box()
    assert box is not None
    x, y = box["x"] + 200, box["y"] + 200
    mouse, before = projector.page.mouse, camera()
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 90, y + 40, steps=3)
    mouse.up()
    turned = camera()
    assert (turned["yaw"], turned["pitch"]) != (before["yaw"], before["pitch"])
    mouse.move(x, y)
    mouse.down(button="right")
    mouse.move(x + 50, y, steps=3)
    mouse.up(button="right")
    assert camera()["x"] != turned["x"]
    mouse.wheel(0, -400)
    projector.until(lambda: camera()["span"] < before["span"], "the wheel draws nearer")
    shown.focus()
    nearer, key = camera(), projector.page.keyboard
    key.press("ArrowLeft")
    key.press("-")
    projector.until(
        lambda: camera()["span"] > nearer["span"] and camera()["yaw"] != nearer["yaw"], "keys turn and zoom"
    )
    projector.until(lambda: "camera" in link(projector), "the camera is in the link")
    kept = link(projector)["camera"]
    projector.page.reload()
    settled(projector)
    assert [camera()[name] for name in ("x", "y", "z", "span", "yaw", "pitch")] == pytest.approx(kept)
    shown.focus()
    key.press("0")
    projector.until(lambda: camera()["x"] != pytest.approx(kept[0]), "0 shows all points")  # type: ignore[index]
    projector.choose("More for Projector", "Reset the view")
    projector.until(lambda: "camera" not in link(projector), "the view is as at first")


def test_components_are_chosen_one_by_one(projector: Board) -> None:
    choice = projector.toolbar.get_by_role("combobox", name="Component of X")
    expect(choice.get_by_role("option")).to_have_count(8)
    choice.select_option("2")
    linked(projector, "components", [2, 1, 2])


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
    expect(told).to_have_text(re.compile(r"iteration \d+ of 20,000"), timeout=120_000)
    bar.get_by_role("button", name="Stop").click()
    resume = bar.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    reached = int(re.sub(r"\D", "", told.inner_text().split(" of ")[0]))
    bar.get_by_role("combobox", name="Learning rate").select_option("100")
    expect(run).to_be_visible()
    bar.get_by_role("combobox", name="Learning rate").select_option("auto")
    resume.click()
    projector.until(
        lambda: int(re.sub(r"\D", "", told.inner_text().split(" of ")[0]) or 0) > reached, "it runs on"
    )
    bar.get_by_role("button", name="Stop").click()
    expect(resume).to_be_visible()


def test_umap_runs_in_space_and_supervised(projector: Board) -> None:
    bar = projector.toolbar
    bar.get_by_text("UMAP", exact=True).click()
    told = bar.get_by_role("status")
    expect(told).to_have_text(re.compile(r"epoch 500 of 500, "), timeout=180_000)
    bar.get_by_role("combobox", name="Supervise with").select_option("class")
    bar.get_by_role("combobox", name="Distance of UMAP").select_option("cosine")
    bar.get_by_role("button", name="Run", exact=True).click()
    linked(projector, "supervise", "class")
    linked(projector, "umapMetric", "cosine")
    expect(told).to_have_text(re.compile(r"epoch 500 of 500, "), timeout=180_000)
    settled(projector)


def test_custom_axes_lead_from_one_label_to_another(projector: Board) -> None:
    bar = projector.toolbar
    bar.get_by_text("Custom", exact=True).click()
    expect(projector.page.get_by_role("main")).to_contain_text("Say which points lie at the left")
    for end, text in (("left", "west"), ("right", "/^ea/"), ("bottom", "south"), ("top", "north")):
        box = bar.get_by_role("searchbox", name=f"Points at the {end}")
        box.fill(text)
        box.press("Enter")
    linked(projector, "axes", ["west", "/^ea/", "south", "north"])
    # Nothing is mirrored now: right is right.
    for name in CORNERS:
        projector.until(
            lambda name=name: point_at(projector, name) == name, f"{name} is where it was asked for"
        )  # type: ignore[misc]


def test_steps_of_an_embedding_keep_points_in_place(projector: Board) -> None:
    before = {name: point_at(projector, name) for name in CORNERS}
    expect(projector.toolbar).to_contain_text("step 10")
    slider = projector.page.get_by_role("slider", name=re.compile("[Ss]tep")).last
    slider.focus()
    projector.page.keyboard.press("ArrowLeft")
    expect(projector.toolbar).to_contain_text("step 0")
    settled(projector)
    projector.until(
        lambda: {name: point_at(projector, name) for name in CORNERS} == before, "points keep their places"
    )


def take(board: Board, command: str) -> None:
    """From the menu, whether or not the command is on."""
    board.toolbar.get_by_role("button", name="More for Projector").click()
    named = re.compile(f"^✓? ?{re.escape(command)}$")
    board.page.get_by_role("menu").locator("button").filter(has_text=named).click()


def saved_as(board: Board, command: str) -> Download:
    with board.page.expect_download() as saved:
        board.choose("More for Projector", command)
    return saved.value


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


def test_labels_lines_sizes_and_spheres_are_kept_in_the_link(projector: Board) -> None:
    for command, name, value in (
        ("Labels beside points", "labels", True),
        ("Pictures", "pictures", False),
        ("Larger points", "size", 1.4),
        ("Lines along class", "lines", "class"),
        ("Label by number", "label", "number"),
        ("Sphereize: about the mean, length 1", "sphereize", True),
    ):
        take(projector, command)
        linked(projector, name, value)
    settled(projector)
    projector.choose("More for Projector", "Smaller points")
    projector.choose("More for Projector", "Start again")
    projector.until(lambda: link(projector) == {}, "everything is as it came")


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
    assert all("415" in told for told in complaints), complaints
    complaints.clear()
