"""The walkthrough: one image-classification project from raw files to a tuned model, in eight steps.

Every step is a few calls of functions in this folder; read them in this order and copy what you need.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from glassboard import SummaryWriter
from glassboard.demo.console import duration_text, heading, say, step, table
from glassboard.demo.data import CLASS_NAMES, KMNIST, CharacterImages, make_loader
from glassboard.demo.embedding import log_embedding
from glassboard.demo.evaluation import (
    Mistake,
    class_recalls,
    find_mistakes,
    log_mistakes,
    log_precision_recall,
    log_predictions,
)
from glassboard.demo.first_look import log_first_characters
from glassboard.demo.interrupts import interrupts_kept
from glassboard.demo.model import CharacterNet, summarise
from glassboard.demo.predictor import KMNISTPredictor, best_device
from glassboard.demo.search import SearchTask, Trial, best_trial, combinations, optimize
from glassboard.demo.settings import WalkthroughResult, WalkthroughSettings
from glassboard.demo.source import DataSource, find_data
from glassboard.demo.workers import cpu_count
from glassboard.errors import MisuseError
from glassboard.server.local import LocalServer

__all__ = ["WalkthroughResult", "WalkthroughSettings", "run"]

batch_size = 32
learning_rate = 0.001
# More gain nothing on a network as small as this.
most_threads = 4
most_workers = 4
epochs_between_predictions = 3
near_chance = 1.5 / len(CLASS_NAMES)


@dataclass(frozen=True, slots=True)
class Scale:
    """How many images and epochs the steps take."""

    train_count: int
    validation_count: int
    epochs: int
    search_train_count: int
    search_validation_count: int
    search_epochs: int


def choose_scale(images: CharacterImages, *, quick: bool, epochs: int | None) -> Scale:
    """The training sees about 96,000 images in all, whatever the size of the data set, in 3 to 12 epochs."""
    if quick:
        return Scale(3_000, 1_000, epochs or 4, 1_000, 500, 1)
    train_count = len(images.train_images)
    chosen_epochs = epochs or min(12, max(3, round(96_000 / train_count)))
    return Scale(train_count, len(images.validation_images), chosen_epochs, 6_000, 2_000, 5)


def run(settings: WalkthroughSettings) -> WalkthroughResult:
    """Runs every step and, with `settings.serve`, serves the page until Ctrl-C.

    Raises `GlassboardError` with one clear sentence for anything the user can mend (a broken data file, a port in use, an
    unknown device). `KeyboardInterrupt` comes out after the logs are closed and the workers have ended; Ctrl-C while only
    the page is being served is the usual way to finish and returns the result.
    """
    started = time.monotonic()
    if settings.epochs is not None and settings.epochs < 1:
        raise MisuseError(f"epochs is {settings.epochs}, want 1 or more")
    device = best_device(settings.device)
    # Half of the processors: torch's threads wait for each other by spinning, and the page and its browser need one.
    torch.set_num_threads(max(1, min(most_threads, cpu_count() // 2)))
    heading("Glassboard walkthrough: recognising handwritten hiragana")
    with interrupts_kept(), contextlib.ExitStack() as stack:
        page_url = _serve(settings, stack)
        say("Ctrl-C stops it at any time; what was logged stays readable.")
        folder = None
        try:
            step(1, "Data")
            source = find_data(data_dir=settings.data_dir, download=settings.download)
            folder = _new_folder(settings.logdir, source.folder_prefix)
            result = _run_steps(settings, source, folder, device, started)
        except KeyboardInterrupt:
            _say_stopped(settings.logdir, folder)
            raise
        _say_reached(result, page_url)
        if page_url is not None:
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
            say("\nThe page is closed.")
    return result


def _run_steps(
    settings: WalkthroughSettings, source: DataSource, folder: Path, device: torch.device, started: float
) -> WalkthroughResult:
    scale = choose_scale(source.images, quick=settings.quick, epochs=settings.epochs)
    images = source.images.first(scale.train_count, scale.validation_count)
    train_set = KMNIST(images.train_images, images.train_labels)
    validation_set = KMNIST(images.validation_images, images.validation_labels)
    say(source.sentence)
    say(f"{len(train_set):,} characters to train on, {len(validation_set):,} to validate with.")
    say(f"The runs of this walkthrough go to {folder}")

    # The writer closes itself at the end of the block, and at the end of the program where `close` was forgotten.
    with SummaryWriter(str(folder / "baseline")) as writer:
        step(2, "Look at the data")
        log_first_characters(writer, images.train_images, images.train_labels)
        say("Logged the first 25 characters, as one figure and as single images at 25 steps.")

        step(3, "The model")
        torch.manual_seed(settings.seed)
        model = CharacterNet()
        _log_model(writer, model, train_set)

        step(4, "Training")
        predictor = KMNISTPredictor(
            model.to(device),
            torch.optim.Adam(model.parameters(), lr=learning_rate),
            target_epochs=scale.epochs,
            batch_size=batch_size,
            loss_function=nn.CrossEntropyLoss(),
            writer=writer,
            device=device,
            seed=settings.seed,
            histograms=True,
        )
        say(
            f"Adam, learning rate {learning_rate}, batches of {batch_size}, {scale.epochs} epochs on {device}."
        )

        def log_answers(epoch: int) -> None:
            # The last epoch's come with its precision and recall.
            if epoch < scale.epochs and (epoch - 1) % epochs_between_predictions == 0:
                answers = predictor.get_probs(validation_set)
                log_predictions(writer, images.validation_images, images.validation_labels, answers, epoch)

        train, validation = predictor.fit(train_set, validation_set, after_epoch=log_answers)
        predictor.save(folder / "baseline" / "checkpoint.pt")
        say(f"Accuracy {train.accuracy:.1%} in training, {validation.accuracy:.1%} on the validation images.")

        step(5, "Precision and recall")
        probs = predictor.get_probs(validation_set)
        log_precision_recall(writer, images.validation_labels, probs, scale.epochs)
        log_predictions(writer, images.validation_images, images.validation_labels, probs, scale.epochs)
        say("Logged one curve per class, and the answer to every validation image.")

        step(6, "Mistakes")
        mistakes = find_mistakes(images.validation_labels, probs)
        log_mistakes(writer, images.validation_images, mistakes, scale.epochs)
        _say_mistakes(mistakes)

        # Everything so far is on disk before the long search begins.
        writer.flush()

        step(7, "Hyperparameters")
        trials = _search(settings, images, scale, folder, device)

        step(8, "Embedding projector")
        point_count = log_embedding(
            writer,
            images.validation_images,
            images.validation_labels,
            probs.argmax(axis=1),
            batch_size=batch_size,
            step=scale.epochs,
            seed=settings.seed,
        )
        say(
            f"Logged {point_count:,} validation characters as points of 784 pixels, with sprites and classes."
        )
    recalls = class_recalls(images.validation_labels, probs)
    hardest = int(np.nanargmin(recalls))
    best = best_trial(trials) if trials else None
    return WalkthroughResult(
        logdir=settings.logdir,
        folder=folder,
        data_name=source.name,
        train_image_count=len(train_set),
        validation_image_count=len(validation_set),
        epochs=scale.epochs,
        train_accuracy=train.accuracy,
        validation_accuracy=validation.accuracy,
        validation_loss=validation.loss,
        mistake_count=len(mistakes),
        hardest_class=CLASS_NAMES[hardest],
        hardest_class_recall=float(recalls[hardest]),
        combination_count=len(trials),
        best_combination=str(best.combination) if best else None,
        best_combination_accuracy=best.validation_accuracy if best else None,
        duration_secs=time.monotonic() - started,
    )


def _log_model(writer: SummaryWriter, model: CharacterNet, train_set: KMNIST) -> None:
    """Logs the graph, made from one batch, and prints the layers."""
    batch, _ = next(iter(make_loader(train_set, batch_size=batch_size)))
    writer.add_graph(model, batch)
    layers = summarise(model, batch)
    rows = [
        (layer.name, layer.kind, _shape_text(layer.output_shape), f"{layer.parameter_count:,}")
        for layer in layers
    ]
    table([("layer", "kind", "output", "parameters"), *rows])
    say(f"{sum(layer.parameter_count for layer in layers):,} parameters in all.")
    lines = [
        "| layer | kind | output | parameters |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    writer.add_text("model/summary", "\n".join(lines), 0)


def _shape_text(shape: tuple[int, ...]) -> str:
    """`N x 32 x 28 x 28`: the first dimension is the batch, whatever its size."""
    return " x ".join(("N", *map(str, shape[1:])))


def _say_mistakes(mistakes: list[Mistake]) -> None:
    if not mistakes:
        say("No validation image is wrong.")
        return
    first = mistakes[0]
    say(
        f"{len(mistakes):,} wrong answers logged, each with its image. The surest: image {first.image_index} is "
        f"{CLASS_NAMES[first.actual]}, taken for {CLASS_NAMES[first.predicted]} at {first.confidence:.1%}."
    )


def _search(
    settings: WalkthroughSettings, images: CharacterImages, scale: Scale, folder: Path, device: torch.device
) -> list[Trial]:
    """Trains all combinations and says which were best and worst; without `settings.search` there are none."""
    if not settings.search:
        say("Left out, as asked.")
        return []
    worker_count = min(most_workers, cpu_count())
    task = SearchTask(
        images.first(scale.search_train_count, scale.search_validation_count),
        folder / "search",
        scale.search_epochs,
        device,
        settings.seed,
    )
    say(
        f"{len(list(combinations()))} combinations, {worker_count} at a time: {len(task.images.train_images):,} images, "
        f"{scale.search_epochs} epoch{'s' if scale.search_epochs > 1 else ''} each."
    )
    trials = optimize(task, worker_count=worker_count)
    ranked = sorted(trials, key=lambda trial: -trial.validation_accuracy)
    rows = [(f"{trial.validation_accuracy:.1%}", str(trial.combination)) for trial in ranked]
    table([*rows[:3], ("...", ""), *rows[-3:]])
    chance_count = sum(trial.validation_accuracy < near_chance for trial in trials)
    say(
        f"{chance_count} of {len(trials)} did not learn: they stay near chance, which is {1 / len(CLASS_NAMES):.0%}."
    )
    return trials


def _serve(settings: WalkthroughSettings, stack: contextlib.ExitStack) -> str | None:
    """Starts the page, where it is wanted, and says where it is; it is closed with the stack."""
    if not settings.serve:
        say(f"The page is not served; `glassboard --logdir {settings.logdir}` shows the runs at any time.")
        return None
    page = stack.enter_context(LocalServer(settings.logdir, host=settings.host, port=settings.port))
    say(f"The page is at {page.url} and grows while you look.")
    return page.url


def _new_folder(logdir: Path, prefix: str) -> Path:
    """Makes the first folder `<logdir>/<prefix>-<n>` that is not there yet: no walkthrough touches another's runs."""
    try:
        logdir.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            folder = logdir / f"{prefix}-{number}"
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                break
    except OSError as error:
        raise MisuseError(f"the log directory cannot be written: {error.strerror} ({logdir})") from None
    if number > 1:
        say(f"Earlier walkthroughs in {logdir} stay as they are.")
    return folder


