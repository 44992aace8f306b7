"""Log directories in object storage, over a real S3 server on this machine."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

import glassboard
from glassboard._kernel import encode_scalars
from glassboard.bucket import is_address
from glassboard.cli.main import main
from glassboard.errors import GlassboardError, MisuseError, NotFoundError
from glassboard.server.local import LocalServer
from glassboard.store import object_storage
from glassboard.store.log import LogStore
from glassboard.store.object_storage import ObjectStorage
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder, RunBuilder

from .bucket_server import served_buckets, use_buckets_at


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with served_buckets() as address:
        yield address


class Bucket:
    """A bucket and a folder on this machine that is copied into it."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self._client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        self.name = f"lab-{time.monotonic_ns()}"
        self._client.create_bucket(Bucket=self.name)
        self.logdir = LogdirBuilder(folder)

    @property
    def address(self) -> str:
        return f"s3://{self.name}/team/runs"

    def upload(self) -> None:
        for path in self.logdir.root.rglob("*"):
            if path.is_file():
                self.upload_file(path)

    def upload_file(self, path: Path) -> None:
        self.put(path.relative_to(self.logdir.root).as_posix(), path.read_bytes())

    def put(self, key: str, body: bytes) -> None:
        self._client.put_object(Bucket=self.name, Key=f"team/runs/{key}", Body=body)

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self.name, Key=f"team/runs/{key}")


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    use_buckets_at(endpoint, monkeypatch)
    return Bucket(endpoint, tmp_path / "local")


