"""A run that is written to object storage, over a real S3 server on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import numpy as np
import obstore
import pytest

import glassboard
from glassboard import FileWriter, SummaryWriter
from glassboard.errors import MisuseError
from glassboard.writer import upload

from .bucket_server import served_buckets, use_buckets_at


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with served_buckets() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    use_buckets_at(endpoint, monkeypatch)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    name = f"lab-{time.monotonic_ns()}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=name)
    return name


def keys(bucket: str) -> list[str]:
    client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name="us-east-1")
    return sorted(found["Key"] for found in client.list_objects_v2(Bucket=bucket).get("Contents", []))


def kept_folders(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "tmp").glob("glassboard-upload-*"))


def test_everything_is_there_after_close_and_nothing_stays_here(bucket: str, tmp_path: Path) -> None:
    address = f"s3://{bucket}/team/first"
    writer = SummaryWriter(address)
    assert writer.get_logdir() == address
    for step in range(1000):
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.add_image("image", np.zeros((3, 4, 5), np.uint8))
    writer.add_embedding(np.eye(3), metadata=list("abc"))
    writer.add_hparams({"lr": 0.1}, {"accuracy": 0.9}, run_name="trial")
    writer.close()
    assert writer.health.is_well
    log = glassboard.open(f"s3://{bucket}/team")
    assert log.problems == ()
    assert log.runs["first"].scalars("loss").values.tolist() == [np.float32(1 / (s + 1)) for s in range(1000)]
    assert log.runs["first"].images("image")[0].to_numpy().shape == (4, 5, 3)
    assert log.runs["first/trial"].hparams["lr"] == 0.1
    assert "team/first/projector_config.pbtxt" in keys(bucket)
    assert "team/first/00000/default/tensors.bytes" in keys(bucket)
    writer.add_scalar("loss", 5.0, 1000)  # a closed writer reopens
    writer.close()
    log.refresh()
    assert len(log.runs["first"].scalars("loss")) == 1001
    assert sum("team/first/events" in key for key in keys(bucket)) == 2
    del writer
    assert kept_folders(tmp_path) == []


def test_a_flush_is_seen_at_once_and_an_object_that_grew_is_replaced(bucket: str) -> None:
    with SummaryWriter(f"s3://{bucket}") as writer:
        log = glassboard.open(f"s3://{bucket}")
        for count in (1, 2, 3):
            writer.add_scalar("loss", count, count)
            writer.flush()
            log.refresh()
            assert len(log.runs["."].scalars("loss")) == count
        assert len(keys(bucket)) == 1


def test_growing_files_are_uploaded_without_a_flush(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "UPLOAD_INTERVAL_SECS", 0.05)
    sizes: list[int] = []
    grown = threading.Event()
    put = obstore.put

    def noted(store: object, key: str, data: bytes) -> object:
        found = put(store, key, data)
        sizes.append(len(data))
        if sizes[-1] > sizes[0]:
            grown.set()
        return found

    monkeypatch.setattr(obstore, "put", noted)
    with SummaryWriter(f"s3://{bucket}/run") as writer:
        writer.add_scalar("loss", 1.0, 1)
        assert grown.wait(30)


def test_a_long_run_is_several_objects_of_bounded_size(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload.UploadingWriter, "max_file_bytes", 20_000)
    with SummaryWriter(f"s3://{bucket}/run") as writer:
        for step in range(5000):
            writer.add_scalar("loss", step, step)
            writer.add_scalar("same", step, step // 1000)
            if step % 500 == 499:
                writer.flush()
    assert len(keys(bucket)) > 5
    run = glassboard.open(f"s3://{bucket}").runs["run"]
    assert run.scalars("loss").steps.tolist() == list(range(5000))
    assert run.scalars("loss").newest().steps.tolist() == list(range(5000))
    # Files begin amid points of one step; nothing of it is a restart.
    assert len(run.scalars("same").segments) == 1
    assert run.scalars("same").newest().values.tolist() == list(range(5000))


def test_a_store_that_fails_never_reaches_the_loop(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writer = SummaryWriter(f"s3://{bucket}/run")
    put = obstore.put

    def refused(*args: object, **kwargs: object) -> None:
        raise OSError("dns error: Connect")

    monkeypatch.setattr(obstore, "put", refused)
    for step in range(100):
        writer.add_scalar("loss", step, step)
        if step % 20 == 0:
            writer.flush()
    assert "uploading failed" in writer.health.error
    assert not writer.health.is_well
    writer.close()
    assert sum("uploading failed" in record.message for record in caplog.records) == 1
    (folder,) = kept_folders(tmp_path)
    assert str(folder) in caplog.text
    assert len(glassboard.open(folder).runs["."].scalars("loss")) == 100
    # Back again: the next close sends what was kept.
    monkeypatch.setattr(obstore, "put", put)
    writer.add_scalar("loss", 100, 100)
    writer.close()
    assert writer.health.is_well
    assert glassboard.open(f"s3://{bucket}").runs["run"].scalars("loss").steps.tolist() == list(range(101))
    del writer
    assert kept_folders(tmp_path) == []


def test_a_slow_store_holds_a_flush_up_only_so_long(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = SummaryWriter(f"s3://{bucket}/run")
    let_go = threading.Event()
    put = obstore.put

    def slow(*args: object) -> object:
        let_go.wait(60)
        return put(*args)

    monkeypatch.setattr(obstore, "put", slow)
    monkeypatch.setattr(upload, "MAX_FLUSH_SECS", 0.05)
    writer.add_scalar("loss", 1.0, 0)
    writer.flush()
    assert not let_go.is_set()
    let_go.set()
    writer.close()
    assert len(glassboard.open(f"s3://{bucket}").runs["run"].scalars("loss")) == 1


PROGRAM = """
import os, sys
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
writer.add_scalar("parent", 1.0, 0)
child = os.fork()
if child == 0:
    writer.add_scalar("child", 2.0, 0)
    writer.close()
    os._exit(0)
_, status = os.waitpid(child, 0)
assert status == 0
"""


def test_a_forgotten_close_and_a_fork_lose_nothing(bucket: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"s3://{bucket}/run"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    run = glassboard.open(f"s3://{bucket}").runs["run"]
    assert (run.scalars("parent").values.tolist(), run.scalars("child").values.tolist()) == ([1.0], [2.0])
    assert kept_folders(tmp_path) == []


def test_what_cannot_be_written_raises_at_construction(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="there is no bucket s3://nobody-has-this"):
        SummaryWriter("s3://nobody-has-this/run")
    with pytest.raises(MisuseError, match="wanted a folder of this machine, or s3://"):
        SummaryWriter("hdfs://cluster/run")
    with pytest.raises(MisuseError, match="pathlib takes one away"):
        SummaryWriter(Path("s3://bucket/run"))
    with pytest.raises(MisuseError, match="cannot be written"):
        SummaryWriter("gs:///run")
    assert kept_folders(tmp_path) == []


def test_the_file_writer_and_the_silent_writer_take_addresses_too(bucket: str) -> None:
    writer = FileWriter(f"s3://{bucket}/raw")
    writer.add_event(b"")
    writer.close()
    assert len(keys(bucket)) == 1
    with SummaryWriter(f"s3://{bucket}/silent", write_to_disk=False) as silent:
        silent.add_scalar("loss", 1.0)
    assert len(keys(bucket)) == 1
