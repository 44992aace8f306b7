"""Pictures of components compared with those in git, coarsely enough for another Chromium and finely enough for a colour."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).parent / "gallery"
FAILED = ROOT / "build" / "snapshots"
RENEWED = os.environ.get("GLASSBOARD_RENEW_SNAPSHOTS") == "1"

BLOCK_PIXELS = 12
"""Means over blocks of so many pixels a side are compared: smoothing of edges and hinting of letters stay below them."""
LARGEST_DIFFERENCE = 18.0
"""Of a block's mean in any channel, of 255."""
DRAWN, BLANK = 45.0, 8.0
"""Ranges of a block in which something is drawn, be it a thin line, and of one in which nothing is."""
MOST_DIFFERENT = 0.006
"""Share of the blocks that may differ by more; at least one block may."""
SIZE_TOLERANCE_PIXELS = 3

Picture = npt.NDArray[np.float64]


def read(path: Path) -> Picture:
    return np.asarray(Image.open(path).convert("RGB"), np.float64)


def blocks(picture: Picture) -> tuple[Picture, Picture]:
    """(rows, columns, 3) means and ranges; what is left over at the right and below goes."""
    height, width = (size // BLOCK_PIXELS * BLOCK_PIXELS for size in picture.shape[:2])
    parts = picture[:height, :width].reshape(
        height // BLOCK_PIXELS, BLOCK_PIXELS, width // BLOCK_PIXELS, BLOCK_PIXELS, 3
    )
    return parts.mean(axis=(1, 3)), np.ptp(parts, axis=(1, 3))


def difference(kept: Picture, made: Picture) -> str | None:
    """What differs, in words; None where the pictures are alike."""
    sizes = [f"{picture.shape[1]}x{picture.shape[0]}" for picture in (kept, made)]
    if any(abs(a - b) > SIZE_TOLERANCE_PIXELS for a, b in zip(kept.shape[:2], made.shape[:2], strict=True)):
        return f"it was {sizes[0]} and is {sizes[1]} pixels"
    height, width = (min(a, b) for a, b in zip(kept.shape[:2], made.shape[:2], strict=True))
    (kept_means, kept_ranges), (made_means, made_ranges) = (
        blocks(one[:height, :width]) for one in (kept, made)
    )
    apart = np.abs(kept_means - made_means).max(axis=2)
    ranges = np.stack([kept_ranges.max(axis=2), made_ranges.max(axis=2)])
    came_or_went = (ranges.max(axis=0) > DRAWN) & (ranges.min(axis=0) < BLANK)
    different = int(((apart > LARGEST_DIFFERENCE) | came_or_went).sum())
    if different <= max(1, MOST_DIFFERENT * apart.size):
        return None
    row, column = np.unravel_index(int(apart.argmax()), apart.shape)
    return (
        f"{different} of {apart.size} blocks of {BLOCK_PIXELS} pixels differ, most by {apart.max():.0f} of 255 "
        f"around x={int(column) * BLOCK_PIXELS}, y={int(row) * BLOCK_PIXELS}"
    )


def compare(name: str, made_png: bytes) -> str | None:
    """Compares with the picture of that name in git, or renews it. Where they differ, both and what differs are kept."""
    kept_path = KEPT / f"{name}.png"
    made_path = FAILED / f"{name}.made.png"
    made_path.parent.mkdir(parents=True, exist_ok=True)
    made_path.write_bytes(made_png)
    if RENEWED:
        kept_path.parent.mkdir(exist_ok=True)
        # Few colours are enough for what is compared, and small in git.
        Image.open(made_path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
            kept_path, optimize=True
        )
        return None
    if not kept_path.is_file():
        return f"{name}: there is no picture of it in {KEPT.name}/; make one with 'make snapshots' and look at it"
    kept, made = read(kept_path), read(made_path)
    found = difference(kept, made)
    if found is None:
        made_path.unlink()
        return None
    height, width = (min(a, b) for a, b in zip(kept.shape[:2], made.shape[:2], strict=True))
    apart = np.abs(kept[:height, :width] - made[:height, :width]).max(axis=2)
    Image.fromarray((255 - apart).astype(np.uint8)).save(FAILED / f"{name}.difference.png")
    return f"{name}: {found}; see {made_path.relative_to(ROOT)} and {name}.difference.png; if it is meant, 'make snapshots'"
