"""The page as a person uses it: opens a log, finds charts, images and runs, and reads back what is painted."""

from __future__ import annotations

import base64
import io
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

PATIENCE_SECS = 30.0
"""How long a condition may take on a machine that is busy with other things."""

PICTURES = os.environ.get("GLASSBOARD_PICTURES")
"""A folder for the pictures that `Board.picture` takes; without it none are taken."""

# The topmost and the lowest pixel of one colour in every column of a chart's plot, in device pixels from its top.
# The faded values behind a smoothed line do not count: they are less than half opaque.
_PAINTED = """
(chart, [red, green, blue, tolerance]) => {
  const canvas = chart.querySelector("canvas:not(.chart-overlay)");
  if (!canvas) return null;
  const area = chart.querySelector(".u-over").getBoundingClientRect();
  const frame = canvas.getBoundingClientRect();
  const ratio = canvas.width / frame.width;
  const [left, top] = [Math.round((area.left - frame.left) * ratio), Math.round((area.top - frame.top) * ratio)];
  const [width, height] = [Math.round(area.width * ratio), Math.round(area.height * ratio)];
  const { data } = canvas.getContext("2d").getImageData(left, top, width, height);
  const highest = new Array(width).fill(null);
  const lowest = new Array(width).fill(null);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const distance = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
      if (data[at + 3] < 128 || distance > tolerance) continue;
      if (highest[x] === null) highest[x] = y;
      lowest[x] = y;
    }
  }
  return { highest, lowest, height, label: chart.ariaLabel };
}
"""

# Where an element is once three frames have found it in one place; null where it moves or is gone.
_PLACE = """
async (element) => {
  const seen = new Set();
  let box;
  for (let frame = 0; frame < 3; frame += 1) {
    await new Promise((done) => requestAnimationFrame(done));
    box = element.getBoundingClientRect();
    seen.add(JSON.stringify(box));
  }
  const { x, y, width, height } = box;
  return seen.size === 1 && width > 0 && height > 0 ? { x, y, width, height } : null;
}
"""

_IMAGE_PIXELS = """
async (image) => {
  try {
    await image.decode();
  } catch {
    return null; // another image took its place meanwhile
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png");
}
"""

_CHART_LABEL = re.compile(r"step (\S+) to (\S+), values (\S+) to (\S+)\.(?: |$)")

FloatArray = npt.NDArray[np.float64]
Serve = Callable[[Path], str]
"""Serves a log directory until the module's tests are done, and gives its URL."""
OpenLog = Callable[[Path], "Board"]
"""Serves a log directory and gives the page over it, not opened yet."""


@dataclass(frozen=True)
class Painted:
    """The pixels of one colour in a chart; NaN in columns without any."""

    steps: FloatArray
    """The step at the middle of every column of pixels."""
    highest: FloatArray
    """Largest value painted in the column."""
    lowest: FloatArray
    value_per_pixel: float

    @property
    def columns(self) -> int:
        return int(np.isfinite(self.highest).sum())

    def at(self, step: float) -> tuple[float, float]:
        """The lowest and the largest value painted where `step` is."""
        column = int(np.abs(self.steps - step).argmin())
        return float(self.lowest[column]), float(self.highest[column])


