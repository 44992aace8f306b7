"""K-MNIST as PyTorch wants it: the four IDX files of a folder, a `Dataset`, a transform and `DataLoader`s.

"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and others),
doi:10.20676/00000341, licence CC BY-SA 4.0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from glassboard.demo.idx import UInt8Array, read_idx
from glassboard.errors import CorruptError, NotFoundError

__all__ = [
    "CLASS_NAMES",
    "FILE_NAMES",
    "KMNIST",
    "CharacterImages",
    "make_loader",
    "read_folder",
    "to_normalised_tensor",
]

CLASS_NAMES = ("お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を")
FILE_NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
pixel_mean = 0.1307
pixel_standard_deviation = 0.3081


@dataclass(frozen=True, slots=True, eq=False)
class CharacterImages:
    """Images (N, 28, 28) and labels (N,), both uint8, for training and for validation."""

    train_images: UInt8Array
    train_labels: UInt8Array
    validation_images: UInt8Array
    validation_labels: UInt8Array

    def first(self, train_count: int, validation_count: int) -> CharacterImages:
        """The first images of each part, or all of them where there are fewer."""
        return replace(
            self,
            train_images=self.train_images[:train_count],
            train_labels=self.train_labels[:train_count],
            validation_images=self.validation_images[:validation_count],
            validation_labels=self.validation_labels[:validation_count],
        )


def read_folder(folder: Path) -> CharacterImages:
    """Reads the four files of `FILE_NAMES`, gzipped or already unpacked (the same names without `.gz`).

    Raises `NotFoundError` where one is missing, and the errors of `read_idx` or `CorruptError` where one is broken.
    """
    if not folder.is_dir():
        raise NotFoundError(f"the data folder does not exist or is not a folder ({folder})")
    paths = [_existing(folder / name) for name in FILE_NAMES]
    missing = [name for name, path in zip(FILE_NAMES, paths, strict=True) if path is None]
    if missing:
        raise NotFoundError(f"the data folder lacks {', '.join(missing)} ({folder})")
    train_images, train_labels = _read_pair(paths[0], paths[1])
    validation_images, validation_labels = _read_pair(paths[2], paths[3])
    return CharacterImages(train_images, train_labels, validation_images, validation_labels)


def _existing(path: Path) -> Path | None:
    return next((candidate for candidate in (path, path.with_suffix("")) if candidate.is_file()), None)


def _read_pair(images_path: Path | None, labels_path: Path | None) -> tuple[UInt8Array, UInt8Array]:
    if images_path is None or labels_path is None:
        raise NotFoundError("a file went away while the folder was read")
    images, labels = read_idx(images_path, ndim=3), read_idx(labels_path, ndim=1)
    if images.shape[1:] != (28, 28):
        raise CorruptError(
            f"images of {images.shape[1]} x {images.shape[2]} pixels, want 28 x 28 ({images_path})"
        )
    if len(images) != len(labels):
        raise CorruptError(f"{len(labels)} labels for {len(images)} images ({labels_path})")
    if len(labels) == 0:
        raise CorruptError(f"no images in the file ({images_path})")
    if labels.max() >= len(CLASS_NAMES):
        raise CorruptError(f"a label is {labels.max()}, want 0 to {len(CLASS_NAMES) - 1} ({labels_path})")
    return images, labels


def to_normalised_tensor(image: UInt8Array) -> torch.Tensor:
    """A grey image (28, 28) of bytes as a float tensor (1, 28, 28), less the mean, over the standard deviation."""
    tensor = torch.from_numpy(image.astype(np.float32)).unsqueeze(0)
    return tensor.div_(255).sub_(pixel_mean).div_(pixel_standard_deviation)


class KMNIST(Dataset[tuple[torch.Tensor, int]]):
    """Pairs of a transformed image and its label, 0 to 9."""

    def __init__(
        self,
        images: UInt8Array,
        labels: UInt8Array,
        transform: Callable[[UInt8Array], torch.Tensor] = to_normalised_tensor,
    ) -> None:
        self.images = images
        self.labels = labels
        self.transform = transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        return self.transform(self.images[index]), int(self.labels[index])


def make_loader(
    dataset: KMNIST, *, batch_size: int, shuffle: bool = False, seed: int = 0
) -> DataLoader[tuple[torch.Tensor, int]]:
    """Batches of images (N, 1, 28, 28) and labels (N,); `seed` fixes the order of a shuffled loader."""
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, generator=generator)
