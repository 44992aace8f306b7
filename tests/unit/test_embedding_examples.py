"""From a point of an embedding to its sample: by ids, by numbers, by rows, and never by a guess that is not told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassboard import SummaryWriter

from .embedding_server import serve_embeddings, vectors_of

NAMES = ["o", "ki", "su"]
COUNT = 12
TARGETS = np.arange(COUNT) % 3


def probabilities() -> np.ndarray:
    return np.random.default_rng(0).dirichlet(np.ones(3), COUNT).astype(np.float32)


def ask(
    folder: Path,
    labels: Sequence[Sequence[str]] | None,
    *,
    ids: Sequence[Any] | None = None,
    header: Sequence[str] = ("class", "image"),
    points: int = 6,
    step: int = 5,
    predicted_steps: Sequence[int] = (5,),
) -> list[dict[str, Any]]:
    with SummaryWriter(str(folder / "a")) as writer:
        for each in predicted_steps:
            writer.add_predictions(
                "validation", TARGETS, probabilities(), ids=ids, class_names=NAMES, global_step=each
            )
        writer.add_embedding(vectors_of(points), labels, global_step=step, tag="e", metadata_header=header)
    with serve_embeddings(folder) as server:
        name = f"e:{step:05d}"
        found: list[dict[str, Any]] = server.get("embedding-examples", name=name).json()["sources"]
        return found


ROWS = [7, 0, 3, 11, 5, 2]


def named(rows: Sequence[int], ids: Sequence[Any]) -> list[list[str]]:
    return [[NAMES[TARGETS[row]], str(ids[row])] for row in rows]


@pytest.mark.parametrize(
    "ids", [[f"img/{row}.png" for row in range(COUNT)], [row * 10 for row in range(COUNT)]]
)
def test_ids_in_the_metadata_name_the_sample(tmp_path: Path, ids: list[Any]) -> None:
    (source,) = ask(tmp_path, named(ROWS, ids), ids=ids)
    assert (source["by"], source["column"], source["rows"]) == ("id", "image", ROWS)
    assert source["ids"] == [str(ids[row]) for row in ROWS]
    assert (source["class_column"], source["agreeing_count"], source["compared_count"]) == ("class", 6, 6)
    assert (source["step"], source["is_same_step"], source["class_names"]) == (5, True, NAMES)


def test_numbers_of_rows_are_told_as_such(tmp_path: Path) -> None:
    (source,) = ask(tmp_path, named(ROWS, range(COUNT)))
    assert (source["by"], source["rows"], source["agreeing_count"]) == ("number", ROWS, 6)


def test_classes_that_disagree_are_counted(tmp_path: Path) -> None:
    labels = [["o", str(row)] for row in ROWS]
    (source,) = ask(tmp_path, labels)
    assert (source["class_column"], source["agreeing_count"], source["compared_count"]) == ("class", 2, 6)


def test_as_many_rows_are_the_last_resort(tmp_path: Path) -> None:
    labels = [[NAMES[target], "same"] for target in TARGETS]
    (source,) = ask(tmp_path, labels, points=COUNT)
    assert (source["by"], source["column"], source["rows"]) == ("row", None, list(range(COUNT)))
    assert source["agreeing_count"] == COUNT


@pytest.mark.parametrize(
    "labels",
    [
        None,
        [["o", "x"]] * 6,  # labels are no ids, however few they are
        [["o", str(row)] for row in [0, 0, 1, 2, 3, 4]],  # one stands twice
        [["o", str(row)] for row in [0, 1, 2, 3, 4, 99]],  # one is none
    ],
)
def test_what_is_no_id_leads_nowhere(tmp_path: Path, labels: list[list[str]] | None) -> None:
    assert ask(tmp_path, labels, header=() if labels is None else ("class", "image")) == []


def test_ids_that_stand_twice_among_the_predictions_lead_nowhere(tmp_path: Path) -> None:
    ids = ["same", "same", *[f"i{row}" for row in range(2, COUNT)]]
    assert ask(tmp_path, named([0, 2, 3, 4, 5, 6], ids), ids=ids) == []


def test_a_point_without_an_id_has_no_sample(tmp_path: Path) -> None:
    labels = named(ROWS, range(COUNT))
    labels[2][1] = ""
    (source,) = ask(tmp_path, labels)
    assert (source["rows"][2], source["ids"][2], source["found_count"]) == (-1, "", 5)


@pytest.mark.parametrize(("steps", "wanted"), [((1, 3, 9), 3), ((7, 9), 7), ((5, 9), 5)])
def test_the_step_is_that_of_the_embedding_or_told(
    tmp_path: Path, steps: tuple[int, ...], wanted: int
) -> None:
    (source,) = ask(tmp_path, named(ROWS, range(COUNT)), predicted_steps=steps)
    assert (source["step"], source["is_same_step"]) == (wanted, wanted == 5)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    with SummaryWriter(str(tmp_path / "a")) as writer:
        writer.add_embedding(vectors_of(4), tag="e")
    return tmp_path


def test_a_run_without_predictions_has_none(plain: Path) -> None:
    with serve_embeddings(plain) as server:
        assert server.get("embedding-examples", name="e:00000").json()["sources"] == []
        assert server.get("embedding-examples", name="none").status_code == 404
