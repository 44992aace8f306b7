"""What a person sees of a movement: the time of each frame while event after event reaches an element of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.results import Figures, median, percentile
from playwright.sync_api import Page

__all__ = ["FrameEvent", "frame_figures"]

# Notes when frames began and how long the page's own work for each event took.
_MOVE = """
async ([selector, events]) => {
  const target = document.querySelector(selector);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const between = [], work = [];
  let last = await frame();
  for (const [kind, init] of events) {
    const began = performance.now();
    const options = { bubbles: true, cancelable: true, ...init };
    target.dispatchEvent(kind === "wheel" ? new WheelEvent(kind, options) : new PointerEvent(kind, options));
    // Effects and the drawing run as microtasks of the event.
    await Promise.resolve();
    await new Promise((done) => queueMicrotask(done));
    work.push(performance.now() - began);
    const now = await frame();
    between.push(now - last);
    last = now;
  }
  return { between, work };
}
"""


@dataclass(frozen=True, slots=True)
class FrameEvent:
    """A pointer that is held and moved to a place of the window, or a wheel that is turned there."""

    x: float
    y: float
    wheel: float = 0.0
    key: Literal["altKey", "ctrlKey"] | None = None
    """Held meanwhile."""

    def as_json(self) -> list[object]:
        place: dict[str, object] = {"clientX": self.x, "clientY": self.y}
        if self.key:
            place[self.key] = True
        if self.wheel:
            return ["wheel", {**place, "deltaY": self.wheel}]
        return ["pointermove", {**place, "buttons": 1, "pointerId": 1, "isPrimary": True}]


_Times: TypeAlias = list[float]


def frame_figures(page: Page, name: str, selector: str, events: Sequence[FrameEvent]) -> Figures:
    """Milliseconds between frames (16.7 at 60 Hz) and of script in each, at the median and the 95th percentile.

    One event a frame. Where a press belongs to the movement, the mouse is down already.
    """
    found: dict[str, _Times] = page.evaluate(_MOVE, [selector, [event.as_json() for event in events]])
    figures: Figures = {}
    for what, times in (("frame_ms", found["between"]), ("script_ms", found["work"])):
        figures[f"{name}_{what}"] = round(median(times), 2)
        figures[f"{name}_{what}_95"] = round(percentile(times, 0.95), 2)
    return figures
