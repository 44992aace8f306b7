"""Finds a Chromium for the browser tests, installing one where none is there, and prints its path.

Order: $GLASSBOARD_BROWSER, an installed Chromium or Chrome, Playwright's own build, Debian's package (as root).
Exits with 1 and one line of advice when there is none: the browser tests are never skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_MAC_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def installed() -> str | None:
    """The browser that is on this machine already, or None."""
    named = os.environ.get("GLASSBOARD_BROWSER")
    if named:
        if not os.access(named, os.X_OK):
            sys.exit(f"glassboard: GLASSBOARD_BROWSER is {named}, which is not an executable file")
        return named
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    for path in (*_MAC_PATHS, playwright_path()):
        if path and Path(path).exists():
            return path
    return None


def playwright_path() -> str | None:
    """Where Playwright keeps its own Chromium, whether or not it is there."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> None:
    """Tries Playwright's download, then Debian's package; says on stderr what it does."""
    print("glassboard: no Chromium found, trying Playwright's download", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode == 0 and installed():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("glassboard: installing Debian's chromium package", file=sys.stderr)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ):
            subprocess.run(command, check=False, stdout=sys.stderr, env=environment)


def main() -> int:
    path = installed()
    if path is None:
        install()
        path = installed()
    if path is None:
        print(
            "glassboard: the browser tests need Chromium or Chrome and none could be installed; "
            "install one (Debian: apt-get install chromium) or set GLASSBOARD_BROWSER",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
