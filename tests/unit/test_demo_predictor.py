"""The predictor: modes, sums over the epoch, what is logged, and a resumed training that ends where it would have."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from glassboard.demo.data import KMNIST
from glassboard.demo.hiragana import render_hiragana
from glassboard.demo.model import CharacterNet, summarise
from glassboard.demo.predictor import KMNISTPredictor, best_device
from glassboard.errors import CorruptError, MisuseError


class RecordingWriter:
    def __init__(self) -> None:
        self.scalars: list[tuple[str, float, int]] = []
        self.histograms: list[tuple[str, int]] = []

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        self.scalars.append((tag, value, step))

    def add_histogram(self, tag: str, values: torch.Tensor, step: int) -> None:
        self.histograms.append((tag, step))

    def series(self, tag: str) -> dict[int, float]:
        return {step: value for name, value, step in self.scalars if name == tag}


@pytest.fixture(scope="module")
def sets() -> tuple[KMNIST, KMNIST]:
    data = render_hiragana(100, 70)
    return KMNIST(data.train_images, data.train_labels), KMNIST(
        data.validation_images, data.validation_labels
    )


def predictor(
    *,
    epochs: int,
    model: nn.Module | None = None,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    seed: int = 0,
    **more: bool,
) -> KMNISTPredictor:
    torch.manual_seed(seed)
    model = model or CharacterNet()
    return KMNISTPredictor(
        model,
        torch.optim.Adam(model.parameters(), lr=learning_rate),
        target_epochs=epochs,
        batch_size=batch_size,
        loss_function=nn.CrossEntropyLoss(),
        writer=RecordingWriter(),
        device=torch.device("cpu"),
        seed=seed,
        progress=False,
        **more,
    )


def test_logs_per_epoch_and_per_batch(sets: tuple[KMNIST, KMNIST]) -> None:
    trained = predictor(epochs=2, histograms=True)
    train, validation = trained.fit(*sets)
    writer = trained.writer
    for tag in ("loss/train", "loss/validation", "accuracy/train", "accuracy/validation"):
        assert list(writer.series(tag)) == [1, 2]
    assert list(writer.series("batch/loss")) == [*range(8)]
    assert writer.series("loss/train")[2] == train.loss
    assert writer.series("accuracy/validation")[2] == validation.accuracy
    names = [name for name, _ in trained.model.named_parameters()]
    assert writer.histograms == [(f"parameters/{name}", epoch) for epoch in (1, 2) for name in names]


def test_epoch_figures_are_sums_over_images_not_means_of_batches(sets: tuple[KMNIST, KMNIST]) -> None:
    """With a learning rate of 0 and no dropout the training figures are those of one plain pass over all images."""
    train_set, validation_set = sets
    model = CharacterNet(dropout=0)
    trained = predictor(epochs=1, model=model, learning_rate=0)
    train, validation = trained.fit(train_set, validation_set)
    for figures, dataset in ((train, train_set), (validation, validation_set)):
        images = torch.stack([dataset[index][0] for index in range(len(dataset))])
        labels = torch.from_numpy(dataset.labels.astype(np.int64))
        with torch.no_grad():
            logits = model(images)
        assert figures.loss == pytest.approx(nn.functional.cross_entropy(logits, labels).item(), rel=1e-5)
        assert figures.accuracy == int((logits.argmax(dim=1) == labels).sum()) / len(dataset)
    # 100 images in batches of 32 leave a last batch of 4: the mean of the batches is another number.
    batch_losses = list(trained.writer.series("batch/loss").values())
    assert train.loss != pytest.approx(np.mean(batch_losses), rel=1e-6)
    assert train.loss == pytest.approx(np.average(batch_losses, weights=[32, 32, 32, 4]), rel=1e-6)


def test_trains_in_train_mode_and_evaluates_in_eval_mode(sets: tuple[KMNIST, KMNIST]) -> None:
    modes: list[tuple[int, bool, bool]] = []

    class Watched(CharacterNet):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            modes.append((len(images), self.training, torch.is_grad_enabled()))
            return super().forward(images)

    trained = predictor(epochs=1, model=Watched())
    trained.fit(*sets)
    assert modes == [
        (32, True, True),
        (32, True, True),
        (32, True, True),
        (4, True, True),
        (70, False, False),
    ]
    modes.clear()
    trained.get_probs(sets[1])
    assert modes == [(70, False, False)]


def test_probabilities(sets: tuple[KMNIST, KMNIST]) -> None:
    trained = predictor(epochs=1)
    _, validation = trained.fit(*sets)
    probs = trained.get_probs(sets[1])
    assert probs.shape == (70, 10)
    assert probs.dtype == np.float32
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-5)
    assert (probs.argmax(axis=1) == sets[1].labels).mean() == pytest.approx(validation.accuracy)
    np.testing.assert_array_equal(trained.get_probs(sets[1]), probs)


def test_learns(sets: tuple[KMNIST, KMNIST]) -> None:
    train, _ = predictor(epochs=6, learning_rate=4e-3).fit(*sets)
    assert train.accuracy > 0.6


def test_equal_seeds_equal_trainings(sets: tuple[KMNIST, KMNIST]) -> None:
    first, again, other = (predictor(epochs=1, seed=seed).fit(*sets) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_resumed_training_ends_where_the_uninterrupted_one_does(
    tmp_path: Path, sets: tuple[KMNIST, KMNIST]
) -> None:
    whole = predictor(epochs=3).fit(*sets)
    part = predictor(epochs=1)
    part.fit(*sets)
    part.save(tmp_path / "checkpoint.pt")
    resumed = predictor(epochs=3, seed=0)
    torch.manual_seed(1234)
    resumed.load(tmp_path / "checkpoint.pt")
    assert resumed.finished_epochs == 1
    assert resumed.fit(*sets) == whole
    assert list(resumed.writer.series("loss/train")) == [2, 3]
    assert min(resumed.writer.series("batch/loss")) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_broken_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    with pytest.raises(FileNotFoundError):
        predictor(epochs=1).load(path)
    predictor(epochs=1).save(path)
    content = path.read_bytes()
    for broken in (b"", b"not a checkpoint", content[: len(content) // 2]):
        path.write_bytes(broken)
        with pytest.raises(CorruptError, match="not a checkpoint of this model"):
            predictor(epochs=1).load(path)
    torch.save({"model": nn.Linear(2, 2).state_dict()}, path)
    with pytest.raises(CorruptError, match="not a checkpoint of this model"):
        predictor(epochs=1).load(path)


def test_a_diverging_training_goes_on_and_reports_what_it_is(sets: tuple[KMNIST, KMNIST]) -> None:
    model = CharacterNet()
    with torch.no_grad():
        model.logits.weight[0, 0] = math.nan
    train, validation = predictor(epochs=2, model=model).fit(*sets)
    assert math.isnan(train.loss)
    assert math.isnan(validation.loss)


def test_devices() -> None:
    assert best_device("cpu") == torch.device("cpu")
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    assert best_device() == (accelerator or torch.device("cpu"))
    with pytest.raises(MisuseError, match="'abacus' cannot be used"):
        best_device("abacus")
    with pytest.raises(MisuseError, match="'meta' cannot be used"):
        best_device("meta")


def test_summary_of_the_model() -> None:
    model = CharacterNet()
    layers = summarise(model, torch.zeros(5, 1, 28, 28))
    assert [layer.kind for layer in layers] == [
        *("Conv2d", "ReLU", "MaxPool2d", "Dropout") * 2,
        "Flatten",
        "Linear",
    ]
    assert layers[-1].output_shape == (5, 10)
    assert layers[7].output_shape == (5, 64, 7, 7)
    assert (
        sum(layer.parameter_count for layer in layers) == sum(p.numel() for p in model.parameters()) == 50_186
    )
    # The hooks are gone: another pass adds nothing.
    model(torch.zeros(1, 1, 28, 28))
    assert len(layers) == 10
