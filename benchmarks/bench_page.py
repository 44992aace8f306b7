"""The page in a browser, beside TensorBoard's on the same log directories: how soon charts are seen, what that holds.

    python -m benchmarks.bench_page build/bench-data
    python -m benchmarks.bench_page build/bench-data --only open-1m live

- first-load: bytes of the page as they travel, by sort, without the data of the log.
- open-1m, open-500, open-2000: from the navigation until every chart in sight shows its curves, over 1 M points, 500 runs
  and 2,000 runs, and the memory of the renderer then. The servers have read everything before.
- select-all: from the press until the charts show 2,000 runs.
- live: memory of the renderer before and after as many updates as an hour has at 100 events a second, at a higher rate.
- tensorboard-open-1m, tensorboard-open-500, tensorboard-open-2000, tensorboard-select-all: the same of TensorBoard's Time
  Series, which opens with none of 2,000 runs chosen.

Every figure is printed as it is known. What takes longer than `--limit-secs`, or fails, is null, with the reason.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_data import LogdirFacts, make
from benchmarks.page_commands import add_browser_argument
from benchmarks.painted import OpenPage
from benchmarks.processes import GlassboardServer, TensorBoardServer
from benchmarks.results import Figures, median, write_results
from playwright.sync_api import Error, Playwright, sync_playwright

from glassboard import SummaryWriter

_OURS = ".chart"
_THEIRS = "scalar-card"
_SELECT_ALL = "runs-data-table tb-data-table-header-cell mat-checkbox, runs-data-table mat-checkbox"
_PAGE_SORTS = ("Document", "Script", "Stylesheet", "Font")
_FIRST_LOAD_BUDGET_KB = 250
_LIVE_TAGS = 10


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part needs."""

    playwright: Playwright
    browser: str | None
    root: Path
    scratch: Path
    scale: float
    rounds: int
    limit_secs: float
    live_events: int
    live_secs: float

    def facts(self, preset: str) -> LogdirFacts:
        return make(self.root, preset, scale=self.scale)

    def served(self, facts: LogdirFacts) -> GlassboardServer:
        return GlassboardServer(facts.path, self.scratch / f"cache-{facts.preset}")

    def opened(self, *, more_secs: float = 0.0) -> OpenPage:
        # What is measured is waited for `limit_secs`; starting the browser and reading its memory come on top.
        return OpenPage(self.playwright, self.browser, give_up_secs=self.limit_secs + 30.0 + more_secs)


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def measure_first_load(bench: Bench) -> Figures:
    facts = bench.facts("scalars-1m")
    with bench.served(facts) as server:
        server.wait_complete(facts.point_count)
        with bench.opened() as opened:
            opened.page.goto(f"{server.base}/?view=scalars")
            opened.seconds_until_painted(_OURS, limit_secs=bench.limit_secs)
            sent = {sort: round(opened.received.get(sort, 0) / 1000, 1) for sort in _PAGE_SORTS}
    code = sum(sent[sort] for sort in ("Document", "Script", "Stylesheet"))
    return {"kb_by_sort": sent, "code_kb": round(code, 1), "budget_kb": _FIRST_LOAD_BUDGET_KB}


def open_often(bench: Bench, address: str, charts: str) -> Figures:
    seconds: list[float | None] = []
    memory: list[float] = []
    for _ in range(bench.rounds):
        with bench.opened() as opened:
            opened.page.goto(address, wait_until="commit")
            seconds.append(opened.seconds_until_painted(charts, limit_secs=bench.limit_secs))
            memory.append(opened.renderer_mib())
            if seconds[-1] is None:
                break
    known = [each for each in seconds if each is not None]
    return {
        "seconds": rounded(median(known)) if len(known) == len(seconds) else None,
        "each": [rounded(each) for each in seconds],
        "renderer_mib": round(median(memory), 1),
    }


def measure_open(preset: str) -> Callable[[Bench], Figures]:
    def measure(bench: Bench) -> Figures:
        facts = bench.facts(preset)
        with bench.served(facts) as server:
            server.wait_complete(facts.point_count)
            return open_often(bench, f"{server.base}/?view=scalars&runs=all", _OURS)

    return measure


def measure_tensorboard_open(preset: str) -> Callable[[Bench], Figures]:
    def measure(bench: Bench) -> Figures:
        facts = bench.facts(preset)
        with TensorBoardServer(facts.path) as server:
            server.wait_complete(facts)
            return open_often(bench, f"{server.base}/#timeseries", _THEIRS)

    return measure


def measure_select_all(bench: Bench) -> Figures:
    facts = bench.facts("many-runs")
    with bench.served(facts) as server:
        server.wait_complete(facts.point_count)
        with bench.opened() as opened:
            page = opened.page
            page.goto(f"{server.base}/?view=scalars&runs=none", wait_until="commit")
            page.get_by_text("No run is shown", exact=False).first.wait_for()
            began = opened.clock()
            page.keyboard.press("a")
            seconds = opened.seconds_until_painted(_OURS, limit_secs=bench.limit_secs, since=began)
            return {"seconds": rounded(seconds), "renderer_mib": round(opened.renderer_mib(), 1)}


