"""The writers side by side: what one call costs the training loop and the machine, and what it writes.

Each case runs with Glassboard's, torch's and tensorboardX's SummaryWriter in turn, `--repeat` times, each in a process of
its own; the repeat with the least CPU time is kept. Per call: median and 99th percentile of the time until it returns, CPU
of the whole process until the writer is closed (its threads included), and bytes in the folder. Last the time that an import
takes in a process that has NumPy.

    python -m benchmarks.bench_writer                            # everything, ten minutes
    python -m benchmarks.bench_writer --only scalar histogram    # cases whose names begin so
    python -m benchmarks.bench_writer --results-dir /tmp         # elsewhere than benchmarks/results
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.machine import machine_facts
from benchmarks.results import RESULTS, median, percentile, write_results

WRITERS = ("glassboard", "torch.utils.tensorboard", "tensorboardX")
Log = Callable[[Any, int], None]


@dataclass(frozen=True)
class Case:
    name: str
    call_count: int
    prepare: Callable[[], Log]
    """Makes the data; gives what logs them with a writer at a step."""
    is_only_ours: bool = False


@dataclass(frozen=True)
class Budget:
    """What the design promises of a case, against torch's writer in the same run."""

    times_less_cpu: float | None = None
    max_cpu_us: float | None = None
    max_median_us: float | None = None
    max_times_bytes: float | None = None


@dataclass(frozen=True)
class Measurement:
    case: str
    writer: str
    call_count: int
    median_us: float
    p99_us: float
    cpu_us_per_call: float
    bytes_per_call: float


BUDGETS = {
    "scalar": Budget(max_cpu_us=3.0, max_median_us=2.0),
    "image_noise": Budget(times_less_cpu=5, max_times_bytes=1.3),
    "image_smooth": Budget(times_less_cpu=3, max_times_bytes=1.3),
    "histogram_10k": Budget(times_less_cpu=10),
    "histogram_1m": Budget(times_less_cpu=5),
    "embedding": Budget(times_less_cpu=10),
}


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


def _scalar() -> Log:
    return lambda writer, step: writer.add_scalar("train/loss", 0.5 + step * 1e-6, step)


def _scalar_tensor() -> Log:
    import torch

    value = torch.tensor(0.5)
    return lambda writer, step: writer.add_scalar("train/loss", value, step)


def _image_noise() -> Log:
    pixels = _rng().integers(0, 256, (3, 256, 256), dtype=np.uint8)
    return lambda writer, step: writer.add_image("image", pixels, step)


def _image_smooth() -> Log:
    pixels = np.tile(np.arange(256, dtype=np.uint8), (3, 256, 1))
    return lambda writer, step: writer.add_image("image", pixels, step)


def _image_float_batch() -> Log:
    batch = _rng().random((25, 1, 28, 28), dtype=np.float32)
    return lambda writer, step: writer.add_images("images", batch, step)


def _histogram(count: int) -> Callable[[], Log]:
    def prepare() -> Log:
        values = _rng().normal(size=count).astype(np.float32)
        return lambda writer, step: writer.add_histogram("weights", values, step)

    return prepare


def _text() -> Log:
    return lambda writer, step: writer.add_text("text", "image 17: predicted **to**, actual **ro**", step)


def _figure() -> Log:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot(np.sin(np.arange(200) / 10))
    return lambda writer, step: writer.add_figure("figure", figure, step, close=False)


def _pr_curve() -> Log:
    labels = _rng().integers(0, 2, 100_000)
    predictions = np.clip(labels * 0.3 + _rng().random(100_000) * 0.7, 0, 1).astype(np.float32)
    return lambda writer, step: writer.add_pr_curve("pr", labels, predictions, step)


def _audio() -> Log:
    sound = np.sin(np.arange(44_100) / 20).astype(np.float32)
    return lambda writer, step: writer.add_audio("sound", sound[None] if _is_torch(writer) else sound, step)


def _is_torch(writer: object) -> bool:
    return type(writer).__module__.startswith("torch")


