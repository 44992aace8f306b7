"""Every component in its states and both themes looks as it did when somebody last looked."""

from __future__ import annotations

import functools
import http.server
import io
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from . import snapshots

WEB = snapshots.ROOT / "web"
SETTLE = """
async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def gallery_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gallery, built like the page but into a folder of its own."""
    folder = tmp_path_factory.mktemp("gallery")
    command = [
        "npx",
        "--no-install",
        "vite",
        "build",
        "--mode",
        "gallery",
        "--outDir",
        str(folder),
        "--emptyOutDir",
    ]
    built = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/gallery.html"
        server.shutdown()


def open_gallery(page: Page, url: str, theme: str) -> None:
    page.goto(f"{url}?theme={theme}")
    expect(page.get_by_role("heading", name="Gallery")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page.locator(".chart canvas").first).to_be_visible()
    page.evaluate(SETTLE)


def pictures(page: Page) -> dict[str, bytes]:
    """Of every piece, and of a menu and dialogs that are open."""
    found = {}
    for piece in page.locator("[data-piece]").all():
        piece.scroll_into_view_if_needed()
        found[str(piece.get_attribute("data-piece")).replace(",", "").replace(" ", "-")] = piece.screenshot()
    more = page.get_by_role("button", name="More", exact=True)
    # A menu closes when the page scrolls under it.
    more.scroll_into_view_if_needed()
    page.evaluate(SETTLE)
    more.click()
    found["menu-open"] = page.get_by_role("menu").screenshot()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open the dialog").click()
    found["dialog-open"] = page.get_by_role("dialog").screenshot()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open kept things").click()
    found["dialog-kept-open"] = page.get_by_role("dialog").screenshot()
    page.keyboard.press("Escape")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_looks_as_it_did(page: Page, gallery_url: str, theme: str) -> None:
    open_gallery(page, gallery_url, theme)
    found = pictures(page)
    differences = [snapshots.compare(f"{name}-{theme}", png) for name, png in found.items()]
    assert [told for told in differences if told] == []
    kept = {path.stem for path in snapshots.KEPT.glob(f"*-{theme}.png")}
    assert kept == {f"{name}-{theme}" for name in found}, (
        "a picture in git is of no piece of the gallery any more"
    )
    assert all(path.stat().st_size < 300_000 for path in snapshots.KEPT.iterdir())


def test_another_colour_and_a_missing_component_are_noticed(page: Page, gallery_url: str) -> None:
    open_gallery(page, gallery_url, "light")

    def picture(piece: str) -> snapshots.Picture:
        shot = page.locator(f'[data-piece="{piece}"]').screenshot()
        return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), np.float64)

    before = {piece: picture(piece) for piece in ("buttons", "choices", "sparklines", "chart smoothed")}
    assert all(snapshots.difference(before[piece], picture(piece)) is None for piece in before)
    page.evaluate("() => document.documentElement.style.setProperty('--accent', '#b8241b')")
    assert "differ" in str(snapshots.difference(before["buttons"], picture("buttons")))
    page.evaluate("() => document.documentElement.style.removeProperty('--accent')")
    for piece, selector in (("choices", ".segmented"), ("sparklines", "svg"), ("chart smoothed", "canvas")):
        page.locator(f'[data-piece="{piece}"] {selector}').first.evaluate(
            "(one) => one.style.visibility = 'hidden'"
        )
        assert snapshots.difference(before[piece], picture(piece)), (
            f"{selector} is gone and nothing was noticed"
        )
    page.locator('[data-piece="buttons"] .row').last.evaluate("(row) => row.remove()")
    assert "pixels" in str(snapshots.difference(before["buttons"], picture("buttons")))


def test_the_gallery_holds_every_component_and_the_page_holds_no_gallery() -> None:
    gallery = (WEB / "src/app/gallery/Gallery.svelte").read_text()
    components = [*(WEB / "src/ui").glob("*.svelte"), *(WEB / "src/charts").glob("*.svelte")]
    assert components
    missing = [path.name for path in components if not re.search(rf"/{re.escape(path.name)}\"", gallery)]
    assert missing == [], "show them in web/src/app/gallery/Gallery.svelte, then 'make snapshots'"
    static = Path(snapshots.ROOT / "src/glassboard/static")
    assert "Gallery</h1>" in gallery
    assert not any(b"Gallery</h1>" in path.read_bytes() for path in static.rglob("*.js"))
    assert not (static / "gallery.html").exists()
