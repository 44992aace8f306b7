"""The projector from end to end: projections over HTTP beside the libraries called directly, and the drawing of many points.

    python -m benchmarks.bench_projector [--only pca tsne umap page] [--pca 50000] [--points 10000] [--drawn 100000]

Vectors are groups of 784 numbers. Of each projection: seconds from the request to the first layout that the page could draw,
and to the last; of the library, seconds of the call in a process of its own, imports and the reading of the file included,
with the same parameters. PCA beside scikit-learn's own choice of solver.

In the page (Chromium, a window of 1440 x 900 pixels), `--drawn` points are orbited in 3-D for `--frames` frames:
milliseconds between two frames, and their mean up to the moment at which the graphics have drawn the last one (`gl.finish`,
one pixel read back); how many points the page draws while the camera moves, which it chooses by how fast the machine
follows; and how long a picture of all of them takes once the camera rests. Drawn by SwiftShader, in software, unless `--gpu`
says to take what the machine has; the figures say by what.
A part that is measured alone replaces its own figures of the day and leaves the others.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from benchmarks.page_commands import add_browser_argument, launched
from benchmarks.processes import GlassboardServer
from benchmarks.results import Figures, median, percentile, write_results
from playwright.sync_api import sync_playwright

from glassboard import SummaryWriter

_DIMENSIONS = 784
_GROUPS = 10
_PARTS = ("pca", "tsne", "umap", "page")

_DIRECT = {
    "pca": "from sklearn.decomposition import PCA; PCA(10).fit_transform(x)",
    "tsne": "from openTSNE import TSNE; TSNE(n_jobs=-1, random_state=42, initialization='pca').fit(x)",
    "umap": "from umap import UMAP; UMAP(random_state=42, init='pca', n_jobs=1).fit_transform(x)",
}
"""The same number of iterations as the page asks for: 750, and 500 epochs up to 10,000 points."""

_ORBIT = """
async (count) => {
  const area = document.querySelector("[role=application][data-camera]");
  const box = area.getBoundingClientRect();
  const send = (kind, x) => area.dispatchEvent(new PointerEvent(kind, {
    clientX: box.left + x, clientY: box.top + 300, bubbles: true, pointerId: 1, isPrimary: true, button: 0, buttons: 1,
  }));
  area.setPointerCapture = () => {};
  const gl = area.querySelector("canvas").getContext("webgl2");
  const pixel = new Uint8Array(4);
  const draws = () => performance.getEntriesByName("projector-draw");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const waited = () => { gl.finish(); gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel); };
  send("pointerdown", 200);
  const before = draws().length;
  const began = performance.now();
  // As a hand does it: the pointer moves on, however long a picture takes.
  let moved = 0;
  const moving = setInterval(() => send("pointermove", 210 + ((moved += 1) % 100) * 4), 10);
  while (draws().length < before + count) await frame();
  clearInterval(moving);
  const starts = draws().slice(before).map(({ startTime }) => startTime);
  const between = starts.slice(1).map((start, index) => start - starts[index]);
  waited();
  const mean = (performance.now() - began) / starts.length;
  const points = draws().slice(before).map(({ detail }) => detail);
  // What was left out is drawn once the camera rests.
  const all = Math.max(...draws().map(({ detail }) => detail));
  const whole = [];
  for (let index = 0; index < 4; index += 1) {
    send("pointermove", 210 + index * 9);
    await frame();
    while (draws().at(-1).detail < all) await frame();
    waited();
    whole.push(performance.now() - draws().at(-1).startTime);
  }
  send("pointerup", 200);
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return { between, mean, points, whole, renderer: gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER) };
}
"""


_DRAWS = "performance.getEntriesByName('projector-draw').length"


def vectors_of(points: int) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(0)
    centres = random.normal(0, 3, (_GROUPS, _DIMENSIONS))
    return (centres[np.arange(points) % _GROUPS] + random.normal(size=(points, _DIMENSIONS))).astype(
        np.float32
    )


def ask(base: str, route: str, body: object = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/api/v1/{route}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def project(base: str, run: str, algorithm: str) -> Figures:
    """As the page does it: starts, then asks until it is done; what comes is read to its end."""
    began = time.perf_counter()
    question = {"run": run, "name": "points:00000", "algorithm": algorithm}
    key = json.loads(ask(base, "projections", question))["id"]
    version = 0
    first: float | None = None
    told: dict[str, Any] = {}
    while told.get("state") not in ("done", "failed", "stopped"):
        answer = ask(base, f"projection?id={key}&after={version}")
        told = json.loads(answer[8 : 8 + struct.unpack_from("<I", answer, 4)[0]])
        if told["version"] > version:
            version = told["version"]
            first = first or time.perf_counter() - began
        time.sleep(0.02)
    if told["state"] != "done" or first is None:
        raise SystemExit(f"{algorithm} {told['state']}: {told['error']}")
    figures: Figures = {
        f"{algorithm}_first_secs": round(first, 2),
        f"{algorithm}_secs": round(time.perf_counter() - began, 2),
        f"{algorithm}_layouts": version,
    }
    return figures


def direct(algorithm: str, file: Path) -> float:
    script = f"import numpy as np; x = np.load({str(file)!r}); {_DIRECT[algorithm]}"
    environment: dict[str, Any] = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, env=environment)
    return round(time.perf_counter() - began, 2)


def orbit(base: str, browser: str | None, frames: int, *, gpu: bool) -> Figures:
    options = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    if gpu:
        options = [
            "--use-gl=angle",
            "--use-angle=vulkan",
            "--enable-features=Vulkan",
            "--ignore-gpu-blocklist",
        ]
    with sync_playwright() as playwright:
        opened = launched(playwright, browser, options)
        page = opened.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        link = json.dumps({"embedding": ["drawn", "points"], "dimensions": 3})
        began = time.perf_counter()
        page.goto(f"{base}/?view=projector&v.projector={quote(link)}")
        page.get_by_text("points projected").wait_for()
        while not page.evaluate(_DRAWS):  # what waits in the page by itself would be refused by its policy
            time.sleep(0.02)
        shown = time.perf_counter() - began
        page.wait_for_load_state("networkidle")
        told = page.evaluate(_ORBIT, frames)
        opened.close()
    times = told["between"]
    return {
        "page_renderer": told["renderer"],
        "page_open_secs": round(shown, 2),
        "page_frame_ms_mean": round(told["mean"], 1),
        "page_frame_ms": round(median(times), 1),
        "page_frame_ms_95": round(percentile(times, 0.95), 1),
        "page_frames": len(times),
        "page_points_moving": round(median(told["points"])),
        "page_whole_ms": round(median(told["whole"]), 1),
    }


def log_vectors(log: Path, run: str, points: int, file: Path) -> None:
    """784 numbers a point; also as a NumPy file for the library."""
    vectors = vectors_of(points)
    np.save(file, vectors)
    with SummaryWriter(str(log / run)) as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_embedding(vectors, tag="points")


def measure(part: str, log: Path, scratch: Path, arguments: argparse.Namespace) -> Figures:
    figures: Figures = {}
    file = scratch / f"{part}.npy"
    if part == "page":
        drawn = vectors_of(arguments.drawn)[:, :32]
        with SummaryWriter(str(log / "drawn")) as writer:
            writer.add_scalar("loss", 1.0, 0)
            writer.add_embedding(drawn, [f"g{row % _GROUPS}" for row in range(len(drawn))], tag="points")
        figures["page_points"] = arguments.drawn
    else:
        points = arguments.pca if part == "pca" else arguments.points
        log_vectors(log, part, points, file)
        figures[f"{part}_points"] = points
    with GlassboardServer(log, scratch / "cache") as server:
        server.wait_complete(1)
        if part == "page":
            return figures | orbit(server.base, arguments.browser, arguments.frames, gpu=arguments.gpu)
        figures |= project(server.base, part, part)
    figures[f"{part}_direct_secs"] = direct(part, file)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=_PARTS)
    parser.add_argument("--pca", type=int, default=50_000, help="points of PCA")
    parser.add_argument("--points", type=int, default=10_000, help="points of t-SNE and UMAP")
    parser.add_argument("--drawn", type=int, default=100_000, help="points drawn in the page")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--gpu", action="store_true", help="draw with the machine's graphics card")
    add_browser_argument(parser)
    arguments = parser.parse_args()
    for part in arguments.only:
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "cache").mkdir()
            figures = measure(part, Path(scratch) / "log", Path(scratch), arguments)
        print(json.dumps(figures, indent=1), flush=True)
        write_results("projector", figures, keep=True)


if __name__ == "__main__":
    main()
