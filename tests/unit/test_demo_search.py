"""The search: 27 combinations, the best of them, and a small search through real worker processes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from glassboard.demo.hiragana import render_hiragana
from glassboard.demo.model import CharacterNet
from glassboard.demo.search import (
    Combination,
    SearchTask,
    Trial,
    best_trial,
    combinations,
    make_optimizer,
    optimize,
)


def test_twenty_seven_combinations() -> None:
    grid = list(combinations())
    assert len(set(grid)) == 27
    assert len({str(combination) for combination in grid}) == 27
    assert Combination(0.001, 32, "adam") in grid
    assert str(Combination(0.001, 32, "adam")) == "lr=0.001 batch=32 adam"
    for values in zip(*((c.learning_rate, c.batch_size, c.optimizer) for c in grid), strict=True):
        assert len(set(values)) == 3


def test_optimizers() -> None:
    model = CharacterNet()
    kinds = {name: type(make_optimizer(name, model, 0.1)) for name in ("adam", "rmsprop", "sgd")}
    assert kinds == {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop, "sgd": torch.optim.SGD}
    assert make_optimizer("sgd", model, 0.1).param_groups[0]["lr"] == 0.1


def test_the_best_is_the_most_accurate_then_the_lowest_loss() -> None:
    combination = Combination(0.1, 32, "adam")
    trials = [
        Trial(combination, 0.9, 0.5),
        Trial(combination, 0.1, math.nan),
        Trial(combination, 0.9, 0.4),
        Trial(combination, 0.9, math.nan),
        Trial(combination, 0.9, math.inf),
    ]
    assert best_trial(trials).validation_loss == 0.4
    assert best_trial(trials[1:2]).validation_accuracy == 0.1


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Trial], list[Trial]]:
    folder = tmp_path_factory.mktemp("search")
    task = SearchTask(render_hiragana(200, 50), folder, epochs=2, device=torch.device("cpu"))
    grid = [Combination(1e-3, 32, "adam"), Combination(1e20, 32, "sgd"), Combination(1e-3, 100, "rmsprop")]
    seen: list[Trial] = []
    return folder, optimize(task, worker_count=2, on_trial=seen.append, grid=grid), seen


def test_each_combination_is_a_run_of_its_own(searched: tuple[Path, list[Trial], list[Trial]]) -> None:
    folder, trials, seen = searched
    assert seen == trials
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        str(trial.combination) for trial in trials
    )
    for trial in trials:
        # No time-stamped run beside the run: one folder, one event file.
        assert len(list((folder / str(trial.combination)).iterdir())) == 1


def test_a_combination_that_cannot_learn_is_a_result(searched: tuple[Path, list[Trial], list[Trial]]) -> None:
    _, trials, _ = searched
    by_name = {str(trial.combination): trial for trial in trials}
    hopeless = by_name["lr=1e+20 batch=32 sgd"]
    assert not math.isfinite(hopeless.validation_loss)
    assert 0 <= hopeless.validation_accuracy < 0.3
    assert math.isfinite(by_name["lr=0.001 batch=32 adam"].validation_loss)
