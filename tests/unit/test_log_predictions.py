"""`run.predictions`: what `add_predictions` logged, read back as columns."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassboard
from glassboard import SummaryWriter
from glassboard.codec.payloads import predictions as payload
from glassboard.codec.payloads.predictions import Ids, PredictionsPart
from glassboard.errors import CorruptError, NotFoundError
from glassboard.log import PredictionsRecords
from glassboard.testing import MemoryProvider, records
from glassboard.types import Kind
from glassboard.writer import predictions as predictions_writer


def test_columns_of_a_record_in_several_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions_writer, "MAX_PART_ROWS", 64)
    rng = np.random.default_rng(0)
    targets = rng.integers(-1, 10, 200)
    answers = rng.dirichlet(np.ones(10), 200).astype(np.float32)
    answers[3] = math.nan
    images = rng.integers(0, 256, (200, 3, 5, 7)).astype(np.uint8)
    with SummaryWriter(tmp_path) as writer:
        for step in (1, 2):
            writer.add_predictions(
                "val", targets, answers, images=images, ids=[f"i{n}" for n in range(200)],
                class_names=list("abcdefghij"), global_step=step,
            )  # fmt: skip
    run = glassboard.open(tmp_path).runs["."]
    assert run.tags["val"] is Kind.PREDICTIONS
    found = run.predictions("val")
    assert (len(found), found.steps.tolist()) == (2, [1, 2])
    record = found.at(2)
    assert (len(record), record.is_complete, record.has_images) == (200, True, True)
    np.testing.assert_array_equal(record.targets, targets)
    np.testing.assert_array_equal(record.probabilities, answers)
    assert record.predicted[3] == -1
    np.testing.assert_array_equal(np.delete(record.predicted, 3), np.delete(answers, 3, 0).argmax(1))
    assert record.ids == tuple(f"i{n}" for n in range(200))
    assert record.class_names == tuple("abcdefghij")
    for row in (0, 63, 64, 199):
        np.testing.assert_array_equal(record.image(row), images[row].transpose(1, 2, 0))
    with pytest.raises(NotFoundError, match="there are 200 rows"):
        record.image(200)
    with pytest.raises(NotFoundError, match="no predictions of 'val' at step 3"):
        found.at(3)
    with pytest.raises(NotFoundError):
        run.predictions("nothing")


def test_one_column_is_the_probability_of_class_1(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_predictions("val", [0, 1, 1, -1], np.array([0.2, 0.5, 0.4, math.nan], np.float16))
    (record,) = glassboard.open(tmp_path).runs["."].predictions("val")
    assert record.predicted.tolist() == [0, 1, 0, -1]
    assert record.probabilities.dtype == np.float16
    assert np.asarray(record.ids).tolist() == [0, 1, 2, 3]
    assert not record.has_images


@settings(max_examples=15)
@given(rows=st.integers(1, 200), classes=st.integers(1, 12), part=st.integers(1, 50), seed=st.integers(0, 99))
def test_any_size_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: int, classes: int, part: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    answers = rng.random((rows, classes)).astype(np.float32)
    targets = rng.integers(-1, max(classes, 2), rows)
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(predictions_writer, "MAX_PART_ROWS", part)
        with SummaryWriter(folder) as writer:
            writer.add_predictions("val", targets, answers, ids=targets * (1 << 40))
    (record,) = glassboard.open(folder).runs["."].predictions("val")
    np.testing.assert_array_equal(record.probabilities, answers)
    np.testing.assert_array_equal(record.targets, targets)
    np.testing.assert_array_equal(record.ids, targets * (1 << 40))


def part_value(first: int, rows: int, total: int, classes: int = 2, ids: Ids | None = None) -> bytes:
    part = PredictionsPart(
        first, total, np.zeros(rows, np.int32), np.zeros((rows, classes), np.float32), ids=ids
    )
    elements = payload.encode_part(part)
    return records.text_value("val", elements, meta=records.metadata(payload.PLUGIN_NAME))


def of_parts(*values: bytes) -> PredictionsRecords:
    memory = MemoryProvider("logs")
    for value in values:
        memory.add_sample("run", "val", Kind.PREDICTIONS, value, step=1, wall_time=1.0)
    series = memory.samples("run", "val", Kind.PREDICTIONS)

    def no_file(path: str) -> bytes:
        raise NotFoundError(path)

    return PredictionsRecords(
        "run", "val", series, lambda i: memory.read_sample("run", "val", Kind.PREDICTIONS, i), no_file
    )


def test_a_record_that_was_cut_short_has_the_rows_so_far() -> None:
    (record,) = of_parts(part_value(0, 4, 10), part_value(4, 4, 10))
    assert (len(record), record.is_complete) == (8, False)


def test_the_same_moment_again_is_another_record_and_the_newest_holds() -> None:
    (record,) = of_parts(part_value(0, 4, 4), part_value(0, 3, 3))
    assert (len(record), record.is_complete) == (3, True)


def test_ids_that_not_every_part_has_are_of_no_row() -> None:
    (record,) = of_parts(part_value(0, 2, 4, ids=("a", "b")), part_value(2, 2, 4))
    np.testing.assert_array_equal(record.ids, np.arange(4))
    (record,) = of_parts(part_value(0, 2, 4, ids=("a", "b")), part_value(2, 2, 4, ids=np.array([7, 8])))
    assert record.ids == ("a", "b", "7", "8")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((part_value(0, 4, 10), part_value(6, 4, 10)), "missing in the middle"),
        ((part_value(4, 4, 10),), "missing in the middle"),
        ((part_value(0, 4, 8), part_value(4, 4, 8, classes=3)), "disagree"),
        ((records.scalar_value("val", 1.0),), "holds no predictions"),
    ],
)
def test_damage_is_told(values: tuple[bytes, ...], message: str) -> None:
    (record,) = of_parts(*values)
    with pytest.raises(CorruptError, match=message):
        len(record)


def test_a_million_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    answers = rng.random((1_000_000, 4), dtype=np.float32)
    targets = rng.integers(0, 4, 1_000_000)
    with SummaryWriter(tmp_path) as writer:
        writer.add_predictions("val", targets, answers)
    assert writer.health.is_well
    (record,) = glassboard.open(tmp_path, cache=False).runs["."].predictions("val")
    np.testing.assert_array_equal(record.targets, targets)
    np.testing.assert_array_equal(record.probabilities, answers)