def _embedding() -> Log:
    import torch

    points = torch.tensor(_rng().normal(size=(10_000, 128)).astype(np.float32))
    return lambda writer, step: writer.add_embedding(points, global_step=step, tag="e")


def _graph() -> Log:
    import torch
    from torch import nn

    convolution = nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU()
    )
    model = nn.Sequential(convolution, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(512, 10))
    return lambda writer, step: writer.add_graph(model, torch.zeros(1, 3, 32, 32))


def _predictions(rows: int) -> Callable[[], Log]:
    def prepare() -> Log:
        targets = _rng().integers(0, 10, rows)
        probabilities = _rng().dirichlet(np.ones(10), rows).astype(np.float32)
        return lambda writer, step: writer.add_predictions("eval", targets, probabilities, global_step=step)

    return prepare


CASES = (
    Case("scalar", 100_000, _scalar),
    Case("scalar_tensor", 20_000, _scalar_tensor),
    Case("image_noise", 60, _image_noise),
    Case("image_smooth", 200, _image_smooth),
    Case("image_25_glyphs", 100, _image_float_batch),
    Case("histogram_10k", 500, _histogram(10_000)),
    Case("histogram_1m", 20, _histogram(1_000_000)),
    Case("text", 2000, _text),
    Case("figure", 10, _figure),
    Case("pr_curve_100k", 20, _pr_curve),
    Case("audio_1s", 100, _audio),
    Case("embedding_10000x128", 2, _embedding),
    Case("graph_small_cnn", 3, _graph),
    Case("predictions_100k_x10", 5, _predictions(100_000), is_only_ours=True),
    Case("predictions_1m_x10", 2, _predictions(1_000_000), is_only_ours=True),
)


def budget_of(case: str) -> Budget | None:
    return BUDGETS.get(case) or BUDGETS.get(case.partition("_")[0] if case.startswith("embedding") else "")


