"""Step 2: the first characters, as one figure and as single images that one can step through."""

from __future__ import annotations

from glassboard import SummaryWriter
from glassboard.demo.data import CLASS_NAMES
from glassboard.demo.figures import character_grid
from glassboard.demo.idx import UInt8Array

__all__ = ["log_first_characters"]

first_count = 25


def log_first_characters(writer: SummaryWriter, images: UInt8Array, labels: UInt8Array) -> None:
    """Logs `data/first 25` (a figure), `data/characters` (one image a step) and `data/character names` (texts).

    The single images are the raw bytes of the file as NumPy arrays (28, 28): no transform has touched them.
    """
    names = [CLASS_NAMES[label] for label in labels[:first_count]]
    writer.add_figure("data/first 25", character_grid(images, names, headline="The first 25 characters"), 0)
    for step, (image, name) in enumerate(zip(images[:first_count], names, strict=True)):
        writer.add_image("data/characters", image, step, dataformats="HW")
        writer.add_text("data/character names", f"Image {step} is {name}", step)
