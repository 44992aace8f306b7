"""How the HParams view holds 2,000 runs: time to the painted lines, and frames while one brushes and drags an axis.

    python -m benchmarks.bench_hparams_page [--runs 2000] [--frames 120] [--rounds 3] [--no-tensorboard]

Writes runs of eight hyperparameters and four metrics, opens the view in a fresh Chromium context (nothing cached) and
measures until the first lines of the parallel coordinates are painted, and until all of them are. Then the end of a brush
moves up and down an axis, and an axis is dragged across the others, one event a frame: milliseconds between frames (16.7 at
60 Hz) and of script in each. TensorBoard's HParams opens the same log beside it, for at most `--patience` seconds: until its
table has rows (100 a page, as it comes), and from a press on its parallel coordinates until they have lines.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.frames import FrameEvent, frame_figures
from benchmarks.page_commands import add_browser_argument, add_tensorboard_arguments, launched, new_page
from benchmarks.processes import GlassboardServer, TensorBoardServer
from benchmarks.results import Figures, median, write_results
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from glassboard.testing import LogdirBuilder

_METRICS = ("accuracy/val", "loss/val", "accuracy/train", "loss/train")
_STEPS = 5
# The second canvas holds the lines of runs that are kept.
_PAINTED = """
() => new Promise((done) => {
  let first = 0, all = 0, last = -1, still = 0;
  const look = () => {
    const canvas = document.querySelectorAll(".plot canvas")[1];
    let filled = 0;
    if (canvas?.width) {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 3; at < data.length; at += 4) filled += data[at];
    }
    if (filled > 0 && first === 0) first = performance.now();
    still = filled > 0 && filled === last ? still + 1 : 0;
    last = filled;
    if (still === 0 && filled > 0) all = performance.now();
    if (still < 10) requestAnimationFrame(look);
    else done([first, all]);
  };
  look();
})
"""
_WITHIN_SHADOWS = """
  const within = (one) => (one.shadowRoot ? shadows(one.shadowRoot) : []);
  const shadows = (root) => [root, ...[...root.querySelectorAll("*")].flatMap(within)];
  const all = (selector) => shadows(document).flatMap((root) => [...root.querySelectorAll(selector)]);
"""
_TENSORBOARD_ROWS = f"""
() => {{ {_WITHIN_SHADOWS}
  return all("vaadin-grid-cell-content").filter((cell) => cell.textContent.trim() !== "" && cell.offsetHeight > 0).length; }}
"""
_TENSORBOARD_PARALLEL = f"""
() => {{ {_WITHIN_SHADOWS}
  const [tab] = all("paper-tab").filter((one) => /parallel/i.test(one.textContent));
  tab.click(); }}
"""
_TENSORBOARD_LINES = f"""
() => {{ {_WITHIN_SHADOWS}
  return all("tf-hparams-parallel-coords-plot").flatMap((plot) => [...(plot.shadowRoot ?? plot).querySelectorAll("path")])
    .filter((path) => (path.getAttribute("d") ?? "").length > 20 && !path.closest(".axis")).length; }}
