"""How long a graph of 20,000 nodes takes to open in the browser, from the address to the painted boxes; then one module.

    python -m benchmarks.bench_graph [--nodes 20000] [--rounds 5] [--frames 120] [--no-tensorboard]

Writes a network of modules within modules, and a flat graph of the same size without any scope. Serves each, opens its
Graphs view in a fresh Chromium context (nothing cached) and measures until the boxes of the picture are painted: two frames
after they are in the document. `server_ms` is the answer of `GET graph` alone. TensorBoard's graph view opens the first of
them beside it, for at most `--patience` seconds.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
from pathlib import Path

from benchmarks.frames import FrameEvent, frame_figures
from benchmarks.page_commands import add_browser_argument, add_tensorboard_arguments, launched, new_page
from benchmarks.processes import GlassboardServer, TensorBoardServer
from benchmarks.results import Figures, median, write_results
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from glassboard.codec.payloads.graph import encode_graph_def
from glassboard.codec.payloads.model_graph import Attribute, ModelGraph, Node, Role, Source, TensorSpec
from glassboard.testing import LogdirBuilder

_PAINTED = """
() => new Promise((done) => {
  const look = () => {
    if (document.querySelectorAll(".scene .box").length === 0) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
  };
  look();
})
"""
_OPEN = """
() => new Promise((done) => {
  const before = document.querySelectorAll(".scene .group").length;
  const began = performance.now();
  const { left, top, width, height } = document.querySelector(".scene .box .grip").getBoundingClientRect();
  const place = { bubbles: true, button: 0, buttons: 1, clientX: left + width / 2, clientY: top + height / 2, pointerId: 1 };
  const grip = document.querySelector(".scene .box .grip");
  grip.dispatchEvent(new PointerEvent("pointerdown", place));
  grip.dispatchEvent(new PointerEvent("pointerup", { ...place, buttons: 0 }));
  const look = () => {
    if (document.querySelectorAll(".scene .group").length <= before) return requestAnimationFrame(look);
    requestAnimationFrame(() => done(performance.now() - began));
  };
  look();
})
"""
_TENSORBOARD_NODES = """
() => {
  const within = (one) => (one.shadowRoot ? shadows(one.shadowRoot) : []);
  const shadows = (root) => [root, ...[...root.querySelectorAll("*")].flatMap(within)];
  return shadows(document).reduce((count, root) => count + root.querySelectorAll("g.node").length, 0);
}
"""
_LAYERS_A_BLOCK = 20
_BLOCKS_A_STAGE = 20


def nested_graph(node_count: int) -> bytes:
    """Stages of blocks of layers; a layer is a convolution with its weights and an activation."""
    maps, weights = TensorSpec((32, 64, 56, 56), "float32"), TensorSpec((64, 64, 3, 3), "float32")
    offsets = TensorSpec((64,), "float32")
    nodes = [Node("input/images", Role.INPUT, "Input", "", (), (maps,), {}, None, 25_690_112)]
    before, layer = nodes[0].name, 0
    while len(nodes) < node_count:
        block = layer // _LAYERS_A_BLOCK
        path = f"stage{block // _BLOCKS_A_STAGE}.block{block % _BLOCKS_A_STAGE}.{layer % _LAYERS_A_BLOCK}"
        stage, inner, number = path.split(".")
        scope = f"Net/{stage}/{inner}/Conv2d[{number}]"
        parameter: dict[str, Attribute] = {"parameter_count": 36_864, "trainable": True}
        bias: dict[str, Attribute] = {"parameter_count": 64, "trainable": True}
        sources = (
            Source(before, 0, "input"), Source(f"{scope}/weight", 0, "weight"), Source(f"{scope}/bias", 0, "bias")
        )  # fmt: skip
        result = (Source(f"{scope}/conv2d", 0, "input"),)
        arguments: dict[str, Attribute] = {
            "stride": (1, 1),
            "padding": (1, 1),
            "dilation": (1, 1),
            "groups": 1,
        }
        nodes += [
            Node(f"{scope}/weight", Role.PARAMETER, "Parameter", path, (), (weights,), parameter, None, 147_456),
            Node(f"{scope}/bias", Role.PARAMETER, "Parameter", path, (), (offsets,), bias, None, 256),
            Node(f"{scope}/conv2d", Role.OPERATION, "conv2d", path, sources, (maps,), arguments, 7_398_752_256, 25_690_112),
            Node(f"{scope}/relu", Role.OPERATION, "relu", path, result, (maps,), {}, 6_422_528, 25_690_112),
        ]  # fmt: skip
        before, layer = f"{scope}/relu", layer + 1
    return encode_graph_def(ModelGraph((), tuple(nodes)))


def flat_graph(node_count: int) -> bytes:
    """A chain without a scope, each node with a second input from a hundred before."""
    spec = TensorSpec((64, 256), "float32")
    nodes = []
    for index in range(node_count):
        sources = [Source(f"op{at}", 0, "input") for at in (index - 1, index - 100) if at >= 0]
        nodes.append(Node(f"op{index}", Role.OPERATION, f"kind{index % 7}", "", tuple(sources), (spec,)))
    return encode_graph_def(ModelGraph((), tuple(nodes)))


def opened_ms(browser: Browser, address: str) -> tuple[float, float]:
    """From the navigation to the painted picture, and from a press on a group to what is in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    painted = float(page.evaluate(_PAINTED))
    inside = float(page.evaluate(_OPEN))
    context.close()
    return painted, inside


