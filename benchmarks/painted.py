"""A page in a Chromium of its own, and what can be seen of it from outside: when its charts show curves, what it holds."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import tempfile
import threading
import time
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import psutil
from PIL import Image
from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Playwright

__all__ = ["OpenPage"]

_LOOK_SECS = 0.05
# The largest difference between the channels of a pixel: text and grids are grey, curves are coloured.
_COLOURED = 60
_LEAST_PIXELS = 25
_LEAST_SIDE = 80

_BOXES = """
(selector) => [performance.now(), [...document.querySelectorAll(selector)].map((chart) => {
  const { left, top, right, bottom } = chart.getBoundingClientRect();
  return [left, top, right, bottom];
})]
"""


class OpenPage:
    """A fresh profile and a window of 1440 x 900; leaving the context closes it.

    A page may be busy for so long that it answers no question any more. After `give_up_secs` its processes are ended, and
    whoever waits for it gets Playwright's `Error`.
    """

    def __init__(self, playwright: Playwright, browser: str | None, *, give_up_secs: float = 300.0) -> None:
        self._profile = tempfile.TemporaryDirectory()
        options = [
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
        ]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        self._before = {each.pid for each in psutil.Process().children(recursive=True)}
        self._context: BrowserContext = playwright.chromium.launch_persistent_context(
            self._profile.name, executable_path=browser, args=options, viewport={"width": 1440, "height": 900}
        )
        self.page: Page = self._context.pages[0]
        self.page.set_default_timeout(give_up_secs * 1000)
        self.gave_up = False
        self._watchdog = threading.Timer(give_up_secs, self._give_up)
        self._watchdog.daemon = True
        self._watchdog.start()
        self._tools: CDPSession = self._context.new_cdp_session(self.page)
        self.received: dict[str, int] = {}
        """Bytes as they travelled, by sort of file."""
        self._sorts: dict[str, str] = {}
        self._tools.send("Network.enable")
        self._tools.on(
            "Network.responseReceived", lambda event: self._sorts.update({event["requestId"]: event["type"]})
        )
        self._tools.on("Network.loadingFinished", self._count)

    def _processes(self) -> list[psutil.Process]:
        return [each for each in psutil.Process().children(recursive=True) if each.pid not in self._before]

    def _give_up(self) -> None:
        self.gave_up = True
        for each in self._processes():
            with contextlib.suppress(psutil.Error):
                if "--type=renderer" in each.cmdline():
                    each.kill()

    def _count(self, event: dict[str, object]) -> None:
        sort = self._sorts.get(str(event["requestId"]), "Other")
        self.received[sort] = self.received.get(sort, 0) + int(float(str(event["encodedDataLength"])))

    def seconds_until_painted(self, charts: str, *, limit_secs: float, since: float = 0.0) -> float | None:
        """Seconds of the page's clock from `since` (0: the navigation) until every chart in sight shows a curve.

        None where that took longer than `limit_secs`. Judged from pictures of the window, whatever draws them.
        """
        deadline = time.monotonic() + limit_secs
        while time.monotonic() < deadline:
            now, boxes = self.page.evaluate(_BOXES, charts)
            if not boxes:
                time.sleep(_LOOK_SECS)
                continue
            picture = self._picture()
            coloured = (picture.max(axis=2) - picture.min(axis=2)) > _COLOURED
            height, width = coloured.shape
            seen = [
                coloured[int(top + 0.15 * (bottom - top)) : int(top + 0.75 * (bottom - top)), int(left) : int(right)]
                for left, top, right, bottom in boxes
                if left >= 0 and top >= 0 and right <= width and bottom <= height
                and min(right - left, bottom - top) >= _LEAST_SIDE
            ]  # fmt: skip
            if seen and all(int(part.sum()) >= _LEAST_PIXELS for part in seen):
                return (float(now) - since) / 1000
            time.sleep(_LOOK_SECS)
        return None

    def _picture(self) -> npt.NDArray[np.int16]:
        """The window, [height, width, RGB]. Hardly compressed: looking must not take the time that is measured."""
        options = {"format": "png", "optimizeForSpeed": True}
        encoded = base64.b64decode(self._tools.send("Page.captureScreenshot", options)["data"])
        return np.asarray(Image.open(io.BytesIO(encoded)).convert("RGB")).astype(np.int16)

    def clock(self) -> float:
        """Milliseconds since the navigation."""
        return float(self.page.evaluate("performance.now()"))

    def renderer_mib(self) -> float:
        """What the page's process has for itself alone, after a collection of what is unused."""
        self._tools.send("HeapProfiler.collectGarbage")
        own = []
        for each in self._processes():
            try:
                if "--type=renderer" in each.cmdline():
                    own.append(each.memory_full_info().uss)
            except psutil.NoSuchProcess:
                continue
        return max(own, default=0) / 2**20

    def heap_mib(self) -> float:
        self._tools.send("HeapProfiler.collectGarbage")
        return float(self._tools.send("Runtime.getHeapUsage")["usedSize"]) / 2**20

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watchdog.cancel()
        with contextlib.suppress(Error):
            self._context.close()
        self._profile.cleanup()
