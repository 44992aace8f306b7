"""The page in a browser, beside TensorBoard's on the same log directories: how soon charts are seen, what that holds.

    python -m benchmarks.bench_page build/bench-data

- first load: bytes of the page as they travel, by sort, without the data of the log.
- open: from the navigation until every chart in sight shows its curves, over 1 M points, 500 runs and 2,000 runs, and
  the memory of the renderer then. The servers have read everything before.
- select-all: from the press until the charts show 2,000 runs.
- live: memory of the renderer before and after as many updates as an hour has at 100 events a second, at a higher rate.

TensorBoard is waited for `--limit-secs` at most; what took longer is null.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from benchmarks.make_data import LogdirFacts, make
from benchmarks.painted import OpenPage
from benchmarks.processes import GlassboardServer, ServerProcess, TensorBoardServer
from benchmarks.results import Figures, median, write_results
from playwright.sync_api import Playwright, sync_playwright

from glassboard import SummaryWriter

_PRESETS = ("scalars-1m", "runs-500", "many-runs")
_OURS = ".chart"
_THEIRS = "scalar-card"
_SELECT_ALL = "runs-data-table tb-data-table-header-cell mat-checkbox, runs-data-table mat-checkbox"
_PAGE_SORTS = ("Document", "Script", "Stylesheet", "Font")
_FIRST_LOAD_BUDGET_KB = 250
_LIVE_TAGS = 10


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def measure_first_load(playwright: Playwright, browser: str | None, server: ServerProcess) -> Figures:
    with OpenPage(playwright, browser) as opened:
        opened.page.goto(f"{server.base}/?view=scalars")
        opened.seconds_until_painted(_OURS, limit_secs=60)
        sent = {sort: round(opened.received.get(sort, 0) / 1000, 1) for sort in _PAGE_SORTS}
    code = sum(sent[sort] for sort in ("Document", "Script", "Stylesheet"))
    return {"kb_by_sort": sent, "code_kb": round(code, 1), "budget_kb": _FIRST_LOAD_BUDGET_KB}


def measure_open(
    playwright: Playwright, browser: str | None, address: str, charts: str, *, rounds: int, limit_secs: float
) -> Figures:
    seconds: list[float | None] = []
    memory: list[float] = []
    for _ in range(rounds):
        with OpenPage(playwright, browser) as opened:
            opened.page.goto(address, wait_until="commit")
            seconds.append(opened.seconds_until_painted(charts, limit_secs=limit_secs))
            memory.append(opened.renderer_mib())
            if seconds[-1] is None:
                break
    known = [each for each in seconds if each is not None]
    return {
        "seconds": rounded(median(known)) if len(known) == len(seconds) else None,
        "each": [rounded(each) for each in seconds],
        "renderer_mib": round(median(memory), 1),
    }


def measure_select_all(
    playwright: Playwright, browser: str | None, address: str, *, ours: bool, limit_secs: float
) -> Figures:
    with OpenPage(playwright, browser) as opened:
        page = opened.page
        page.goto(address, wait_until="commit")
        if ours:
            page.get_by_text("No run is shown", exact=False).first.wait_for()
            began = opened.clock()
            page.keyboard.press("a")
        else:
            box = page.locator(_SELECT_ALL).first
            box.wait_for()
            began = opened.clock()
            box.click()
        charts = _OURS if ours else _THEIRS
        found = opened.seconds_until_painted(charts, limit_secs=limit_secs, since=began)
        return {"seconds": rounded(found), "renderer_mib": round(opened.renderer_mib(), 1)}


def measure_live(
    playwright: Playwright, browser: str | None, folder: Path, *, events: int, secs: float
) -> Figures:
    """One run that grows by ten tags at a time while the page shows it."""
    log = folder / "live"
    steps = events // _LIVE_TAGS
    with SummaryWriter(str(log / "run")) as writer, GlassboardServer(log, folder / "cache-live") as server:
        for tag in range(_LIVE_TAGS):
            writer.add_scalar(f"live/{tag}", 1.0, 0)
        writer.flush()
        server.wait_complete(_LIVE_TAGS)
        with OpenPage(playwright, browser) as opened:
            opened.page.goto(f"{server.base}/?view=scalars&smoothing=0.6")
            opened.page.locator(_OURS).first.wait_for()
            # The first points are on the screen and what the start needed is given back.
            for step in range(1, 200):
                for tag in range(_LIVE_TAGS):
                    writer.add_scalar(f"live/{tag}", 1.0 / step, step)
            writer.flush()
            opened.seconds_until_painted(_OURS, limit_secs=60)
            before, heap_before = opened.renderer_mib(), opened.heap_mib()
            began = time.monotonic()
            for step in range(200, 200 + steps):
                for tag in range(_LIVE_TAGS):
                    writer.add_scalar(f"live/{tag}", 1.0 / (1 + step % 977), step)
                due = began + (step - 200) / steps * secs
                if due > time.monotonic():
                    # The page goes on only while somebody listens to its browser.
                    opened.page.wait_for_timeout(max(1.0, (due - time.monotonic()) * 1000))
            writer.flush()
            wanted = f"{_LIVE_TAGS * (200 + steps):,}"
            opened.page.get_by_text(wanted).first.wait_for(timeout=60_000)
            took = time.monotonic() - began
            return {
                "events": events, "events_per_second": round(events / took),
                "renderer_mib_before": round(before, 1), "renderer_mib_after": round(opened.renderer_mib(), 1),
                "heap_mib_before": round(heap_before, 1), "heap_mib_after": round(opened.heap_mib(), 1),
            }  # fmt: skip


def measure_preset(
    playwright: Playwright,
    browser: str | None,
    facts: LogdirFacts,
    folder: Path,
    *,
    rounds: int,
    limit_secs: float,
) -> Figures:
    many = facts.preset == "many-runs"
    found: Figures = {}
    with GlassboardServer(facts.path, folder / f"cache-{facts.preset}") as server:
        server.wait_complete(facts.point_count)
        if facts.preset == _PRESETS[0]:
            found["first_load"] = measure_first_load(playwright, browser, server)
        address = f"{server.base}/?view=scalars&runs=all"
        found["open"] = measure_open(
            playwright, browser, address, _OURS, rounds=rounds, limit_secs=limit_secs
        )
        if many:
            address = f"{server.base}/?view=scalars&runs=none"
            found["select_all"] = measure_select_all(
                playwright, browser, address, ours=True, limit_secs=limit_secs
            )
    with TensorBoardServer(facts.path) as server:
        server.wait_complete(facts)
        address = f"{server.base}/#timeseries"
        # With 2,000 runs it opens with none chosen: there is nothing to wait for before select-all.
        if many:
            found["tensorboard_select_all"] = measure_select_all(
                playwright, browser, address, ours=False, limit_secs=limit_secs
            )
        else:
            found["tensorboard_open"] = measure_open(
                playwright, browser, address, _THEIRS, rounds=rounds, limit_secs=limit_secs
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "root", type=Path, help="folder for the log directories; they are made where they are missing"
    )
    parser.add_argument("--presets", nargs="*", choices=_PRESETS, default=list(_PRESETS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the points, for a quick try")
    parser.add_argument("--rounds", type=int, default=3, help="openings of each page")
    parser.add_argument("--limit-secs", type=float, default=60.0, help="what takes longer is null")
    parser.add_argument("--live-events", type=int, default=360_000, help="an hour at 100 a second; 0: none")
    parser.add_argument("--live-secs", type=float, default=60.0, help="over which they are spread")
    parser.add_argument("--browser", default=os.environ.get("GLASSBOARD_BROWSER"), help="path of a Chromium")
    arguments = parser.parse_args()
    figures: Figures = {"scale": arguments.scale, "limit_secs": arguments.limit_secs}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        for name in arguments.presets:
            facts = make(arguments.root, name, scale=arguments.scale)
            found = measure_preset(
                playwright,
                arguments.browser,
                facts,
                folder,
                rounds=arguments.rounds,
                limit_secs=arguments.limit_secs,
            )
            figures[name] = found
            print(name, json.dumps(found, indent=1), flush=True)
        if arguments.live_events > 0:
            figures["live"] = measure_live(
                playwright, arguments.browser, folder, events=arguments.live_events, secs=arguments.live_secs
            )
            print("live", json.dumps(figures["live"], indent=1), flush=True)
    if arguments.scale == 1.0 and arguments.presets == list(_PRESETS):
        print(f"results: {write_results('page', figures)}")


if __name__ == "__main__":
    main()
