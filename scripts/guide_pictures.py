"""Takes the pictures of the Scalars view in docs/guide anew, from the log of the walkthrough.

    .venv/bin/python scripts/guide_pictures.py hiragana-1 --browser /usr/bin/chromium

The log is what `make demo` leaves; the pointer rests on the validation accuracy near the end of the search.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from glassboard.server.local import LocalServer

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guide"
SIZE: ViewportSize = {"width": 1440, "height": 900}
CHART = "accuracy/validation"


def take(browser: Browser, url: str, theme: str, path: Path) -> None:
    page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
    page.goto(f"{url}?view=scalars&theme={theme}&runs=all")
    chart = page.get_by_role("region", name=CHART, exact=True).get_by_role("application")
    expect(chart).to_have_attribute("aria-label", re.compile("runs"))
    area = chart.locator(".u-over").bounding_box()
    if area is None:
        raise SystemExit(f"{CHART} is not in sight")
    page.mouse.move(area["x"] + area["width"] * 0.5, area["y"] + area["height"] * 0.4)
    expect(page.get_by_role("complementary", name="Inspector").get_by_role("table").first).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("logdir", type=Path)
    parser.add_argument("--to", type=Path, default=GUIDE, help="folder of the pictures")
    parser.add_argument("--browser", default=os.environ.get("GLASSBOARD_BROWSER"), help="path of a Chromium")
    arguments = parser.parse_args()
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with LocalServer(arguments.logdir, port=0) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.browser, args=options)
        for theme in ("light", "dark"):
            take(browser, server.url, theme, arguments.to / f"scalars-{theme}.png")


if __name__ == "__main__":
    main()
