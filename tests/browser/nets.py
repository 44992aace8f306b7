"""A log of graphs, whole and broken, and the Graphs view over it as a person uses it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Locator, expect
from torch import nn

from glassboard import SummaryWriter
from glassboard.codec import wire
from glassboard.testing import LogdirBuilder, records

from .board import Board


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.second(torch.relu(self.first(x)))) + x


class Net(nn.Module):
    """Two residual blocks, a head whose loss forgets a dimension, and a layer that nobody uses."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block())
        self.head = nn.Linear(8, 1)
        self.forgotten = nn.Linear(3, 3)
        self.head.bias.requires_grad_(False)

    def forward(self, x: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return ((self.head(self.blocks(x)) - target) ** 2).mean()


def node_def(
    name: str, op: str = "op", *inputs: str, attributes: tuple[tuple[str, bytes], ...] = ()
) -> bytes:
    entries = (wire.message(5, wire.bytes_(1, key), wire.bytes_(2, value)) for key, value in attributes)
    taken = (wire.bytes_(3, each) for each in inputs)
    return wire.message(1, wire.bytes_(1, name), wire.bytes_(2, op), *taken, *entries)


KERAS = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "Dense", "config": {"name": "hidden", "units": 16, "trainable": False}},
            {"class_name": "Softmax", "config": {"name": "probabilities"}},
        ]
    },
}


def log_graphs(root: Path) -> None:
    with SummaryWriter(root / "net") as writer:
        writer.add_graph(Net(), (torch.zeros(32, 8), torch.zeros(32)))
    log = LogdirBuilder(root)
    names = [f"in_{index}" for index in range(10_000)]
    log.run("wide").graph(
        b"".join(node_def(name, "Placeholder") for name in names) + node_def("all", "AddN", *names)
    )
    circle = node_def("s/a", "Mul", "s/c") + node_def("s/b", "Mul", "s/a") + node_def("s/c", "Mul", "s/b")
    log.run("cycle").graph(circle + node_def("🙂/🚀", "Mul", "///", "s/a") + node_def("///", "Mul", "gone"))
    log.run("empty").graph(b"")
    log.run("cut").graph((node_def("kept") * 3)[:-4])
    log.run("none").graph(b"\xff\xff\xff\xff")
    log.run("keras").value(
        records.text_value("keras", [json.dumps(KERAS)], meta=records.metadata("graph_keras_model"))
    )
    mask = node_def("mask", "ones") + node_def("layer_x", "relu", "mask")
    for index in range(16):
        mask += node_def(f"step{index}", f"op{index}", "mask", f"step{index - 1}" if index else "layer_x")
    log.run("mask").graph(mask).graph(node_def("only", "relu"))
    log.run("two").graph(node_def("written", "relu")).value(
        records.text_value("keras", [json.dumps(KERAS)], meta=records.metadata("graph_keras_model"))
    )
    log.run("plain").scalars("loss", [1.0])


def opened(board: Board, run: str = "net", *, whole: bool = True, **link: object) -> Board:
    """The view over a graph; `whole`: all of the picture in sight, however small."""
    board.open(view="graphs", v_graph=json.dumps({"run": run, **link}))
    expect(boxes(board).first).to_be_visible()
    if whole:
        board.choose("More for Graphs", "Show all of it")
    return board


def canvas(board: Board) -> Locator:
    return board.page.get_by_role("application", name=re.compile(r"Graph of .* drawn"))


def boxes(board: Board) -> Locator:
    return board.page.locator(".scene .box")


def box(board: Board, title: str) -> Locator:
    return boxes(board).filter(has=board.page.locator(".title", has_text=re.compile(f"^{re.escape(title)}$")))


def group(board: Board, name: str) -> Locator:
    return board.page.locator(".scene .head").filter(has_text=re.compile(f"^{re.escape(name)}"))


def table(board: Board) -> Locator:
    return board.page.get_by_role("treegrid", name="Layers")


def row(board: Board, name: str) -> Locator:
    own = board.page.locator(".name > span", has_text=re.compile(f"^{re.escape(name)}$"))
    return table(board).locator("[id^=layer-]").filter(has=own)


def moved(board: Board) -> str:
    """Where the picture was moved, and how near."""
    return str(board.page.locator(".scene").get_attribute("transform"))


def link_of(board: Board) -> dict[str, Any]:
    text = board.page.evaluate("new URLSearchParams(location.search).get('v.graph')")
    return dict(json.loads(text)) if text else {}
