"""Real event files of many writers, where the corpus is at hand: what TensorBoard's own reader found in them, we find."""

from __future__ import annotations

import collections
import hashlib
import json
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassboard import _kernel
from glassboard.errors import CorruptError

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "open.tar.xz"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real event files is not here")

_CHUNK_BYTES = 1 << 18


@dataclass(slots=True)
class FileFound:
    scanner: _kernel.EventScanner
    batches: list[_kernel.Batch] = field(default_factory=list)

    @property
    def records(self) -> int:
        return sum(batch.records for batch in self.batches)

    def count(self, form: str) -> int:
        total = 0
        for batch in self.batches:
            for columns in (batch.scalars, batch.samples):
                sizes = np.diff(columns.starts)
                total += sum(
                    int(size)
                    for series, size in zip(columns.series, sizes, strict=True)
                    if self.scanner.series[series].form == form
                )
        return total


def scan(path: Path) -> FileFound:
    """Reads as the store does: a piece at a time, more when the next record wants it."""
    found = FileFound(_kernel.EventScanner())
    data = memoryview(path.read_bytes())
    scanner = found.scanner
    while scanner.offset + scanner.wanted_bytes <= len(data):
        size = max(_CHUNK_BYTES, scanner.wanted_bytes)
        scanner.feed(data[scanner.offset : scanner.offset + size])
        found.batches.append(scanner.take())
    return found


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("corpus")
    with tarfile.open(CORPUS) as archive:
        archive.extractall(root, filter="data")
    return root / "corpus_open"


@pytest.fixture(scope="module")
def digests(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    by_type = collections.defaultdict(list)
    for line in (corpus / "digests.jsonl").read_text().splitlines():
        digest = json.loads(line)
        by_type[digest["type"]].append(digest)
    return by_type


@pytest.fixture(scope="module")
def found(corpus: Path, digests: dict[str, list[dict[str, Any]]]) -> dict[str, FileFound]:
    return {digest["path"]: scan(corpus / digest["path"]) for digest in digests["file"]}


def test_records_versions_and_sessions_agree(
    digests: dict[str, list[dict[str, Any]]], found: dict[str, FileFound]
) -> None:
    whole = 0
    for digest in digests["file"]:
        file, path = found[digest["path"]], digest["path"]
        end = digest.get("end", "stopped at an undecodable event")
        if end is not None and "truncated" not in end:
            # TensorBoard stopped at damage; we went on.
            damage = {each.offset: each for batch in file.batches for each in batch.damage}
            assert len(damage) == 1, path
            assert file.records >= digest["records"], path
            continue
        whole += 1
        assert (file.records, file.scanner.offset) == (digest["records"], digest["valid_bytes"]), path
        assert all(batch.damage == [] for batch in file.batches), path
        if digest["records"]:
            assert file.scanner.file_version == digest["file_version"], path
            assert file.scanner.writer == (digest["writer"] or ""), path
        starts = sum(status == "START" for status, _ in digest.get("session_log", []))
        assert sum(len(batch.session_starts) for batch in file.batches) == starts, path
    assert whole > 200


def test_values_of_each_form_agree(
    digests: dict[str, list[dict[str, Any]]], found: dict[str, FileFound]
) -> None:
    for digest in digests["file"]:
        if digest.get("end", "") is not None and "truncated" not in (digest.get("end") or ""):
            continue
        file, values, path = found[digest["path"]], digest["values"], digest["path"]
        tensors = sum(count for form, count in values.items() if form.startswith("tensor"))
        for form in ("image", "histo", "audio", "none"):
            assert file.count(form) == values.get(form, 0), (path, form)
        assert file.count("scalar") + file.count("tensor") == values.get("simple_value", 0) + tensors, path
        for form, what in (("graph_def", "graph_def"), ("run_metadata", "tagged_run_metadata")):
            assert file.count(form) == digest["what"].get(what, 0), (path, form)


def test_every_scalar_point_is_the_same_to_the_bit(
    digests: dict[str, list[dict[str, Any]]], found: dict[str, FileFound]
) -> None:
    runs: dict[str, list[FileFound]] = collections.defaultdict(list)
    broken = set()
    for digest in sorted(digests["file"], key=lambda each: str(each["path"])):
        run = str(Path(digest["path"]).parent)
        runs[run].append(found[digest["path"]])
        if digest.get("end", "") is not None:
            broken.add(run)
    compared = 0
    for digest in digests["series"]:
        if "sha_scalar" not in digest or digest["plugin"] != "scalars" or digest["run"] in broken:
            continue
        rows = []
        for file in runs[digest["run"]]:
            ids = {
                i
                for i, s in enumerate(file.scanner.series)
                if s.tag == digest["tag"].encode() and s.form == "scalar"
            }
            for columns in (batch.scalars for batch in file.batches):
                for i in np.flatnonzero(np.isin(columns.series, list(ids))):
                    span = slice(columns.starts[i], columns.starts[i + 1])
                    rows.append(
                        np.rec.fromarrays(
                            [columns.steps[span], columns.wall_times[span], columns.values[span]]
                        )
                    )
        hashed = hashlib.sha256(b"".join(row.tobytes() for row in rows)).hexdigest()
        assert hashed == digest["sha_scalar"], (digest["run"], digest["tag"])
        compared += 1
    assert compared > 300


def test_every_sample_is_decoded(corpus: Path, found: dict[str, FileFound]) -> None:
    refused, decoded = [], 0
    for path, file in found.items():
        data = memoryview((corpus / path).read_bytes())
        forms = [series.form for series in file.scanner.series]
        for samples in (batch.samples for batch in file.batches):
            for i, series in enumerate(samples.series):
                if forms[series] in ("graph_def", "meta_graph_def", "run_metadata"):
                    continue
                for row in range(samples.starts[i], samples.starts[i + 1]):
                    start = samples.offsets[row]
                    try:
                        value = _kernel.decode_value(data[start : start + samples.lengths[row]])
                    except CorruptError as error:
                        refused.append((path, str(error)))
                        continue
                    assert value.tag == file.scanner.series[series].tag
                    assert value.form == forms[series]
                    decoded += 1
    assert refused == []
    assert decoded > 8000
