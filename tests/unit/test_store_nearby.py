"""A folder with event files near a log directory that has none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from glassboard.store.combined import CombinedSource
from glassboard.store.log import LogStore
from glassboard.store.nearby import Nearby
from glassboard.testing import LogdirBuilder


def ticking(by: float) -> Callable[[], float]:
    """A clock that goes on at every look."""
    at = [0.0]

    def clock() -> float:
        at[0] += by
        return at[0]

    return clock


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Deep enough that no search reaches what other tests wrote."""
    folder = tmp_path / "one" / "two" / "lab"
    folder.mkdir(parents=True)
    return folder


def nearby(location: Path) -> str:
    return Nearby(str(location), clock=ticking(0)).folder()


@pytest.mark.parametrize(
    ("runs", "asked", "named"),
    [
        (["logs"], "run", "logs"),
        (["logs/a", "logs/b"], "run", "logs"),
        (["logs/a"], "run", "logs/a"),
        (["."], "checkpoints", "."),
        (["."], "deep/er", "."),
        (["x/y/z"], "run", "x/y/z"),
        (["a/b/c/d"], "run", ""),
        (["a/x", "experiments/x"], "experiment", "experiments/x"),
        (["runs"], "project/runs", "runs"),
        (["project/runs/one", "project/runs/two"], "runs", "project/runs"),
        (["seeds/1", "seeds/2", "seeds/3"], "seeds/4", "seeds"),
        ([".hidden", "node_modules/x"], "run", ""),
        ([], "run", ""),
    ],
)
def test_names_the_folder_that_was_perhaps_meant(lab: Path, runs: list[str], asked: str, named: str) -> None:
    for run in runs:
        LogdirBuilder(lab).run(run).scalars("loss", [1.0])
    expected = str(lab / named) if named else ""
    assert nearby(lab / asked) == expected, "where it does not exist"
    (lab / asked).mkdir(parents=True)
    assert nearby(lab / asked) == expected, "where it is empty"


def test_follows_no_link(lab: Path) -> None:
    LogdirBuilder(lab / "a" / "b" / "c" / "d").run("far").scalars("loss", [1.0])
    (lab / "link").symlink_to(lab / "a" / "b" / "c" / "d" / "far")
    (lab / "loop").symlink_to(lab)
    (lab / "file.tfevents").symlink_to(next((lab / "a/b/c/d/far").iterdir()))
    assert nearby(lab / "run") == ""


def test_lists_a_bounded_number_of_entries(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(700):
        (lab / f"folder{number:03}").mkdir()
    LogdirBuilder(lab / "folder000").run("a").scalars("loss", [1.0])
    seen = []

    class Counted:
        def __init__(self, path: str | Path) -> None:
            self.entries = real(path)

        def __enter__(self) -> Counted:
            return self

        def __exit__(self, *_: object) -> None:
            self.entries.close()

        def __iter__(self) -> Counted:
            return self

        def __next__(self) -> os.DirEntry[str]:
            entry: os.DirEntry[str] = next(self.entries)
            seen.append(entry.path)
            return entry

    real = os.scandir
    monkeypatch.setattr(os, "scandir", Counted)
    assert nearby(lab / "run") == ""
    assert 400 < len(seen) <= 700


def test_ends_when_its_time_is_over(lab: Path) -> None:
    LogdirBuilder(lab).run("logs").scalars("loss", [1.0])
    assert Nearby(str(lab / "run"), clock=ticking(0.3)).folder() == ""


def test_an_answer_holds_for_a_while(lab: Path) -> None:
    clock = [0.0]
    search = Nearby(str(lab / "run"), clock=lambda: clock[0])
    assert search.folder() == ""
    LogdirBuilder(lab).run("logs").scalars("loss", [1.0])
    assert search.folder() == ""
    clock[0] = 6.0
    assert search.folder() == str(lab / "logs")


def test_folders_that_may_not_be_read_are_passed_over(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LogdirBuilder(lab).run("logs").scalars("loss", [1.0])
    (lab / "closed").mkdir()
    real = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert nearby(lab / "close") == str(lab / "logs")


def test_the_status_of_a_log_says_it_while_there_is_nothing(lab: Path) -> None:
    LogdirBuilder(lab).run("logs").scalars("loss", [1.0])
    store = LogStore(lab / "run")
    assert store.status().nearby == "", "nothing was looked at yet"
    store.refresh()
    assert store.status().nearby == str(lab / "logs")
    both = CombinedSource({"a": store})
    assert both.status().nearby == str(lab / "logs")
    LogdirBuilder(lab / "run").run("x").scalars("loss", [1.0])
    store.refresh()
    assert (store.status().state, store.status().nearby) == ("ready", "")
    store.close()
