"""Training and evaluation of a classifier, written out so that it can be read, copied and changed."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from tqdm import tqdm

from glassboard import SummaryWriter
from glassboard.demo.data import KMNIST, make_loader
from glassboard.errors import CorruptError, MisuseError

__all__ = ["Evaluation", "KMNISTPredictor", "best_device"]

LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

evaluation_batch_size = 256


@dataclass(frozen=True, slots=True)
class Evaluation:
    loss: float
    """Mean loss per image over the whole data set."""
    accuracy: float
    """Fraction of right answers, 0 to 1."""


def best_device(name: str | None = None) -> torch.device:
    """The device of that name, or the accelerator where there is one, else the CPU.

    Raises `MisuseError` where the named device is not there.
    """
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if name is None:
        return accelerator or torch.device("cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0]
        there = f"cpu and {accelerator}" if accelerator else "cpu"
        raise MisuseError(f"the device {name!r} cannot be used, {there} can: {reason}") from None
    return device


class KMNISTPredictor:
    """A model with its optimizer, trained for `target_epochs` and logged to `writer`.

    `loss_function` takes logits (N, classes) and labels (N,) and gives the mean loss of the batch.
    `save` and `load` carry everything that the next epoch depends on, so that a resumed training on the CPU goes on exactly
    as if it had never stopped.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        *,
        target_epochs: int,
        batch_size: int,
        loss_function: LossFunction,
        writer: SummaryWriter,
        device: torch.device | None = None,
        seed: int = 0,
        histograms: bool = False,
        progress: bool = True,
    ) -> None:
        """The model is moved to the device; build the optimizer from the model's parameters first.

        `histograms` logs every parameter after every epoch; `progress` shows a bar with the time left where there is a
        terminal.
        """
        self.device = device or best_device()
        self.model = model.to(self.device)
        self.optimizer = optimizer
        self.target_epochs = target_epochs
        self.batch_size = batch_size
        self.loss_function = loss_function
        self.writer = writer
        self.seed = seed
        self.histograms = histograms
        self.progress = progress
        self.finished_epochs = 0

    def loss_batch(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """The mean loss of one batch, a scalar that gradients flow back from."""
        return self.loss_function(logits, labels)

    def get_correct_examples(self, logits: torch.Tensor, labels: torch.Tensor) -> int:
        """How many images of the batch get their highest logit at their label."""
        return int((logits.argmax(dim=1) == labels).sum())

    def fit(
        self, train_set: KMNIST, validation_set: KMNIST, *, after_epoch: Callable[[int], None] | None = None
    ) -> tuple[Evaluation, Evaluation]:
        """Trains up to `target_epochs` and gives the last epoch's figures for training and for validation.

        Logged per epoch, at steps 1 to `target_epochs`: `loss/train`, `loss/validation`, `accuracy/train` and
        `accuracy/validation`; per batch: `batch/loss`. The training figures are those of the moment, with dropout on.
        `after_epoch` is told the number of each epoch that is done, from 1.
        """
        train = validation = Evaluation(float("nan"), float("nan"))
        batches_per_epoch = -(-len(train_set) // self.batch_size)
        with tqdm(
            total=self.target_epochs * batches_per_epoch,
            initial=self.finished_epochs * batches_per_epoch,
            unit="batch",
            leave=False,
            dynamic_ncols=True,
            # None: no bar where the output is not a terminal.
            disable=None if self.progress else True,
        ) as bar:
            while self.finished_epochs < self.target_epochs:
                epoch = self.finished_epochs + 1
                bar.set_description(f"  epoch {epoch} of {self.target_epochs}")
                train = self._train_epoch(train_set, epoch, bar)
                validation = self.evaluate(validation_set)
                self.finished_epochs = epoch
                self._log_epoch(epoch, train, validation)
                if after_epoch is not None:
                    after_epoch(epoch)
                bar.set_postfix_str(f"validation accuracy {validation.accuracy:.1%}")
        return train, validation

    def _train_epoch(self, train_set: KMNIST, epoch: int, bar: tqdm) -> Evaluation:
        self.model.train()
        # The order of the images depends on the epoch alone, so that resuming does not change it.
        loader = make_loader(
            train_set, batch_size=self.batch_size, shuffle=True, seed=self.seed * 1000 + epoch
        )
        first_step = (epoch - 1) * len(loader)
        # Sums over images, not means over batches: the last batch may be smaller.
        loss_sum, correct_count = 0.0, 0
        for step, (images, labels) in enumerate(loader, first_step):
            images, labels = images.to(self.device), labels.to(self.device)
            self.optimizer.zero_grad()
            logits = self.model(images)
            loss = self.loss_batch(logits, labels)
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
            self.optimizer.step()
            batch_loss = loss.item()
            self.writer.add_scalar("batch/loss", batch_loss, step)
            loss_sum += batch_loss * len(labels)
            correct_count += self.get_correct_examples(logits, labels)
            bar.update()
        return Evaluation(loss_sum / len(train_set), correct_count / len(train_set))

    def _log_epoch(self, epoch: int, train: Evaluation, validation: Evaluation) -> None:
        self.writer.add_scalar("loss/train", train.loss, epoch)
        self.writer.add_scalar("loss/validation", validation.loss, epoch)
        self.writer.add_scalar("accuracy/train", train.accuracy, epoch)
        self.writer.add_scalar("accuracy/validation", validation.accuracy, epoch)
        if self.histograms:
            for name, parameter in self.model.named_parameters():
                self.writer.add_histogram(f"parameters/{name}", parameter, epoch)

    @torch.no_grad()
    def evaluate(self, dataset: KMNIST) -> Evaluation:
        """Loss and accuracy over a data set, with dropout off and no gradients."""
        self.model.eval()
        loss_sum, correct_count = 0.0, 0
        for images, labels in make_loader(dataset, batch_size=evaluation_batch_size):
            images, labels = images.to(self.device), labels.to(self.device)
            logits = self.model(images)
            loss_sum += self.loss_batch(logits, labels).item() * len(labels)
            correct_count += self.get_correct_examples(logits, labels)
        return Evaluation(loss_sum / len(dataset), correct_count / len(dataset))

    @torch.no_grad()
    def get_probs(self, dataset: KMNIST) -> npt.NDArray[np.float32]:
        """Softmax probabilities, float32 (N, classes), in the order of the data set."""
        self.model.eval()
        batches = make_loader(dataset, batch_size=evaluation_batch_size)
        probs = [self.model(images.to(self.device)).softmax(dim=1).cpu().numpy() for images, _ in batches]
        return np.concatenate(probs)

    def save(self, path: Path) -> None:
        """Writes model, optimizer, epochs done and the state of the random numbers to one file, all or nothing."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "finished_epochs": self.finished_epochs,
            "random_state": torch.get_rng_state(),
        }
        draft = path.with_name(path.name + ".part")
        torch.save(state, draft)
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Takes over what `save` wrote; `fit` then goes on after the epochs that are done.

        Raises `FileNotFoundError`, or `CorruptError` where the file is not such a file or of another model.
        """
        try:
            # weights_only: a checkpoint from elsewhere cannot run code.
            state = torch.load(path, map_location=self.device, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.finished_epochs = int(state["finished_epochs"])
            torch.set_rng_state(state["random_state"].cpu())
        except FileNotFoundError:
            raise
        except (RuntimeError, pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise CorruptError(f"not a checkpoint of this model: {reason} ({path})") from error
