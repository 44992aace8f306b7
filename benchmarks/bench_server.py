"""The server: how soon everything is there, what it holds in memory, how fast charts are answered, how late live data is.

    python -m benchmarks.bench_server build/bench-data

- start: from the start of the process until every point can be asked for; cold (no cache), and warm (the same directory
  a second time, where a cache was kept), beside TensorBoard on the same directory.
- memory: resident bytes over those of a server on an empty directory, a scalar point.
- latency: the requests of the budget table, as the page asks them, beside TensorBoard's `timeSeries` for the same tags.
- live: from the writer's flush until the server's event arrives, and until the new point has come over HTTP.
- idle: processor time while nothing is written, with one page listening, beside TensorBoard with as much loaded.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from benchmarks.make_data import LogdirFacts, make
from benchmarks.processes import GlassboardServer, ServerProcess, TensorBoardServer
from benchmarks.results import Figures, median, percentile, write_results

from glassboard import SummaryWriter

_SETTLE_SECS = 1.0
_IDLE_AFTER_SECS = 5.0
_WARM_UP_REQUESTS = 2
_LIVE_TAG = "live"


@dataclass(frozen=True, slots=True)
class Chart:
    """A request of the budget table."""

    name: str
    preset: str
    tag_count: int
    max_points: int
    """Points a line, as the page asks for that many lines."""
    tensorboard_requests: int
    """Few where each takes many seconds."""


CHARTS = (
    Chart("one tag, 10 runs", "scalars-1m", 1, 1000, 10),
    Chart("10 tags, 100 runs", "scalars-10m", 10, 300, 1),
    Chart("one tag, one run of 2,000,000 points", "long-run", 1, 2000, 5),
    Chart("one tag, 2,000 runs", "many-runs", 1, 40, 2),
)


def timed_ms(work: Callable[[], bytes], count: int) -> tuple[list[float], int]:
    """Milliseconds of each call, and bytes of the last answer."""
    times, size_bytes = [], 0
    for _ in range(count):
        began = time.perf_counter()
        size_bytes = len(work())
        times.append((time.perf_counter() - began) * 1e3)
    return times, size_bytes


def empty_server_bytes(folder: Path) -> int:
    """What the server holds before any data."""
    (folder / "empty").mkdir()
    with GlassboardServer(folder / "empty", folder / "cache-empty") as server:
        server.wait_for("/api/v1/health")
        time.sleep(_SETTLE_SECS)
        return server.resident_bytes()


def measure_start(facts: LogdirFacts, folder: Path, *, rounds: int, empty_bytes: int) -> Figures:
    """Cold and warm, by turns, each with everything that a new process has to do."""
    cold, warm, first_answers, resident = [], [], [], []
    for number in range(rounds):
        cache = folder / f"cache-{facts.preset}-{number}"
        cache.mkdir()
        with GlassboardServer(facts.path, cache) as server:
            first, complete = server.wait_complete(facts.point_count)
            first_answers.append(first)
            cold.append(complete)
            time.sleep(_SETTLE_SECS)
            resident.append(server.resident_bytes())
        with GlassboardServer(facts.path, cache) as server:
            warm.append(server.wait_complete(facts.point_count)[1])
    return {
        "points": facts.point_count,
        "first_answer_secs": round(median(first_answers), 3),
        "cold_secs": round(median(cold), 3),
        "warm_secs": round(median(warm), 3),
        "resident_mib": round(median(resident) / 2**20, 1),
        "resident_bytes_a_point": round((median(resident) - empty_bytes) / facts.point_count, 1),
        "rounds": rounds,
    }


def measure_charts(charts: Sequence[Chart], facts: LogdirFacts, *, requests: int) -> Figures:
    """Ours and TensorBoard's for each chart over one log directory, both servers up at the same time."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as cache, GlassboardServer(facts.path, Path(cache)) as ours:
        ours.wait_complete(facts.point_count)
        with TensorBoardServer(facts.path) as theirs:
            _, complete = theirs.wait_complete(facts)
            figures["tensorboard_start_secs"] = round(complete, 3)
            for chart in charts:
                figures[chart.name] = _measure_chart(chart, facts, ours, theirs, requests=requests)
    return figures


def _measure_chart(
    chart: Chart, facts: LogdirFacts, ours: GlassboardServer, theirs: TensorBoardServer, *, requests: int
) -> Figures:
    tags = facts.tag_names[: chart.tag_count]

    def ask() -> bytes:
        return ours.scalars(facts.run_names, tags, chart.max_points)

    timed_ms(ask, _WARM_UP_REQUESTS)
    used = ours.processor_secs()
    times, size_bytes = timed_ms(ask, requests)
    used = ours.processor_secs() - used
    tensorboard, tensorboard_bytes = timed_ms(lambda: theirs.time_series(tags), chart.tensorboard_requests)
    return {
        "series": len(tags) * len(facts.run_names),
        "points": len(tags) * len(facts.run_names) * facts.step_count,
        "glassboard_ms": round(median(times), 2),
        "glassboard_worst_ms": round(max(times), 2),
        "glassboard_processor_ms": round(used / requests * 1e3, 2),
        "glassboard_bytes": size_bytes,
        "max_points_a_series": chart.max_points,
        "tensorboard_ms": round(median(tensorboard), 2),
        "tensorboard_bytes": tensorboard_bytes,
        "times_as_fast_as_tensorboard": round(median(tensorboard) / median(times), 1),
        "requests": requests,
        "tensorboard_requests": chart.tensorboard_requests,
    }


