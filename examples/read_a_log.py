"""Read a log directory: every run, every tag, every point, as NumPy arrays.

python examples/read_a_log.py runs
"""

from __future__ import annotations

import sys

import glassboard


def main(logdir: str) -> None:
    log = glassboard.open(logdir)
    for name, run in log.runs.items():
        print(name)
        for tag, kind in run.tags.items():
            if kind != "scalar":
                print(f"  {tag}: {kind}")
                continue
            points = run.scalars(tag)
            print(
                f"  {tag}: {len(points.values)} points, last {points.values[-1]:.4g} at step {points.steps[-1]}"
            )
    for problem in log.problems:
        print(f"  could not be read: {problem.message}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs")