def measure(case: Case, module: str) -> Measurement:
    """In this process: warmed up with one call, then timed to the end of `close`."""
    import torch

    torch.set_num_threads(1)
    writer_class = importlib.import_module(module).SummaryWriter
    log = case.prepare()
    with tempfile.TemporaryDirectory(prefix="bench-writer-") as folder:
        writer = writer_class(folder)
        log(writer, 0)
        writer.flush()
        bytes_before = _bytes_in(Path(folder))
        times = [0.0] * case.call_count
        clock = time.perf_counter
        cpu = time.process_time()
        for i in range(case.call_count):
            start = clock()
            log(writer, i + 1)
            times[i] = clock() - start
        writer.close()
        cpu = time.process_time() - cpu
        written = _bytes_in(Path(folder)) - bytes_before
    return Measurement(
        case.name,
        module,
        case.call_count,
        median_us=round(median(times) * 1e6, 2),
        p99_us=round(percentile(times, 0.99) * 1e6, 2),
        cpu_us_per_call=round(cpu / case.call_count * 1e6, 3),
        bytes_per_call=round(written / case.call_count, 1),
    )


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure_apart(case: Case, module: str, repeat: int) -> Measurement:
    """The repeat with the least CPU time, each in a process of its own."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "benchmarks.bench_writer",
        "--measure",
        case.name,
        module,
    ]
    found = []
    for _ in range(repeat):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        found.append(Measurement(**json.loads(done.stdout.splitlines()[-1])))
    return min(found, key=lambda measurement: measurement.cpu_us_per_call)


IMPORT_BUDGET_MS = 100
_IMPORT = """
import importlib, sys, time
import numpy
start = time.perf_counter()
importlib.import_module(sys.argv[1]).SummaryWriter
print((time.perf_counter() - start) * 1e3)
"""


def import_ms(module: str, repeat: int) -> float | None:
    """Milliseconds until `SummaryWriter` is at hand in a process that has NumPy; the least of so many. None without it."""
    command = [sys.executable, "-W", "ignore", "-c", _IMPORT, module]
    found = [subprocess.run(command, check=False, capture_output=True, text=True) for _ in range(repeat)]
    if any(done.returncode for done in found):
        return None
    return round(min(float(done.stdout) for done in found), 1)


@dataclass(frozen=True)
class Verdict:
    case: str
    promise: str
    found: float
    is_met: bool


def verdicts(measurements: list[Measurement]) -> list[Verdict]:
    by_key = {(each.case, each.writer): each for each in measurements}
    found = []
    for case in dict.fromkeys(each.case for each in measurements):
        budget, ours = budget_of(case), by_key.get((case, "glassboard"))
        torchs = by_key.get((case, "torch.utils.tensorboard"))
        if budget is None or ours is None:
            continue
        if budget.max_median_us is not None:
            value, limit = ours.median_us, budget.max_median_us
            found.append(Verdict(case, f"median of a call at most {limit} us", value, value <= limit))
        if budget.max_cpu_us is not None:
            value, limit = ours.cpu_us_per_call, budget.max_cpu_us
            found.append(Verdict(case, f"CPU of a call at most {limit} us", value, value <= limit))
        if budget.times_less_cpu is not None and torchs is not None:
            value, limit = round(torchs.cpu_us_per_call / ours.cpu_us_per_call, 2), budget.times_less_cpu
            found.append(Verdict(case, f"at least {limit} times less CPU than torch", value, value >= limit))
        if budget.max_times_bytes is not None and torchs is not None:
            value, limit = round(ours.bytes_per_call / torchs.bytes_per_call, 3), budget.max_times_bytes
            found.append(Verdict(case, f"at most {limit} times the bytes of torch", value, value <= limit))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="cases whose names begin so")
    parser.add_argument("--writer", nargs="*", default=list(WRITERS), help="modules with a SummaryWriter")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--results-dir", type=Path, default=RESULTS, help="where to write the JSON")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    by_name = {case.name: case for case in CASES}
    if options.measure:
        print(json.dumps(asdict(measure(by_name[options.measure[0]], options.measure[1]))))
        return
    facts = machine_facts()
    print(f"{facts['processor']}, {facts['logical_cores']} cores, load {facts['load_average_1_min']}")
    print(f"{'case':22}{'writer':26}{'median us':>12}{'p99 us':>12}{'CPU us/call':>14}{'bytes/call':>14}")
    measurements: list[Measurement] = []
    failures: list[str] = []
    for case in CASES:
        if options.only and not case.name.startswith(tuple(options.only)):
            continue
        for module in options.writer[:1] if case.is_only_ours else options.writer:
            try:
                found = measure_apart(case, module, options.repeat)
            except RuntimeError as error:
                failures.append(f"{case.name} with {module}: {error}")
                print(f"{case.name:22}{module:26} cannot be measured: {error}")
                continue
            measurements.append(found)
            print(
                f"{case.name:22}{module:26}{found.median_us:12.1f}{found.p99_us:12.1f}{found.cpu_us_per_call:14.1f}"
                f"{found.bytes_per_call:14.1f}",
                flush=True,
            )
    judged = verdicts(measurements)
    imports = {module: import_ms(module, max(options.repeat, 3)) for module in options.writer}
    print("import: " + ", ".join(f"{module} {ms} ms" for module, ms in imports.items()))
    if (ours := imports.get("glassboard")) is not None:
        promise = f"beyond NumPy at most {IMPORT_BUDGET_MS} ms"
        judged.append(Verdict("import", promise, ours, ours <= IMPORT_BUDGET_MS))
    for verdict in judged:
        print(
            f"{'met   ' if verdict.is_met else 'MISSED'} {verdict.case}: {verdict.promise}: {verdict.found}"
        )
    figures = {
        "load_average_before": facts["load_average_1_min"],
        "repeat": options.repeat,
        "measurements": [asdict(each) for each in measurements],
        "not_measured": failures,
        "import_ms": imports,
        "budgets": [asdict(each) for each in judged],
    }
    print(f"results: {write_results('writer', figures, folder=options.results_dir)}")


if __name__ == "__main__":
    main()
