"""The `glassboard` command: takes the arguments apart, hands them to a command, and turns errors into exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from glassboard.cli import demo, export, inspect, serve
from glassboard.errors import GlassboardError, MisuseError
from glassboard.server.version import installed_version

__all__ = ["EXIT_FAILURE", "EXIT_INTERRUPTED", "EXIT_OK", "EXIT_USAGE", "main"]

_COMMANDS = (serve, demo, inspect, export)

EXIT_OK, EXIT_FAILURE, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130

_DESCRIPTION = """\
A debugger for deep-learning pipelines: shows what a training run logged, live, in a web page.
Reads TensorBoard event files, of any size, with every point still there."""

_EPILOG = """\
examples:
  glassboard --logdir runs                  show the runs below ./runs at http://localhost:6006/
  glassboard --logdir runs --port 0         the same on a free port
  glassboard --logdir runs --bind-all       reachable from other machines, with a token in the address
  glassboard demo --quick                   train a character recogniser and watch it
  glassboard inspect runs                   say what the log directory holds, without a page
  glassboard export runs --to runs.parquet  every scalar point as one table

`glassboard --logdir DIR` is short for `glassboard serve --logdir DIR`; `glassboard serve --help` lists its options.
Options may be spelled with `-` or `_`, as in TensorBoard.

exit codes:
  0    done; also when the page was served until Ctrl-C, the usual way to end it
  1    it failed: a port in use, a page that is not built, nothing to inspect or to export
  2    wrong usage: an unknown option, a value that cannot be
  130  interrupted by Ctrl-C before it was done"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code. Never raises for what a user can do wrong."""
    arguments = spelled_alike(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names may hold what the terminal's encoding cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parse(arguments)
        code: int = options.run(options)
        sys.stdout.flush()  # here, where a closed pipe is caught
    except SystemExit as usage:  # argparse has said why
        return usage.code if isinstance(usage.code, int) else EXIT_USAGE
    except KeyboardInterrupt:
        print("\nglassboard: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except GlassboardError as error:
        print(f"glassboard: error: {error}", file=sys.stderr)
        return EXIT_USAGE if isinstance(error, MisuseError) else EXIT_FAILURE
    except BrokenPipeError:
        # Whoever read the output (`| head`) has had enough. Python must not fail again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILURE
    return code


def spelled_alike(argv: Sequence[str]) -> list[str]:
    """Options with `_` become options with `-`, and arguments that begin with an option belong to `serve`."""
    out: list[str] = []
    for position, argument in enumerate(argv):
        if argument == "--":
            out += argv[position:]
            break
        name, equals, value = argument.partition("=")
        out.append(name.replace("_", "-") + equals + value if name.startswith("--") else argument)
    if out and out[0].startswith("-") and out[0] not in ("-h", "--help", "--version"):
        out.insert(0, "serve")
    return out


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    if not arguments:
        parser.print_help(sys.stderr)
        raise SystemExit(EXIT_USAGE)
    first = arguments[0]
    if not first.startswith("-") and first not in (
        command.__name__.rpartition(".")[2] for command in _COMMANDS
    ):
        raise MisuseError(
            f"there is no command {first!r}; to show a log directory: glassboard --logdir {first}"
        )
    return parser.parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glassboard",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"glassboard {installed_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser
