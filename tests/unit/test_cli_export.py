"""`glassboard export`: every point as a table, and what it says where that cannot be."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import glassboard
from glassboard.cli.main import main
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder

VALUES = [1.0, math.nan, math.inf, -math.inf, 0.1, 1e-300]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    builder = LogdirBuilder(tmp_path / "logs")
    run = builder.run("a").scalars("train/loss", VALUES, tensor=True).scalars('odd, "tag"\n', [2.0])
    run.text("note", "no scalar")
    builder.run("b").scalars("train/loss", [3.0, 4.0], steps=[-7, 2**62])
    return builder.root


def export(
    capsys: pytest.CaptureFixture[str], logdir: Path, to: Path | str, *options: str
) -> tuple[int, str, str]:
    code = main(["export", str(logdir), "--to", str(to), *options])
    out, err = capsys.readouterr()
    return code, out, err


def assert_is_the_log(rows: Sequence[tuple[Any, ...]], logdir: Path) -> None:
    wanted = glassboard.open(logdir).to_pandas()
    for index, name in enumerate(("run", "tag", "step", "wall_time", "value")):
        column = wanted[name].tolist()
        np.testing.assert_array_equal([type(column[0])(row[index]) for row in rows], column)
    assert len(rows) == 9


def test_csv(logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "out.csv"
    code, out, err = export(capsys, logdir, to)
    assert (code, out, err) == (0, "", f"9 points written to {to}\n")
    with to.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["run", "tag", "step", "wall_time", "value"]
    assert_is_the_log([tuple(row) for row in rows], logdir)
    assert [row[4] for row in rows if row[:2] == ["a", "train/loss"]] == [
        "1.0", "NaN", "inf", "-inf", "0.1", "1e-300",
    ]  # fmt: skip
    pandas, polars = pd.read_csv(to), pl.read_csv(to)
    assert polars.schema["value"] == pl.Float64
    np.testing.assert_array_equal(pandas["value"], polars["value"].to_numpy())
    assert pandas["step"].tolist()[-1] == 2**62


def test_json_lines(logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "out.jsonl"
    assert export(capsys, logdir, to)[0] == 0

    def refuse(text: str) -> float:
        raise AssertionError(f"{text} is no JSON")

    rows = [json.loads(line, parse_constant=refuse) for line in to.read_text().splitlines()]
    assert list(rows[0]) == ["run", "tag", "step", "wall_time", "value"]
    assert_is_the_log([tuple(row.values()) for row in rows], logdir)
    values = [row["value"] for row in rows if row["tag"] == "train/loss"]
    assert values[1:4] == ["NaN", "Infinity", "-Infinity"]


def test_parquet(logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "out.parquet"
    assert export(capsys, logdir, to)[0] == 0
    assert pq.read_table(to).equals(glassboard.open(logdir).to_arrow(), check_metadata=True) is False  # NaN
    assert_is_the_log([tuple(row.values()) for row in pq.read_table(to).to_pylist()], logdir)
    assert pq.read_schema(to).equals(glassboard.open(logdir).to_arrow().schema)
    assert pq.read_table(to)["value"].null_count == 0
    assert pl.read_parquet(to)["value"].is_nan().sum() == 1


def test_parquet_in_several_row_groups(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glassboard.cli.table_files._ROW_GROUP_POINTS", 3)
    monkeypatch.setattr("glassboard.cli.export._CHUNK_POINTS", 2)
    to = tmp_path / "out.parquet"
    assert export(capsys, logdir, to)[0] == 0
    assert pq.ParquetFile(to).metadata.num_row_groups > 2
    assert_is_the_log([tuple(row.values()) for row in pq.read_table(to).to_pylist()], logdir)


def test_standard_output_holds_the_table_alone(logdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = export(capsys, logdir, "-")
    assert (code, err) == (0, "")
    assert out.startswith("run,tag,step,wall_time,value\n")
    code, out, err = export(capsys, logdir, "-", "--format", "jsonl", "--tags", "loss", "--runs", "^b$")
    assert (code, err) == (0, "")
    assert [json.loads(line)["value"] for line in out.splitlines()] == [3.0, 4.0]


def test_the_newest_of_a_restarted_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = LogdirBuilder(tmp_path).run("a").scalars("x", [0.0, 1.0, 2.0])
    first.writer().scalars("x", [10.0], first_step=1, wall_times=[FIRST_WALL_TIME + 60])
    for options, values in (((), [0, 1, 2, 10]), (("--newest",), [0, 10])):
        _, out, _ = export(capsys, tmp_path, "-", "--format=jsonl", *options)
        assert [json.loads(line)["value"] for line in out.splitlines()] == values


def test_an_existing_file_is_kept_unless_forced(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "out.csv"
    to.write_text("precious")
    code, _, err = export(capsys, logdir, to)
    assert (code, err) == (1, f"glassboard: error: the file exists; --force overwrites it ({to})\n")
    assert to.read_text() == "precious"
    assert export(capsys, logdir, to, "--force")[0] == 0
    assert to.read_text().startswith("run,tag")


@pytest.mark.parametrize(
    ("to", "options", "code", "words"),
    [
        ("out.txt", (), 2, "does not say which format"),
        ("-", ("--format", "parquet"), 2, "Parquet needs a file"),
        ("out.csv", ("--runs", "("), 2, "'(' is no regular expression"),
        ("out.csv", ("--tags", "*"), 2, "'*' is no regular expression"),
        ("out.csv", ("--format", "xlsx"), 2, "xlsx"),
        (
            "out.csv",
            ("--tags", "nothing", "--runs", "a"),
            1,
            "no scalar matches --runs 'a' and --tags 'nothing'",
        ),
        ("absent/out.csv", (), 1, "no such folder"),
        (".", ("--format", "csv"), 2, "names a folder"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    to: str, options: tuple[str, ...], code: int, words: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    found, out, err = export(capsys, logdir, to, *options)
    assert (found, out) == (code, "")
    assert words in err.splitlines()[-1]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["logs"]


def test_nothing_to_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = export(capsys, tmp_path / "absent", "-")
    assert code == 1
    assert "nothing to export" in err
    assert "does not exist" in err
    LogdirBuilder(tmp_path).run("a").text("note", "x")
    code, _, err = export(capsys, tmp_path, "-")
    assert (code, err.count("\n")) == (1, 1)
    assert "no scalar in" in err


def test_damage_is_told_and_the_rest_is_written(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    LogdirBuilder(logdir).run("c").scalars("x", [1.0, 2.0, 3.0]).flip(60)
    code, _, err = export(capsys, logdir, tmp_path / "out.csv")
    assert code == 0
    assert "1 problem: " in err
    assert "glassboard inspect" in err


def test_without_pyarrow_parquet_says_what_to_install(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, _, err = export(capsys, logdir, tmp_path / "out.parquet")
    assert code == 1
    assert "a Parquet file needs pyarrow" in err
    assert 'pip install "glassboard[arrow]"' in err
    assert not (tmp_path / "out.parquet").exists()
    assert export(capsys, logdir, tmp_path / "out.csv")[0] == 0


def test_an_interrupted_export_leaves_nothing(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("glassboard.cli.table_files._CsvWriter.write", interrupt)
    code, _, err = export(capsys, logdir, tmp_path / "out.csv")
    assert (code, err) == (130, "\nglassboard: interrupted\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["logs"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_one_line(logdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = export(capsys, logdir, "/dev/full", "--format", "csv")
    assert code == 1
    assert err == "glassboard: error: cannot write: No space left on device (/dev/full)\n"


def test_a_file_that_is_written_has_usual_permissions(
    logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(capsys, logdir, tmp_path / "out.csv")
    (tmp_path / "plain").touch()
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode
