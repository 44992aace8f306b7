"""A million predictions explored over HTTP: how long each gesture of the Evaluation view waits for its answer.

    python -m benchmarks.bench_evaluation

Our writer logs evaluations of a classifier (two runs, so that one can be put beside the other). Each gesture is asked as the
page asks it, with another threshold, cell or bin each time, so that no answer was computed before; `open` is what the first
look costs, which reads the file. There is no such view in TensorBoard to measure beside.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from benchmarks.processes import GlassboardServer
from benchmarks.results import Figures, median, percentile, write_results

from glassboard import SummaryWriter

_TAG = "validation"
_RUNS = ("one", "other")
_IMAGE_SIDE = 8

Ask = Callable[[str, dict[str, Any]], bytes]
Gesture = Callable[[Ask, int], bytes]


def answers(rows: int, classes: int, *, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Targets [rows] and probabilities [rows, classes] of a model that is right about four times in five."""
    generator = np.random.default_rng(seed)
    targets = np.random.default_rng(0).integers(0, classes, rows)
    logits = generator.normal(size=(rows, classes)).astype(np.float32)
    logits[np.arange(rows), targets] += 2.7
    odds = np.exp(logits)
    return targets, odds / odds.sum(axis=1, keepdims=True)


def write_log(folder: Path, rows: int, classes: int) -> float:
    """Seconds that logging all of it took, to the closed file."""
    images = np.random.default_rng(1).integers(0, 256, (rows, _IMAGE_SIDE, _IMAGE_SIDE), np.uint8)
    logged = [answers(rows, classes, seed=seed) for seed in range(1, len(_RUNS) + 1)]
    began = time.perf_counter()
    for run, (targets, scores) in zip(_RUNS, logged, strict=True):
        with SummaryWriter(str(folder / run)) as writer:
            pictures = images if run == _RUNS[0] else None
            writer.add_predictions(_TAG, targets, scores, images=pictures, dataformats="NHW", global_step=1)
    return time.perf_counter() - began


def gestures(classes: int) -> dict[str, Gesture]:
    records = [{"run": run, "tag": _TAG, "step": 1} for run in _RUNS]

    def evaluate(ask: Ask, **question: Any) -> bytes:
        return ask("evaluation", {"records": records[:1], **question})

    def examples(ask: Ask, first: int = 0, **wanted: Any) -> bytes:
        return ask("prediction-examples", {**records[0], "filter": wanted, "first": first, "count": 24})

    def threshold(number: int) -> float:
        return 0.05 + 0.9 * (number * 0.618 % 1)

    def outcome(ask: Ask, number: int) -> bytes:
        wanted = {
            "class_index": number % classes,
            "threshold": threshold(number),
            "outcome": "false_positive",
        }
        return examples(ask, outcome=wanted)

    def edge(number: int) -> dict[str, Any]:
        low = number % 14 / 15
        return {"class_index": number % classes, "above": low, "up_to": low + 1 / 15}

    return {
        "drag the threshold": lambda ask, number: evaluate(
            ask, parts=["confusion", "classes"], threshold=threshold(number)
        ),
        "drag the threshold, two runs": lambda ask, number: ask(
            "evaluation",
            {"records": records, "parts": ["confusion", "classes"], "threshold": threshold(number)},
        ),
        "choose a class": lambda ask, number: evaluate(
            ask, parts=["curves", "calibration", "histograms"], classes=[number % classes], max_points=1000
        ),
        "all curves": lambda ask, number: evaluate(
            ask, parts=["curves", "calibration", "histograms"], max_points=320
        ),
        "open a cell": lambda ask, number: examples(
            ask, true_classes=[number % classes], predicted_classes=[(number * 7 + 1) % classes]
        ),
        "open a point of a curve": outcome,
        "open a bin": lambda ask, number: examples(ask, score=edge(number)),
        "turn a page of mistakes": lambda ask, number: examples(ask, first=24 * number, correct=False),
        "label errors": lambda ask, number: examples(ask, first=24 * number, label_errors=True),
        "find a sample": lambda ask, number: examples(ask, id=str(number * 7919 % 1000)),
    }


def measure(server: GlassboardServer, rows: int, classes: int, requests: int) -> Figures:
    def ask(route: str, question: dict[str, Any]) -> bytes:
        answer = server.http.post(f"/api/v1/{route}", json=question)
        answer.raise_for_status()
        return answer.content

    figures: Figures = {}
    began = time.perf_counter()
    ask(
        "evaluation",
        {"records": [{"run": _RUNS[0], "tag": _TAG, "step": 1}], "parts": ["confusion", "classes"]},
    )
    figures["open_ms"] = round((time.perf_counter() - began) * 1e3, 1)
    for name, gesture in gestures(classes).items():
        began = time.perf_counter()
        gesture(ask, 0)
        first = (time.perf_counter() - began) * 1e3
        times, size_bytes = [], 0
        for number in range(1, requests + 1):
            began = time.perf_counter()
            size_bytes = len(gesture(ask, number))
            times.append((time.perf_counter() - began) * 1e3)
        figures[name] = {
            "first_ms": round(first, 1),
            "ms": round(median(times), 1),
            "ms_95": round(percentile(times, 0.95), 1),
            "bytes": size_bytes,
        }
    generator = random.Random(0)
    times = []
    for _ in range(requests):
        row = generator.randrange(rows)
        query: dict[str, str | int] = {"run": _RUNS[0], "tag": _TAG, "step": 1, "row": row}
        began = time.perf_counter()
        server.http.get("/api/v1/prediction-image", params=query).raise_for_status()
        times.append((time.perf_counter() - began) * 1e3)
    figures["image of a row"] = {"ms": round(median(times), 1), "ms_95": round(percentile(times, 0.95), 1)}
    figures["resident_mib"] = round(server.resident_bytes() / 2**20)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--requests", type=int, default=30, help="of each gesture")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        log, cache = Path(scratch) / "log", Path(scratch) / "cache"
        cache.mkdir()
        written = write_log(log, arguments.rows, arguments.classes)
        with GlassboardServer(log, cache) as server:
            server.wait_complete(1)
            figures: Figures = {
                "rows": arguments.rows,
                "classes": arguments.classes,
                "requests": arguments.requests,
                "write_secs": round(written, 2),
                **measure(server, arguments.rows, arguments.classes, arguments.requests),
            }
    print(json.dumps(figures, indent=1))
    if arguments.rows >= 1_000_000:
        print(f"results: {write_results('evaluation', figures)}")


if __name__ == "__main__":
    main()