def measure_tensorboard_select_all(bench: Bench) -> Figures:
    """With 2,000 runs it opens with none chosen: there is nothing to wait for before."""
    facts = bench.facts("many-runs")
    with TensorBoardServer(facts.path) as server:
        server.wait_complete(facts)
        with bench.opened() as opened:
            page = opened.page
            page.goto(f"{server.base}/#timeseries", wait_until="commit")
            box = page.locator(_SELECT_ALL).first
            box.wait_for()
            began = opened.clock()
            box.click()
            seconds = opened.seconds_until_painted(_THEIRS, limit_secs=bench.limit_secs, since=began)
            return {"seconds": rounded(seconds), "renderer_mib": round(opened.renderer_mib(), 1)}


def measure_live(bench: Bench) -> Figures:
    """One run that grows by ten tags at a time while the page shows it."""
    log = bench.scratch / "live"
    steps = bench.live_events // _LIVE_TAGS
    with (
        SummaryWriter(str(log / "run")) as writer,
        GlassboardServer(log, bench.scratch / "cache-live") as server,
    ):
        for tag in range(_LIVE_TAGS):
            writer.add_scalar(f"live/{tag}", 1.0, 0)
        writer.flush()
        server.wait_complete(_LIVE_TAGS)
        with bench.opened(more_secs=10 * bench.live_secs) as opened:
            opened.page.goto(f"{server.base}/?view=scalars&smoothing=0.6")
            opened.page.locator(_OURS).first.wait_for()
            # The first points are on the screen and what the start needed is given back.
            for step in range(1, 200):
                for tag in range(_LIVE_TAGS):
                    writer.add_scalar(f"live/{tag}", 1.0 / step, step)
            writer.flush()
            opened.seconds_until_painted(_OURS, limit_secs=bench.limit_secs)
            before, heap_before = opened.renderer_mib(), opened.heap_mib()
            began = time.monotonic()
            for step in range(200, 200 + steps):
                for tag in range(_LIVE_TAGS):
                    writer.add_scalar(f"live/{tag}", 1.0 / (1 + step % 977), step)
                due = began + (step - 200) / steps * bench.live_secs
                if due > time.monotonic():
                    # The page goes on only while somebody listens to its browser.
                    opened.page.wait_for_timeout(max(1.0, (due - time.monotonic()) * 1000))
            writer.flush()
            wanted = f"{_LIVE_TAGS * (200 + steps):,}"
            opened.page.get_by_text(wanted).first.wait_for(timeout=bench.limit_secs * 1000)
            took = time.monotonic() - began
            return {
                "events": bench.live_events, "events_per_second": round(bench.live_events / took),
                "renderer_mib_before": round(before, 1), "renderer_mib_after": round(opened.renderer_mib(), 1),
                "heap_mib_before": round(heap_before, 1), "heap_mib_after": round(opened.heap_mib(), 1),
            }  # fmt: skip


PARTS: dict[str, Callable[[Bench], Figures]] = {
    "first-load": measure_first_load,
    "open-1m": measure_open("scalars-1m"),
    "open-500": measure_open("runs-500"),
    "open-2000": measure_open("many-runs"),
    "select-all": measure_select_all,
    "live": measure_live,
    "tensorboard-open-1m": measure_tensorboard_open("scalars-1m"),
    "tensorboard-open-500": measure_tensorboard_open("runs-500"),
    "tensorboard-open-2000": measure_tensorboard_open("many-runs"),
    "tensorboard-select-all": measure_tensorboard_select_all,
}


def measured(name: str, bench: Bench) -> Figures:
    """What a part found; what went wrong is a figure too."""
    try:
        return PARTS[name](bench)
    except (Error, TimeoutError) as error:
        return {"seconds": None, "reason": str(error).strip().splitlines()[0]}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "root", type=Path, help="folder for the log directories; they are made where they are missing"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the points, for a quick try")
    parser.add_argument("--rounds", type=int, default=3, help="openings of each page")
    parser.add_argument("--limit-secs", type=float, default=60.0, help="what takes longer is null")
    parser.add_argument("--live-events", type=int, default=360_000, help="an hour at 100 a second")
    parser.add_argument("--live-secs", type=float, default=60.0, help="over which they are spread")
    add_browser_argument(parser)
    arguments = parser.parse_args()
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        bench = Bench(
            playwright=playwright,
            browser=arguments.browser,
            root=arguments.root,
            scratch=Path(scratch),
            scale=arguments.scale,
            rounds=arguments.rounds,
            limit_secs=arguments.limit_secs,
            live_events=arguments.live_events,
            live_secs=arguments.live_secs,
        )
        for name in arguments.only:
            figures[name] = measured(name, bench)
            print(name, json.dumps(figures[name]), flush=True)
    if arguments.scale == 1.0:
        figures["limit_secs"] = arguments.limit_secs
        print(f"results: {write_results('page', figures, keep=True)}")


if __name__ == "__main__":
    main()
