"""Matplotlib figures to pixels, without changing the figure and without pyplot where the user has none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glassboard import _lazy
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe

__all__ = ["render"]


def _render_one(figure: _lazy.Foreign) -> npt.NDArray[np.uint8]:
    agg = _lazy.require("matplotlib.backends.backend_agg", "add_figure")
    original = figure.canvas
    try:
        canvas = agg.FigureCanvasAgg(figure)
        canvas.draw()
        return np.array(canvas.buffer_rgba(), dtype=np.uint8)
    finally:
        # A window on the screen goes on drawing into its own canvas.
        figure.set_canvas(original)


def render(figures: object, *, close: bool) -> npt.NDArray[np.uint8]:
    """Pixels [figures, height, width, 3 or 4] of a figure or a list of figures; four channels where one is see-through.

    Figures of different sizes are padded with white to the largest. `close` closes them in pyplot.
    """
    found = list(figures) if isinstance(figures, (list, tuple)) else [figures]
    for figure in found:
        if not _lazy.is_figure(figure):
            raise MisuseError(f"found {describe(figure)}, wanted a Matplotlib figure or a list of figures")
    if not found:
        raise MisuseError("found an empty list, wanted a Matplotlib figure or a list of figures")
    rendered = [_render_one(figure) for figure in found]
    if close and (pyplot := _lazy.imported("matplotlib.pyplot")) is not None:
        for figure in found:
            pyplot.close(figure)
    height, width = max(image.shape[0] for image in rendered), max(image.shape[1] for image in rendered)
    pixels = np.full((len(rendered), height, width, 4), 255, np.uint8)
    for page, image in zip(pixels, rendered, strict=True):
        page[: image.shape[0], : image.shape[1]] = image
    return pixels[..., :3] if (pixels[..., 3] == 255).all() else pixels
