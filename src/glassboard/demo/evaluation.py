"""Steps 5 and 6: what the probabilities on the validation images say, class by class and mistake by mistake."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard import SummaryWriter
from glassboard.demo.data import CLASS_NAMES
from glassboard.demo.figures import character_grid
from glassboard.demo.idx import UInt8Array

__all__ = [
    "Mistake",
    "class_recalls",
    "find_mistakes",
    "log_mistakes",
    "log_precision_recall",
    "log_predictions",
]

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mistake:
    image_index: int
    """Place in the validation set."""
    predicted: int
    actual: int
    confidence: float
    """The probability that the model gave to its wrong answer."""
    actual_probability: float


def log_precision_recall(writer: SummaryWriter, labels: UInt8Array, probs: Probabilities, step: int) -> None:
    """Logs one curve per class: that class against the nine others, over the thresholds of its probability."""
    for label, name in enumerate(CLASS_NAMES):
        writer.add_pr_curve(f"precision-recall/{label} {name}", labels == label, probs[:, label], step)


def log_predictions(
    writer: SummaryWriter, images: UInt8Array, labels: UInt8Array, probs: Probabilities, step: int
) -> None:
    """Logs the answer to every validation image, with the image: what the page opens behind every figure it shows."""
    writer.add_predictions(
        "validation",
        labels,
        probs,
        images=images,
        dataformats="NHW",
        class_names=CLASS_NAMES,
        global_step=step,
    )


def class_recalls(labels: UInt8Array, probs: Probabilities) -> npt.NDArray[np.float64]:
    """Per class the fraction of its images that are recognised; NaN for a class that does not occur."""
    right = np.bincount(labels, weights=probs.argmax(axis=1) == labels, minlength=len(CLASS_NAMES))
    count = np.bincount(labels, minlength=len(CLASS_NAMES))
    recalls = np.full(len(CLASS_NAMES), np.nan)
    np.divide(right, count, out=recalls, where=count > 0)
    return recalls


def find_mistakes(labels: UInt8Array, probs: Probabilities) -> list[Mistake]:
    """Every wrong answer, the surest first."""
    predicted = probs.argmax(axis=1)
    mistakes = [
        Mistake(
            image_index=int(index),
            predicted=int(predicted[index]),
            actual=int(labels[index]),
            confidence=float(probs[index, predicted[index]]),
            actual_probability=float(probs[index, labels[index]]),
        )
        for index in np.flatnonzero(predicted != labels)
    ]
    return sorted(mistakes, key=lambda mistake: -mistake.confidence)


def log_mistakes(writer: SummaryWriter, images: UInt8Array, mistakes: list[Mistake], step: int) -> None:
    """Logs `mistakes/first 25` (a figure at `step`) and, at one step a mistake, its image and its text.

    `mistakes/characters` and `mistakes/notes` share their steps, so that stepping through one steps through the other.
    """
    pairs = [f"{CLASS_NAMES[mistake.predicted]}, not {CLASS_NAMES[mistake.actual]}" for mistake in mistakes]
    if mistakes:
        worst = images[[mistake.image_index for mistake in mistakes[:25]]]
        writer.add_figure(
            "mistakes/first 25", character_grid(worst, pairs, headline="Mistakes, the surest first"), step
        )
    for rank, mistake in enumerate(mistakes):
        writer.add_image("mistakes/characters", images[mistake.image_index], rank, dataformats="HW")
        writer.add_text("mistakes/notes", _note(mistake, rank), rank)


def _note(mistake: Mistake, rank: int) -> str:
    return (
        f"Validation image **{mistake.image_index}** (step {rank} of `mistakes/characters`)\n\n"
        "| | class | probability |\n|---|---|---|\n"
        f"| predicted | {CLASS_NAMES[mistake.predicted]} | {mistake.confidence:.1%} |\n"
        f"| actual | {CLASS_NAMES[mistake.actual]} | {mistake.actual_probability:.1%} |\n"
    )
