"""A real server on a free port over any provider: what a browser gets, not what a test client makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.page_server import PageServer
from glassboard.server.sockets import listen
from glassboard.store.provider import Provider

ServeApp = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def serve_app() -> Iterator[ServeApp]:
    """Serves `create_app(provider, hub, **options)` until the module's tests are done; gives a client for it."""
    with ExitStack() as stack:

        def serve(provider: Provider, hub: ChangeHub | None = None, **options: Any) -> httpx.Client:
            hub = hub or ChangeHub()
            listener = listen("localhost", 0)
            server = PageServer(create_app(provider, hub, **options), hub, listener)
            server.start()
            stack.callback(server.close)
            address = f"http://localhost:{listener.getsockname()[1]}"
            return stack.enter_context(httpx.Client(base_url=address, timeout=10))

        yield serve
