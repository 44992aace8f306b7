"""How smoothly charts move: the time of each frame while one zooms and pans over 100 runs of 10,000 points.

    python -m benchmarks.bench_page_charts [--runs 100] [--steps 10000] [--frames 120]

Serves a log directory, opens it in Chromium, shows every run on one full-width chart and turns the wheel (zoom) and drags
with Alt held (pan) once a frame. Figures: milliseconds between frames (what a person sees; 16.7 at 60 Hz) and milliseconds
of script a frame (what the page takes of them), at the median and the 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path

import numpy as np
from benchmarks.frames import FrameEvent, frame_figures
from benchmarks.page_commands import add_browser_argument, launched, new_page
from benchmarks.processes import GlassboardServer
from benchmarks.results import Figures, write_results
from playwright.sync_api import Page, sync_playwright

from glassboard import SummaryWriter

_TAG = "loss"
_AREA = ".u-over"


def write_log(folder: Path, runs: int, steps: int) -> None:
    """Curves that fall with noise, each a run."""
    generator = np.random.default_rng(0)
    for run in range(runs):
        curve = np.exp(-np.arange(steps) / steps * (2 + run % 5)) + 0.05 * generator.normal(size=steps)
        with SummaryWriter(str(folder / f"run{run:03}")) as writer:
            for step, value in enumerate(curve.tolist()):
                writer.add_scalar(_TAG, value, step)


def measure(page: Page, kind: str, frames: int) -> Figures:
    box = page.locator(_AREA).first.bounding_box()
    if box is None:
        raise SystemExit("the chart is not in sight")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    if kind == "zoom":
        turns = [FrameEvent(x, y, -20.0 if at % 40 < 20 else 20.0, "ctrlKey") for at in range(frames)]
        return frame_figures(page, kind, _AREA, turns)
    page.keyboard.down("Alt")
    page.mouse.down()
    shifts = [0.3 * box["width"] * math.sin(2 * math.pi * at / frames) for at in range(frames)]
    figures = frame_figures(page, kind, _AREA, [FrameEvent(x + each, y, key="altKey") for each in shifts])
    page.mouse.up()
    page.keyboard.up("Alt")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--frames", type=int, default=120, help="of each movement")
    add_browser_argument(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        log = Path(scratch) / "log"
        write_log(log, arguments.runs, arguments.steps)
        (Path(scratch) / "cache").mkdir()
        with GlassboardServer(log, Path(scratch) / "cache") as server:
            server.wait_complete(arguments.runs * arguments.steps)
            browser = launched(playwright, arguments.browser)
            page = new_page(browser)
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
