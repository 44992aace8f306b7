"""Real event files of many writers against the answer key that TensorBoard's Python reader made of them.

The corpus is not part of the project: without it beside the repository these tests are skipped.
"""

import collections
import hashlib
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from glassboard.log import Log
from glassboard.store.log import LogStore
from glassboard.types import Kind

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "open.tar.xz"

# Where TensorBoard stops for good at the first damage, we read on. What we keep beyond it was logged.
READ_PAST_DAMAGE = {
    ("synthetic__damaged/bad_len_crc_mid", "x"),
    ("synthetic__damaged/huge_len", "x"),
    ("synthetic__damaged/valid_frame_bad_proto", "x"),
}

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="the corpus of real files is not beside the repository"
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(CORPUS) as archive:
        archive.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


@pytest.fixture(scope="module")
def digests(corpus):
    rows = collections.defaultdict(list)
    for line in (corpus / "digests.jsonl").read_text().splitlines():
        row = json.loads(line)
        rows[row["type"]].append(row)
    return rows


@pytest.fixture(scope="module", params=["cold", "from the index"])
def store(request, corpus, tmp_path_factory):
    """Read from the files, and from what an earlier store kept of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for _ in range(1 if request.param == "cold" else 2):
            store = LogStore(corpus, cache=request.param != "cold")
            store.refresh()
            if store._saver is not None:
                store._saver.wait()
            store.close()
    kept = sum(file.taken_over_bytes for file in store._files.values())
    read = sum(file.loaded_bytes for file in store._files.values() if not file.is_stranger)
    assert kept == (0 if request.param == "cold" else read)
    return store


def test_every_run_is_found(store, digests):
    want = {row["run"]: row["files"] for row in digests["run"]}
    assert {name: info.file_count for name, info in store.runs().items()} == want


def test_every_series_has_its_points(store, digests):
    found = {(run, info.tag): info for run in store.runs() for info in store.tags(run)}
    # TensorBoard's reader leaves meta graphs out where there is a graph beside them; we list both.
    listed = {key for key in found if key[1] != "__meta_graph__"}
    assert listed == {(row["run"], row["tag"]) for row in digests["series"]}
    for row in digests["series"]:
        key = row["run"], row["tag"]
        info = found[key]
        assert (info.kind is Kind.SCALAR) == (row["kind"] == "scalar"), key
        if key not in READ_PAST_DAMAGE:
            got = (info.point_count, info.first_step, info.last_step)
            assert got == (row["n"], row["first_step"], row["last_step"]), key
        else:
            assert info.point_count > row["n"], key


def test_every_scalar_point_is_the_same_to_the_bit(store, digests):
    checked = 0
    for row in digests["series"]:
        if "sha_scalar" not in row or (row["run"], row["tag"]) in READ_PAST_DAMAGE:
            continue
        series = store.scalars(row["run"], row["tag"])
        points = np.empty(len(series.steps), [("step", "<i8"), ("wall_time", "<f8"), ("value", "<f8")])
        points["step"], points["wall_time"], points["value"] = series.steps, series.wall_times, series.values
        assert hashlib.sha256(points.tobytes()).hexdigest() == row["sha_scalar"], (row["run"], row["tag"])
        checked += 1
    assert checked > 900


def test_every_image_audio_and_text_is_the_same_to_the_bit(store, digests):
    log = Log(store)
    kinds = {Kind.IMAGE: "images", Kind.AUDIO: "audio", Kind.TEXT: "texts"}
    checked = collections.Counter()
    for row in digests["series"]:
        run = log.runs[row["run"]]
        kind = run.tags[row["tag"]]
        if kind not in kinds or "blobs" not in row:
            continue
        hashes = []
        for sample in getattr(run, kinds[kind])(row["tag"]):
            if kind is Kind.IMAGE:
                images = sample.images()
                parts = [str(images[0].width).encode(), str(images[0].height).encode()] + [
                    i.data for i in images
                ]
            elif kind is Kind.AUDIO:
                parts = [part for clip in sample.clips() for part in (clip.data, clip.label.encode())]
            else:
                parts = [text.encode() for text in sample.strings()]
            hashes += [hashlib.sha256(part).digest() for part in parts]
        if row["blobs"]["n"] == len(hashes):
            assert hashlib.sha256(b"".join(hashes)).hexdigest() == row["blobs"]["sha_all"], (
                row["run"],
                row["tag"],
            )
            checked[kind] += 1
    assert checked[Kind.IMAGE] > 30
    assert checked[Kind.TEXT] > 5


def test_damage_is_told_where_the_answer_key_has_it(store, digests):
    told = {problem.path for problem in store.status().problems}
    for row in digests["file"]:
        damaged = bool(row.get("end") or row.get("bad_proto") or row.get("trailing_bytes"))
        assert (row["path"] in told) == damaged, row["path"]
