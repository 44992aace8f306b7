"""An embedding whose picture is known, and the Projector over it as a person uses it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Download, Locator, expect

from glassboard import SummaryWriter

from .board import Board

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


def cloud(board: Board) -> Locator:
    return board.page.get_by_role("application", name="Points of corners")


def side(board: Board) -> Locator:
    return board.page.get_by_role("complementary", name="Points")


def settled(board: Board, told: str = "All 40 points projected") -> None:
    expect(cloud(board)).to_be_visible()
    expect(side(board)).to_contain_text(told)


def camera(board: Board) -> dict[str, Any]:
    """As the picture tells it: yaw, pitch, x, y, z, span and dimensions."""
    expect(cloud(board)).to_have_attribute("data-camera", re.compile("span"))
    found: dict[str, Any] = json.loads(cloud(board).get_attribute("data-camera") or "")
    return found


def link(board: Board) -> dict[str, object]:
    (text,) = parse_qs(urlsplit(board.page.url).query).get("v.projector", ["{}"])
    found: dict[str, object] = json.loads(text)
    return found


def linked(board: Board, name: str, value: object) -> None:
    board.until(lambda: link(board).get(name) == value, f"{name} is {value} in the link, {link(board)}")


def place(board: Board, name: str) -> tuple[float, float]:
    """Where the middle of a group is on the page while nothing was moved: the picture spans 2.25, half of its width 1."""
    box = board.place(cloud(board))
    x, y = CORNERS[name]
    unit = box["height"] / 2.25 / 16
    return box["x"] + box["width"] / 2 + x * unit, box["y"] + box["height"] / 2 - y * unit


def point_at(board: Board, name: str) -> str:
    """Moves the pointer to the middle of a group, and gives what the page says is there: components may be mirrored."""
    card = side(board).get_by_role("region", name=re.compile("^Point "))
    # Away from the point before, whose words would be taken for this one's.
    board.page.mouse.move(5, 5)
    expect(card).to_be_hidden()
    board.page.mouse.move(*place(board, name))
    expect(card).to_be_visible()
    return card.locator("b").first.inner_text()


def take(board: Board, command: str) -> None:
    """From the menu, whether or not the command is on."""
    board.toolbar.get_by_role("button", name="More for Projector").click()
    named = re.compile(f"^✓? ?{re.escape(command)}$")
    board.page.get_by_role("menu").locator("button").filter(has_text=named).click()


def saved_as(board: Board, command: str) -> Download:
    with board.page.expect_download() as saved:
        board.choose("More for Projector", command)
    return saved.value