class _Events:
    """Listens to the server's events; `arrived` is when the newest one came."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._news = threading.Condition()
        self._arrivals: list[float] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            with httpx.stream("GET", f"{self._base}/api/v1/events", timeout=None) as stream:
                for line in stream.iter_lines():
                    if line.startswith("data:"):
                        with self._news:
                            self._arrivals.append(time.perf_counter())
                            self._news.notify_all()
        except httpx.TransportError:
            pass  # the server has ended

    def first_after(self, moment: float) -> float:
        """When the first event after `moment` came; waits for it."""
        with self._news:
            while True:
                later = [arrival for arrival in self._arrivals if arrival > moment]
                if later:
                    return later[0]
                if not self._news.wait(10):
                    raise SystemExit("no event within 10 s of a flush")


def measure_live(facts: LogdirFacts, folder: Path, *, flushes: int) -> Figures:
    """A writer joins the log directory of `facts` (as a copy of links), and is followed."""
    logdir = folder / f"live-{facts.preset}"
    logdir.mkdir()
    for run in facts.run_names:
        (logdir / run).symlink_to(facts.path / run, target_is_directory=True)
    to_event, to_point = [], []
    generator = random.Random(0)
    with (
        GlassboardServer(logdir, folder / "cache-live") as server,
        SummaryWriter(str(logdir / "live-run")) as writer,
    ):
        server.wait_complete(0)
        events = _Events(server.base)
        events.first_after(0)
        for step in range(flushes):
            time.sleep(0.3 + generator.random() * 0.3)  # at any phase of whatever the server polls
            writer.add_scalar(_LIVE_TAG, 0.5, step)
            flushing = time.perf_counter()
            writer.flush()
            flushed = time.perf_counter()
            to_event.append(max(events.first_after(flushing) - flushed, 0.0) * 1e3)
            while not _holds(server.scalars(["live-run"], [_LIVE_TAG], 1000), step):
                if time.perf_counter() - flushed > 10:
                    raise SystemExit(f"step {step} was not there 10 s after its flush")
                time.sleep(0.002)
            to_point.append((time.perf_counter() - flushed) * 1e3)
    return {
        "runs": len(facts.run_names) + 1,
        "flush_to_event_ms": round(median(to_event), 1),
        "flush_to_event_ms_95": round(percentile(to_event, 0.95), 1),
        "flush_to_point_ms": round(median(to_point), 1),
        "flush_to_point_ms_95": round(percentile(to_point, 0.95), 1),
        "flushes": flushes,
    }


def measure_idle(facts: LogdirFacts, folder: Path, *, secs: float) -> Figures:
    """Processor time that waiting costs, once everything was read and a few seconds have passed."""
    cache = folder / f"cache-idle-{facts.preset}"
    cache.mkdir()
    with GlassboardServer(facts.path, cache) as server:
        server.wait_complete(facts.point_count)
        _Events(server.base).first_after(0)
        ours = _idle_share(server, secs)
    with TensorBoardServer(facts.path) as theirs:
        theirs.wait_complete(facts)
        tensorboard = _idle_share(theirs, secs)
    return {
        "runs": len(facts.run_names),
        "glassboard_percent_of_a_core": round(ours * 100, 2),
        "tensorboard_percent_of_a_core": round(tensorboard * 100, 2),
        "secs": secs,
    }


def _idle_share(server: ServerProcess, secs: float) -> float:
    time.sleep(_IDLE_AFTER_SECS)
    used, began = server.processor_secs(), time.perf_counter()
    time.sleep(secs)
    return (server.processor_secs() - used) / (time.perf_counter() - began)


def _holds(answer: bytes, step: int) -> bool:
    size = int.from_bytes(answer[4:8], "little")
    series = json.loads(answer[8 : 8 + size])["series"][0]
    return bool(series["found"] and series["total"] > step)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "root", type=Path, help="folder for the log directories; they are made where they are missing"
    )
    parser.add_argument("--presets", nargs="+", choices=[chart.preset for chart in CHARTS])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the points, for a quick try")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each sort")
    parser.add_argument("--requests", type=int, default=20, help="requests for each chart")
    parser.add_argument("--flushes", type=int, default=25)
    parser.add_argument("--idle-secs", type=float, default=20.0)
    arguments = parser.parse_args()
    figures: Figures = {"scale": arguments.scale}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        empty_bytes = empty_server_bytes(folder)
        figures["empty_server_mib"] = round(empty_bytes / 2**20, 1)
        for name in arguments.presets or [chart.preset for chart in CHARTS]:
            facts = make(arguments.root, name, scale=arguments.scale)
            found = figures[name] = {
                "start": measure_start(facts, folder, rounds=arguments.rounds, empty_bytes=empty_bytes),
                "charts": measure_charts(
                    [chart for chart in CHARTS if chart.preset == name], facts, requests=arguments.requests
                ),
                "live": measure_live(facts, folder, flushes=arguments.flushes),
                "idle": measure_idle(facts, folder, secs=arguments.idle_secs),
            }
            print(name, json.dumps(found, indent=1), flush=True)
    if arguments.scale == 1.0:
        print(f"results: {write_results('server', figures)}")


if __name__ == "__main__":
    main()
