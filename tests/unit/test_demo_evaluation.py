"""Recalls, mistakes and what is logged of them; the sample of each batch for the projector; the figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import glassboard
from glassboard import SummaryWriter
from glassboard.demo.data import CLASS_NAMES
from glassboard.demo.embedding import sample_batches
from glassboard.demo.evaluation import (
    class_recalls,
    find_mistakes,
    log_mistakes,
    log_precision_recall,
    log_predictions,
)
from glassboard.demo.figures import character_grid
from glassboard.demo.hiragana import render_hiragana

LABELS = np.array([0, 0, 1, 1, 2], np.uint8)
PROBS = np.zeros((5, 10), np.float32)
PROBS[0, 0] = 1
PROBS[1, [1, 0]] = 0.75, 0.25
PROBS[2, 1] = 1
PROBS[3, 1] = 1
PROBS[4, [7, 2]] = 0.875, 0.125


class RecordingWriter:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def __getattr__(self, name: str) -> object:
        return lambda *arguments, **_options: self.calls.append((name, *arguments))


def test_recalls() -> None:
    recalls = class_recalls(LABELS, PROBS)
    assert recalls[:3].tolist() == [0.5, 1, 0]
    assert np.isnan(recalls[3:]).all()


def test_mistakes_come_surest_first() -> None:
    first, second = find_mistakes(LABELS, PROBS)
    assert (first.image_index, first.predicted, first.actual, first.confidence) == (4, 7, 2, 0.875)
    assert (second.image_index, second.predicted, second.actual) == (1, 1, 0)
    assert (second.confidence, second.actual_probability) == (0.75, 0.25)
    assert find_mistakes(LABELS[:1], PROBS[:1]) == []


def test_every_mistake_is_an_image_and_a_text_at_one_step() -> None:
    writer = RecordingWriter()
    images = render_hiragana(10, 5).validation_images
    log_mistakes(writer, images, find_mistakes(LABELS, PROBS), step=8)
    assert [call[:2] for call in writer.calls] == [
        ("add_figure", "mistakes/first 25"),
        *[("add_image", "mistakes/characters"), ("add_text", "mistakes/notes")] * 2,
    ]
    _, _, image, step = writer.calls[1]
    np.testing.assert_array_equal(image, images[4])
    assert step == 0
    _, _, text, step = writer.calls[2]
    assert step == 0
    for part in ("image **4**", "step 0", CLASS_NAMES[7], CLASS_NAMES[2], "87.5%", "12.5%"):
        assert part in text


def test_no_mistake_logs_nothing() -> None:
    writer = RecordingWriter()
    log_mistakes(writer, np.zeros((1, 28, 28), np.uint8), [], step=1)
    assert writer.calls == []


def test_the_answer_to_every_image_is_logged_with_it(tmp_path: Path) -> None:
    images = render_hiragana(10, 5).validation_images[:5]
    with SummaryWriter(tmp_path) as writer:
        log_predictions(writer, images, LABELS, PROBS, step=3)
    record = glassboard.open(tmp_path).runs["."].predictions("validation").at(3)
    np.testing.assert_array_equal(record.probabilities, PROBS)
    np.testing.assert_array_equal(record.targets, LABELS)
    np.testing.assert_array_equal(record.image(4), images[4])
    assert record.class_names == CLASS_NAMES


def test_one_curve_per_class() -> None:
    writer = RecordingWriter()
    log_precision_recall(writer, LABELS, PROBS, step=3)
    assert [call[1] for call in writer.calls] == [
        f"precision-recall/{i} {c}" for i, c in enumerate(CLASS_NAMES)
    ]
    _, _, positives, scores, step = writer.calls[1]
    assert positives.tolist() == [False, False, True, True, False]
    assert scores.tolist() == [0, 0.75, 1, 1, 0]
    assert step == 3


def test_sixteen_examples_of_every_batch() -> None:
    indices = sample_batches(100, 32, seed=0)
    assert len(set(indices.tolist())) == len(indices) == 16 + 16 + 16 + 4
    for start in (0, 32, 64):
        assert ((indices >= start) & (indices < start + 32)).sum() == 16
    assert indices.max() < 100
    np.testing.assert_array_equal(indices, sample_batches(100, 32, seed=0))
    assert indices.tolist() != sample_batches(100, 32, seed=1).tolist()


@pytest.mark.parametrize("count", [25, 3])
def test_grid_shows_hiragana(count: int) -> None:
    """Every name is drawn with a glyph of its own. A font without hiragana warns, which fails the test."""
    images = render_hiragana(25, 10).train_images
    figure = character_grid(images[:count], (CLASS_NAMES * 3)[:count], headline="ひらがな")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    titled = [axes for axes in figure.axes if axes.get_title()]
    assert len(figure.axes) == 25
    assert len(titled) == count
    assert {axes.title.get_fontname() for axes in titled} == {"IPAexGothic"}
    pixels = np.asarray(canvas.buffer_rgba())
    assert Image.fromarray(pixels).convert("L").getextrema() == (0, 255)
