"""A real Chromium and a real server for the browser tests. Without a browser they fail; they are never skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from glassboard.server.local import LocalServer

ROOT = Path(__file__).resolve().parents[2]
# Chromium refuses its own sandbox to root; background traffic would leave the machine.
ARGUMENTS = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def browser_path() -> str:
    named = os.environ.get("GLASSBOARD_BROWSER")
    if named:
        return named
    command = [sys.executable, str(ROOT / "scripts" / "find_browser.py")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not complain: errors on its console and requests to other hosts fail the test."""
    opened = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:"))
            else complaints.append(f"request left the machine: {request.url}")
        ),
    )
    yield opened
    assert complaints == []


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves a log directory on a free port and gives its URL."""
    with ExitStack() as stack:
        yield lambda logdir: stack.enter_context(LocalServer(logdir, port=0)).url
