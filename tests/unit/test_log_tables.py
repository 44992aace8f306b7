"""Scalars as tables: one layout and the same dtypes in pandas, polars and Arrow."""

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import glassboard
from glassboard import _lazy
from glassboard.errors import MisuseError, NotFoundError
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder

VALUES = [1.0, math.nan, math.inf, -math.inf, 0.1]
ROWS = [
    ("a", "lr", 0, 2.0),
    *(("a", "train/loss", step, value) for step, value in enumerate(VALUES)),
    ("b", "train/loss", 7, 3.0),
    ("b", "train/loss", 7, 4.0),
]


@pytest.fixture
def log(tmp_path):
    logdir = LogdirBuilder(tmp_path / "logs")
    run = logdir.run("a").scalars("train/loss", VALUES, tensor=True).scalars("lr", [2.0])
    run.text("note", "no scalar")
    logdir.run("b").scalars("train/loss", [3.0, 4.0], steps=[7, 7])
    return glassboard.open(logdir.root)


def rows(runs, tags, steps, wall_times, values):
    assert [time - FIRST_WALL_TIME for time in wall_times] == list(steps)
    return list(zip(runs, tags, steps, values, strict=True))


def assert_rows(found, wanted):
    assert [row[:3] for row in found] == [row[:3] for row in wanted]
    np.testing.assert_array_equal([row[3] for row in found], [row[3] for row in wanted])


def test_pandas(log):
    frame = log.to_pandas()
    assert list(frame.columns) == ["run", "tag", "step", "wall_time", "value"]
    assert [str(dtype) for dtype in frame.dtypes] == ["category", "category", "int64", "float64", "float64"]
    assert_rows(rows(*(frame[name].tolist() for name in frame.columns)), ROWS)
    wide = log.to_pandas(tags="loss").pivot_table(
        index="step", columns="run", values="value", observed=True, aggfunc="last"
    )
    assert list(wide.columns) == ["a", "b"]


def test_polars(log):
    frame = log.to_polars()
    assert dict(frame.schema) == {
        "run": pl.Categorical, "tag": pl.Categorical, "step": pl.Int64, "wall_time": pl.Float64, "value": pl.Float64,
    }  # fmt: skip
    assert_rows(rows(*(frame[name].to_list() for name in frame.columns)), ROWS)
    assert frame.null_count().row(0) == (0, 0, 0, 0, 0)


def test_arrow(log):
    table = log.to_arrow()
    names = pa.dictionary(pa.int32(), pa.string())
    wanted = [("run", names), ("tag", names), ("step", pa.int64())]
    assert table.schema == pa.schema([*wanted, ("wall_time", pa.float64()), ("value", pa.float64())])
    assert_rows(rows(*(table[name].to_pylist() for name in table.column_names)), ROWS)
    assert table["value"].null_count == 0


@pytest.mark.parametrize("method", ["to_pandas", "to_polars", "to_arrow"])
def test_an_empty_table_has_the_same_types(log, method):
    whole, empty = getattr(log, method)(), getattr(log, method)(runs="^nobody$")
    assert len(empty) == 0
    assert list(map(str, whole.dtypes if method != "to_arrow" else whole.schema)) == list(
        map(str, empty.dtypes if method != "to_arrow" else empty.schema)
    )


def test_a_run_and_a_series_give_their_part_of_the_log(log):
    a = log.runs["a"]
    pd.testing.assert_frame_equal(a.to_pandas(), log.to_pandas(runs="^a$"))
    assert a.to_polars(tags="lr").rows() == [("a", "lr", 0, FIRST_WALL_TIME, 2.0)]
    assert a.to_arrow(tags="lr").to_pylist()[0]["value"] == 2.0
    series = log.runs["b"].scalars("train/loss")
    assert series.to_pandas()["value"].tolist() == [3.0, 4.0]
    assert series.to_polars()["tag"].to_list() == ["train/loss"] * 2
    assert series.to_arrow()["step"].to_pylist() == [7, 7]


def test_names_are_not_taken_for_expressions(tmp_path):
    logdir = LogdirBuilder(tmp_path)
    logdir.run("a.b").scalars("x", [1.0])
    logdir.run("aXb").scalars("x", [2.0])
    assert glassboard.open(tmp_path).runs["a.b"].to_pandas()["value"].tolist() == [1.0]


def test_every_point_of_a_restarted_run_or_the_newest(tmp_path):
    first = LogdirBuilder(tmp_path).run("a").scalars("x", [0.0, 1.0, 2.0])
    first.writer().scalars("x", [10.0], first_step=1, wall_times=[FIRST_WALL_TIME + 60])
    log = glassboard.open(tmp_path)
    assert log.to_pandas()["value"].tolist() == [0, 1, 2, 10]
    assert log.to_pandas(newest=True)["value"].tolist() == [0, 10]
    assert log.runs["a"].to_polars(newest=True)["value"].to_list() == [0, 10]
    assert log.runs["a"].scalars("x").newest().to_arrow()["value"].to_pylist() == [0, 10]


def test_what_is_no_expression_is_told_at_once(log):
    with pytest.raises(MisuseError, match=r"runs='\(' is no regular expression"):
        log.scalars(runs="(")
    with pytest.raises(MisuseError, match=r"tags='\*' is no regular expression"):
        log.runs["a"].to_pandas(tags="*")


def test_a_run_that_went_is_not_found(log, tmp_path):
    run = log.runs["a"]
    (tmp_path / "logs" / "a").rename(tmp_path / "elsewhere")
    log.refresh()
    with pytest.raises(NotFoundError, match="no run 'a'"):
        run.to_pandas()


def test_a_missing_package_says_what_to_install(log, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match=r'to_polars needs polars.*pip install "glassboard\[polars\]"'):
        log.to_polars()
    with pytest.raises(ImportError, match="pip install absent"):
        _lazy.require("absent.part", "a test")


def test_the_packages_are_not_imported_before_they_are_asked_for(log, tmp_path):
    code = (
        f"import glassboard, sys; log = glassboard.open({str(tmp_path / 'logs')!r}); list(log.scalars());"
        "print(sorted({'pandas', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
