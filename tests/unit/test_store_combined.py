"""Several log directories as one: names before names, and nothing lost between them."""

from __future__ import annotations

from pathlib import Path

import pytest

import glassboard
from glassboard.errors import MisuseError, NotFoundError
from glassboard.store.combined import CombinedSource
from glassboard.store.log import LogStore
from glassboard.store.logdirs import name_logdirs, open_source, split_name
from glassboard.store.source import RunFolder
from glassboard.testing import LogdirBuilder
from glassboard.types import Kind


@pytest.fixture
def old(tmp_path: Path) -> LogdirBuilder:
    builder = LogdirBuilder(tmp_path / "old")
    builder.run(".").scalars("loss", [1.0])
    builder.run("seed1").scalars("loss", [2.0, 3.0]).text("note", "from old")
    return builder


@pytest.fixture
def new(tmp_path: Path) -> LogdirBuilder:
    builder = LogdirBuilder(tmp_path / "new")
    builder.run("seed1").scalars("loss", [4.0, 5.0, 6.0])
    return builder


@pytest.fixture
def both(old: LogdirBuilder, new: LogdirBuilder) -> CombinedSource:
    source = CombinedSource({"b": LogStore(old.root), "a": LogStore(new.root)})
    assert source.status().state == "loading"
    assert source.refresh() == {"b", "b/seed1", "a/seed1"}
    return source


def test_names_stand_before_those_of_runs(
    both: CombinedSource, old: LogdirBuilder, new: LogdirBuilder
) -> None:
    assert {name: info.name for name, info in both.runs().items()} == {
        "a/seed1": "a/seed1", "b": "b", "b/seed1": "b/seed1",
    }  # fmt: skip
    assert list(both.runs()) == ["a/seed1", "b", "b/seed1"]
    assert both.scalars("b", "loss").values.tolist() == [1.0]
    assert both.scalars("b/seed1", "loss").values.tolist() == [2.0, 3.0]
    assert both.scalars("a/seed1", "loss").values.tolist() == [4.0, 5.0, 6.0]
    assert [info.tag for info in both.tags("b/seed1")] == ["loss", "note"]
    assert len(both.samples("b/seed1", "note", Kind.TEXT).steps) == 1
    assert b"from old" in both.read_sample("b/seed1", "note", Kind.TEXT, 0)
    assert both.folder_of("a/seed1") == RunFolder("a/seed1", new.root / "seed1", new.root)
    assert both.location == f"b:{old.root}, a:{new.root}"
    assert [(file.run, file.path.split("/")[:-1]) for file in both.files()] == [
        ("a/seed1", ["a", "seed1"]), ("b", ["b"]), ("b/seed1", ["b", "seed1"]),
    ]  # fmt: skip


def test_the_status_is_that_of_all(both: CombinedSource, old: LogdirBuilder) -> None:
    status = both.status()
    assert (status.state, status.point_count, status.problems) == ("ready", 7, ())
    assert status.message.startswith("b: 4 points in 2 runs")
    assert "; a: 3 points in 1 run" in status.message
    assert status.revision == both.revision
    old.garbage("x/events.out.tfevents.1", b"this is no event file at all, but text")
    revision = both.revision
    assert both.refresh() == {"b/x"}
    assert both.revision > revision
    assert [problem.path for problem in both.status().problems] == ["b/x/events.out.tfevents.1"]
    assert [file.problems[0].path for file in both.files() if file.problems] == ["b/x/events.out.tfevents.1"]


def test_what_is_added_is_followed(both: CombinedSource, new: LogdirBuilder) -> None:
    told: list[frozenset[str]] = []
    new.run("seed2").scalars("loss", [1.0])
    assert both.poll(on_progress=told.append) <= {"a/seed2"}
    both.refresh()
    assert "a/seed2" in both.runs()
    both.interrupt()
    both.close()
    assert both.refresh() == frozenset()


@pytest.mark.parametrize("run", ["c", "c/seed1", "b/", "b/.", "b/nope", "a", ""])
def test_unknown_runs(both: CombinedSource, run: str) -> None:
    for ask in (both.tags, both.folder_of, lambda name: both.scalars(name, "loss")):
        with pytest.raises(NotFoundError, match="no run"):
            ask(run)


def test_one_that_is_not_there_is_waited_for(old: LogdirBuilder, tmp_path: Path) -> None:
    source = CombinedSource({"old": LogStore(old.root), "later": LogStore(tmp_path / "later")})
    source.refresh()
    assert not source.exists
    assert source.status().state == "ready"
    assert f"later: {tmp_path / 'later'} does not exist yet; waiting for it" in source.status().message
    LogdirBuilder(tmp_path / "later").run("a").scalars("x", [1.0])
    assert source.refresh() == {"later/a"}
    assert source.exists


@pytest.mark.parametrize("name", ["", "a/b", ".", ".."])
def test_names_that_cannot_be(name: str, tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="want a name without /"):
        CombinedSource({name: LogStore(tmp_path)})
    with pytest.raises(MisuseError, match="no log directory is given"):
        open_source([])
    with pytest.raises(MisuseError, match="no log directory is given"):
        open_source({})


def test_open_several(old: LogdirBuilder, new: LogdirBuilder, tmp_path: Path) -> None:
    log = glassboard.open({"x": old.root, "y": str(new.root)})
    assert list(log.runs) == ["x", "x/seed1", "y/seed1"]
    assert log.to_pandas(runs="seed1")["value"].tolist() == [2, 3, 4, 5, 6]
    assert list(glassboard.open([old.root, new.root]).runs) == ["new/seed1", "old", "old/seed1"]
    assert list(glassboard.open([new.root]).runs) == ["seed1"]
    assert dict(log.runs["x/seed1"].embeddings) == {}
    with pytest.raises(NotFoundError, match=r"y: .*absent does not exist"):
        glassboard.open({"x": old.root, "y": tmp_path / "absent"})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("runs", (None, "runs")),
        ("old:runs", ("old", "runs")),
        ("my runs:/a/b", ("my runs", "/a/b")),
        ("old:s3://bucket/logs", ("old", "s3://bucket/logs")),
        ("s3://bucket/logs", (None, "s3://bucket/logs")),
        ("./a:b", (None, "./a:b")),
        ("/a:b", (None, "/a:b")),
        ("~/a:b", (None, "~/a:b")),
        ("a/b:c", (None, "a/b:c")),
        ("old:", (None, "old:")),
        ("old:a:b", ("old", "a:b")),
    ],
)
def test_names_on_the_command_line(text: str, parts: tuple[str | None, str]) -> None:
    assert split_name(text) == parts


def test_a_path_that_exists_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lr:0.1").mkdir()
    assert split_name("lr:0.1") == (None, "lr:0.1")


@pytest.mark.parametrize(
    ("places", "names"),
    [
        ([(None, "/a/runs"), (None, "/b/logs")], ["runs", "logs"]),
        ([(None, "/a/runs"), (None, "/b/runs/")], ["a-runs", "b-runs"]),
        ([(None, "/x/a/runs"), (None, "/y/a/runs"), ("n", "/z")], ["x-a-runs", "y-a-runs", "n"]),
        ([(None, "/runs"), (None, "/b/runs")], ["runs", "b-runs"]),
        ([(None, "s3://bucket/runs"), (None, "gs://other")], ["runs", "other"]),
        ([(None, "/"), (None, "/a")], ["root", "a"]),
    ],
)
def test_folders_lend_their_names(places: list[tuple[str | None, str]], names: list[str]) -> None:
    assert name_logdirs(places) == dict(zip(names, [place for _, place in places], strict=True))


def test_one_name_is_not_given_twice() -> None:
    with pytest.raises(MisuseError, match="two log directories are named 'x': /a and /b"):
        name_logdirs([("x", "/a"), ("x", "/b")])
    with pytest.raises(MisuseError, match="two log directories are named 'runs': /b/runs is given twice"):
        name_logdirs([(None, "/b/runs"), (None, "/b/runs")])
