"""The index of what was read: used when the files are the same or have grown, and never in doubt."""

import json
import math
import multiprocessing
import os
import random
import shutil
import threading

import numpy as np
import pytest

import glassboard
from glassboard import _kernel
from glassboard.cli.main import main
from glassboard.store import index as index_module
from glassboard.store import index_folder, index_pack, index_saver
from glassboard.store.index_folder import IndexFolder
from glassboard.store.index_pack import Pack
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder
from glassboard.types import Kind


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache directory of the test's own; anything read is worth keeping."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(index_saver, "_LEAST_NEWS_BYTES", 1)
    return tmp_path / "cache" / "glassboard" / "index"


@pytest.fixture
def logdir(tmp_path):
    """Two runs, three files: scalars of both forms with NaN, samples, a restart, damage."""
    logdir = LogdirBuilder(tmp_path / "logs")
    a = logdir.run("a").scalars("loss", [1.0, math.nan, -math.inf]).scalars("acc", [0.5], tensor=True)
    a.text("note", "one").image("image", shade=7).histogram("h", [0.0, 1.0], [1.0, 2.0])
    a.writer().scalars("loss", [9.0, 8.0], first_step=1, wall_times=[1.8e9, 1.8e9 + 1])
    start = logdir.run("deep/b").scalars("loss", [1.0]).path.stat().st_size
    path = next((logdir.root / "deep" / "b").iterdir())
    b = logdir.run("deep/b", file_name=path.name).scalars("loss", [1.0, 2.0, 3.0])
    b.flip(start + 20)
    return logdir


def opened(path, *, cache=True):
    """A store that has read everything and, where there was news, has kept it."""
    store = LogStore(path, cache=cache)
    store.refresh()
    if store._saver is not None:
        store._saver.wait()
    store.close()
    return store


def scanned_bytes(store):
    """Bytes of event files that were decoded instead of taken from the index."""
    return sum(file.loaded_bytes - file.taken_over_bytes for file in store._files.values())


def content(store):
    """Everything a reader can see, comparable."""
    out = {
        "runs": repr(store.runs()),
        "problems": store.status().problems,
        "points": store.status().point_count,
    }
    for run in store.runs():
        for info in store.tags(run):
            key = run, info.tag, str(info.kind)
            if info.kind is Kind.SCALAR:
                series = store.scalars(run, info.tag)
                columns = [c.tobytes() for c in (series.steps, series.wall_times, series.values)]
                out[key] = (info, columns, series.segments)
            else:
                series = store.samples(run, info.tag, info.kind)
                blobs = [store.read_sample(run, info.tag, info.kind, i) for i in range(len(series.steps))]
                out[key] = (info, series.steps.tolist(), series.keys, series.segments, blobs)
    return out


def packs(cache):
    return sorted(cache.glob("*/*.pack"))


def same_as_cold(logdir, store):
    assert content(store) == content(opened(logdir.root, cache=False))


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


def test_growing_files_make_few_packs_and_dead_ones_go(logdir, cache):
    run = logdir.run("c").scalars("x", [0.0] * 50)
    for step in range(30):
        opened(logdir.root)
        run.scalars("x", [1.0] * 20, first_step=50 + 20 * step)
    assert 1 <= len(packs(cache)) <= index_module._MOST_PACKS + 1
    live = sum(pack.stat().st_size for pack in packs(cache))
    assert live < 6 * opened(logdir.root).status().point_count * 32 + 20_000
    same_as_cold(logdir, opened(logdir.root))


def test_what_was_used_longest_ago_makes_room(tmp_path, cache):
    folders = []
    for name in "abc":
        logdir = LogdirBuilder(tmp_path / name)
        logdir.run("r").scalars("x", [0.0] * 1000)
        opened(logdir.root)
        folders.append(IndexFolder(str(logdir.root)))
        os.utime(folders[-1].path, (1e9 + ord(name), 1e9 + ord(name)))
    folders[0].mark_used()
    limited = IndexFolder(str(tmp_path / "d"), limit_bytes=2 * 24_000 + 10_000)
    assert limited.make_room(10_000)
    assert [folder.path.exists() for folder in folders] == [True, False, True] or [
        folder.path.exists() for folder in folders
    ] == [True, False, False]
    assert not folders[1].path.exists()
    assert not limited.make_room(1 << 30)


def test_abandoned_parts_are_swept(logdir, cache):
    opened(logdir.root)
    folder = packs(cache)[0].parent
    old, fresh = folder / "1.partial", folder / "2.partial"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(old, (1e9, 1e9))
    assert IndexFolder(str(logdir.root)).make_room(1)
    assert not old.exists()
    assert fresh.exists()


