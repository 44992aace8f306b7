"""A real Chromium and a real server for the browser tests. Without a browser they fail; they are never skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from glassboard.server.local import LocalServer

from . import corners
from .answers import AnsweredLog, log_answers
from .board import PATIENCE_SECS, Board, OpenLog, Serve
from .project import Project, log_project
from .search import log_search

ROOT = Path(__file__).resolve().parents[2]
# Chromium refuses its own sandbox to root; background traffic would leave the machine, as would any name but localhost.
# WebGL is drawn in software, whatever the machine has.
ARGUMENTS = [
    "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", "--force-color-profile=srgb",
]  # fmt: skip
LOCAL = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")
SLOWER = float(os.environ.get("GLASSBOARD_SLOW_PAGE", "1"))
"""How many times slower than this machine the page runs, so that a test that reads too early fails at home."""
SLOW_ANSWER_MS = 150
"""What a slow page waits for every answer besides."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


def browser_path() -> str:
    named = os.environ.get("GLASSBOARD_BROWSER")
    if named:
        return named
    command = [sys.executable, str(ROOT / "scripts" / "find_browser.py")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def complaints() -> list[str]:
    """Errors on the page's console and requests to other hosts. A test that causes some takes them out of the list."""
    return []


@pytest.fixture
def context_options() -> dict[str, Any]:
    """What a test wants of its browser window beyond the usual: parametrize this name."""
    return {}


USUAL: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def usual_context(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all tests of a module that want nothing beyond the usual: with a new one for each, loading the page
    anew takes as long as many a test. What it caches is of the module's servers, none of which shares a port."""
    made = browser.new_context(**USUAL)
    yield made
    made.close()


def forget(context: BrowserContext, origins: Iterable[str]) -> None:
    """Leaves a window as a new one is: without pages, permissions and anything that was stored."""
    page = context.new_page()
    for other in context.pages:
        if other != page:
            other.close()
    devtools = context.new_cdp_session(page)
    for origin in origins:
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    context.clear_permissions()
    context.clear_cookies()
    page.close()


@pytest.fixture
def context(
    browser: Browser,
    complaints: list[str],
    context_options: dict[str, Any],
    request: pytest.FixtureRequest,
) -> Iterator[BrowserContext]:
    expect.set_options(timeout=PATIENCE_SECS * 1000)
    if context_options:
        made = browser.new_context(**{**USUAL, **context_options})
    else:
        made = request.getfixturevalue("usual_context")
    made.set_default_timeout(PATIENCE_SECS * 1000)
    origins: set[str] = set()

    def leaves(asked: Request) -> None:
        if not asked.url.startswith(LOCAL):
            complaints.append(f"request left the machine: {asked.url}")
        elif asked.url.startswith("http"):
            origins.add("/".join(asked.url.split("/", 3)[:3]))

    made.on("request", leaves)
    yield made
    made.remove_listener("request", leaves)
    if context_options:
        made.close()
    else:
        forget(made, origins)


def slow_down(context: BrowserContext, page: Page) -> None:
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    network = {"offline": False, "latency": SLOW_ANSWER_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", network)


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """A page that must not complain: what is in `complaints` at the end fails the test."""
    opened = context.new_page()
    if SLOWER > 1:
        slow_down(context, opened)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda logdir: stack.enter_context(LocalServer(logdir, port=0)).url


@pytest.fixture
def open_log(serve: Serve, page: Page) -> OpenLog:
    """Serves a log directory and gives the page over it, not opened yet."""
    return lambda logdir: Board(page, serve(logdir))


@pytest.fixture(scope="session")
def corners_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    logdir = tmp_path_factory.mktemp("corners")
    corners.log_corners(logdir)
    with LocalServer(logdir, port=0) as server:
        yield server.url


@pytest.fixture
def projector(corners_url: str, page: Page) -> Board:
    """The page over forty points in four corners, all of them projected."""
    board = Board(page, corners_url).open(view="projector")
    corners.settled(board)
    return board


@pytest.fixture(scope="session")
def graphs_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from . import nets  # torch takes seconds to import, and most files of tests do without

    root = tmp_path_factory.mktemp("graphs")
    nets.log_graphs(root)
    return root


@pytest.fixture(scope="session")
def graphs_url(graphs_log: Path) -> Iterator[str]:
    with LocalServer(graphs_log, port=0) as server:
        yield server.url


@pytest.fixture
def graphs(page: Page, graphs_url: str) -> Board:
    """The page over graphs, not opened yet."""
    return Board(page, graphs_url)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return log_project(tmp_path_factory.mktemp("project") / "runs")


@pytest.fixture(scope="module")
def url(project: Project, serve: Serve) -> str:
    """Of the project; a module with a log of its own serves it under this name."""
    return serve(project.logdir)


@pytest.fixture
def board(url: str, page: Page) -> Board:
    """The page over the module's log, not opened yet."""
    return Board(page, url)


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search")
    log_search(root)
    return root


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> AnsweredLog:
    return log_answers(tmp_path_factory.mktemp("evaluation"))
