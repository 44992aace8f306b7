"""A stand-in for K-MNIST that needs no network: the same ten characters, rendered from a font and strongly distorted.

Written once to the user's cache folder, in the same four IDX files, so that the code that reads K-MNIST reads it too.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from glassboard.demo.data import CLASS_NAMES, FILE_NAMES, CharacterImages, read_folder
from glassboard.demo.font import hiragana_font_path
from glassboard.demo.idx import UInt8Array, write_idx
from glassboard.demo.strokes import Distortion, distance_fields, draw_characters
from glassboard.errors import GlassboardError

__all__ = ["load_hiragana", "render_hiragana"]

# Part of the cache folder's name: raise it when the images change.
version = 1


def render_hiragana(
    train_count: int, validation_count: int, *, seed: int = 0, distortion: Distortion | None = None
) -> CharacterImages:
    """Draws the images; equal arguments give equal images, and every class appears equally often."""
    rng = np.random.default_rng(seed)
    fields = distance_fields("".join(CLASS_NAMES), hiragana_font_path())
    labels = np.concatenate([_balanced_labels(count, rng) for count in (train_count, validation_count)])
    images = draw_characters(fields, labels.astype(np.intp), rng, distortion or Distortion())
    return CharacterImages(
        images[:train_count], labels[:train_count], images[train_count:], labels[train_count:]
    )


def load_hiragana(
    cache_dir: Path, *, train_count: int = 12_000, validation_count: int = 3_000, seed: int = 0
) -> CharacterImages:
    """The images of `render_hiragana`, from the cache where they are there and sound, else rendered and kept there.

    A cache that cannot be written is no error: the images are then rendered every time.
    """
    folder = cache_dir / f"hiragana-v{version}-seed{seed}-{train_count}-{validation_count}"
    try:
        return read_folder(folder)
    except GlassboardError:
        data = render_hiragana(train_count, validation_count, seed=seed)
    try:
        _store(folder, data)
    except OSError:
        return data
    return data


def _balanced_labels(count: int, rng: np.random.Generator) -> UInt8Array:
    return rng.permutation(np.arange(count) % len(CLASS_NAMES)).astype(np.uint8)


def _store(folder: Path, data: CharacterImages) -> None:
    """Writes beside the folder and renames, so that two walkthroughs at once never read a half-written file."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        parts = (data.train_images, data.train_labels, data.validation_images, data.validation_labels)
        for name, part in zip(FILE_NAMES, parts, strict=True):
            write_idx(draft / name, part)
        folder.mkdir(exist_ok=True)
        for name in FILE_NAMES:
            (draft / name).replace(folder / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
