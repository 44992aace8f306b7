"""The Mesh view: surfaces and clouds, drawn, turned together, stepped through."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from glassboard import SummaryWriter
from glassboard.testing import LogdirBuilder

from .board import Board
from .conftest import OpenLog
from .test_accessibility import violations

CORNERS = np.array([[[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]], np.float32)
FACES = np.array([[[0, 1, 2], [0, 2, 3]]])
RED = np.tile([[[255, 0, 0]]], (1, 4, 1))

_COUNTED = """
(box) => {
  const canvas = box.querySelector("canvas");
  if (canvas.width === 0) return [0, 0];
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let red = 0, drawn = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] > 0) drawn += 1;
    if (data[at + 3] > 200 && data[at] > 80 && data[at + 1] < 40 && data[at + 2] < 40) red += 1;
  }
  return [red / (canvas.width * canvas.height), drawn / (canvas.width * canvas.height)];
}
"""


@pytest.fixture
def meshes(tmp_path: Path, open_log: OpenLog) -> Board:
    with SummaryWriter(tmp_path / "one") as writer:
        for step in (0, 5):
            scale = 1.0 if step == 0 else 0.5
            writer.add_mesh("square", CORNERS * scale, RED, FACES, {"camera": {"fov": 30}}, step)
        random = np.random.default_rng(0)
        writer.add_mesh("cloud", random.normal(size=(2, 500, 3)), global_step=5)
    return open_log(tmp_path).open(view="mesh")


def box(board: Board, name: str) -> Locator:
    return board.page.get_by_role("application", name=f"{name} of one")


def share(board: Board, name: str) -> float:
    """The part of the card that the mesh covers."""
    return float(box(board, name).evaluate(_COUNTED)[1])


def camera(board: Board, name: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(box(board, name).get_attribute("data-camera") or "")
    return found


def linked_camera(board: Board) -> list[float]:
    (text,) = parse_qs(urlsplit(board.page.url).query).get("v.meshcamera", ["[]"])
    return list(json.loads(text))


def test_surfaces_have_their_colours_and_follow_the_step(meshes: Board) -> None:

    def red() -> bool:
        inked, drawn = box(meshes, "square").evaluate(_COUNTED)
        return drawn > 0.01 and inked > 0.9 * drawn

    meshes.until(red, "the square is drawn, and it is red")
    expect(meshes.card("square")).to_contain_text("4 vertices, 2 faces")
    small = share(meshes, "square")
    assert small > 0
    meshes.page.get_by_role("slider", name=re.compile("[Ss]tep")).last.focus()
    meshes.page.keyboard.press("ArrowLeft")
    # The place and the size of the first shape that came hold for all steps: the larger one is larger.
    meshes.until(lambda: share(meshes, "square") > 2 * small, "the square of the step before is larger")


def test_one_camera_turns_all_cards_and_is_in_the_link(meshes: Board) -> None:
    meshes.until(lambda: share(meshes, "cloud") > 0.001, "the cloud is drawn")
    before = camera(meshes, "cloud")
    place = meshes.place(box(meshes, "square"))
    mouse = meshes.page.mouse
    mouse.move(place["x"] + 60, place["y"] + 60)
    mouse.down()
    mouse.move(place["x"] + 140, place["y"] + 90, steps=3)
    mouse.up()
    meshes.until(lambda: camera(meshes, "cloud")["yaw"] != before["yaw"], "the other card turns too")
    mouse.wheel(0, -300)
    meshes.until(lambda: camera(meshes, "cloud")["span"] < before["span"], "and comes nearer")
    kept = camera(meshes, "cloud")
    # Once it rests: the link may hold one that it passed.
    rests = pytest.approx(
        [kept[name] for name in ("x", "y", "z", "span", "yaw", "pitch")], rel=1e-3, abs=1e-3
    )
    meshes.becomes(lambda: linked_camera(meshes), rests, "it is in the link")
    meshes.page.reload()
    meshes.until(lambda: share(meshes, "cloud") > 0.001, "the cloud is drawn again")
    meshes.becomes(
        lambda: camera(meshes, "cloud")["yaw"], pytest.approx(kept["yaw"], abs=1e-3), "the camera of the link"
    )
    box(meshes, "cloud").focus()
    meshes.page.keyboard.press("ArrowUp")
    meshes.until(
        lambda: camera(meshes, "square")["pitch"] != pytest.approx(kept["pitch"], abs=1e-3), "keys turn it"
    )
    meshes.choose("More for Mesh", "Reset the camera")
    meshes.until(lambda: camera(meshes, "square") == before, "the camera is as it was")


def test_wireframes_filters_and_single_meshes_are_chosen(meshes: Board) -> None:
    meshes.until(lambda: share(meshes, "square") > 0.01, "the square is drawn")
    whole = share(meshes, "square")
    meshes.toolbar.get_by_role("button", name="Wireframe").click()
    meshes.until(lambda: 0 < share(meshes, "square") < whole / 2, "edges alone are drawn")
    choice = meshes.page.get_by_role("combobox", name="Mesh of cloud")
    choice.select_option("1")
    expect(choice).to_have_value("1")
    meshes.toolbar.get_by_role("searchbox").fill("cloud")
    expect(box(meshes, "square")).to_be_hidden()
    expect(box(meshes, "cloud")).to_be_visible()
    meshes.toolbar.get_by_role("searchbox").fill("nothing")
    meshes.page.get_by_role("button", name="Clear the filter").click()
    expect(box(meshes, "square")).to_be_visible()
    linked = meshes.toolbar.get_by_role("button", name="Link steps")
    linked.click()
    expect(linked).to_have_attribute("aria-pressed", "false")


def test_cards_are_moved_by_drag_and_keys_stepped_held_and_reset(meshes: Board) -> None:
    meshes.until(lambda: share(meshes, "square") > 0.01, "the square is drawn")
    before = camera(meshes, "square")
    place = meshes.place(box(meshes, "square"))
    mouse, key = meshes.page.mouse, meshes.page.keyboard
    mouse.move(place["x"] + 60, place["y"] + 60)
    mouse.down(button="right")
    mouse.move(place["x"] + 110, place["y"] + 60, steps=3)
    mouse.up(button="right")
    meshes.until(lambda: camera(meshes, "cloud")["x"] != before["x"], "the right button moves")
    moved = camera(meshes, "cloud")
    assert moved["yaw"] == before["yaw"], "without turning"
    box(meshes, "square").focus()
    key.press("+")
    meshes.until(lambda: camera(meshes, "cloud")["span"] < moved["span"], "+ draws nearer")
    key.press("-")
    key.press("-")
    meshes.until(lambda: camera(meshes, "cloud")["span"] > moved["span"], "- draws away")
    mouse.dblclick(place["x"] + 60, place["y"] + 60)
    meshes.until(lambda: camera(meshes, "cloud") == before, "a double click resets")
    key.press("ArrowLeft")
    meshes.until(lambda: camera(meshes, "cloud")["yaw"] != before["yaw"], "arrow keys turn")
    key.press("0")
    meshes.until(lambda: camera(meshes, "cloud") == before, "0 resets")
    card = meshes.card("square")
    meshes.until(lambda: share(meshes, "square") > 0, "the square is drawn")
    small = share(meshes, "square")
    card.get_by_role("slider", name=re.compile("^Sample of square")).press("ArrowLeft")
    meshes.until(lambda: share(meshes, "square") > 2 * small, "the square of the step before is larger")
    meshes.until(lambda: "step=0" in meshes.page.url, "the page's step follows the card's")
    card.get_by_role("button", name=re.compile("Hold")).click()
    meshes.until(lambda: "v.meshhold" in meshes.page.url, "what is held is in the link")


def test_what_cannot_be_drawn_is_told_and_nothing_else_stands_in_its_place(
    tmp_path: Path, open_log: OpenLog, complaints: list[str]
) -> None:
    torn = np.concatenate([CORNERS, [[[np.nan, 0, 0]]]], axis=1)
    run = LogdirBuilder(tmp_path).run("one").mesh("square", CORNERS, faces=FACES, step=0)
    run.mesh("square", CORNERS, faces=FACES + 9, step=5)
    run.mesh("torn", torn, faces=np.concatenate([FACES, [[[0, 1, 4]]]], axis=1), step=5)
    run.mesh("nothing", np.full((1, 3, 3), np.nan), step=5)
    meshes = open_log(tmp_path).open(view="mesh")
    alert = box(meshes, "square").get_by_role("alert")
    expect(alert).to_contain_text("a face has the vertex 9, wanted 0 to 3")
    expect(meshes.card("torn")).to_contain_text(
        "1 vertex with NaN or infinity, and the faces there, are not drawn."
    )
    expect(meshes.card("nothing")).to_contain_text(
        "Every vertex holds NaN or infinity: there is nothing to draw."
    )
    meshes.until(lambda: share(meshes, "torn") > 0.01, "what is left of it is drawn")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_contain_text("a face has the vertex 9")
    step = meshes.card("square").get_by_role("slider", name=re.compile("^Sample of square"))
    step.press("ArrowLeft")
    expect(alert).to_be_hidden()
    meshes.until(lambda: share(meshes, "square") > 0.01, "the step before is whole")
    step.press("ArrowRight")
    expect(alert).to_be_visible()
    meshes.until(lambda: share(meshes, "square") == 0, "nothing is drawn in place of what is broken")
    # What Chromium says of the mesh that is refused.
    complaints[:] = [told for told in complaints if "502" not in told]


def test_a_browser_without_webgl_says_so(tmp_path: Path, open_log: OpenLog) -> None:
    with SummaryWriter(tmp_path / "one") as writer:
        writer.add_mesh("square", CORNERS)
    board = open_log(tmp_path)
    board.page.add_init_script(
        "const plain = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind.startsWith('webgl') ? null : plain.call(this, kind, ...rest); }"
    )
    board.open(view="mesh")
    expect(board.page.get_by_role("alert")).to_contain_text("draws no WebGL, which meshes need")


@pytest.mark.parametrize(
    "context_options", [{"bypass_csp": True}, {"bypass_csp": True, "color_scheme": "dark"}]
)
def test_axe_finds_nothing_serious(meshes: Board) -> None:
    meshes.until(lambda: share(meshes, "square") > 0.01, "the square is drawn")
    assert violations(meshes.page) == []
