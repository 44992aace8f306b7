"""`glassboard inspect`: what a log directory holds, in the terminal or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from glassboard.cli.logdirs import add_cache_option, add_positional, chosen_logdirs
from glassboard.cli.progress import quantity
from glassboard.cli.reading import read_source
from glassboard.cli.terminal import printable_line
from glassboard.types import Kind

if TYPE_CHECKING:
    from glassboard.store.file_info import FileInfo
    from glassboard.store.provider import Problem, Provider, RunInfo, Segment, Status, TagInfo
    from glassboard.store.source import LogSource

__all__ = ["add_parser", "run"]

_EPILOG = """\
examples:
  glassboard inspect runs                   a table of every tag of every run, and its files
  glassboard inspect runs --json            the same for programs
  glassboard inspect runs/a/events.out.tfevents.1700000000.host
  glassboard inspect old:runs new:lab/runs  two log directories, by name

A series that was written by a run that was restarted has several segments: steps go back where one begins.
The exit code is 0 where something was read, damaged or not, and 1 where there was nothing to read."""

_LIBRARIES = MappingProxyType(
    {
        "glassboard": "Glassboard",
        "tensorboard.summary.writer.event_file_writer": "TensorBoard's Python writer, as torch.utils.tensorboard uses it",
        "tensorflow.core.util.events_writer": "TensorFlow",
    }
)
"""By what a file says in `source_metadata.writer` of its first record."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "inspect",
        help="say what a log directory holds, and what of it is damaged",
        description="Reads log directories or event files and lists runs, tags, points, steps, files and problems.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_positional(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_cache_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    source = read_source(chosen_logdirs(options.logdir), purpose="inspect", cache=options.cache)
    status = source.status()
    if options.json:
        json.dump(_as_json(source, status), sys.stdout, indent=2, allow_nan=False)
        print()
    else:
        _print_table(source, status)
    return 0


def _files_by_run(source: LogSource) -> Mapping[str, list[FileInfo]]:
    out: dict[str, list[FileInfo]] = {}
    for file in source.files():
        out.setdefault(file.run, []).append(file)
    return out


def _segments(provider: Provider, run: str, tag: TagInfo) -> tuple[Segment, ...]:
    if tag.kind is Kind.SCALAR:
        return provider.scalars(run, tag.tag).segments
    return provider.samples(run, tag.tag, tag.kind).segments


def _as_json(source: LogSource, status: Status) -> dict[str, object]:
    files = _files_by_run(source)
    return {
        "location": source.location,
        "message": status.message,
        "point_count": status.point_count,
        "loaded_bytes": status.loaded_bytes,
        "total_bytes": status.total_bytes,
        "runs": [_run_as_json(source, run, files.get(run.name, ())) for run in source.runs().values()],
        "problems": [_problem_as_json(each) for each in status.problems],
    }


def _run_as_json(source: LogSource, run: RunInfo, files: Sequence[FileInfo]) -> dict[str, object]:
    return {
        "name": run.name,
        "file_count": run.file_count,
        "point_count": run.point_count,
        "problem_count": run.problem_count,
        "first_wall_time": _finite(run.first_wall_time),
        "last_wall_time": _finite(run.last_wall_time),
        "tags": [_tag_as_json(tag, _segments(source, run.name, tag)) for tag in source.tags(run.name)],
        "files": [_file_as_json(file) for file in files],
    }


def _tag_as_json(tag: TagInfo, segments: Sequence[Segment]) -> dict[str, object]:
    return {
        "tag": tag.tag,
        "kind": str(tag.kind),
        "plugin_name": tag.plugin_name,
        "point_count": tag.point_count,
        "first_step": tag.first_step,
        "last_step": tag.last_step,
        "segments": [
            {
                "first_step": each.first_step,
                "last_step": each.last_step,
                "point_count": each.stop - each.start,
            }
            for each in segments
        ],
    }


def _file_as_json(file: FileInfo) -> dict[str, object]:
    return {
        "path": file.path,
        "size_bytes": file.size_bytes,
        "read_bytes": file.read_bytes,
        "record_count": file.record_count,
        "point_count": file.point_count,
        "modified_at": file.modified_at,
        "file_version": file.file_version,
        "writer": file.writer,
        "library": _LIBRARIES.get(file.writer),
        "problems": [_problem_as_json(each) for each in file.problems],
    }


def _problem_as_json(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "offset": problem.offset,
        "code": problem.code,
        "message": problem.message,
    }


def _finite(wall_time: float | None) -> float | None:
    return wall_time if wall_time is not None and abs(wall_time) < float("inf") else None


def _print_table(source: LogSource, status: Status) -> None:
    files = _files_by_run(source)
    _print(f"{source.location}: {status.message}")
    for run in source.runs().values():
        print()
        _print(f"{run.name}  ({'1 file' if run.file_count == 1 else f'{run.file_count} files'})")
        for line in _tag_lines(source, run.name):
            _print(f"  {line}")
        for file in files.get(run.name, ()):
            _print(f"  {_file_line(file)}")
    if status.problems:
        print(f"\n{len(status.problems)} {'problem' if len(status.problems) == 1 else 'problems'}")
        for problem in status.problems:
            place = problem.path if problem.offset is None else f"{problem.path} at byte {problem.offset:,}"
            _print(f"  {problem.code}: {problem.message} ({place})")


def _tag_lines(source: LogSource, run: str) -> Iterator[str]:
    rows = [("kind", "tag", "points", "first step", "last step", "segments")]
    rows += [
        (
            str(tag.kind),
            tag.tag,
            f"{tag.point_count:,}",
            _number(tag.first_step),
            _number(tag.last_step),
            f"{len(_segments(source, run, tag)):,}",
        )
        for tag in source.tags(run)
    ]
    if len(rows) == 1:
        yield "no points yet"
        return
    kind, name, *numbers = (max(map(len, column)) for column in zip(*rows, strict=True))
    for row in rows:
        right = "  ".join(cell.rjust(width) for cell, width in zip(row[2:], numbers, strict=True))
        yield f"{row[0].ljust(kind)}  {row[1].ljust(name)}  {right}"


def _file_line(file: FileInfo) -> str:
    size = quantity(file.size_bytes, "bytes")
    if file.read_bytes < file.size_bytes:
        size = f"{file.read_bytes:,} of {file.size_bytes:,} bytes read"
    library = _LIBRARIES.get(file.writer, file.writer)
    writer = f"written by {library}" if library else "names no writer"
    count = len(file.problems)
    problems = f", {count} {'problem' if count == 1 else 'problems'}" if count else ""
    return f"{file.path.rpartition('/')[2]}: {size}, {file.record_count:,} records, {writer}{problems}"


def _print(line: str) -> None:
    print(printable_line(line))


def _number(step: int | None) -> str:
    return "" if step is None else f"{step:,}"
