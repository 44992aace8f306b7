"""The command line without a process of its own: arguments, exit codes, what is printed."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from glassboard._kernel import encode_file_version, encode_scalars
from glassboard.cli import serve
from glassboard.cli.main import main, spelled_alike
from glassboard.demo.settings import WalkthroughSettings
from glassboard.errors import CorruptError, MisuseError
from glassboard.testing.logdir import FIRST_WALL_TIME, LogdirBuilder


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(argv)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("argv", "meant"),
    [
        (["--logdir", "a_b"], ["serve", "--logdir", "a_b"]),
        (["serve", "--path_prefix=/a_b"], ["serve", "--path-prefix=/a_b"]),
        (["--logdir", "x", "--bind_all"], ["serve", "--logdir", "x", "--bind-all"]),
        (["--help"], ["--help"]),
        (["inspect", "--", "--odd_name"], ["inspect", "--", "--odd_name"]),
        ([], []),
    ],
)
def test_dashes_and_underscores_mean_the_same(argv: Sequence[str], meant: Sequence[str]) -> None:
    assert spelled_alike(argv) == meant


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "exit codes" in out
    for command in ("serve", "demo", "inspect", "export"):
        assert command in out
        code, text, _ = run(capsys, command, "--help")
        assert code == 0
        assert "examples:" in text
        assert f"glassboard {command}" in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--version")
    assert code == 0
    assert out.startswith("glassboard ")


def test_without_arguments_the_help_is_shown_and_it_is_a_usage_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(capsys)
    assert (code, out) == (2, "")
    assert "examples:" in err


def test_a_folder_in_place_of_a_command_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "runs")
    assert code == 2
    assert err == (
        "glassboard: error: there is no command 'runs'; to show a log directory: glassboard --logdir runs\n"
    )


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["serve"], "--logdir"),
        (["--logdir"], "--logdir"),
        (["--logdir", "x", "--port", "70000"], "'70000' is no port"),
        (["--logdir", "x", "--port", "-1"], "'-1' is no port"),
        (["--logdir", "x", "--port", "http"], "'http' is no port"),
        (["--logdir", "x", "--reload_interval", "nan"], "'nan' is no time"),
        (["--logdir", "x", "--reload_interval=-1"], "'-1' is no time"),
        (["--logdir", "x", "--host", "a", "--bind_all"], "not allowed with"),
        (["--logdir", "x", "--nonsense"], "--nonsense"),
        (["--logdir", "x", "--log", "y"], "--log"),
        (["--logdir", "x", "--path_prefix", "/../x"], "path prefix"),
        (["inspect"], "LOGDIR"),
        (["export", "x"], "--to"),
        (["--logdir", ""], "empty string"),
        (["--logdir_spec", "a:x,,b:y"], "empty string"),
        (["--logdir_spec", "a:x,a:y"], "two log directories are named 'a'"),
        (["demo", "--epochs", "0"], "'0' is no number of epochs"),
        (["demo", "--seed", "x"], "--seed"),
    ],
)
def test_wrong_usage_is_code_2_and_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], argv: Sequence[str], word: str
) -> None:
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert word in err
    assert "Traceback" not in err


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    built = LogdirBuilder(tmp_path / "logs")
    built.run("a").scalars("loss", [1.0, float("nan"), 3.0], first_step=5).text("notes", "hello").image("pic")
    built.run("b/run10").scalars("loss", [1.0] * 1500)
    built.run("b/run2").scalars("x\x1b[31m", [1.0])
    built.garbage("c/x.tfevents.1", b"garbage" * 100)
    return built.root


def test_inspect_lists_runs_tags_steps_and_problems(capsys: pytest.CaptureFixture[str], logdir: Path) -> None:
    code, out, err = run(capsys, "inspect", str(logdir))
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["scalar", "loss", "3", "5", "7", "1"] in lines
    assert ["scalar", "loss", "1,500", "0", "1,499", "1"] in lines
    assert ["text", "notes", "1", "0", "0", "1"] in lines
    assert out.index("b/run2") < out.index("b/run10")
    assert "not-an-event-file" in out
    assert "\x1b" not in out


def test_inspect_speaks_json(capsys: pytest.CaptureFixture[str], logdir: Path) -> None:
    code, out, _ = run(capsys, "inspect", str(logdir), "--json")
    found = json.loads(out)
    assert code == 0
    runs = {each["name"]: each for each in found["runs"]}
    assert list(runs) == ["a", "b/run2", "b/run10", "c"]
    assert runs["a"]["file_count"] == 1
    loss = next(tag for tag in runs["a"]["tags"] if tag["tag"] == "loss")
    assert (loss["kind"], loss["point_count"], loss["first_step"], loss["last_step"]) == ("scalar", 3, 5, 7)
    assert [problem["code"] for problem in found["problems"]] == ["not-an-event-file"]
    assert found["point_count"] == 3 + 2 + 1500 + 1


def test_inspect_tells_segments_files_writers_and_damage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = LogdirBuilder(tmp_path).run("a").scalars("loss", [0.0, 1.0, 2.0]).flip(-3)
    first.writer().scalars("loss", [10.0, 11.0], first_step=1, wall_times=[FIRST_WALL_TIME + 60] * 2)
    written = tmp_path / "b" / "events.out.tfevents.1.host"
    written.parent.mkdir()
    written.write_bytes(
        encode_file_version(FIRST_WALL_TIME) + encode_scalars([("x", 1, FIRST_WALL_TIME, 1.0)])
    )
    _, out, _ = run(capsys, "inspect", str(tmp_path), "--json")
    a, b = json.loads(out)["runs"]
    assert a["tags"][0]["segments"] == [
        {"first_step": 0, "last_step": 1, "point_count": 2},
        {"first_step": 1, "last_step": 2, "point_count": 2},
    ]
    damaged, whole = a["files"]
    assert (damaged["writer"], damaged["library"], damaged["file_version"]) == ("", None, "brain.Event:2")
    assert (damaged["record_count"], whole["record_count"]) == (3, 3)
    (problem,) = damaged["problems"]
    assert problem["code"] == "corrupt"
    assert first.path.stat().st_size - 100 < problem["offset"] < first.path.stat().st_size
    assert whole["size_bytes"] == whole["read_bytes"] > 100
    assert (b["files"][0]["writer"], b["files"][0]["library"]) == ("glassboard", "Glassboard")
    code, out, _ = run(capsys, "inspect", str(tmp_path))
    assert code == 0
    read = f"{damaged['read_bytes']} of {damaged['size_bytes']} bytes read"
    assert f"  {first.path.name}: {read}, 3 records, names no writer, 1 problem\n" in out
    assert "2 records, written by Glassboard\n" in out
    assert f"at byte {problem['offset']:,})" in out


def test_several_log_directories_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("old", "new"):
        LogdirBuilder(tmp_path / name).run("seed1").scalars("loss", [1.0])
    _, out, _ = run(capsys, "inspect", f"x:{tmp_path / 'old'}", str(tmp_path / "new"), "--json")
    assert [each["name"] for each in json.loads(out)["runs"]] == ["new/seed1", "x/seed1"]
    code, out, _ = run(capsys, "export", f"x:{tmp_path / 'old'}", "--to", "-")
    assert (code, out.splitlines()[1][:9]) == (0, "x/seed1,l")
    code, _, err = run(capsys, "inspect", f"x:{tmp_path / 'old'}", f"x:{tmp_path / 'new'}")
    assert code == 2
    assert "two log directories are named 'x'" in err
    code, _, err = run(capsys, "inspect", str(tmp_path / "old"), str(tmp_path / "gone"))
    assert (code, err.count("\n")) == (1, 1)
    assert "gone does not exist" in err


def test_inspect_of_one_file(capsys: pytest.CaptureFixture[str], logdir: Path) -> None:
    (file,) = (logdir / "a").iterdir()
    code, out, _ = run(capsys, "inspect", str(file), "--json")
    assert (code, [each["name"] for each in json.loads(out)["runs"]]) == (0, ["."])


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_inspect_of_nothing_fails_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    code, out, err = run(capsys, "inspect", str(tmp_path / name))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("glassboard: error: nothing to inspect: ")
    assert str(tmp_path / name) in err


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        (MisuseError("want a"), 2, "glassboard: error: want a\n"),
        (CorruptError("torn"), 1, "glassboard: error: torn\n"),
        (KeyboardInterrupt(), 130, "\nglassboard: interrupted\n"),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_errors_become_exit_codes(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    code: int,
    text: str,
) -> None:
    def fail(_: object) -> int:
        raise raised

    monkeypatch.setattr(serve, "run", fail)
    assert main(["--logdir", "x"]) == code
    assert capfd.readouterr().err == text


@pytest.fixture
def walkthrough(monkeypatch: pytest.MonkeyPatch) -> list[WalkthroughSettings]:
    """Stands in for the training, which takes minutes; the command must hand it the right settings."""
    from glassboard.demo import walkthrough as module  # imports torch: only where it is needed

    taken: list[WalkthroughSettings] = []
    monkeypatch.setattr(module, "run", taken.append)
    return taken


def test_the_demo_gets_its_settings(walkthrough: list[WalkthroughSettings]) -> None:
    assert main(["demo"]) == 0
    argv = "demo --quick --epochs 3 --no-search --no_serve --logdir l --data_dir d --device cpu --port 0 --seed 7"
    assert main(argv.split()) == 0
    assert main(["demo", "--no-download"]) == 0
    assert walkthrough == [
        WalkthroughSettings(),
        WalkthroughSettings(
            quick=True,
            epochs=3,
            search=False,
            serve=False,
            logdir=Path("l"),
            data_dir=Path("d"),
            device="cpu",
            port=0,
            seed=7,
        ),
        WalkthroughSettings(download=False),
    ]


def test_the_demo_says_in_one_line_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def without_torch(name: str, *rest: Any) -> Any:
        return None if name in ("torch", "tqdm") else real(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", without_torch)
    code, out, err = run(capsys, "demo", "--quick")
    assert (code, out) == (1, "")
    assert err == 'glassboard: error: the demo needs torch, tqdm: pip install "glassboard[demo]"\n'


@pytest.mark.parametrize("command", ["serve", "demo", "inspect", "export"])
def test_the_reference_page_names_every_option(capsys: pytest.CaptureFixture[str], command: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/command-line.md").read_text(
        encoding="utf-8"
    )
    section = page.partition(f"## glassboard {command}\n")[2].partition("\n## ")[0]
    _, text, _ = run(capsys, command, "--help")
    named = set(re.findall(r"--[a-z][a-z-]+", text.partition("examples:")[0])) - {"--help"}
    assert named
    assert named <= set(re.findall(r"--[a-z][a-z-]+", section))