def test_a_cache_that_cannot_be_written_is_none(logdir, cache, monkeypatch):
    cache.parent.parent.mkdir(parents=True)
    cache.parent.write_text("a file where a folder should be")
    store = opened(logdir.root)
    same_as_cold(logdir, store)
    assert cache.parent.read_text() == "a file where a folder should be"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_is_read(logdir, cache):
    opened(logdir.root)
    folder = packs(cache)[0].parent
    logdir.run("c").scalars("x", [0.0] * 100)
    folder.chmod(0o500)
    try:
        again = opened(logdir.root)
    finally:
        folder.chmod(0o700)
    assert scanned_bytes(again) == again._files[str(next((logdir.root / "c").iterdir()))].size
    same_as_cold(logdir, again)


def test_a_full_disk_leaves_nothing_behind_and_is_not_asked_at_once(logdir, cache, monkeypatch):
    asked = []

    def full(out, *_, **__):
        asked.append(1)
        out.write(b"half a pack")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_module, "write_pack", full)
    store = LogStore(logdir.root, cache=True)
    for _ in range(3):
        store.refresh()
        store._saver.wait()
    store.close()
    assert asked == [1]
    assert not list(cache.glob("*/*"))
    same_as_cold(logdir, store)


def test_a_disk_that_is_nearly_full_is_left_alone(logdir, cache, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=100)
    monkeypatch.setattr(index_folder.shutil, "disk_usage", lambda _: usage)
    opened(logdir.root)
    assert not packs(cache)


def test_closing_abandons_a_save(new_threads, logdir, cache, monkeypatch):
    began, go_on = threading.Event(), threading.Event()
    real = index_module.write_pack

    def slow(out, root, snapshots, *, is_stopped):
        began.set()
        assert go_on.wait(20)
        return real(out, root, snapshots, is_stopped=is_stopped)

    monkeypatch.setattr(index_module, "write_pack", slow)
    store = LogStore(logdir.root, cache=True)
    store.refresh()
    assert began.wait(20)
    store._saver._stopping = True
    go_on.set()
    store.close()
    assert not list(cache.glob("*/*"))
    assert "glassboard-index" not in new_threads()


def _open_often(root, seen):
    for _ in range(5):
        seen.put(opened(root).status().point_count)


def test_two_processes_at_once(logdir, cache):
    logdir.run("c").scalars("x", [0.0] * 2000)  # worth keeping by any measure
    context = multiprocessing.get_context("spawn")
    seen = context.Queue()
    both = [context.Process(target=_open_often, args=(str(logdir.root), seen)) for _ in range(2)]
    for each in both:
        each.start()
    counts = {seen.get(timeout=60) for _ in range(10)}
    for each in both:
        each.join(60)
    assert counts == {opened(logdir.root, cache=False).status().point_count}
    assert scanned_bytes(opened(logdir.root)) == 0
    assert not list(cache.glob("*/*.partial"))


def test_a_pack_of_another_directory_is_not_believed(tmp_path, logdir, cache):
    opened(logdir.root)
    (pack,) = packs(cache)
    other = LogdirBuilder(tmp_path / "other")
    other.run("a").scalars("x", [1.0])
    folder = IndexFolder(str(other.root))
    folder.path.mkdir(parents=True)
    shutil.copy(pack, folder.path)
    assert opened(other.root).status().point_count == 1


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


def kept_by(cache, action):
    """How many packs there are when `action` is done and its thread too."""
    action()
    for thread in threading.enumerate():
        if thread.name == "glassboard-index":
            thread.join(20)
    return len(packs(cache))


def test_open_and_the_commands_keep_what_they_read_unless_told_not_to(logdir, cache, tmp_path, capsys):
    table = tmp_path / "points.csv"
    assert kept_by(cache, lambda: glassboard.open(logdir.root, cache=False)) == 0
    assert kept_by(cache, lambda: main(["inspect", str(logdir.root), "--no-cache"])) == 0
    assert kept_by(cache, lambda: main(["export", str(logdir.root), "--to", str(table), "--no-cache"])) == 0
    assert kept_by(cache, lambda: main(["inspect", str(logdir.root)])) == 1
    said = capsys.readouterr().out
    assert kept_by(cache, lambda: glassboard.open(logdir.root)) == 1
    assert kept_by(cache, lambda: main(["inspect", str(logdir.root)])) == 1
    assert capsys.readouterr().out in said
    other = LogdirBuilder(tmp_path / "other")
    other.run("a").scalars("x", [1.0])
    assert kept_by(cache, lambda: glassboard.open([logdir.root, other.root])) == 2


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