def _say_stopped(logdir: Path, folder: Path | None) -> None:
    say("\nStopped.")
    if folder is not None:
        say(f"What was logged until now is in {folder}; `glassboard --logdir {logdir}` shows it.")


def _say_reached(result: WalkthroughResult, page_url: str | None) -> None:
    heading(f"Done in {duration_text(result.duration_secs)}")
    rows = [
        ("validation accuracy", f"{result.validation_accuracy:.1%} ({result.data_name})"),
        ("mistakes", f"{result.mistake_count:,} of {result.validation_image_count:,} characters"),
        ("hardest class", f"{result.hardest_class}, {result.hardest_class_recall:.1%} recognised"),
    ]
    if result.best_combination is not None:
        rows.append(
            ("best combination", f"{result.best_combination}, {result.best_combination_accuracy:.1%}")
        )
    table(rows)
    heading(f"Where to look: {page_url or f'glassboard --logdir {result.logdir}'}")
    table(
        [
            ("Scalars", "loss and accuracy of every run, epoch by epoch; batch/loss, batch by batch"),
            ("Images", "data/characters: the first 25; mistakes/characters: what the model gets wrong"),
            ("Text", "mistakes/notes: predicted and actual class at the step of each image; model/summary"),
            ("Graphs", "the model from images to logits, the shape on every line, its layers as a table"),
            ("Histograms", "parameters/*: the weights of every layer, epoch by epoch"),
            ("PR Curves", "precision and recall of every class, with the counts at every threshold"),
            (
                "Evaluation",
                "confusion, calibration, likely label errors; a click on any of it shows the characters",
            ),
            ("HParams", "the combinations that were tried, as a table, lines, a matrix, and what mattered"),
            ("Projector", "validation characters in two or three dimensions: PCA, t-SNE, UMAP"),
        ]
    )
    if page_url is not None:
        say(f"\nThe page stays at {page_url} until Ctrl-C.")
