"""A log directory that is read with the index or without it, and everything that a reader can see of it."""

import math

from glassboard.store.log import LogStore
from glassboard.types import Kind


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


def log_three_files(logdir):
    """Two runs, three files: scalars of both forms with NaN, samples, a restart, damage."""
    a = logdir.run("a").scalars("loss", [1.0, math.nan, -math.inf]).scalars("acc", [0.5], tensor=True)
    a.text("note", "one").image("image", shade=7).histogram("h", [0.0, 1.0], [1.0, 2.0])
    a.writer().scalars("loss", [9.0, 8.0], first_step=1, wall_times=[1.8e9, 1.8e9 + 1])
    start = logdir.run("deep/b").scalars("loss", [1.0]).path.stat().st_size
    path = next((logdir.root / "deep" / "b").iterdir())
    b = logdir.run("deep/b", file_name=path.name).scalars("loss", [1.0, 2.0, 3.0])
    b.flip(start + 20)
