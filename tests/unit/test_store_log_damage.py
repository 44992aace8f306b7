"""The store over event files that are cut, damaged or something else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassboard.store.log import LogStore
from glassboard.testing import FIRST_WALL_TIME, records

from .read_stores import codes, refreshed, values_of


def test_a_truncated_tail_waits_and_is_reported_when_it_has_waited_long(logdir, store, clock):
    run = logdir.run("a").scalars("x", [1.0, 2.0]).truncate(-5)
    clock.now = run.path.stat().st_mtime + 1
    store.refresh()
    revision = store.status().revision
    assert codes(store) == []
    clock.now += 60
    assert store.refresh() == {"a"}
    assert store.status().revision > revision
    (problem,) = store.status().problems
    assert (problem.code, problem.path) == ("truncated", f"a/{run.path.name}")
    assert "the 2 records before it are read, and reading goes on if the file grows" in problem.message
    assert store.runs()["a"].problem_count == 1
    rest = records.summary(FIRST_WALL_TIME + 1, 1, records.scalar_value("x", 2.0))[-5:]
    run.raw(rest).scalars("x", [3.0], first_step=2)
    clock.now = run.path.stat().st_mtime + 1
    store.refresh()
    assert values_of(store, "a", "x") == [1.0, 2.0, 3.0]
    assert codes(store) == []


def test_a_corrupt_record_is_counted_and_reading_goes_on(logdir, store):
    run = logdir.run("a").scalars("x", [1.0])
    start = run.path.stat().st_size
    run.scalars("x", [2.0], first_step=1)
    run.scalars("x", [3.0], first_step=2).flip(start + 20)
    store.refresh()
    assert values_of(store, "a", "x") == [1.0, 3.0]
    (problem,) = store.status().problems
    assert (problem.code, problem.offset) == ("corrupt", start)
    assert "checksum of a record's data" in problem.message


def test_every_flipped_byte_leaves_the_other_records(logdir, tmp_path):
    run = logdir.run("a").scalars("x", [1.0, 2.0, 3.0])
    size = run.path.stat().st_size
    for offset in range(size):
        run.flip(offset)
        store = refreshed(logdir.root)
        (info,) = store.tags("a")
        assert info.point_count >= 2, offset
        assert len(store.status().problems) == 1, offset
        run.flip(offset)


def test_every_truncation_keeps_what_is_whole(logdir):
    run = logdir.run("a")
    ends = []
    for step in range(3):
        run.scalars("x", [1.0], first_step=step)
        ends.append(run.path.stat().st_size)
    data = run.path.read_bytes()
    for size in range(len(data) + 1):
        run.path.write_bytes(data[:size])
        assert refreshed(logdir.root).status().point_count == sum(end <= size for end in ends), size


def test_many_damaged_places_are_listed_in_part_and_counted(logdir, store):
    run = logdir.run("a")
    bad = records.event(1.0, 0, b"\x2a\x05\x00")
    run.raw(bad * 200).scalars("x", [1.0])
    store.refresh()
    problems = store.status().problems
    assert len(problems) == 51
    assert "150 more times" in problems[-1].message
    assert values_of(store, "a", "x") == [1.0]


def test_a_git_lfs_pointer_is_named(logdir, store):
    logdir.garbage(
        "a/events.out.tfevents.1", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    )
    store.refresh()
    (problem,) = store.status().problems
    assert problem.code == "not-an-event-file"
    assert "git lfs pull" in problem.message
    assert store.runs()["a"].point_count == 0


@pytest.mark.parametrize("beginning", [b"\x1f\x8b", b"PK\x03\x04", b"\x00\x01\x02"])
def test_other_strangers_are_named_too(logdir, store, beginning):
    logdir.garbage("a/x.tfevents.gz", beginning + bytes(range(256)))
    store.refresh()
    assert codes(store) == ["not-an-event-file"]


def test_a_large_stranger_is_not_read_to_its_end(logdir, store):
    logdir.garbage("a/x.tfevents", b"spam and eggs " * 600_000)
    store.refresh()
    (problem,) = store.status().problems
    assert "8,400,000 bytes" in problem.message
    assert store._files[str(logdir.root / "a/x.tfevents")].reader.position < 6 << 20
    assert store.status().loaded_bytes == store.status().total_bytes


def test_an_empty_file_is_no_problem(logdir, store):
    logdir.garbage("a/x.tfevents.profile-empty", b"")
    store.refresh()
    assert store.status().problems == ()
    assert store.runs()["a"].point_count == 0


@settings(max_examples=60)
@given(st.binary(max_size=400), st.binary(max_size=60))
def test_any_bytes_are_survived(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("any")
    path = folder / "x.tfevents"
    path.write_bytes(first)
    store = LogStore(folder)
    store.refresh()
    with path.open("ab") as file:
        file.write(second)
    store.refresh()
    assert store.status().state == "ready"
    for info in store.tags("."):
        assert info.point_count
