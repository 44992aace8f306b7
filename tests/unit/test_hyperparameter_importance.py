"""Importance of hyperparameters: planted effects are found, chance is told as chance, and what cannot be said is said."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from glassboard.analysis.hyperparameter_importance import MAX_LEVELS, encode, importance
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder

nan = float("nan")
GRID = list(itertools.product([0.1, 0.01, 0.001], [32.0, 128.0, 512.0], ["adam", "rmsprop", "sgd"]))
COLUMNS = {
    "lr": [lr for lr, _, _ in GRID],
    "batch": [batch for _, batch, _ in GRID],
    "optimizer": [name for _, _, name in GRID],
    "dataset": ["k-mnist"] * len(GRID),
}


def test_a_planted_effect_is_found_and_beyond_chance() -> None:
    rng = np.random.default_rng(0)
    metric = np.array([-abs(np.log10(lr) + 2.5) for lr, _, _ in GRID]) + rng.normal(0, 0.05, 27)
    found = importance(encode(COLUMNS), metric)
    first, *others = found.shares
    assert first.names == ("lr",)
    assert first.share > 0.7
    assert first.low <= first.share <= first.high
    assert first.low > first.chance
    assert all(each.share < 0.1 and each.share < each.chance for each in others)
    assert found.explained is not None
    assert found.explained > 0.7


def test_an_interaction_without_effects_of_its_own_is_found_as_one() -> None:
    """Exclusive or: each alone says nothing."""
    rng = np.random.default_rng(1)
    a, b, c = (rng.integers(0, 2, 400).astype(float) for _ in range(3))
    metric = (a != b) + rng.normal(0, 0.05, 400)
    found = importance(encode({"a": a.tolist(), "b": b.tolist(), "c": c.tolist()}), metric)
    assert found.interactions[0].names == ("a", "b")
    assert found.interactions[0].share > 0.5
    assert max(each.share for each in found.shares) < 0.3


def test_chance_stays_below_its_own_mark() -> None:
    """Noise in nine logs: what is called more than chance is rare, as a 95th percentile has it."""
    beyond = 0
    for seed in range(9):
        metric = np.random.default_rng(seed).normal(0, 1, 27)
        found = importance(encode(COLUMNS), metric, seed=seed)
        beyond += sum(each.low > each.chance for each in found.shares)
    assert beyond <= 1


def test_the_answer_does_not_depend_on_units_or_chance() -> None:
    metric = np.array([lr * batch for lr, batch, _ in GRID])
    first = importance(encode(COLUMNS), metric)
    assert importance(encode(COLUMNS), metric) == first
    scaled = importance(encode(COLUMNS), metric * 2.0**400)  # exact: rounding would break ties otherwise
    assert [each.share for each in scaled.shares] == pytest.approx([each.share for each in first.shares])


def test_columns_of_any_sort_become_levels() -> None:
    rng = np.random.default_rng(2)
    encoded = encode(
        {
            "many": rng.normal(0, 1, 200).tolist(),
            "mixed": [0.1, "auto", None, True] * 50,
            "names": [f"run {number}" for number in range(200)],
            "gaps": [1.0, nan] * 100,
        }
    )
    assert encoded.is_ordered == (True, False, False, False)
    assert max(encoded.level_counts) <= MAX_LEVELS
    assert encoded.level_counts[1] == 4
    assert encoded.levels.min() == 0


@pytest.mark.parametrize(
    ("metric", "columns", "message"),
    [
        (np.arange(9.0), {"lr": list(range(9))}, "10 are wanted"),
        (np.ones(27), COLUMNS, "the same in every run"),
        (np.arange(27.0), {"lr": [0.1] * 27}, "no hyperparameter differs"),
        (np.arange(27.0), {}, "no hyperparameter differs"),
    ],
)
def test_what_cannot_be_said_is_said(metric: Any, columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        importance(encode(columns), metric)


def ask(root: Path, body: dict[str, Any]) -> httpx.Response:
    async def send() -> httpx.Response:
        store = LogStore(root)
        store.refresh()
        transport = httpx.ASGITransport(create_app(store, ChangeHub()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/api/v1/hparams-importance", json=body)

    return asyncio.run(send())


def test_runs_that_diverged_count_as_the_worst_and_are_counted(tmp_path: Path) -> None:
    log = LogdirBuilder(tmp_path)
    for number, (lr, batch, optimizer) in enumerate(GRID):
        value = nan if lr == 0.1 else 1.0 + lr + 0.0001 * number
        log.run(f"{number:02d}").hparams({"lr": lr, "batch": batch, "optimizer": optimizer}).scalars(
            "loss", [value]
        )
    log.run("27").hparams({"lr": 0.1})
    metric = {"tag": "loss", "statistic": "minimum"}
    answer = ask(tmp_path, {"metric": metric, "goal": "minimum"}).json()
    assert (answer["used_count"], answer["worst_count"], answer["missing_count"]) == (27, 9, 1)
    assert answer["shares"][0]["names"] == ["lr"]
    ranked = ask(tmp_path, {"metric": metric, "goal": "minimum", "scale": "rank"}).json()
    assert ranked["shares"][0]["names"] == ["lr"]
    few = ask(tmp_path, {"metric": metric, "runs": ["00", "01", "gone"]}).json()
    assert (few["shares"], few["used_count"]) == ([], 2)
    assert "no run has a finite value" in few["reason"]
    assert "10 are wanted" in ask(tmp_path, {"metric": metric, "runs": ["10", "11"]}).json()["reason"]
    assert ask(tmp_path, {"metric": {"tag": "gone"}}).json()["reason"] is not None
    assert ask(tmp_path, {"metric": {"tag": "loss", "statistic": "best"}}).status_code == 422