def moved(browser: Browser, address: str, frames: int) -> Figures:
    """Frames of a drag and of the wheel, of the picture as it opens and with every group open that can be."""
    page = new_page(browser)
    page.goto(address, wait_until="commit")
    page.evaluate(_PAINTED)
    figures: Figures = {}
    for prefix in ("", "full_"):
        if prefix:
            before = page.locator(".scene .box").count()
            page.get_by_role("group", name="Picture").get_by_role("button", name="Open all").click()
            page.wait_for_function(
                "(count) => document.querySelectorAll('.scene .box').length > count", arg=before
            )
        figures[f"{prefix}boxes"] = page.locator(".scene .box").count()
        box = page.locator(".canvas").bounding_box()
        if box is None:
            raise SystemExit("the picture is not in sight")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        # The first movement begins the drag.
        page.mouse.move(x + 8, y)
        wave = [math.sin(2 * 2 * math.pi * at / frames) for at in range(frames)]
        drag = [FrameEvent(x + 180 * each, y + 90 * each) for each in wave]
        figures |= frame_figures(page, f"{prefix}pan", ".canvas", drag)
        page.mouse.up()
        turns = [FrameEvent(x, y, wheel=-60.0 if at % 40 < 20 else 60.0) for at in range(frames)]
        figures |= frame_figures(page, f"{prefix}zoom", ".canvas", turns)
    page.context.close()
    return figures


def measure(browser: Browser, log: Path, cache: Path, rounds: int, frames: int) -> Figures:
    cache.mkdir()
    with GlassboardServer(log, cache) as server:
        server.wait_complete(1)
        began = time.perf_counter()
        answer = server.http.get(
            "/api/v1/graph", params={"run": "model", "tag": "__run_graph__", "sample": 0}
        )
        server_ms = (time.perf_counter() - began) * 1000
        times = [opened_ms(browser, f"{server.base}/?view=graphs") for _ in range(rounds)]
        frame_times = moved(browser, f"{server.base}/?view=graphs", frames)
    return {
        "nodes": len(answer.json()["names"]),
        "answer_bytes": len(answer.content),
        "server_ms": round(server_ms, 1),
        "open_ms": round(median([first for first, _ in times]), 1),
        "open_ms_worst": round(max(first for first, _ in times), 1),
        "open_module_ms": round(median([second for _, second in times]), 1),
        **frame_times,
    }


def measure_tensorboard(page: Page, log: Path, patience_secs: float) -> Figures:
    """Until it draws the first boxes of its picture; null where it did not within `patience_secs`."""
    with TensorBoardServer(log) as server:
        server.wait_for("/data/plugin/graphs/info")
        began = time.perf_counter()
        page.goto(f"{server.base}/#graphs", wait_until="commit")
        try:
            page.wait_for_function(f"({_TENSORBOARD_NODES})() > 0", timeout=patience_secs * 1000)
        except PlaywrightTimeout:
            return {"tensorboard_open_ms": None, "tensorboard_patience_secs": patience_secs}
        return {"tensorboard_open_ms": round((time.perf_counter() - began) * 1000, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=120, help="of each movement")
    add_tensorboard_arguments(parser)
    add_browser_argument(parser)
    arguments = parser.parse_args()
    figures: Figures = {"rounds": arguments.rounds, "load_average_1_min": round(os.getloadavg()[0], 2)}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = launched(playwright, arguments.browser)
        for name, make in (("nested", nested_graph), ("flat", flat_graph)):
            log = Path(scratch) / name
            LogdirBuilder(log).run("model").graph(make(arguments.nodes))
            cache = Path(scratch) / f"{name}-cache"
            figures[name] = measure(browser, log, cache, arguments.rounds, arguments.frames)
        if not arguments.no_tensorboard:
            figures |= measure_tensorboard(new_page(browser), Path(scratch) / "nested", arguments.patience)
        browser.close()
    print(json.dumps(figures, indent=2))
    if arguments.nodes >= 20_000:
        write_results("graph", figures)


if __name__ == "__main__":
    main()
