"""The rendered stand-in: the same images everywhere and every time, balanced, varied, cached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glassboard.demo import hiragana
from glassboard.demo.data import FILE_NAMES, read_folder
from glassboard.demo.font import hiragana_font_path
from glassboard.demo.hiragana import load_hiragana, render_hiragana
from glassboard.demo.idx import read_idx
from glassboard.demo.strokes import distance_fields

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "demo_hiragana_first_20-idx3-ubyte.gz"


def test_first_images_are_the_golden_ones() -> None:
    images = render_hiragana(20, 10, seed=0).train_images
    difference = np.abs(images.astype(int) - read_idx(GOLDEN, ndim=3))
    # Processors round floats differently in the last place; a byte may fall to the other side.
    assert difference.max() <= 1, (
        "the images changed: raise `hiragana.version` and write the golden file anew"
    )
    assert (difference > 0).mean() < 0.01


def test_equal_arguments_equal_images() -> None:
    first, again = render_hiragana(40, 20, seed=3), render_hiragana(40, 20, seed=3)
    np.testing.assert_array_equal(first.train_images, again.train_images)
    np.testing.assert_array_equal(first.validation_labels, again.validation_labels)
    other = render_hiragana(40, 20, seed=4)
    assert (first.train_images != other.train_images).any()


def test_shapes_balance_and_variety() -> None:
    data = render_hiragana(1_200, 300)
    assert data.train_images.shape == (1_200, 28, 28)
    assert data.train_images.dtype == data.train_labels.dtype == np.uint8
    assert np.bincount(data.train_labels).tolist() == [120] * 10
    assert np.bincount(data.validation_labels).tolist() == [30] * 10
    assert len({image.tobytes() for image in data.train_images}) == 1_200
    # No blank and no flooded image: something is drawn, and something is not.
    spread = data.train_images.reshape(1_200, -1).std(axis=1)
    assert spread.min() > 10


def test_a_nearest_mean_does_not_solve_it() -> None:
    """The characters are honestly hard: the mean image of a class recognises far less than a network does."""
    data = render_hiragana(2_000, 500)
    pixels, probes = data.train_images.reshape(2_000, -1) / 255, data.validation_images.reshape(500, -1) / 255
    means = np.stack([pixels[data.train_labels == label].mean(axis=0) for label in range(10)])
    guess = ((probes[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    accuracy = (guess == data.validation_labels).mean()
    assert 0.2 < accuracy < 0.8


def test_distance_field_against_a_plain_computation() -> None:
    field = distance_fields("つ", hiragana_font_path())[0]
    inside = field > 0
    assert 0.02 < inside.mean() < 0.4
    size = len(field)
    rows, columns = np.nonzero(inside)
    for row, column in ((0, 0), (size // 2, size // 2), (size - 1, 3)):
        if not inside[row, column]:
            plain = np.sqrt(((rows - row) ** 2 + (columns - column) ** 2).min()) * 2 / size
            assert field[row, column] == pytest.approx(-plain, rel=1e-5)


def test_cache_is_written_once_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_hiragana(tmp_path, train_count=40, validation_count=20)
    (folder,) = tmp_path.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILE_NAMES)
    np.testing.assert_array_equal(read_folder(folder).train_images, first.train_images)

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("rendered although the cache is there")

    monkeypatch.setattr(hiragana, "render_hiragana", refuse)
    again = load_hiragana(tmp_path, train_count=40, validation_count=20)
    np.testing.assert_array_equal(again.train_images, first.train_images)


def test_broken_cache_is_rendered_again(tmp_path: Path) -> None:
    first = load_hiragana(tmp_path, train_count=40, validation_count=20)
    (folder,) = tmp_path.iterdir()
    path = folder / FILE_NAMES[0]
    path.write_bytes(path.read_bytes()[:100])
    again = load_hiragana(tmp_path, train_count=40, validation_count=20)
    np.testing.assert_array_equal(again.train_images, first.train_images)
    assert len(read_folder(folder).train_images) == 40


def test_cache_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    data = load_hiragana(tmp_path / "file", train_count=40, validation_count=20)
    assert len(data.train_images) == 40
