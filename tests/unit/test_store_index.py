"""The index of what was read: used when the files are the same or have grown, and never in doubt."""

import json
import os
import random
import shutil

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.store import index_pack
from glassboard.store.index_pack import Pack
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder

from .indexed_log import content, log_three_files, opened, packs, same_as_cold, scanned_bytes

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def logdir(logdir):
    log_three_files(logdir)
    return logdir


def test_a_directory_seen_before_is_not_read_again(logdir, cache):
    first = opened(logdir.root)
    assert scanned_bytes(first) > 0
    again = opened(logdir.root)
    assert scanned_bytes(again) == 0
    assert content(again) == content(first)
    same_as_cold(logdir, again)
    assert len(packs(cache)) == 1


def test_without_the_cache_nothing_is_written(logdir, cache):
    opened(logdir.root, cache=False)
    assert not cache.exists()


def test_only_what_is_new_is_read(logdir):
    opened(logdir.root)
    grown = next(file for file in (logdir.root / "a").iterdir() if file.name.endswith("0"))
    before = grown.stat().st_size
    RunAt(grown).scalars("loss", [4.0, 5.0], first_step=3).scalars("new tag", [1.0]).text(
        "note", "two", step=1
    )
    again = opened(logdir.root)
    assert scanned_bytes(again) == grown.stat().st_size - before
    same_as_cold(logdir, again)
    third = opened(logdir.root)
    assert scanned_bytes(third) == 0
    same_as_cold(logdir, third)


class RunAt:
    """A builder that goes on in a file that is there."""

    def __new__(cls, path):
        from glassboard.testing.logdir import RunBuilder

        builder = RunBuilder.__new__(RunBuilder)
        builder.folder, builder.path = path.parent, path
        return builder


def test_a_store_that_took_over_follows_on(logdir):
    opened(logdir.root)
    store = LogStore(logdir.root, cache=True)
    store.refresh()
    b = RunAt(next((logdir.root / "deep" / "b").iterdir()))
    for step in range(5):
        b.scalars("loss", [float(step)], first_step=10 + step)
        assert store.refresh() == {"deep/b"}
    store.close()
    same_as_cold(logdir, store)


def test_a_record_that_was_cut_is_completed_later(logdir):
    run = logdir.run("c").scalars("x", [1.0, 2.0])
    rest = run.path.read_bytes()[-7:]
    run.truncate(-7)
    assert opened(logdir.root).tags("c")[0].point_count == 1
    run.raw(rest)
    again = opened(logdir.root)
    assert again.scalars("c", "x").values.tolist() == [1.0, 2.0]
    same_as_cold(logdir, again)


@pytest.mark.parametrize(
    "change",
    [
        "truncated",
        "replaced",
        "rewritten",
        "same size, other bytes",
        "other time",
        "other head",
        "other tail and longer",
    ],
)
def test_in_any_doubt_the_file_is_scanned(logdir, change):
    run = logdir.run("c").scalars("x", [float(i) for i in range(200)])
    opened(logdir.root)
    path, data = run.path, run.path.read_bytes()
    status = path.stat()
    if change == "truncated":
        run.truncate(-5)
    elif change == "replaced":
        shutil.copy2(path, path.with_name("copy"))
        path.with_name("copy").replace(path)
    elif change == "rewritten":
        path.write_bytes(b"")
        RunAt(path).scalars("x", [7.0] * 300)
    elif change == "same size, other bytes":
        run.flip(status.st_size // 2)
    elif change == "other time":
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 1))
    elif change == "other head":
        path.write_bytes(bytes([data[0], *data[1:20], data[20] ^ 1]) + data[21:] + data[-50:])
    else:
        path.write_bytes(data[:-3] + bytes(3) + data[:200])
    again = opened(logdir.root)
    assert again._files[str(path)].taken_over_bytes == 0
    same_as_cold(logdir, again)
    assert scanned_bytes(opened(logdir.root)) == 0


def test_runs_that_went_are_not_shown_and_one_that_was_renamed_is(logdir):
    opened(logdir.root)
    shutil.rmtree(logdir.root / "deep")
    (logdir.root / "a").rename(logdir.root / "z")
    again = opened(logdir.root)
    assert list(again.runs()) == ["z"]
    same_as_cold(logdir, again)


