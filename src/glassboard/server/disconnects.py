"""Work that stops when the client that asked for it has gone away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

__all__ = ["ClientGoneError", "GoneCheck", "work_for_client"]

_T = TypeVar("_T")

GoneCheck = Callable[[], None]
"""To be called between two parts of the work; raises `ClientGoneError` once nobody waits for it any more."""


class ClientGoneError(Exception):
    """Whoever asked has closed the connection: what is answered reaches nobody."""


async def work_for_client(request: Request, work: Callable[[GoneCheck], _T]) -> _T:
    """Runs `work` in a thread and tells it when the client disconnects. A request that is cancelled stops it, too.

    A page that zooms drops one request after another; without this each would be computed to its end.
    """
    gone = threading.Event()

    def check() -> None:
        if gone.is_set():
            raise ClientGoneError

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watcher = asyncio.create_task(watch())
    try:
        return await run_in_threadpool(work, check)
    finally:
        gone.set()
        watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watcher
