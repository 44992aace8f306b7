"""`glassboard export --to FILE.html`: the page and the data in one file."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path

from starlette.types import ASGIApp

from glassboard.cli.logdirs import chosen_logdirs
from glassboard.cli.progress import ProgressLine
from glassboard.cli.reading import read_source
from glassboard.cli.target import target_stream
from glassboard.cli.terminal import printable_line
from glassboard.errors import GlassboardError
from glassboard.server.app import create_api
from glassboard.server.snapshot.page_file import BuiltPage
from glassboard.server.snapshot.recordings import MEDIA_KINDS
from glassboard.server.snapshot.selection import Choice, SelectedLog, left_out
from glassboard.server.snapshot.writing import Snapshot, snapshot_parts
from glassboard.server.static_files import INSTALLED_PAGE
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["write_report"]


def write_report(options: argparse.Namespace, target: Path | None) -> int:
    """`options` are those of `glassboard export`. Raises `GlassboardError` where nothing matches."""
    page = BuiltPage(INSTALLED_PAGE)
    source = read_source(chosen_logdirs(options.logdir), purpose="export", cache=options.cache)
    log = SelectedLog(source, _choice(source, options))
    if log.status().point_count == 0:
        raise GlassboardError(
            f"nothing matches in {source.location}; `glassboard inspect` lists what is there"
        )
    snapshot = Snapshot(log, log.location, max_points=options.points, left_out=left_out(source, log))
    api = create_api(log, projector_folders=source.projector_folders)
    size_bytes = asyncio.run(_write(snapshot, api, page, target))
    if target is not None:
        count = len(log.runs())
        what = f"{count:,} run{'' if count == 1 else 's'}, {size_bytes / 1e6:.1f} MB"
        print(f"{what} written to {printable_line(options.to)}", file=sys.stderr)
    return 0


def _choice(provider: Provider, options: argparse.Namespace) -> Choice:
    runs = [name for name in provider.runs() if options.runs is None or re.search(options.runs, name)]
    tags = None
    if options.tags is not None:
        tags = {info.tag for run in runs for info in provider.tags(run) if re.search(options.tags, info.tag)}
    kinds = frozenset(Kind) - (MEDIA_KINDS if options.no_media else frozenset())
    return Choice(runs=frozenset(runs), tags=tags, kinds=kinds)


async def _write(snapshot: Snapshot, api: ASGIApp, page: BuiltPage, target: Path | None) -> int:
    line, size_bytes = ProgressLine(), 0

    def show(done: int, total: int) -> None:
        line.show("writing", done, total, "points")

    try:
        with target_stream(target) as stream:
            async for part in snapshot_parts(snapshot, api, page, on_progress=show):
                stream.write(part)
                size_bytes += len(part)
    finally:
        line.clear()
    return size_bytes
