"""A log directory and a store over it; a real server on a free port over any provider: what a browser gets, not what a
test client makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.page_server import PageServer
from glassboard.server.sockets import listen
from glassboard.store import index_saver
from glassboard.store.log import LogStore
from glassboard.store.memory import MemoryProvider
from glassboard.store.provider import Provider
from glassboard.testing import LogdirBuilder

from .asked_routes import asked_log

ServeApp = Callable[..., httpx.Client]


class StandingClock:
    """A wall clock that stands still until a test moves it; files look just written."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def logdir(tmp_path: Path) -> LogdirBuilder:
    return LogdirBuilder(tmp_path / "logs")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def store(logdir: LogdirBuilder, clock: StandingClock) -> Iterator[LogStore]:
    store = LogStore(logdir.root, wall_clock=clock)
    yield store
    store.close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the index in a cache directory of the test's own; anything read is worth keeping."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(index_saver, "_LEAST_NEWS_BYTES", 1)
    return tmp_path / "cache" / "glassboard" / "index"


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
            return stack.enter_context(httpx.Client(base_url=address, timeout=30))

        yield serve


@pytest.fixture(scope="module")
def provider() -> MemoryProvider:
    """A log in memory with something of everything; a module may have one of its own under this name."""
    return asked_log()


@pytest.fixture(scope="module")
def api(provider: MemoryProvider, serve_app: ServeApp) -> httpx.Client:
    """Asks a server over `provider`."""
    return serve_app(provider, title="My board")