@pytest.fixture
def run(bucket: Bucket) -> RunBuilder:
    written = bucket.logdir.run("a/seed1").scalars("loss", [1.0, 2.0]).image("picture", shade=7)
    bucket.logdir.run(".").scalars("top", [5.0])
    bucket.put("a/notes.txt", b"no event file")
    bucket.upload()
    return written


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Offset and length of every ranged request."""
    requests: list[tuple[int, int]] = []
    fetch = ObjectStorage.fetch

    def counting(self: ObjectStorage, key: str, length: int, offset: int) -> bytes:
        requests.append((offset, length))
        return fetch(self, key, length, offset)

    monkeypatch.setattr(ObjectStorage, "fetch", counting)
    return requests


def test_it_reads_what_a_folder_would_give(bucket: Bucket, run: RunBuilder) -> None:
    there, here = glassboard.open(bucket.address), glassboard.open(bucket.logdir.root)
    assert list(there.runs) == list(here.runs) == [".", "a/seed1"]
    assert there.to_arrow().equals(here.to_arrow())
    (picture,) = there.runs["a/seed1"].images("picture")
    assert picture.to_numpy().tolist() == [[7] * 4] * 3
    assert there.problems == ()
    assert there.location == bucket.address
    assert there.status.message.startswith("4 points in 2 runs from 2 event files")


def test_only_new_bytes_are_read(bucket: Bucket, run: RunBuilder, fetched: list[tuple[int, int]]) -> None:
    log = glassboard.open(bucket.address)
    run.scalars("loss", [0.0] * 1000, first_step=2)
    bucket.upload()
    log.refresh()
    before = run.path.stat().st_size
    run.scalars("loss", [3.0], first_step=1002)
    # The other object stays untouched: a new time on it, even with equal bytes, is a reason to look at it again.
    bucket.upload_file(run.path)
    fetched.clear()
    assert log.refresh() == {"a/seed1"}
    assert len(log.runs["a/seed1"].scalars("loss")) == 1003
    grown = run.path.stat().st_size - before
    assert (before, grown) in fetched
    assert sum(length for _, length in fetched) <= grown + 128 + 4096, "beginning, end and what is new"
    fetched.clear()
    assert log.refresh() == frozenset()
    assert fetched == []


def test_objects_that_are_replaced_or_deleted(bucket: Bucket, run: RunBuilder) -> None:
    store = LogStore(bucket.address)
    store.refresh()
    size = run.path.stat().st_size
    other = (
        LogdirBuilder(bucket.logdir.root / "other").run("x").scalars("loss", [9.0, 8.0, 7.0], first_step=50)
    )
    key = f"a/seed1/{run.path.name}"
    bucket.put(key, other.replace().scalars("loss", [4.0] * 40).path.read_bytes())
    assert other.path.stat().st_size > size
    assert store.refresh() == {"a/seed1"}
    assert store.scalars("a/seed1", "loss").values.tolist() == [4.0] * 40
    bucket.put(key, other.path.read_bytes()[:-10])
    assert store.refresh() == {"a/seed1"}
    assert len(store.scalars("a/seed1", "loss").steps) == 39
    bucket.delete(key)
    assert store.refresh() == {"a/seed1"}
    assert list(store.runs()) == ["."]


def test_an_object_of_the_same_size_in_the_same_second_is_another(bucket: Bucket) -> None:
    storage, seen = ObjectStorage(bucket.address), set()
    for body in (b"one", b"two", b"six"):
        bucket.put("a/x.tfevents", body)
        storage.look()
        status = storage.status(f"{bucket.address}/a/x.tfevents")
        seen.add((status.st_size, status.st_mtime_ns))
    assert len(seen) == 3


def test_what_was_read_is_kept_for_the_next_time(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetched: list[tuple[int, int]]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rows = [("loss", step, FIRST_WALL_TIME + step, 1.0) for step in range(10_000)]
    run = bucket.logdir.run("a").raw(encode_scalars(rows))
    bucket.upload()
    first = LogStore(bucket.address, cache=True)
    first.refresh()
    assert first._saver is not None
    first._saver.wait()
    first.close()
    assert sum(length for _, length in fetched) >= run.path.stat().st_size
    fetched.clear()
    again = LogStore(bucket.address, cache=True)
    again.refresh()
    again.close()
    assert len(again.scalars("a", "loss").steps) == 10_000
    assert sum(length for _, length in fetched) < 20_000, "only its beginning and its end"


def test_a_sample_of_an_object_that_changed_is_not_read(bucket: Bucket, run: RunBuilder) -> None:
    log = glassboard.open(bucket.address)
    (picture,) = log.runs["a/seed1"].images("picture")
    bucket.put(f"a/seed1/{run.path.name}", b"something else altogether" * 100)
    with pytest.raises(NotFoundError, match="replaced or cut"):
        picture.read()
    bucket.delete(f"a/seed1/{run.path.name}")
    with pytest.raises(NotFoundError, match="cannot be read"):
        picture.read()


def test_damage_is_told_with_its_place(bucket: Bucket) -> None:
    bucket.logdir.run("a").scalars("x", [1.0, 2.0, 3.0]).flip(60)
    bucket.logdir.garbage("b/x.tfevents.1", b"no event file at all")
    bucket.upload()
    problems = glassboard.open(bucket.address).problems
    assert {problem.path.split("/")[0]: problem.code for problem in problems} == {
        "a": "corrupt", "b": "not-an-event-file",
    }  # fmt: skip


def test_one_object_is_one_run(bucket: Bucket, run: RunBuilder) -> None:
    log = glassboard.open(f"{bucket.address}/a/seed1/{run.path.name}")
    assert list(log.runs) == ["."]
    assert len(log.runs["."].scalars("loss")) == 2


def test_more_objects_than_one_listing_holds(bucket: Bucket) -> None:
    # Put where the server keeps them: a thousand requests tell nothing more.
    kept = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in range(1001):
        kept.put_object(bucket.name, f"team/runs/r{number}/x.tfevents", b"")
    found = ObjectStorage(bucket.address).look()
    assert len({file.run for file in found.files}) == 1001
    assert found.folder_count == 1002


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://lab-that-is-not-there/runs", "there is no bucket s3://lab-that-is-not-there"),
        ("{bucket}/nothing/here", "does not exist"),
    ],
)
def test_what_is_not_there(bucket: Bucket, run: RunBuilder, address: str, words: str) -> None:
    with pytest.raises(NotFoundError, match=words):
        glassboard.open(address.format(bucket=bucket.address))


@pytest.mark.parametrize(
    "address", ["s3://", "s3:///runs", "http://host/runs", "hdfs://host/runs", "ftp://x"]
)
def test_addresses_that_cannot_be(address: str) -> None:
    with pytest.raises(MisuseError, match="want s3://BUCKET/PATH"):
        glassboard.open(address)


def test_paths_are_no_addresses() -> None:
    assert [is_address(each) for each in ("s3://b/x", "S3://b", "/a/b", "a:b", "./s3:/x", "~/x")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


def test_without_credentials_it_says_what_to_set(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # Where a cloud machine would be asked: nothing listens there.
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    assert main(["inspect", bucket.address]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "no credentials for" in told
    assert "AWS_ACCESS_KEY_ID" in told


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            "... 403 Forbidden: <Error><Code>AccessDenied</Code>",
            r"access to s3://lab is denied \(AccessDenied\): check AWS",
        ),
        ("status code: 401", "access to s3://lab is denied: check AWS"),
        ("error sending request for url (http://store:9000/lab?x)", "http://store:9000 cannot be reached"),
        ("something\n  new" + "!" * 500, "something new!!!"),
    ],
)
def test_what_the_store_answers_becomes_one_line(
    monkeypatch: pytest.MonkeyPatch, bucket: Bucket, told: str, reason: str
) -> None:
    import obstore
    from obstore.exceptions import GenericError

    def fail(*_: object, **__: object) -> Any:
        raise GenericError(told)

    monkeypatch.setattr(obstore, "list", fail)
    found = ObjectStorage("s3://lab/runs").look()
    assert not found.exists
    (problem,) = found.problems
    assert "\n" not in problem.message
    assert len(problem.message) < 300
    with pytest.raises(NotFoundError, match=reason):
        glassboard.open("s3://lab/runs")


def test_a_store_that_cannot_be_reached_keeps_what_was_read(
    bucket: Bucket, run: RunBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LogStore(bucket.address)
    store.refresh()

    def refuse(_: object) -> Any:
        raise OSError(113, "the store cannot be reached")

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStorage, "_list", refuse)
        store.refresh()
        assert [problem.message for problem in store.status().problems] == ["the store cannot be reached"]
        assert store.status().point_count == 4
    store.refresh()
    assert store.status().problems == ()


def test_an_object_that_cannot_be_read_is_a_problem_and_the_others_are_read(
    bucket: Bucket, run: RunBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = ObjectStorage.fetch

    def fail(self: ObjectStorage, key: str, length: int, offset: int) -> bytes:
        if "seed1" in key:
            raise OSError(13, "access is denied")
        return fetch(self, key, length, offset)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStorage, "fetch", fail)
        log = glassboard.open(bucket.address)
        (problem,) = log.problems
        assert problem.message == "cannot be read: access is denied; it is left out"
        assert len(log.runs["."].scalars("top")) == 1
    log.refresh()
    assert log.problems == ()
    assert len(log.runs["a/seed1"].scalars("loss")) == 2


def test_without_obstore_it_says_what_to_install(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(GlassboardError, match=r'needs obstore.*pip install "glassboard\[cloud\]"'):
        glassboard.open(bucket.address)
    assert main(["--logdir", bucket.address]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_inspect_and_export(
    bucket: Bucket, run: RunBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", f"cloud:{bucket.address}", str(bucket.logdir.root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found["runs"]] == ["cloud", "cloud/a/seed1", "local", "local/a/seed1"]
    assert found["runs"][1]["files"][0]["read_bytes"] == run.path.stat().st_size
    assert main(["export", bucket.address, "--to", "-", "--tags", "loss"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_it_is_served_and_followed(
    bucket: Bucket, run: RunBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_storage.ObjectStorage, "shortest_round_secs", 0.2)
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("<title>Glassboard</title>")
    with LocalServer(bucket.address, port=0, static_dir=page) as server:

        def wait_for(points: int) -> None:
            deadline = time.monotonic() + 60
            while httpx.get(f"{server.url}api/v1/log").json()["point_count"] != points:
                assert time.monotonic() < deadline
                server.wait(0.02)

        wait_for(4)
        run.scalars("loss", [3.0], first_step=2)
        bucket.upload()
        wait_for(5)
        image = httpx.get(
            f"{server.url}api/v1/image", params={"run": "a/seed1", "tag": "picture", "sample": 0}
        )
        assert image.content.startswith(b"\x89PNG")
