"""How smoothly charts move: the time of each frame while one zooms and pans over 100 runs of 10,000 points.

    python -m benchmarks.bench_page_charts [--runs 100] [--steps 10000] [--frames 120]

Serves a log directory, opens it in Chromium, shows every run on one full-width chart and turns the wheel (zoom) and drags
with Alt held (pan) once a frame. Figures: milliseconds between frames (what a person sees; 16.7 at 60 Hz) and milliseconds
of script a frame (what the page takes of them), at the median and the 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np
from benchmarks.processes import GlassboardServer
from benchmarks.results import Figures, median, percentile, write_results
from playwright.sync_api import Page, sync_playwright

from glassboard import SummaryWriter

_TAG = "loss"

# Sends one event a frame to the chart's plot area, and notes when frames began and how long their work took.
_MOVE = """
async ([kind, count]) => {
  const area = document.querySelector(".u-over");
  const box = area.getBoundingClientRect();
  const middle = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true, cancelable: true };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const between = [], work = [];
  let last = await frame();
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    if (kind === "zoom") {
      area.dispatchEvent(new WheelEvent("wheel", { ...middle, deltaY: index % 40 < 20 ? -20 : 20, ctrlKey: true }));
    } else {
      const shift = Math.sin((index / count) * 2 * Math.PI) * box.width * 0.3;
      const held = { altKey: true, buttons: 1, pointerId: 1, isPrimary: true };
      area.dispatchEvent(new PointerEvent("pointermove", { ...middle, clientX: middle.clientX + shift, ...held }));
    }
    // Effects and the drawing run as microtasks of the event.
    await Promise.resolve();
    await new Promise((done) => queueMicrotask(done));
    work.push(performance.now() - began);
    const now = await frame();
    between.push(now - last);
    last = now;
  }
  return { between, work };
}
"""


def write_log(folder: Path, runs: int, steps: int) -> None:
    """Curves that fall with noise, each a run."""
    generator = np.random.default_rng(0)
    for run in range(runs):
        curve = np.exp(-np.arange(steps) / steps * (2 + run % 5)) + 0.05 * generator.normal(size=steps)
        with SummaryWriter(str(folder / f"run{run:03}")) as writer:
            for step, value in enumerate(curve.tolist()):
                writer.add_scalar(_TAG, value, step)


def measure(page: Page, kind: str, frames: int) -> Figures:
    area = page.locator(".u-over").first.bounding_box()
    if area is None:
        raise SystemExit("the chart is not in sight")
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    if kind == "pan":
        page.keyboard.down("Alt")
        page.mouse.down()
    found = page.evaluate(_MOVE, [kind, frames])
    page.mouse.up()
    page.keyboard.up("Alt")
    figures: Figures = {}
    for name, times in (("frame_ms", found["between"]), ("script_ms", found["work"])):
        figures[f"{kind}_{name}"] = round(median(times), 2)
        figures[f"{kind}_{name}_95"] = round(percentile(times, 0.95), 2)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--frames", type=int, default=120, help="of each movement")
    parser.add_argument("--browser", default=os.environ.get("GLASSBOARD_BROWSER"), help="path of a Chromium")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        log = Path(scratch) / "log"
        write_log(log, arguments.runs, arguments.steps)
        (Path(scratch) / "cache").mkdir()
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        with GlassboardServer(log, Path(scratch) / "cache") as server:
            server.wait_complete(arguments.runs * arguments.steps)
            browser = playwright.chromium.launch(executable_path=arguments.browser, args=options)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{server.base}/?view=scalars&runs=all&v.cards=large")
            page.wait_for_selector(f'.chart[aria-label*=" {arguments.runs} runs"]')
            figures: Figures = {"runs": arguments.runs, "steps": arguments.steps, "frames": arguments.frames}
            for kind in ("zoom", "pan"):
                figures |= measure(page, kind, arguments.frames)
            browser.close()
    print(json.dumps(figures, indent=2))
    write_results("page_charts", figures)


if __name__ == "__main__":
    main()
