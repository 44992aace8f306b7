"""Grids of characters with their names, as Matplotlib figures."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from glassboard.demo.font import hiragana_font_path
from glassboard.demo.idx import UInt8Array

__all__ = ["character_grid"]

side = 5


def character_grid(images: UInt8Array, titles: Sequence[str], *, headline: str) -> Figure:
    """The first 25 images (N, 28, 28) in 5 rows of 5, each under its title. Fewer leave places empty."""
    # A figure of its own rather than pyplot's: no window, no global state, nothing to close.
    figure = Figure(figsize=(6, 6.8), dpi=100, layout="constrained")
    font = FontProperties(fname=str(hiragana_font_path()))
    figure.suptitle(headline, font=font, fontsize=13)
    grid = figure.subplots(side, side).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, image, title in zip(grid, images, titles, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        axes.set_title(title, font=font, fontsize=13, pad=4)
    return figure
