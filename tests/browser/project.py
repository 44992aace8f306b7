"""A small recognition project as the walkthrough logs it, with what was logged kept to compare the page against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glassboard import SummaryWriter
from glassboard.demo.data import CharacterImages
from glassboard.demo.embedding import log_embedding
from glassboard.demo.evaluation import (
    Mistake,
    find_mistakes,
    log_mistakes,
    log_precision_recall,
    log_predictions,
)
from glassboard.demo.first_look import log_first_characters
from glassboard.demo.hiragana import render_hiragana

BASELINE = "kmnist-1/baseline"
ADAM = "kmnist-1/search/lr=0.001 batch=32 adam"
SGD = "kmnist-1/search/lr=0.1 batch=128 sgd"
RUNS = (BASELINE, ADAM, SGD)
EPOCHS = 12
BATCHES = 400

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Project:
    logdir: Path
    images: CharacterImages
    mistakes: list[Mistake]
    curves: dict[str, dict[str, FloatArray]]
    """By run and tag: `batch/loss` at steps from 0 on, the others at steps 1 to EPOCHS."""

    def value(self, run: str, tag: str, step: int) -> float:
        return float(self.curves[run][tag][step if tag == "batch/loss" else step - 1])


def log_project(logdir: Path) -> Project:
    """Everything that the walkthrough logs but the graph, over results that no training had to find first."""
    rng = np.random.default_rng(7)
    images = render_hiragana(40, 120)
    labels = images.validation_labels
    probs = rng.dirichlet(np.full(10, 0.1), len(labels)).astype(np.float32)
    probs[:60, :] = 0.01
    probs[np.arange(60), labels[:60]] = 0.91
    mistakes = find_mistakes(labels, probs)
    curves = {run: _curves(rng, level) for run, level in zip(RUNS, (0.2, 0.6, 2.0), strict=True)}
    for run in RUNS:
        with SummaryWriter(logdir / run) as writer:
            if run == BASELINE:
                log_first_characters(writer, images.train_images, images.train_labels)
                log_precision_recall(writer, labels, probs, EPOCHS)
                log_predictions(writer, images.validation_images, labels, probs, EPOCHS)
                log_mistakes(writer, images.validation_images, mistakes, EPOCHS)
                log_embedding(
                    writer, images.validation_images, labels, probs.argmax(axis=1), batch_size=32, step=EPOCHS
                )
            else:
                reached = {"final/validation accuracy": curves[run]["accuracy/validation"][-1]}
                writer.add_hparams({"optimizer": run.split()[-1]}, reached, global_step=EPOCHS)
            for tag, values in curves[run].items():
                for step, value in enumerate(values, 0 if tag == "batch/loss" else 1):
                    writer.add_scalar(tag, value, step)
    return Project(logdir, images, mistakes, curves)


def _curves(rng: np.random.Generator, floor: float) -> dict[str, FloatArray]:
    """A loss that falls to about `floor`, the accuracy that goes with it, and noisy batches."""
    epochs, batches = np.arange(EPOCHS), np.arange(BATCHES)
    loss = floor + (2.3 - floor) * np.exp(-epochs / 3)
    noise = rng.normal(0, 0.05, BATCHES)
    return {
        "loss/train": loss,
        "loss/validation": loss * 1.1,
        "accuracy/train": np.exp(-loss / 2),
        "accuracy/validation": np.exp(-loss * 1.1 / 2),
        "batch/loss": floor + (2.3 - floor) * np.exp(-batches / 100) + noise,
    }
