"""`glassboard serve`: the page over a log directory, until Ctrl-C."""

from __future__ import annotations

import argparse
import math
import os
import shlex
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from glassboard.cli.logdirs import add_cache_option, add_options, chosen_logdirs
from glassboard.cli.progress import ProgressLine
from glassboard.cli.terminal import printable_line
from glassboard.errors import GlassboardError

if TYPE_CHECKING:
    from glassboard.server.local import LocalServer
    from glassboard.store.follow import Follower
    from glassboard.store.logdirs import OpenLogdirs
    from glassboard.store.provider import Status

__all__ = ["add_parser", "run"]

DEFAULT_PORT = 6006
_LOOK_SECS = 0.1
_WAIT_SECS = {"waiting": 0.5, "ready": 1.0}
"""Between two looks, once there is less to see."""
_EPILOG = """\
examples:
  glassboard serve --logdir runs
  glassboard serve --logdir old:runs --logdir new:lab/runs  two log directories; their runs are old/... and new/...
  glassboard serve --logdir runs --port 0                   any free port
  glassboard serve --logdir runs --path-prefix /board       behind a proxy that serves it below /board
  ssh -L 6006:localhost:6006 server                         then open http://localhost:6006/ on this machine

A log directory that does not exist yet is waited for. Every point and every sample is kept; nothing need be set.
Without --host or --bind-all only this machine can open the page. Other addresses need a token: open the printed
address once, a cookie keeps it. GLASSBOARD_TOKEN in the environment sets the token; otherwise each start makes one."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "serve",
        help="show a log directory in a web page (what `glassboard --logdir DIR` does)",
        description="Shows a log directory in a web page, and what is added to it as it comes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_options(parser)
    address = parser.add_argument_group("address")
    address.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="default 6006; 0 takes a free one"
    )
    where = address.add_mutually_exclusive_group()
    where.add_argument(
        "--host", default="localhost", help="name or address to listen on (default: this machine only)"
    )
    where.add_argument(
        "--bind-all", action="store_true", help="listen on every address of this machine; needs a token"
    )
    address.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        default=[],
        help="also answer requests for this host name, for a proxy that passes it on; may be repeated",
    )
    address.add_argument(
        "--path-prefix", metavar="PATH", default="", help="serve below this path instead of /"
    )
    page = parser.add_argument_group("page")
    page.add_argument("--window-title", metavar="TITLE", default="", help="title of the browser window")
    page.add_argument(
        "--reload-interval",
        metavar="SECONDS",
        type=seconds,
        default=None,
        help="time between two looks at the log directory (default 0.1); 0 reads it once",
    )
    add_cache_option(page)
    page.add_argument(
        "--samples-per-plugin",
        metavar="SPEC",
        help="accepted for TensorBoard's sake and never needed: every sample is kept",
    )
    parser.set_defaults(run=run)


def port_number(text: str) -> int:
    """For argparse: a port, or 0 for a free one."""
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: want 0 to 65535")
    return int(text)


def seconds(text: str) -> float:
    """For argparse: a finite time of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: want seconds, 0 or more")
    return value


def run(options: argparse.Namespace) -> int:
    """Serves until Ctrl-C, which is the usual end and returns 0. Raises `GlassboardError` when the server ends by itself."""
    if options.samples_per_plugin is not None:
        print("glassboard: --samples-per-plugin is not needed, every sample is kept", file=sys.stderr)
    began = time.monotonic()
    # Loads the kernel: not for --help.
    from glassboard.store.follow import RELOAD_SECS, Follower
    from glassboard.store.logdirs import open_source

    source = open_source(chosen_logdirs(options.logdir, options.logdir_spec), cache=options.cache)
    follower = Follower(source, interval_secs=options.reload_interval or RELOAD_SECS)
    try:
        if options.reload_interval != 0:
            follower.start()
        server = _server(options, source, follower)
    except BaseException:
        follower.stop()
        source.close()
        raise
    try:
        server.start()
        _watch(server, began)
    except KeyboardInterrupt:
        print("\nglassboard: stopped", flush=True)
    except BaseException:
        server.close()
        raise
    if not server.close():
        # A large file is being read. Nothing is lost by leaving it: the server only reads.
        sys.stdout.flush()
        os._exit(0)
    return 0


def _server(options: argparse.Namespace, source: OpenLogdirs, follower: Follower) -> LocalServer:
    """The server over a log directory that is being read already."""
    # The web framework takes longer to import than a million points to read.
    from glassboard.server.local import LocalServer

    return LocalServer(
        source,
        host="" if options.bind_all else options.host,
        port=options.port,
        title=options.window_title,
        path_prefix=options.path_prefix,
        token=os.environ.get("GLASSBOARD_TOKEN") or None,
        allowed_hosts=options.allow_host,
        reload_interval_secs=options.reload_interval,
        follower=follower,
    )


def _watch(server: LocalServer, began: float) -> NoReturn:
    """Prints where the page is and, as soon as it is known, what it shows; then waits for the end, which should not come."""
    print(f"Glassboard at {server.url}  (Ctrl-C stops it)", flush=True)
    told = ""
    line = ProgressLine()
    try:
        while not server.wait(_WAIT_SECS.get(told, _LOOK_SECS)):
            if told == "ready":
                continue
            status = server.provider.status()
            if status.state == "loading":
                line.show("reading", status.loaded_bytes, status.total_bytes, "bytes")
            elif status.state != told:
                told = status.state
                line.clear()
                _tell(server.provider.location, status, time.monotonic() - began)
    finally:
        line.clear()
    raise GlassboardError("the server ended by itself; what it said last stands above")


def _tell(location: str, status: Status, took_secs: float) -> None:
    if status.state == "ready":
        print(printable_line(f"{location}: {status.message}, read in {took_secs:.1f} s"), flush=True)
    else:
        print(printable_line(status.message), flush=True)
        if status.nearby:
            folder = shlex.quote(status.nearby)
            print(printable_line(f"event files lie nearby: glassboard --logdir {folder}"), flush=True)
    if status.problems:
        count = "1 problem" if len(status.problems) == 1 else f"{len(status.problems):,} problems, the first"
        first = status.problems[0]
        print(printable_line(f"{count}: {first.message} ({first.path})"), flush=True)
