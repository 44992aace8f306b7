"""`glassboard export`: every scalar point of a log directory as one table in a file."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from glassboard.cli.logdirs import add_cache_option, add_positional, chosen_logdirs
from glassboard.cli.progress import ProgressLine
from glassboard.cli.reading import read_source
from glassboard.cli.terminal import printable_line
from glassboard.errors import GlassboardError, MisuseError

if TYPE_CHECKING:
    from glassboard.cli.table_files import TableWriter
    from glassboard.log import Log, Scalars

__all__ = ["FORMATS", "add_parser", "run"]

FORMATS = ("parquet", "csv", "jsonl")
_CHUNK_POINTS = 1 << 16
_EPILOG = """\
examples:
  glassboard export runs --to runs.parquet
  glassboard export runs --to loss.csv --tags loss
  glassboard export runs --to - --format jsonl --runs '^seed[0-9]+$' | head

A row a point: run, tag, step, wall_time (seconds since the epoch), value. Every point is there, in the order written;
--newest leaves out what a restarted run wrote again. NaN and infinity stay what they are: as such in Parquet, as NaN,
inf and -inf in CSV, and as the strings "NaN", "Infinity" and "-Infinity" in JSON, which has no numbers for them.
Images, texts and other samples are no table: `glassboard.open(LOGDIR)` reads them in Python."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "export",
        help="write every scalar point into a Parquet, CSV or JSON-lines file",
        description="Writes every scalar point of a log directory into one file, a row a point.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_positional(parser)
    parser.add_argument(
        "--to",
        metavar="FILE",
        required=True,
        help="file that ends in .parquet, .csv or .jsonl; - for standard output",
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="where the file's name does not say it; csv for standard output"
    )
    parser.add_argument("--runs", metavar="REGEX", type=expression, help="only runs whose names hold a match")
    parser.add_argument("--tags", metavar="REGEX", type=expression, help="only tags whose names hold a match")
    parser.add_argument(
        "--newest", action="store_true", help="leave out points that a restarted run wrote again"
    )
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


def run(options: argparse.Namespace) -> int:
    file_format = format_of(options.to, options.format)
    target = None if options.to == "-" else Path(options.to).expanduser()
    if target is not None:
        _check_target(target, force=options.force)
    # Loads the kernel: not for --help.
    from glassboard.cli.table_files import open_writer
    from glassboard.log import Log

    log = Log(read_source(chosen_logdirs(options.logdir), purpose="export", cache=options.cache))
    total = _count_points(log, options)
    with _target_stream(target) as stream, open_writer(stream, file_format) as writer:
        _write(log.scalars(runs=options.runs, tags=options.tags, newest=options.newest), writer, total)
    _report(log, options.to, total)
    return 0


def format_of(target: str, chosen: str | None) -> str:
    """The format of a file by its name, unless one is chosen. Raises `MisuseError`."""
    ending = Path(target).suffix.lower().removeprefix(".")
    found = chosen or ("csv" if target == "-" else ending)
    if found not in FORMATS:
        raise MisuseError(
            f"--to {target!r} does not say which format: want a name that ends in .parquet, .csv or .jsonl, or --format"
        )
    if found == "parquet" and target == "-":
        raise MisuseError("Parquet needs a file, as its index stands at the end: give --to a name")
    return found


def _check_target(target: Path, *, force: bool) -> None:
    """Before anything is read: a long scan must not end with a refusal."""
    if target.is_dir():
        raise MisuseError(f"--to names a folder, want a file ({target})")
    if target.is_file() and not force:
        raise GlassboardError(f"the file exists; --force overwrites it ({target})")
    if not target.absolute().parent.is_dir():
        raise GlassboardError(f"there is no such folder to write into ({target.absolute().parent})")


@contextlib.contextmanager
def _target_stream(target: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name only when all of it is written."""
    if target is None:
        yield sys.stdout.buffer
        return
    try:
        # A device or a pipe is written to, never replaced.
        is_special = target.exists() and not target.is_file()
        with target.open("wb") if is_special else _new_file(target) as stream:
            yield stream
    except OSError as error:
        raise GlassboardError(f"cannot write: {error.strerror or error} ({target})") from error


@contextlib.contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    target = target.resolve()  # what a link points to is replaced, not the link
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        partial.chmod(0o666 & ~_umask())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


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
