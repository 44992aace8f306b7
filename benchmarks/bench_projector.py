"""The projector from end to end: projections over HTTP beside the libraries called directly, and the drawing of many points.

    python -m benchmarks.bench_projector [--pca 50000] [--points 10000] [--drawn 100000] [--frames 60] [--no-page]

Vectors are groups of 784 numbers. Of each projection: seconds from the request to the first layout that the page could draw,
and to the last; of the library, seconds of the call in a process of its own, imports included, with the same parameters
and threads. PCA beside scikit-learn's randomised PCA. In the page (Chromium, WebGL drawn in software): milliseconds between
frames while 100,000 points are orbited.
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
from benchmarks.processes import GlassboardServer
from benchmarks.results import Figures, median, percentile, write_results
from playwright.sync_api import sync_playwright

from glassboard import SummaryWriter

_DIMENSIONS = 784
_GROUPS = 10

_DIRECT = {
    "pca": "from sklearn.decomposition import PCA; PCA(10, svd_solver='randomized', random_state=0).fit_transform(x)",
    "tsne": "from openTSNE import TSNE; TSNE(n_jobs=-1, random_state=42).fit(x)",
    "umap": "from umap import UMAP; UMAP(random_state=42, init='pca').fit_transform(x)",
}
"""The same number of iterations as the page asks for: 750, and 500 epochs up to 10,000 points."""

_ORBIT = """
async (count) => {
  const area = document.querySelector("[role=application][data-camera]");
  const box = area.getBoundingClientRect();
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const send = (kind, x) => area.dispatchEvent(new PointerEvent(kind, {
    clientX: box.left + x, clientY: box.top + 300, bubbles: true, pointerId: 1, isPrimary: true, button: 0, buttons: 1,
  }));
  area.setPointerCapture = () => {};
  send("pointerdown", 200);
  // What the graphics draw later is waited for, else frames of a slow card would count as fast ones.
  const canvas = area.querySelector("canvas").getContext("webgl2");
  const between = [];
  let last = await frame();
  for (let index = 0; index < count; index += 1) {
    send("pointermove", 210 + index * 4);
    const now = await frame();
    canvas.finish();
    canvas.readPixels(0, 0, 1, 1, canvas.RGBA, canvas.UNSIGNED_BYTE, new Uint8Array(4));
    between.push(performance.now() - last);
    last = performance.now();
  }
  send("pointerup", 200);
  return between;
}
"""


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


def orbit(base: str, browser: str | None, frames: int) -> Figures:
    options = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    options += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=options)
        page = opened.new_page(viewport={"width": 1440, "height": 900})
        link = json.dumps({"embedding": ["drawn", "points"], "dimensions": 3})
        began = time.perf_counter()
        page.goto(f"{base}/?view=projector&v.projector={quote(link)}")
        page.wait_for_selector("[role=application][data-camera]")
        page.get_by_text("points projected").wait_for()
        shown = time.perf_counter() - began
        times = page.evaluate(_ORBIT, frames)
        opened.close()
    return {
        "drawn_open_secs": round(shown, 2),
        "orbit_frame_ms": round(median(times), 1),
        "orbit_frame_ms_95": round(percentile(times, 0.95), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pca", type=int, default=50_000, help="points of PCA")
    parser.add_argument("--points", type=int, default=10_000, help="points of t-SNE and UMAP")
    parser.add_argument("--drawn", type=int, default=100_000, help="points drawn in the page")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--no-page", action="store_true")
    parser.add_argument("--browser", default=os.environ.get("GLASSBOARD_BROWSER"), help="path of a Chromium")
    arguments = parser.parse_args()
    figures: Figures = {"pca_points": arguments.pca, "points": arguments.points, "drawn": arguments.drawn}
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        (Path(scratch) / "cache").mkdir()
        files = {}
        for run, points in (("pca", arguments.pca), ("small", arguments.points)):
            files[run] = Path(scratch) / f"{run}.npy"
            np.save(files[run], vectors_of(points))
            with SummaryWriter(str(log / run)) as writer:
                writer.add_scalar("loss", 1.0, 0)
                writer.add_embedding(np.load(files[run]), tag="points")
        with SummaryWriter(str(log / "drawn")) as writer:
            writer.add_scalar("loss", 1.0, 0)
            drawn = vectors_of(arguments.drawn)[:, :32]
            writer.add_embedding(drawn, [f"g{row % _GROUPS}" for row in range(len(drawn))], tag="points")
        with GlassboardServer(log, Path(scratch) / "cache") as server:
            server.wait_complete(3)
            figures |= project(server.base, "pca", "pca")
            figures["pca_direct_secs"] = direct("pca", files["pca"])
            for algorithm in ("tsne", "umap"):
                figures |= project(server.base, "small", algorithm)
                figures[f"{algorithm}_direct_secs"] = direct(algorithm, files["small"])
            if not arguments.no_page:
                figures |= orbit(server.base, arguments.browser, arguments.frames)
    print(json.dumps(figures, indent=2))
    write_results("projector", figures)


if __name__ == "__main__":
    main()