"""


def write_log(folder: Path, run_count: int) -> None:
    """A random search: numbers over decades, whole numbers, texts and switches; one run in fifty learns nothing."""
    generator = np.random.default_rng(0)
    log = LogdirBuilder(folder)
    for number in range(run_count):
        rate = float(10 ** generator.uniform(-5, 0))
        hidden, depth = int(2 ** generator.integers(4, 10)), int(generator.integers(1, 9))
        values = {
            "lr": rate,
            "batch_size": float(2 ** generator.integers(3, 10)),
            "dropout": float(generator.uniform(0, 0.6)),
            "optimizer": ("adam", "sgd", "rmsprop", "adamw")[generator.integers(4)],
            "hidden": float(hidden),
            "depth": float(depth),
            "augment": bool(generator.integers(2)),
            "weight_decay": float(10 ** generator.uniform(-6, -2)),
        }
        top = 0.95 - 0.1 * abs(math.log10(rate) + 3) + float(generator.normal(0, 0.02))
        is_lost = number % 50 == 0
        run = log.run(f"search/{number:04}").hparams(values, metrics=[("", tag) for tag in _METRICS])
        for tag in _METRICS:
            end = 1 - top if "loss" in tag else top
            curve = [end + (0.5 - end) / (step + 1) for step in range(_STEPS)]
            run.scalars(tag, [math.nan] * _STEPS if is_lost and "loss" in tag else curve)


def opened(browser: Browser, address: str) -> tuple[Page, float, float]:
    """The page, and milliseconds from the navigation to the first lines and to all of them."""
    page = new_page(browser)
    page.goto(address, wait_until="commit")
    first, every = page.evaluate(_PAINTED)
    return page, float(first), float(every)


def middle(locator: Locator) -> tuple[float, float, float]:
    """x and y of the middle, and the height."""
    box = locator.bounding_box()
    if box is None:
        raise SystemExit(f"not in sight: {locator}")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"]


def brush(page: Page, frames: int) -> Figures:
    """From the top of the axis of the rate to places up and down it, so that few and many runs are kept."""
    selector = '[data-axis="h:lr"]'
    x, y, height = middle(page.locator(selector))
    page.mouse.move(x, y - height / 2 + 8)
    page.mouse.down()
    page.mouse.move(x, y)
    wave = [math.sin(3 * 2 * math.pi * at / frames) for at in range(frames)]
    figures = frame_figures(
        page, "brush", selector, [FrameEvent(x, y + 0.42 * height * each) for each in wave]
    )
    page.mouse.up()
    return figures


def drag_axis(page: Page, frames: int) -> Figures:
    x, y, _ = middle(page.get_by_role("button", name="Axis depth"))
    # The head hears of the movement, its button of the press.
    page.evaluate(
        "() => document.querySelector('button[aria-label=\"Axis depth\"]').closest('.head').setAttribute('data-dragged', '')"
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y)
    wave = [math.sin(2 * 2 * math.pi * at / frames) for at in range(frames)]
    figures = frame_figures(page, "drag", "[data-dragged]", [FrameEvent(x + 220 * each, y) for each in wave])
    page.mouse.move(x, y)
    page.mouse.up()
    return figures


def measure(browser: Browser, base: str, frames: int, rounds: int) -> Figures:
    times = []
    for _ in range(rounds):
        page, first, every = opened(browser, f"{base}/?view=hparams")
        times.append((first, every))
        page.context.close()
    page, _, _ = opened(browser, f"{base}/?view=hparams")
    figures: Figures = {
        "open_first_lines_ms": round(median([first for first, _ in times]), 1),
        "open_all_lines_ms": round(median([every for _, every in times]), 1),
        "open_all_lines_ms_worst": round(max(every for _, every in times), 1),
        "kept_of": page.get_by_role("group", name="Brushed runs").get_by_role("status").inner_text(),
    }
    # Dragged before anything is brushed, and again with faded lines behind those that are kept.
    figures |= drag_axis(page, frames)
    figures |= brush(page, frames)
    figures |= {f"brushed_{name}": value for name, value in drag_axis(page, frames).items()}
    page.context.close()
    return figures


def measure_tensorboard(page: Page, log: Path, patience_secs: float) -> Figures:
    """Null where it did not show rows or lines within `patience_secs`."""
    figures: Figures = {"tensorboard_patience_secs": patience_secs}
    with TensorBoardServer(log) as server:
        server.wait_for("/data/plugins_listing")
        figures["tensorboard_rows_ms"] = figures["tensorboard_lines_ms"] = None
        try:
            began = time.perf_counter()
            page.goto(f"{server.base}/#hparams", wait_until="commit")
            page.wait_for_function(f"({_TENSORBOARD_ROWS})() > 20", timeout=patience_secs * 1000)
            figures["tensorboard_rows_ms"] = round((time.perf_counter() - began) * 1000, 1)
            began = time.perf_counter()
            page.evaluate(_TENSORBOARD_PARALLEL)
            page.wait_for_function(f"({_TENSORBOARD_LINES})() > 20", timeout=patience_secs * 1000)
            figures["tensorboard_lines_ms"] = round((time.perf_counter() - began) * 1000, 1)
            figures["tensorboard_lines"] = page.evaluate(f"({_TENSORBOARD_LINES})()")
        except PlaywrightTimeout:
            pass
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--frames", type=int, default=120, help="of each movement")
    parser.add_argument("--rounds", type=int, default=3)
    add_tensorboard_arguments(parser)
    add_browser_argument(parser)
    arguments = parser.parse_args()
    figures: Figures = {
        "runs": arguments.runs,
        "frames": arguments.frames,
        "rounds": arguments.rounds,
        "load_average_1_min": round(os.getloadavg()[0], 2),
    }
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        log, cache = Path(scratch) / "log", Path(scratch) / "cache"
        write_log(log, arguments.runs)
        cache.mkdir()
        browser = launched(playwright, arguments.browser)
        with GlassboardServer(log, cache) as server:
            server.wait_complete(arguments.runs * len(_METRICS) * _STEPS)
            figures |= measure(browser, server.base, arguments.frames, arguments.rounds)
        if not arguments.no_tensorboard:
            figures |= measure_tensorboard(new_page(browser), log, arguments.patience)
        browser.close()
    print(json.dumps(figures, indent=2))
    if arguments.runs >= 2_000:
        write_results("hparams_page", figures)


if __name__ == "__main__":
    main()
