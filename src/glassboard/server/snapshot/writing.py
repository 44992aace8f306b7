"""Writes a snapshot: the page, the recorded answers, and what is said of both."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp

from glassboard.server.models.projections import ProjectionRequest
from glassboard.server.snapshot.answers import Answers
from glassboard.server.snapshot.archive import ArchiveWriter, element
from glassboard.server.snapshot.embeddings import Embeddings
from glassboard.server.snapshot.page_file import BuiltPage
from glassboard.server.snapshot.recordings import RECORDINGS, Recorded
from glassboard.server.snapshot.selection import SelectedLog
from glassboard.server.version import installed_version

__all__ = ["Snapshot", "snapshot_parts"]

# Beyond Latin-1: letters of the other scripts that the page has fonts for, as UTF-8.
_OTHER_LETTERS = re.compile(rb"[\xc4-\xdf]|\xe1[\xb8-\xbf]")
_MATHEMATICS = re.compile(rb"\$|\\\\\(|\\\\\[|```math")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot is made of."""

    log: SelectedLog
    title: str
    max_points: int = 1000
    """Points a curve."""
    query: str = ""
    """The state of the page that it opens with: `?view=…`, or empty."""
    left_out: str = ""
    """In words for the reader: "3 of 31 runs", "images"."""
    layouts: Sequence[ProjectionRequest] = ()
    """Layouts of embeddings that come along beside the principal components."""


async def snapshot_parts(
    snapshot: Snapshot,
    app: ASGIApp,
    page: BuiltPage,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> AsyncIterator[bytes]:
    """The HTML file in parts. `app` answers the API over `snapshot.log`; `on_progress` is told points done and of how many.

    The file is whole only with its last part: a page that lacks it says so.
    """
    nonce = secrets.token_urlsafe(16)
    yield page.head(snapshot.title, nonce).encode()
    yield element("glassboard-page", await asyncio.to_thread(lambda: page.scripts), nonce)
    answers, archive = Answers(app), ArchiveWriter(nonce)
    total = snapshot.log.status().point_count
    done = thinned = 0
    others = mathematics = False
    for recording in (*RECORDINGS, Embeddings(snapshot.layouts)):
        async for recorded in recording.record(answers, snapshot.log, snapshot.max_points):
            for part in await asyncio.to_thread(lambda one: list(archive.add(one)), recorded):
                yield part
            done += recorded.points
            thinned += recorded.thinned
            others = others or _is_text(recorded, _OTHER_LETTERS)
            mathematics = mathematics or (recorded.route == "texts" and _is_text(recorded, _MATHEMATICS))
            if on_progress is not None:
                on_progress(min(done, total), total)
    fonts = await asyncio.to_thread(lambda: page.fonts(others=others, mathematics=mathematics))
    yield f'<style nonce="{nonce}">\n{fonts}\n</style>\n'.encode()
    about = {
        "made": time.time(),
        "version": installed_version(),
        "max_points": snapshot.max_points,
        "thinned": thinned,
        "left_out": snapshot.left_out,
        "query": snapshot.query,
    }
    for part in archive.end(about):
        yield part
    yield b"</body>\n</html>\n"


def _is_text(recorded: Recorded, pattern: re.Pattern[bytes]) -> bool:
    is_json = recorded.answer.media_type.startswith("application/json")
    return is_json and pattern.search(recorded.answer.body) is not None
