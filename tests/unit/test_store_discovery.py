"""Looking for event files again and again without listing what has not changed."""

import os

from glassboard.store.discovery import Discovery
from glassboard.testing import LogdirBuilder


def test_a_second_look_lists_nothing_and_finds_the_same(tmp_path, monkeypatch):
    LogdirBuilder(tmp_path).run("a").writer()
    LogdirBuilder(tmp_path).run("b/c")
    discovery = Discovery(str(tmp_path), wall_clock_ns=lambda: 2**62)
    first = discovery.look()
    assert [file.run for file in first.files] == ["a", "a", "b/c"]
    monkeypatch.setattr(os, "scandir", lambda path: (_ for _ in ()).throw(AssertionError(f"listed {path}")))
    assert discovery.look() is first


def test_a_folder_that_changed_within_a_tick_of_its_clock_is_listed_again(tmp_path):
    """The second change leaves the modification time as it is, as a coarse file system does."""
    logdir = LogdirBuilder(tmp_path)
    logdir.run("a")
    written = (tmp_path / "a").stat()
    discovery = Discovery(str(tmp_path), wall_clock_ns=lambda: written.st_mtime_ns + 1_000_000)
    assert len(discovery.look().files) == 1
    logdir.run("a")
    os.utime(tmp_path / "a", ns=(written.st_atime_ns, written.st_mtime_ns))
    assert len(discovery.look().files) == 2


def test_listings_are_made_anew_now_and_then(tmp_path):
    """A network file system may go on serving an old modification time."""
    logdir = LogdirBuilder(tmp_path)
    logdir.run("a")
    now = [0.0]
    discovery = Discovery(str(tmp_path), wall_clock_ns=lambda: 2**62, clock=lambda: now[0])
    assert len(discovery.look().files) == 1
    written = (tmp_path / "a").stat()
    logdir.run("a")
    os.utime(tmp_path / "a", ns=(written.st_atime_ns, written.st_mtime_ns))
    assert len(discovery.look().files) == 1
    now[0] = 31.0
    assert len(discovery.look().files) == 2


def test_a_location_that_no_file_system_allows(tmp_path):
    found = Discovery(str(tmp_path / ("x" * 5000))).look()
    assert not found.exists
    assert found.problems[0].code == "unreadable"
    assert not Discovery(f"{tmp_path}/a\0b").look().exists
