"""How fast event files are read, against TensorBoard's Rust data server and one CRC-32C pass over the same bytes.

    python -m benchmarks.bench_ingest build/bench-data

Each round measures all three, one after the other, in a warm page cache; ratios are of one round, and their medians are
given. Ours is `glassboard.open`, once imported, in a process of its own with an empty cache: every record's checksums are
verified and every point is kept. The Rust server's figure is the load time that it prints; it samples, and does not verify
records by default.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import google_crc32c
import tensorboard_data_server
from benchmarks.make_data import PRESETS, LogdirFacts, make
from benchmarks.results import Figures, median, write_results

_SECONDS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
_CHUNK_BYTES = 1 << 20
_LIMIT_SECS = 300.0

# Runs in a process of its own: what was imported or cached before must not count, nor what a round before left behind.
_READER = """
import json, resource, sys, time
from glassboard import open as open_log
began, used = time.perf_counter(), time.process_time()
log = open_log(sys.argv[1])
took, used = time.perf_counter() - began, time.process_time() - used
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": took, "processor_secs": used, "points": log.status.point_count, "peak_kib": peak}))
"""


def read_ours(facts: LogdirFacts) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as cache:
        out = subprocess.run(
            [sys.executable, "-c", _READER, str(facts.path)],
            check=True, capture_output=True, text=True, env={**os.environ, "XDG_CACHE_HOME": cache},
        ).stdout  # fmt: skip
    found: dict[str, float] = json.loads(out)
    if found["points"] != facts.point_count:
        raise SystemExit(f"{facts.path}: read {found['points']:,} points of {facts.point_count:,}")
    return found


def read_rust(facts: LogdirFacts) -> float:
    """Seconds of its first load cycle."""
    binary = tensorboard_data_server.server_binary()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [binary, "--logdir", str(facts.path), "--port", "0", "--reload", "once", "--verbose"],
            stdout=log, stderr=log, stdin=subprocess.PIPE,
        )  # fmt: skip
        try:
            began = time.monotonic()
            while time.monotonic() - began < _LIMIT_SECS:
                log.seek(0)
                found = re.search(r"Finished load cycle \(([\d.]+)(s|ms|µs|ns)\)", log.read())
                if found:
                    return float(found[1]) * _SECONDS[found[2]]
                time.sleep(0.02)
        finally:
            process.kill()
            process.wait()
    raise SystemExit(f"the Rust data server did not load {facts.path} within {_LIMIT_SECS:.0f} s")


def crc_pass(facts: LogdirFacts) -> float:
    """Seconds for one thread to read every byte and run google-crc32c over it."""
    began = time.perf_counter()
    buffer = bytearray(_CHUNK_BYTES)
    for path in facts.files():
        checksum = 0
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                checksum = google_crc32c.extend(checksum, bytes(memoryview(buffer)[:count]))
    return time.perf_counter() - began


def measure(facts: LogdirFacts, rounds: int) -> Figures:
    crc_pass(facts)  # warms the page cache
    ours, rust, crc = [], [], []
    for _ in range(rounds):
        ours.append(read_ours(facts))
        rust.append(read_rust(facts))
        crc.append(crc_pass(facts))
    seconds = [each["seconds"] for each in ours]
    points = facts.point_count
    return {
        "files": len(facts.files()),
        "megabytes": round(facts.file_bytes / 1e6, 1),
        "points": points,
        "glassboard_secs": round(median(seconds), 4),
        "glassboard_processor_secs": round(median([each["processor_secs"] for each in ours]), 4),
        "glassboard_points_per_sec": round(points / median(seconds)),
        "glassboard_peak_mib": round(median([each["peak_kib"] for each in ours]) / 1024, 1),
        "tensorboard_rust_secs": round(median(rust), 4),
        "tensorboard_rust_points_per_sec": round(points / median(rust)),
        "crc32c_secs": round(median(crc), 4),
        "times_as_fast_as_tensorboard_rust": round(
            median([b / a for a, b in zip(seconds, rust, strict=True)]), 2
        ),
        "times_as_long_as_a_crc32c_pass": round(
            median([a / c for a, c in zip(seconds, crc, strict=True)]), 2
        ),
        "rounds": rounds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "root", type=Path, help="folder for the log directories; they are made where they are missing"
    )
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the points, for a quick try")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    figures: Figures = {"scale": arguments.scale}
    for name in arguments.presets:
        found = figures[name] = measure(make(arguments.root, name, scale=arguments.scale), arguments.rounds)
        print(name, json.dumps(found, indent=1), flush=True)
    if arguments.scale == 1.0:
        print(f"results: {write_results('ingest', figures)}")


if __name__ == "__main__":
    main()