def test_a_broken_pack_is_as_good_as_none(logdir, cache):
    opened(logdir.root)
    (pack,) = packs(cache)
    whole = pack.read_bytes()
    want = content(opened(logdir.root, cache=False))
    noise = random.Random(1)
    offsets = {
        0,
        7,
        len(whole) - 1,
        len(whole) - 9,
        len(whole) - 20,
        len(whole) - 40,
        *noise.sample(range(len(whole)), 120),
    }
    for offset in offsets:
        torn = bytearray(whole)
        torn[offset] ^= 0x41
        pack.write_bytes(torn)
        store = LogStore(logdir.root, cache=True)
        store._saver = None  # looks only
        store.refresh()
        store.close()
        assert content(store) == want, offset
        pack.write_bytes(whole)
    for size in (0, 5, 40, len(whole) // 2, len(whole) - 1):
        for other in packs(cache):
            other.unlink()
        pack.write_bytes(whole[:size])
        assert content(opened(logdir.root)) == want, size
        assert scanned_bytes(opened(logdir.root)) == 0, size


def test_a_catalogue_that_lies_with_a_sound_checksum_is_survived(logdir, cache, monkeypatch):
    """Another version of us may have written it: whatever it says, the files decide."""
    opened(logdir.root)
    want = content(opened(logdir.root, cache=False))
    (pack,) = packs(cache)
    whole = pack.read_bytes()
    real = json.loads
    noise = random.Random(2)

    def lying(data):
        catalogue = real(data)
        row = noise.choice(catalogue["files"])
        at = noise.randrange(2, len(row))
        row[at] = noise.choice([None, -1, 1 << 70, "", "AAAA", [], [1], {}, [[1, 2]], 0.5, row[at - 1]])
        return catalogue

    monkeypatch.setattr("glassboard.store.index_pack.json.loads", lying)
    for _ in range(150):
        store = LogStore(logdir.root, cache=True)
        store._saver = None
        store.refresh()
        store.close()
        assert content(store).keys() == want.keys()
        pack.write_bytes(whole)


def test_files_of_the_same_series_store_their_table_once(tmp_path, cache):
    logdir = LogdirBuilder(tmp_path / "many")
    for run in range(20):
        logdir.run(f"r{run}").scalars("loss", [float(run)]).scalars("acc", [0.0])
    opened(logdir.root)
    (path,) = packs(cache)
    pack = Pack(path, os.path.realpath(logdir.root))
    assert len(pack.entries) == 20
    assert len(pack._tables) == 1
    tables = {id(entry.load().table) for entry in pack.entries}
    assert len(tables) == 1
    values = [entry.load().part.scalars[0].columns[2] for entry in pack.entries]
    assert sorted(np.concatenate(values).tolist()) == sorted([*map(float, range(20)), *[0.0] * 20])


def test_one_event_file_has_an_index_too(logdir):
    path = next((logdir.root / "deep" / "b").iterdir())
    opened(path)
    again = opened(path)
    assert scanned_bytes(again) == 0
    assert list(again.runs()) == ["."]


def test_a_large_block_is_read_in_slices_and_verified_as_a_whole(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(index_pack, "_SLICE_BYTES", 64)
    logdir = LogdirBuilder(tmp_path / "large")
    logdir.run("a").scalars("loss", [step / 8 for step in range(200)])
    opened(logdir.root)
    (path,) = packs(cache)
    sound = path.read_bytes()
    (entry,) = Pack(path, os.path.realpath(logdir.root)).entries
    assert entry.length > 16 * 64
    assert entry.load().part.scalars[0].columns[2].tolist() == [step / 8 for step in range(200)]
    for at in range(entry.offset, entry.offset + entry.length, 61):
        broken = bytearray(sound)
        broken[at] ^= 1
        path.write_bytes(broken)
        assert entry.load() is None
    path.write_bytes(sound[: entry.offset + entry.length - 1])
    assert entry.load() is None
    path.write_bytes(sound)
    assert entry.load() is not None


def test_long_series_are_kept_and_grow_like_short_ones(tmp_path):
    """Series long enough to have columns of their own, beside short ones before and after them."""
    rows = [("first", 0, 0.5, 1.0)]
    rows += [(tag, step, step / 4, -step / 8) for step in range(50_010) for tag in ("long", "other")]
    rows += [("last", step, 7.0, 2.0) for step in range(3)]
    path = tmp_path / "logs" / "run" / "events.out.tfevents.1"
    path.parent.mkdir(parents=True)
    path.write_bytes(_kernel.encode_scalars(rows, double_precision=True))
    cold = opened(tmp_path / "logs")
    again = opened(tmp_path / "logs")
    assert scanned_bytes(again) == 0
    with path.open("ab") as file:
        file.write(_kernel.encode_scalars([("long", 50_010, 9.0, 9.0), ("first", 1, 9.0, 9.0)]))
    for store in (cold, again):
        before = store.scalars("run", "long")
        store.refresh()
        assert before.steps.tolist() == list(range(50_010))
        for tag, count in (("first", 2), ("long", 50_011), ("other", 50_010), ("last", 3)):
            series = store.scalars("run", tag)
            want = [row for row in rows if row[0] == tag]
            assert series.steps[: len(want)].tolist() == [row[1] for row in want]
            assert series.wall_times[: len(want)].tolist() == [row[2] for row in want]
            assert series.values[: len(want)].tolist() == [row[3] for row in want]
            assert len(series.steps) == count
            assert series.values[len(want) :].tolist() == [9.0] * (count - len(want))
        assert [info.point_count for info in store.tags("run")] == [2, 3, 50_011, 50_010]
