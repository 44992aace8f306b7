"""Which images the walkthrough uses: a folder of the user's, K-MNIST, or the rendered stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pooch

from glassboard.demo.data import CharacterImages, read_folder
from glassboard.demo.download import BASE_URL, download_kmnist
from glassboard.demo.hiragana import load_hiragana
from glassboard.errors import GlassboardError

__all__ = ["DataSource", "default_cache_dir", "find_data"]


@dataclass(frozen=True, slots=True, eq=False)
class DataSource:
    name: str
    folder_prefix: str
    """What the folders of runs on this data are called."""
    sentence: str
    """Which data this is and why, for people."""
    images: CharacterImages


def default_cache_dir() -> Path:
    """The user's cache folder, such as `~/.cache/glassboard` on Linux."""
    return Path(pooch.os_cache("glassboard"))


def find_data(
    *, data_dir: Path | None, download: bool, cache_dir: Path | None = None, base_url: str = BASE_URL
) -> DataSource:
    """The images of `data_dir`; without it K-MNIST from its makers; where that fails, the rendered stand-in.

    Raises `GlassboardError` only for a `data_dir` that is not as it should be: a folder that was asked for is used as it is
    or not at all.
    """
    if data_dir is not None:
        return DataSource(
            "K-MNIST", "kmnist", f"Images in K-MNIST's format from {data_dir}.", read_folder(data_dir)
        )
    cache_dir = cache_dir or default_cache_dir()
    reason = "a download was not wanted"
    if download:
        try:
            images = download_kmnist(cache_dir / "kmnist", base_url=base_url)
            return DataSource("K-MNIST", "kmnist", f"K-MNIST, kept in {cache_dir / 'kmnist'}.", images)
        except (GlassboardError, OSError) as error:
            reason = str(error)
    sentence = (
        "A stand-in for K-MNIST: the same ten characters, rendered from the font IPAexGothic and distorted.\n"
        f"K-MNIST itself is not used: {reason}."
    )
    return DataSource("rendered hiragana", "hiragana", sentence, load_hiragana(cache_dir))
