"""The writing thread when folders are deleted, disks are full and jobs fail."""

from __future__ import annotations

import errno
import logging
import os
import resource
import shutil
import threading
import time

import numpy as np
import pytest

from glassboard import SummaryWriter
from glassboard.errors import MisuseError
from glassboard.writer import background, event_file, outbox

from .written_points import Points, run_script


def test_a_deleted_folder_is_made_again(tmp_path, caplog):
    folder = tmp_path / "run"
    writer = SummaryWriter(folder)
    writer.add_scalar("x", 1.0, 0)
    writer.flush()
    shutil.rmtree(folder)
    for step in range(1, 4):
        writer.add_scalar("x", 1.0, step)
        writer.flush()
    writer.close()
    assert Points(folder).steps == {"x": [1, 2, 3]}
    assert [record.message for record in caplog.records if "deleted" in record.message] == [
        f"the event file was deleted; going on in a new one ({folder})"
    ]


def test_a_deleted_folder_that_cannot_be_made_again_costs_points_but_no_exception(tmp_path, caplog):
    folder = tmp_path / "parent" / "run"
    writer = SummaryWriter(folder)
    shutil.rmtree(folder.parent)
    folder.parent.write_text("a file where the folder was")
    for step in range(10):
        writer.add_scalar("x", 1.0, step)
        writer.add_histogram("h", [1.0], step)
    writer.flush()
    assert writer.health.pending_count == 20
    writer.close()
    assert writer.health.lost_count == 20
    assert "20 points were lost, 0 were written" in caplog.text
    assert len(caplog.records) <= 4


class FullDisk:
    """Stands in for `os.write`: takes `room_bytes` more bytes and then fails, as a full disk does, until it is freed."""

    def __init__(self, room_bytes: int) -> None:
        self.room_bytes = room_bytes
        self._write = os.write

    def __call__(self, descriptor: int, data: memoryview) -> int:
        if self.room_bytes <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._write(descriptor, data[: self.room_bytes])
        self.room_bytes -= written
        return written


def test_a_full_disk_is_tried_again_and_nothing_is_lost_once_there_is_room(tmp_path, monkeypatch, caplog):
    writer = SummaryWriter(tmp_path)
    disk = FullDisk(1000)
    monkeypatch.setattr(event_file.os, "write", disk)
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    writer.flush()
    assert not writer.health.is_well
    assert writer.health.pending_count == 1000
    assert Points(tmp_path).leftover_bytes > 0  # a record that is there by half
    disk.room_bytes = 1 << 30
    writer.add_scalar("x", 1.0, 1000)
    writer.close()
    points = Points(tmp_path)
    assert points.steps == {"x": list(range(1001))}
    assert (points.damage, points.leftover_bytes) == (0, 0)
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "No space left on device; training goes on" in warnings[0].message


def test_a_disk_that_stays_full_counts_what_is_lost_and_keeps_memory_bounded(tmp_path, monkeypatch, caplog):
    writer = SummaryWriter(tmp_path)
    monkeypatch.setattr(outbox, "MAX_UNWRITTEN_BYTES", 100_000)
    monkeypatch.setattr(event_file.os, "write", FullDisk(0))
    for _ in range(5):
        for step in range(2000):
            writer.add_scalar("x", 1.0, step)
        writer.add_image("i", np.zeros((3, 9, 9)))
        writer.flush()
    assert writer._background._outbox.unwritten_bytes < 250_000
    assert writer.health.lost_count > 0
    writer.close()
    assert writer.health.lost_count == 10_005
    assert "10005 points were lost, 0 were written" in caplog.text


def test_what_a_full_disk_took_is_not_counted_as_lost(tmp_path, monkeypatch):
    writer = SummaryWriter(tmp_path)
    monkeypatch.setattr(event_file.os, "write", FullDisk(1000))
    for step in range(1000):
        writer.add_scalar("x", 1.0, step)
    writer.close()
    written = len(Points(tmp_path).steps["x"])
    assert 0 < written < 1000
    assert (writer.health.written_count, writer.health.lost_count) == (written, 1000 - written)


def test_a_size_limit_of_the_process_is_not_fatal(tmp_path):
    script = """
import resource, sys
from glassboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
for step in range(200):
    writer.add_scalar("x", 1.0, step)
writer.close()
print(writer.health.written_count, writer.health.lost_count)
"""
    assert resource.RLIMIT_FSIZE
    result = run_script(script, tmp_path)
    assert result.returncode == 0
    assert "File too large; training goes on" in result.stderr
    written, lost = map(int, result.stdout.split())
    # The limit is per file, so a new file has room again.
    assert (written, lost) == (200, 0)
    points = Points(tmp_path)
    assert points.steps == {"x": list(range(200))}
    assert points.damage == 0


def test_a_job_that_fails_is_counted_and_the_next_is_written(tmp_path, caplog):
    class Broken:
        byte_count = 1

        def encode(self) -> bytes:
            raise ZeroDivisionError("on purpose")

    writer = SummaryWriter(tmp_path)
    writer._background.add_job(Broken())
    writer.add_scalar("x", 1.0, 1)
    writer.close()
    assert Points(tmp_path).steps == {"x": [1]}
    assert writer.health.lost_count == 1
    assert "Broken cannot be written: on purpose" in caplog.text


def test_a_thread_that_stands_still_does_not_hold_the_loop_up_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "MAX_QUEUED_BYTES", 1000)
    monkeypatch.setattr(background, "MAX_BLOCKED_SECS", 0.2)
    release = threading.Event()

    class Slow:
        byte_count = 900

        def encode(self) -> bytes:
            release.wait(10)
            return b""

    writer = SummaryWriter(tmp_path)
    started = time.monotonic()
    for _ in range(20):
        writer._background.add_job(Slow())
    # Twenty waits of their own would take four seconds.
    assert time.monotonic() - started < 3
    assert writer.health.lost_count == 19
    release.set()
    writer.close()
    assert writer.health.written_count == 1


def test_a_folder_that_cannot_be_written_is_said_at_construction(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MisuseError, match="found a file, wanted a folder"):
        SummaryWriter(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        SummaryWriter(tmp_path / "file" / "run")
