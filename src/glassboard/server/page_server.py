"""Runs the application in a thread, and ends it at once however many pages still listen."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import uvicorn
from fastapi import FastAPI

from glassboard.errors import GlassboardError
from glassboard.server.live import ChangeHub

__all__ = ["PageServer"]

_GRACE_SECS = 1
"""What a request that is being answered gets when the server ends."""
_START_SECS = 30.0
_TICK_SECS = 1.0


class _Server(uvicorn.Server):
    """Sleeps until its next tick or its end; uvicorn's own looks ten times a second whether that has come."""

    def __init__(self, config: uvicorn.Config, hub: ChangeHub) -> None:
        super().__init__(config)
        self._hub = hub
        self._ending: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def main_loop(self) -> None:
        ending = asyncio.Event()
        self._ending = asyncio.get_running_loop(), ending
        # Every tick is uvicorn's first of a second, which renews the header `Date`.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), _TICK_SECS)

    def end(self) -> None:
        """From any thread: requests that are being answered get their time, and no others come."""
        self.should_exit = True
        if self._ending is not None:
            loop, ending = self._ending
            with contextlib.suppress(RuntimeError):  # the event loop has ended
                loop.call_soon_threadsafe(ending.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn waits for open responses, and a stream of events has no end of its own.
        self._hub.close()
        await super().shutdown(sockets)


class PageServer:
    """Serves `app` on a listening socket until `close`; `close` and `wait` may be called from any thread."""

    def __init__(self, app: FastAPI, hub: ChangeHub, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # what goes wrong in a request is logged by `RequestEdge`, once
            access_log=False,  # would show tokens
            server_header=False,
            timeout_keep_alive=75,  # with uvicorn's 5 s a page that pauses often meets a connection just being closed
            timeout_graceful_shutdown=_GRACE_SECS,
        )
        self._server = _Server(config, hub)
        self._listener = listener
        self._started = threading.Event()
        # Waited for instead of the thread: a Ctrl-C within `Thread.join` makes Python 3.11 take a running thread for ended
        # (https://github.com/python/cpython/issues/90882).
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="glassboard-server", daemon=True)

    def start(self) -> None:
        """Returns when requests are answered."""
        self._thread.start()
        if not self._started.wait(_START_SECS) or self._ended.is_set():
            raise GlassboardError("the server did not start")

    def wait(self, timeout_secs: float | None = None) -> bool:
        """Blocks until the server has ended, or for `timeout_secs`; returns whether it has ended."""
        return self._ended.wait(timeout_secs)

    def close(self) -> None:
        """Ends the server; requests that are being answered get a second."""
        self._server.end()
        if self._thread.ident is not None:
            self._ended.wait(_GRACE_SECS + 5)
        self._listener.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._ended.set()
            self._started.set()

    async def _serve(self) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.005)
        self._started.set()
        await serving
