"""The folder of four files, the transform, the data set and its batches."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from glassboard.demo.data import (
    CLASS_NAMES,
    FILE_NAMES,
    KMNIST,
    make_loader,
    read_folder,
    to_normalised_tensor,
)
from glassboard.demo.idx import write_idx
from glassboard.errors import CorruptError, NotFoundError, TruncatedError

REAL = Path(__file__).resolve().parents[3] / "shared" / "kmnist"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    for name, count in zip(FILE_NAMES, (30, 30, 10, 10), strict=True):
        array = rng.integers(0, 256, (count, 28, 28)) if "images" in name else np.arange(count) % 10
        write_idx(tmp_path / name, array.astype(np.uint8))
    return tmp_path


def test_reads_the_four_files(folder: Path) -> None:
    data = read_folder(folder)
    assert data.train_images.shape == (30, 28, 28)
    assert data.validation_images.shape == (10, 28, 28)
    assert data.train_labels.tolist() == [*range(10)] * 3
    assert len(data.first(7, 99).train_labels) == 7
    assert len(data.first(7, 99).validation_labels) == 10


def test_reads_unpacked_files(folder: Path) -> None:
    for name in FILE_NAMES:
        packed = folder / name
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    assert len(read_folder(folder).train_images) == 30


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="does not exist"):
        read_folder(tmp_path / "absent")


def test_missing_files_are_named(folder: Path) -> None:
    (folder / FILE_NAMES[1]).unlink()
    (folder / FILE_NAMES[3]).unlink()
    with pytest.raises(NotFoundError, match=f"lacks {FILE_NAMES[1]}, {FILE_NAMES[3]}"):
        read_folder(folder)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        (FILE_NAMES[0], np.zeros((30, 32, 32)), "32 x 32 pixels, want 28 x 28"),
        (FILE_NAMES[1], np.zeros(29), "29 labels for 30 images"),
        (FILE_NAMES[3], np.full(10, 10), "a label is 10, want 0 to 9"),
        (FILE_NAMES[1], np.zeros((30, 1)), "wrong magic number"),
    ],
)
def test_files_that_do_not_fit(folder: Path, name: str, array: np.ndarray, message: str) -> None:
    write_idx(folder / name, array.astype(np.uint8))
    with pytest.raises(CorruptError, match=message) as caught:
        read_folder(folder)
    assert name in str(caught.value)


def test_no_images(folder: Path) -> None:
    write_idx(folder / FILE_NAMES[0], np.zeros((0, 28, 28), np.uint8))
    write_idx(folder / FILE_NAMES[1], np.zeros(0, np.uint8))
    with pytest.raises(CorruptError, match="no images"):
        read_folder(folder)


def test_truncated_download(folder: Path) -> None:
    path = folder / FILE_NAMES[0]
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(TruncatedError, match="the file was cut"):
        read_folder(folder)


def test_transform_normalises() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[0, 0] = 255
    tensor = to_normalised_tensor(image)
    assert tensor.shape == (1, 28, 28)
    assert tensor.dtype == torch.float32
    assert tensor[0, 0, 0].item() == pytest.approx((1 - 0.1307) / 0.3081)
    assert tensor[0, 1, 1].item() == pytest.approx(-0.1307 / 0.3081)
    assert image[0, 0] == 255


def test_dataset_and_batches(folder: Path) -> None:
    data = read_folder(folder)
    dataset = KMNIST(data.train_images, data.train_labels)
    image, label = dataset[3]
    torch.testing.assert_close(image, to_normalised_tensor(data.train_images[3]))
    assert label == 3
    batches = list(make_loader(dataset, batch_size=8))
    assert [len(labels) for _, labels in batches] == [8, 8, 8, 6]
    assert batches[0][0].shape == (8, 1, 28, 28)
    assert torch.cat([labels for _, labels in batches]).tolist() == data.train_labels.tolist()


def test_shuffling_depends_on_the_seed_alone(folder: Path) -> None:
    data = read_folder(folder)
    dataset = KMNIST(data.train_images, np.arange(30, dtype=np.uint8))

    def order(seed: int) -> list[int]:
        loader = make_loader(dataset, batch_size=8, shuffle=True, seed=seed)
        return torch.cat([labels for _, labels in loader]).tolist()

    first = order(5)
    torch.manual_seed(99)
    assert order(5) == first
    assert order(6) != first
    assert sorted(first) == [*range(30)]


def test_ten_class_names() -> None:
    assert len(set(CLASS_NAMES)) == 10


@pytest.mark.skipif(not REAL.is_dir(), reason="the real images are not beside the repository")
def test_real_images() -> None:
    data = read_folder(REAL)
    assert data.train_images.shape == (8000, 28, 28)
    assert data.validation_images.shape == (2000, 28, 28)
    assert set(data.train_labels.tolist()) == set(range(10))
