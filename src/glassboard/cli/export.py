"""`glassboard export`: a log directory as one file: every scalar point as a table, or all of it as a page."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from glassboard.cli.logdirs import add_cache_option, add_positional, chosen_logdirs
from glassboard.cli.progress import ProgressLine
from glassboard.cli.reading import read_source
from glassboard.cli.target import check_target, target_stream
from glassboard.cli.terminal import printable_line
from glassboard.errors import GlassboardError, MisuseError

if TYPE_CHECKING:
    from glassboard.cli.table_files import TableWriter
    from glassboard.log import Log, Scalars

__all__ = ["FORMATS", "add_parser", "run"]

FORMATS = ("parquet", "csv", "jsonl", "html")
_CHUNK_POINTS = 1 << 16
_FEWEST_POINTS, _MOST_POINTS = 4, 100_000
"""As `POST export` takes them: not imported, since --help must not load the server."""
_EPILOG = """\
examples:
  glassboard export runs --to runs.parquet
  glassboard export runs --to loss.csv --tags loss
  glassboard export runs --to report.html --runs seed
  glassboard export runs --to - --format jsonl --runs '^seed[0-9]+$' | head

HTML is the page itself with the data in it: one file that opens in a browser without a server or a network, and stays
interactive on what it holds. The other formats are tables.
A row a point: run, tag, step, wall_time (seconds since the epoch), value. Every point is there, in the order written;
--newest leaves out what a restarted run wrote again. NaN and infinity stay what they are: as such in Parquet, as NaN,
inf and -inf in CSV, and as the strings "NaN", "Infinity" and "-Infinity" in JSON, which has no numbers for them.
Images, texts and other samples are in HTML only; `glassboard.open(LOGDIR)` reads them in Python."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "export",
        help="write a log directory into one file: HTML that opens offline, or a table of its scalars",
        description="Writes a log directory into one file: a page that opens offline, or every scalar point as a table.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_positional(parser)
    parser.add_argument(
        "--to",
        metavar="FILE",
        required=True,
        help="file that ends in .html, .parquet, .csv or .jsonl; - for standard output",
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="where the file's name does not say it; csv for standard output"
    )
    parser.add_argument("--runs", metavar="REGEX", type=expression, help="only runs whose names hold a match")
    parser.add_argument("--tags", metavar="REGEX", type=expression, help="only tags whose names hold a match")
    parser.add_argument(
        "--newest", action="store_true", help="leave out points that a restarted run wrote again"
    )
    parser.add_argument(
        "--points",
        metavar="N",
        type=point_count,
        default=1000,
        help="HTML: points a curve at most (default: 1000)",
    )
    parser.add_argument("--no-media", action="store_true", help="HTML: leave out images and sounds")
    parser.add_argument("--force", action="store_true", help="overwrite the file where it exists")
    add_cache_option(parser)
    parser.set_defaults(run=run)


def expression(text: str) -> str:
    """For argparse: a regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error
    return text


def point_count(text: str) -> int:
    """For argparse: points a curve."""
    if not text.isascii() or not text.isdecimal() or not _FEWEST_POINTS <= int(text) <= _MOST_POINTS:
        raise argparse.ArgumentTypeError(
            f"got {text!r}, want a number from {_FEWEST_POINTS} to {_MOST_POINTS}"
        )
    return int(text)


def run(options: argparse.Namespace) -> int:
    file_format = format_of(options.to, options.format)
    target = None if options.to == "-" else Path(options.to).expanduser()
    if target is not None:
        check_target(target, force=options.force)
    if file_format == "html":
        from glassboard.cli.report import write_report

        return write_report(options, target)
    # Loads the kernel: not for --help.
    from glassboard.cli.table_files import open_writer
    from glassboard.log import Log

    log = Log(read_source(chosen_logdirs(options.logdir), purpose="export", cache=options.cache))
    total = _count_points(log, options)
    with target_stream(target) as stream, open_writer(stream, file_format) as writer:
        _write(log.scalars(runs=options.runs, tags=options.tags, newest=options.newest), writer, total)
    _report(log, options.to, total)
    return 0


def format_of(target: str, chosen: str | None) -> str:
    """The format of a file by its name, unless one is chosen. Raises `MisuseError`."""
    ending = {"htm": "html"}.get(suffix := Path(target).suffix.lower().removeprefix("."), suffix)
    found = chosen or ("csv" if target == "-" else ending)
    if found not in FORMATS:
        raise MisuseError(
            f"--to {target!r} does not say which format: want .html, .parquet, .csv or .jsonl at its end, or --format"
        )
    if found == "parquet" and target == "-":
        raise MisuseError("Parquet needs a file, as its index stands at the end: give --to a name")
    return found


def _count_points(log: Log, options: argparse.Namespace) -> int:
    """Raises `GlassboardError` where the choice leaves nothing to write."""
    total, any_series = 0, False
    for series in log.scalars(runs=options.runs, tags=options.tags, newest=options.newest):
        total += len(series)
        any_series = True
    if any_series:
        return total
    chosen = [
        f"--{name} {value!r}" for name, value in (("runs", options.runs), ("tags", options.tags)) if value
    ]
    if chosen and next(log.scalars(), None) is not None:
        raise GlassboardError(
            f"no scalar matches {' and '.join(chosen)}; `glassboard inspect` lists what is there"
        )
    raise GlassboardError(f"no scalar in {log.location}; `glassboard inspect` lists what is there")


def _write(every: Iterator[Scalars], writer: TableWriter, total: int) -> None:
    line, done = ProgressLine(), 0
    try:
        for series in every:
            for start in range(0, len(series), _CHUNK_POINTS):
                rows = slice(start, start + _CHUNK_POINTS)
                writer.write(
                    series.run, series.tag, series.steps[rows], series.wall_times[rows], series.values[rows]
                )
                done += len(series.steps[rows])
                line.show("writing", done, total, "points")
    finally:
        line.clear()


def _report(log: Log, target: str, total: int) -> None:
    """What was written, and what could not be read: on standard error, as the table may be on the other."""
    problems: Sequence[object] = log.problems
    if target != "-":
        print(f"{total:,} points written to {printable_line(target)}", file=sys.stderr)
    if problems:
        first = log.problems[0]
        count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems, the first"
        text = f"{count}: {first.message} ({first.path}); `glassboard inspect` lists what could not be read"
        print(printable_line(text), file=sys.stderr)
