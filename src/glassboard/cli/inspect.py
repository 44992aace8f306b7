"""`glassboard inspect`: what a log directory holds, in the terminal or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from glassboard.errors import GlassboardError

if TYPE_CHECKING:
    from glassboard.store.provider import Provider, RunInfo, Status, TagInfo

__all__ = ["add_parser", "run"]

_EPILOG = """\
examples:
  glassboard inspect runs                   a table of every tag of every run
  glassboard inspect runs --json            the same for programs
  glassboard inspect runs/a/events.out.tfevents.1700000000.host

The exit code is 0 where something was read, damaged or not, and 1 where there was nothing to read."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "inspect",
        help="say what a log directory holds, and what of it is damaged",
        description="Reads a log directory or one event file and lists its runs, tags, points, steps and problems.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "logdir", metavar="LOGDIR", help="folder with event files, at any depth, or one event file"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    # Loads the kernel: not for --help.
    from glassboard.store.log import LogStore

    store = LogStore(options.logdir)
    try:
        store.refresh()
    finally:
        store.close()
    status = store.status()
    if options.json:
        json.dump(_as_json(store, status), sys.stdout, indent=2)
        print()
    elif status.state == "ready":
        _print_table(store, status)
    if status.state != "ready":
        raise GlassboardError(f"nothing to inspect: {status.message.replace('; waiting for it', '')}")
    return 0


def _as_json(provider: Provider, status: Status) -> dict[str, object]:
    return {
        "location": provider.location,
        "message": status.message,
        "point_count": status.point_count,
        "loaded_bytes": status.loaded_bytes,
        "total_bytes": status.total_bytes,
        "runs": [_run_as_json(run, provider.tags(run.name)) for run in provider.runs().values()],
        "problems": [
            {"path": each.path, "offset": each.offset, "code": each.code, "message": each.message}
            for each in status.problems
        ],
    }


def _run_as_json(run: RunInfo, tags: Sequence[TagInfo]) -> dict[str, object]:
    return {
        "name": run.name,
        "file_count": run.file_count,
        "point_count": run.point_count,
        "problem_count": run.problem_count,
        "first_wall_time": _finite(run.first_wall_time),
        "last_wall_time": _finite(run.last_wall_time),
        "tags": [
            {
                "tag": tag.tag,
                "kind": str(tag.kind),
                "plugin_name": tag.plugin_name,
                "point_count": tag.point_count,
                "first_step": tag.first_step,
                "last_step": tag.last_step,
            }
            for tag in tags
        ],
    }


def _finite(wall_time: float | None) -> float | None:
    return wall_time if wall_time is not None and abs(wall_time) < float("inf") else None


def _print_table(provider: Provider, status: Status) -> None:
    runs: Mapping[str, RunInfo] = provider.runs()
    _print(f"{provider.location}: {status.message}")
    for run in runs.values():
        files = "1 file" if run.file_count == 1 else f"{run.file_count} files"
        print()
        _print(f"{run.name}  ({files})")
        rows = [("kind", "tag", "points", "first step", "last step")]
        rows += [
            (str(tag.kind), tag.tag, f"{tag.point_count:,}", _number(tag.first_step), _number(tag.last_step))
            for tag in provider.tags(run.name)
        ]
        if len(rows) == 1:
            print("  no points yet")
            continue
        kind, name, *numbers = (max(map(len, column)) for column in zip(*rows, strict=True))
        for row in rows:
            right = "  ".join(cell.rjust(width) for cell, width in zip(row[2:], numbers, strict=True))
            _print(f"  {row[0].ljust(kind)}  {row[1].ljust(name)}  {right}")
    if status.problems:
        print(f"\n{len(status.problems)} {'problem' if len(status.problems) == 1 else 'problems'}")
        for problem in status.problems:
            place = problem.path if problem.offset is None else f"{problem.path} at byte {problem.offset:,}"
            _print(f"  {problem.code}: {problem.message} ({place})")


def _print(line: str) -> None:
    """Names come from files of others: what could steer a terminal is spelled out."""
    print("".join(each if each.isprintable() else repr(each)[1:-1] for each in line))


def _number(step: int | None) -> str:
    return "" if step is None else f"{step:,}"
