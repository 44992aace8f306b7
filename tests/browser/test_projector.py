"""The Projector: points seen, pointed at, found, selected, coloured; the camera; axes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .board import Board
from .corners import CORNERS, EACH, camera, cloud, link, linked, place, point_at, settled, side, take


def test_it_opens_with_pca_of_all_points_coloured_by_their_class(projector: Board) -> None:
    side_of = side(projector)
    expect(side_of.get_by_role("combobox", name="Colour by")).to_have_value("class")
    for name in CORNERS:
        expect(side_of.get_by_role("button", name=re.compile(f"^{name}"))).to_contain_text("10")
    expect(projector.toolbar).to_contain_text("of variance")
    expect(side_of).to_contain_text("drawn as pictures at this zoom")
    # The middle of each picture is green.
    found = {name: point_at(projector, name) for name in CORNERS}
    assert {found["north"], found["south"]} == {"north", "south"}
    assert {found["east"], found["west"]} == {"east", "west"}


def test_a_click_finds_the_nearest_points_by_either_distance(projector: Board) -> None:
    name = point_at(projector, "east")
    projector.page.mouse.click(*place(projector, "east"))
    nearest = side(projector).get_by_role("region", name="Nearest neighbours")
    rows = nearest.get_by_role("listitem")
    expect(rows).to_have_count(20)
    expect(nearest).to_contain_text("in 8-D")
    near = re.compile(rf"^\s*{name}\b")
    expect(rows).to_have_text([*[near] * 9, *[re.compile(".")] * 11])

    def distances() -> list[float]:
        return [float(text.split("\n")[-1]) for text in rows.all_inner_texts()]

    projector.until(lambda: distances() == sorted(distances()), "the nearest first")
    nearest.get_by_text("Euclidean").click()
    linked(projector, "metric", "euclidean")
    projector.until(lambda: distances()[-1] > 5, "distances of another measure")
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
    box = projector.place(shown)
    x, y = box["x"] + 200, box["y"] + 200
    mouse, before = projector.page.mouse, camera(projector)

    def changes(since: dict[str, Any], what: str, *names: str) -> None:
        projector.until(lambda: any(camera(projector)[name] != since[name] for name in names), what)

    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 90, y + 40, steps=3)
    mouse.up()
    changes(before, "a drag turns", "yaw", "pitch")
    turned = camera(projector)
    mouse.move(x, y)
    mouse.down(button="right")
    mouse.move(x + 50, y, steps=3)
    mouse.up(button="right")
    changes(turned, "the right button moves", "x")
    mouse.wheel(0, -400)
    projector.until(lambda: camera(projector)["span"] < before["span"], "the wheel draws nearer")
    shown.focus()
    nearer, key = camera(projector), projector.page.keyboard
    key.press("ArrowLeft")
    changes(nearer, "keys turn", "yaw")
    key.press("-")
    projector.until(lambda: camera(projector)["span"] > nearer["span"], "keys zoom")
    names = ("x", "y", "z", "span", "yaw", "pitch")
    kept = [camera(projector)[name] for name in names]
    # Once it rests: the link may hold one that it passed.
    rounded = pytest.approx(kept, rel=1e-3, abs=1e-3)
    projector.until(lambda: link(projector).get("camera") == rounded, "the camera is in the link")
    projector.page.reload()
    settled(projector)
    projector.becomes(lambda: [camera(projector)[name] for name in names], rounded, "the camera of the link")
    shown.focus()
    key.press("0")
    projector.until(lambda: camera(projector)["x"] != pytest.approx(kept[0], abs=1e-3), "0 shows all points")
    projector.choose("More for Projector", "Reset the view")
    projector.until(lambda: "camera" not in link(projector), "the view is as at first")


def test_components_are_chosen_one_by_one(projector: Board) -> None:
    choice = projector.toolbar.get_by_role("combobox", name="Component of X")
    expect(choice.get_by_role("option")).to_have_count(8)
    choice.select_option("2")
    linked(projector, "components", [2, 1, 2])
    projector.toolbar.get_by_text("3-D", exact=True).click()
    projector.toolbar.get_by_role("combobox", name="Component of Y").select_option("4")
    projector.toolbar.get_by_role("combobox", name="Component of Z").select_option("0")
    linked(projector, "components", [2, 4, 0])
    expect(projector.toolbar).to_contain_text("of variance")


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
        projector.becomes(
            lambda name=name: point_at(projector, name), name, f"{name} is where it was asked for"
        )  # type: ignore[misc]


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


@pytest.mark.parametrize("dimensions", ["2-D", "3-D"])
def test_labels_stand_in_place_of_points(projector: Board, dimensions: str) -> None:
    page = projector.page
    projector.toolbar.get_by_text(dimensions, exact=True).click()
    take(projector, "Label by number")
    take(projector, "Labels in place of points")
    linked(projector, "texts", True)
    told = side(projector).get_by_text(re.compile("drawn as labels at this zoom"))
    expect(told).to_have_text(re.compile(r", [1-9]\d* drawn as labels"))
    # Labels have no room in a crowd, and more of it nearer.
    few = drawn(told)
    for _ in range(4):
        page.mouse.move(*place(projector, "east"))
        page.mouse.wheel(0, -200)
    if dimensions == "2-D":
        projector.until(lambda: 0 < drawn(told) <= EACH, "the labels of one corner")
        point = side(projector).get_by_role("region", name=re.compile("^Point "))
        expect(point).to_be_visible()
        page.mouse.click(*place(projector, "east"))
        expect(side(projector).get_by_role("region", name="Nearest neighbours")).to_be_visible()
    assert few < 4 * EACH
    # Either or; and pictures come back without them.
    take(projector, "Labels beside points")
    projector.until(
        lambda: "texts" not in link(projector) and link(projector).get("labels") is True, "beside"
    )
    expect(side(projector)).to_contain_text("drawn as pictures at this zoom")


def drawn(told: Locator) -> int:
    found = re.search(r"(\d+) drawn as labels", told.inner_text())
    return int(found[1]) if found else -1


def test_points_are_added_let_go_and_chosen_from_lists(projector: Board) -> None:
    page = projector.page
    selection = side(projector).get_by_role("region", name="Selection")
    chosen = side(projector).get_by_role("region", name="Nearest neighbours")
    for name, told in (("east", "1 point selected"), ("north", "2 points selected")):
        page.keyboard.down("Shift")
        page.mouse.click(*place(projector, name))
        page.keyboard.up("Shift")
        expect(selection).to_contain_text(told)
    selection.get_by_role("button", name="Clear").click()
    expect(selection).to_be_hidden()
    page.mouse.click(*place(projector, "east"))
    expect(chosen).to_be_visible()
    page.mouse.click(*place(projector, "east"))
    expect(chosen).to_be_hidden()
    side(projector).get_by_role("searchbox").fill("south")
    listed = side(projector).get_by_role("region", name="Search").get_by_role("listitem")
    expect(listed).to_have_count(10)
    listed.first.get_by_role("button").click()
    expect(chosen).to_be_visible()
    linked(projector, "point", EACH)
    cloud(projector).focus()
    page.keyboard.press("Escape")
    expect(chosen).to_be_hidden()
    projector.until(lambda: "point" not in link(projector), "nothing is chosen")


def test_a_plane_is_moved_by_drag_and_keys_and_shown_whole_by_a_double_click(projector: Board) -> None:
    shown = cloud(projector)
    box = projector.place(shown)
    mouse, key = projector.page.mouse, projector.page.keyboard
    projector.toolbar.get_by_text("Lasso", exact=True).click()
    projector.toolbar.get_by_text("Move", exact=True).click()
    mouse.move(box["x"] + 100, box["y"] + 100)
    mouse.down()
    mouse.move(box["x"] + 190, box["y"] + 100, steps=3)
    mouse.up()
    projector.until(lambda: camera(projector)["x"] < -0.05, "the picture follows the pointer")
    shown.focus()
    dragged = camera(projector)
    key.press("ArrowUp")
    projector.until(lambda: camera(projector)["y"] != dragged["y"], "keys move")
    key.press("+")
    projector.until(lambda: camera(projector)["span"] < dragged["span"], "keys zoom")
    mouse.dblclick(box["x"] + 12, box["y"] + 12)
    projector.until(lambda: abs(camera(projector)["x"]) < 0.1 < dragged["span"] / 20, "all points are shown")
    projector.toolbar.get_by_text("3-D", exact=True).click()
    expect(shown).to_have_attribute("data-camera", re.compile('"dimensions":3'))
    before = camera(projector)
    key.down("Shift")
    mouse.move(box["x"] + 100, box["y"] + 100)
    mouse.down()
    mouse.move(box["x"] + 160, box["y"] + 140, steps=3)
    mouse.up()
    key.up("Shift")
    projector.until(lambda: camera(projector)["x"] != before["x"], "Shift moves what a drag alone turns")
    assert camera(projector)["yaw"] == before["yaw"]
