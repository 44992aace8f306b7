"""Hyperparameters: every combination of learning rate, batch size and optimizer, each trained as a run of its own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from glassboard import SummaryWriter
from glassboard.demo.data import KMNIST, CharacterImages
from glassboard.demo.model import CharacterNet
from glassboard.demo.predictor import KMNISTPredictor
from glassboard.demo.workers import run_in_workers

__all__ = ["Combination", "SearchTask", "Trial", "best_trial", "combinations", "make_optimizer", "optimize"]

learning_rates = (0.1, 0.01, 0.001)
batch_sizes = (32, 128, 512)
optimizer_names = ("adam", "rmsprop", "sgd")


@dataclass(frozen=True, slots=True)
class Combination:
    learning_rate: float
    batch_size: int
    optimizer: str

    def __str__(self) -> str:
        return f"lr={self.learning_rate:g} batch={self.batch_size} {self.optimizer}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What one combination reached after its last epoch."""

    combination: Combination
    validation_accuracy: float
    validation_loss: float


@dataclass(frozen=True, slots=True, eq=False)
class SearchTask:
    """What is the same for every combination; travels to the workers."""

    images: CharacterImages
    folder: Path
    """Every combination's run is a folder below this one."""
    epochs: int
    device: torch.device
    seed: int = 0


def combinations() -> Iterator[Combination]:
    """All 27. The slow ones, with small batches, come first, so that the workers finish together."""
    for batch_size, learning_rate, optimizer in itertools.product(
        batch_sizes, learning_rates, optimizer_names
    ):
        yield Combination(learning_rate, batch_size, optimizer)


def make_optimizer(name: str, model: nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    """`adam`, `rmsprop` or `sgd` (with a momentum of 0.9) over all parameters."""
    if name == "adam":
        return torch.optim.Adam(model.parameters(), lr=learning_rate)
    if name == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), lr=learning_rate)
    return torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)


def train_combination(task: SearchTask, combination: Combination) -> Trial:
    """Trains one combination from scratch, from the same initial weights as every other, and logs it as one run."""
    torch.manual_seed(task.seed)
    train_set = KMNIST(task.images.train_images, task.images.train_labels)
    validation_set = KMNIST(task.images.validation_images, task.images.validation_labels)
    model = CharacterNet()
    with SummaryWriter(str(task.folder / str(combination))) as writer:
        predictor = KMNISTPredictor(
            model.to(task.device),
            make_optimizer(combination.optimizer, model, combination.learning_rate),
            target_epochs=task.epochs,
            batch_size=combination.batch_size,
            loss_function=nn.CrossEntropyLoss(),
            writer=writer,
            device=task.device,
            seed=task.seed,
            progress=False,
        )
        _, validation = predictor.fit(train_set, validation_set)
        writer.add_hparams(
            {
                "learning rate": combination.learning_rate,
                "batch size": combination.batch_size,
                "optimizer": combination.optimizer,
            },
            {"final/validation accuracy": validation.accuracy, "final/validation loss": validation.loss},
            global_step=task.epochs,
        )
    return Trial(combination, validation.accuracy, validation.loss)


def optimize(
    task: SearchTask,
    *,
    worker_count: int,
    on_trial: Callable[[Trial], None] | None = None,
    grid: Sequence[Combination] | None = None,
) -> list[Trial]:
    """Trains every combination, several at once in worker processes, and gives the trials in the order they finished.

    `on_trial` is called in this process after each. Where this call is interrupted, the workers close their logs and end.
    """
    grid = list(combinations()) if grid is None else grid
    trials: list[Trial] = []
    with tqdm(
        total=len(grid), desc="  search", unit="run", leave=False, dynamic_ncols=True, disable=None
    ) as bar:
        for trial in run_in_workers(train_combination, task, grid, worker_count=worker_count):
            trials.append(trial)
            if on_trial is not None:
                on_trial(trial)
            best = best_trial(trials)
            bar.set_postfix_str(f"best {best.validation_accuracy:.1%} with {best.combination}")
            bar.update()
    return trials


def best_trial(trials: Sequence[Trial]) -> Trial:
    """The highest accuracy; among equals the lowest loss, where a loss that is not a number comes last."""

    def rank(trial: Trial) -> tuple[float, float]:
        loss = trial.validation_loss
        return trial.validation_accuracy, -math.inf if math.isnan(loss) else -loss

    return max(trials, key=rank)
