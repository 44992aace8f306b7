"""What the command lines of benchmarks of the page have in common: their Chromium, and TensorBoard's turn beside ours."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, Playwright

__all__ = ["add_browser_argument", "add_tensorboard_arguments", "launched", "new_page"]


def add_browser_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--browser", default=os.environ.get("GLASSBOARD_BROWSER"), help="path of a Chromium")


def add_tensorboard_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--patience", type=float, default=90, help="seconds that TensorBoard is given")
    parser.add_argument("--no-tensorboard", action="store_true")


def launched(playwright: Playwright, browser: str | None, options: Sequence[str] = ()) -> Browser:
    """The Chromium at this path, or Playwright's own. Whoever is root has no sandbox."""
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=browser, args=[*options, *unboxed])


def new_page(browser: Browser) -> Page:
    """A window of 1440 x 900 with nothing cached."""
    return browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
