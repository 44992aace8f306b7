"""Log directories as arguments of a command: one or several, with or without names."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glassboard.errors import MisuseError

if TYPE_CHECKING:
    from glassboard.store.logdirs import Logdirs

__all__ = ["add_cache_option", "add_options", "add_positional", "chosen_logdirs"]

_HELP = "folder with event files, at any depth, or one event file; NAME:PATH gives it a name"


def add_positional(parser: argparse.ArgumentParser) -> None:
    """`LOGDIR ...`"""
    parser.add_argument("logdir", metavar="LOGDIR", nargs="+", help=_HELP)


def add_options(parser: argparse.ArgumentParser) -> None:
    """`--logdir` and `--logdir-spec`."""
    parser.add_argument(
        "--logdir",
        metavar="DIR",
        action="append",
        default=[],
        help=f"{_HELP}; may be repeated: names, or those of the folders, then stand before the names of runs",
    )
    parser.add_argument(
        "--logdir-spec",
        metavar="SPEC",
        action="append",
        default=[],
        help="several with names, as TensorBoard takes them: NAME:PATH,NAME:PATH",
    )


def add_cache_option(parser: argparse._ActionsContainer) -> None:
    """`--no-cache`."""
    parser.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="read every file from its start, and keep nothing of it for the next time",
    )


def chosen_logdirs(logdirs: Sequence[str], specs: Sequence[str] = ()) -> Logdirs:
    """A path where there is one log directory without a name, else paths by name. Raises `MisuseError`."""
    # Loads the kernel: not for --help.
    from glassboard.store.logdirs import name_logdirs, split_name

    given = [*logdirs, *(part for spec in specs for part in spec.split(","))]
    if not given:
        raise MisuseError("no log directory is given: want --logdir DIR")
    places = [split_name(each) for each in given]
    if any(not path for _, path in places):
        raise MisuseError("a log directory is given as an empty string: want a path")
    if len(places) == 1 and places[0][0] is None:
        return places[0][1]
    return name_logdirs(places)