class Board:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, **query: object) -> Board:
        """Opens the log; the query is the page's own: view, runs, smoothing, step, `v.tags` as `v_tags`, ...

        Without a view it is Scalars or, where there are none, the first view that shows data. `view=None` opens what a
        link without a view does, the overview.
        """
        named = {
            name.replace("v_", "v.", 1): value
            for name, value in {"view": "scalars", **query}.items()
            if value is not None
        }
        self.page.goto(f"{self.url}?{urlencode(named)}" if named else self.url)
        expect(self.page.get_by_role("navigation", name="Views")).to_be_visible()
        # Before the page knows its runs and views, a key for one of them does nothing.
        expect(self.page.locator("header .light")).not_to_have_text(re.compile("connecting|reading"))
        return self

    def until(self, holds: Callable[[], Any], what: str) -> None:
        """Asks until `holds` says yes; `what` is the sentence of the failure."""
        deadline = time.monotonic() + PATIENCE_SECS
        while not holds():
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECS:g} s: {what}"
            self.page.wait_for_timeout(30)

    def becomes(self, read: Callable[[], Any], wanted: Any, what: str) -> None:
        """Reads until it is what is wanted; the failure tells what was read last."""
        deadline = time.monotonic() + PATIENCE_SECS
        while (found := read()) != wanted:
            told = f"waited {PATIENCE_SECS:g} s: {what}: found {found!r}, wanted {wanted!r}"
            assert time.monotonic() < deadline, told
            self.page.wait_for_timeout(30)

    def in_link(self, *parts: str) -> None:
        """Waits until the address holds all of these: it is written a moment after the page shows them."""
        self.until(
            lambda: all(part in self.page.url or part in unquote_plus(self.page.url) for part in parts),
            f"{parts} in the link",
        )

    def not_in_link(self, part: str) -> None:
        self.until(lambda: part not in unquote_plus(self.page.url), f"{part} is not in the link any more")

    def place(self, locator: Locator) -> FloatRect:
        """Where it is on the page, in CSS pixels, once it stays there: what loads above moves it."""
        deadline = time.monotonic() + PATIENCE_SECS
        while (found := locator.evaluate(_PLACE)) is None:
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECS:g} s: {locator} stays in its place"
        return FloatRect(**found)

    # --- shell ---------------------------------------------------------------------------------------------------

    def picture(self, name: str) -> None:
        """The page as it is now, for somebody to look at, where `GLASSBOARD_PICTURES` names a folder."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")

    @property
    def views(self) -> Locator:
        return self.page.get_by_role("navigation", name="Views").get_by_role("button")

    def view(self, title: str) -> Locator:
        return self.page.get_by_role("navigation", name="Views").get_by_role("button", name=title, exact=True)

    @property
    def toolbar(self) -> Locator:
        return self.page.get_by_role("toolbar")

    def choose(self, menu: str, *commands: str) -> None:
        """Opens a menu of the view's bar and takes commands from it, one after the other."""
        for command in commands:
            self.toolbar.get_by_role("button", name=menu, exact=True).click()
            self.page.get_by_role("menu").get_by_text(command, exact=True).click()

    @property
    def inspector(self) -> Locator:
        return self.page.get_by_role("complementary", name="Inspector")

    def inspected(self, run: str) -> list[str]:
        """The cells of a run in the inspector's first table."""
        table = self.inspector.get_by_role("table").first
        row = table.get_by_role("row").filter(has=self.page.locator(f'th[title="{run}"]'))
        return row.get_by_role("cell").all_inner_texts()

    # --- runs ----------------------------------------------------------------------------------------------------

    @property
    def runs_panel(self) -> Locator:
        return self.page.get_by_role("complementary", name="Runs")

    @property
    def runs(self) -> Locator:
        """Rows of runs, without those of folders."""
        return self.runs_panel.get_by_role("treeitem").filter(has=self.page.locator(".swatch"))

    def run(self, name: str) -> Locator:
        return self.runs_panel.get_by_role("treeitem", name=name, exact=True)

    def color(self, run: str) -> str:
        """The run's colour as #rrggbb."""
        swatch = self.run(run).locator(".swatch")
        color = str(swatch.evaluate("(swatch) => getComputedStyle(swatch).getPropertyValue('--run').trim()"))
        assert re.fullmatch("#[0-9a-f]{6}", color)
        return color

    def expect_shown(self, *names: str) -> None:
        """Exactly these runs are shown."""
        shown = self.runs_panel.locator("[role=treeitem][aria-checked=true]").filter(
            has=self.page.locator(".swatch")
        )
        expect(shown).to_have_count(len(names))
        for name in names:
            expect(self.run(name)).to_have_attribute("aria-checked", "true")

    # --- cards ---------------------------------------------------------------------------------------------------

    def card(self, title: str, run: str = "") -> Locator:
        cards = self.page.locator("section.card").and_(
            self.page.get_by_role("region", name=title, exact=True)
        )
        return cards.filter(has_text=run) if run else cards

    def chart(self, tag: str) -> Locator:
        return self.card(tag).get_by_role("application")

    def describes(self, tag: str, text: str | re.Pattern[str]) -> None:
        """Waits until the chart says of itself what is wanted."""
        pattern = re.compile(re.escape(text)) if isinstance(text, str) else text
        expect(self.chart(tag)).to_have_attribute("aria-label", pattern)

    def axes(self, tag: str) -> tuple[float, float, float, float]:
        """First and last step, smallest and largest value of the axes, as the chart describes itself."""
        self.describes(tag, _CHART_LABEL)
        return _axes(self.chart(tag).get_attribute("aria-label") or "")

    def painted(self, tag: str, color: str, *, tolerance: int = 60) -> Painted:
        """What is painted in that colour (#rrggbb); `tolerance` over the three channels together."""
        self.describes(tag, _CHART_LABEL)
        found = self._pixels(tag, color, tolerance)
        # Of the same moment as the pixels.
        first, last, low, high = _axes(found["label"])
        width, height = len(found["highest"]), found["height"]
        per_pixel = (high - low) / height
        top, bottom = (
            high - (np.array(found[side], dtype=np.float64) + 0.5) * per_pixel
            for side in ("highest", "lowest")
        )
        steps = first + (np.arange(width) + 0.5) * (last - first) / width
        return Painted(steps, top, bottom, per_pixel)

    def paints(self, tag: str, color: str, *, tolerance: int = 60) -> bool:
        """Whether there is anything of that colour in the chart."""
        return any(pixel is not None for pixel in self._pixels(tag, color, tolerance)["highest"])

    def expect_painted(self, tag: str, color: str) -> None:
        """Waits until there is something of that colour in the chart."""
        self.until(lambda: self.paints(tag, color), f"{tag} shows something of {color}")

    def _pixels(self, tag: str, color: str, tolerance: int) -> dict[str, Any]:
        expect(self.chart(tag).locator("canvas").first).to_be_attached()
        channels = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        found: dict[str, Any] | None = self.chart(tag).evaluate(_PAINTED, [*channels, tolerance])
        assert found, f"the chart of {tag} has no canvas"
        return found

    def hover(self, tag: str, step: float) -> None:
        """Puts the pointer on the chart where `step` is."""
        first, last, *_ = self.axes(tag)
        area = self.chart(tag).locator(".u-over")
        area.scroll_into_view_if_needed()
        box = self.place(area)
        at = box["x"] + (step - first) / (last - first) * box["width"]
        self.page.mouse.move(at, box["y"] + box["height"] / 2)

    def image_pixels(self, image: Locator) -> npt.NDArray[np.uint8]:
        """(height, width, RGBA) as the browser decoded them."""
        deadline = time.monotonic() + PATIENCE_SECS
        while (address := image.evaluate(_IMAGE_PIXELS)) is None:
            assert time.monotonic() < deadline, f"waited {PATIENCE_SECS:g} s: the image can be decoded"
        encoded = base64.b64decode(address.partition(",")[2])
        return np.asarray(Image.open(io.BytesIO(encoded)).convert("RGBA"))


def _axes(label: str) -> tuple[float, float, float, float]:
    found = _CHART_LABEL.search(label)
    assert found, f"no axes in {label!r}"
    first, last, low, high = (_number(text) for text in found.groups())
    return first, last, low, high


def _number(text: str) -> float:
    """Reads `1,204`, `10k`, `1.5e-4`."""
    text = text.replace(",", "")
    factor = {"k": 1e3, "M": 1e6}.get(text[-1], 1.0)
    return float(text.rstrip("kM")) * factor
