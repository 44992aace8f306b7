"""The writing thread: what is on disk when, and what threads and writers do to each other."""

from __future__ import annotations

import threading
import time

import glassboard
from glassboard import SummaryWriter, _kernel
from glassboard.writer import event_file
from glassboard.writer.event_file import EventFile, count_records, whole_records

from .written_points import Points, wait_until


def test_points_are_on_disk_within_a_second_without_flush(tmp_path):
    writer = SummaryWriter(tmp_path, flush_secs=120)
    for step in range(3):
        logged = time.monotonic()
        writer.add_scalar("x", 1.0, step)
        assert wait_until(lambda step=step: len(Points(tmp_path).steps.get("x", [])) == step + 1)
        assert time.monotonic() - logged < 1.0
    writer.close()


def test_flush_returns_when_everything_is_in_the_file(tmp_path):
    writer = SummaryWriter(tmp_path)
    for step in range(5000):
        writer.add_scalar("x", 1.0, step)
    writer.flush()
    assert Points(tmp_path).steps == {"x": list(range(5000))}
    assert writer.health.written_count == 5000
    assert writer.health.pending_count == 0
    assert writer.health.is_well
    writer.close()


def test_a_closed_writer_goes_on_in_a_new_file(tmp_path):
    writer = SummaryWriter(tmp_path, filename_suffix=".v2")
    writer.add_scalar("x", 1.0, 0)
    writer.close()
    writer.close()
    writer.add_scalar("x", 1.0, 1)
    writer.add_text("t", "more")
    writer.close()
    first, second = sorted(tmp_path.glob("events.out.tfevents.*.v2"))
    assert second.name.split(".", 4)[4] == first.name.split(".", 4)[4].replace(".v2", "_part2.v2")
    assert Points(tmp_path).steps["x"] == [0, 1]


def test_files_of_one_writer_are_no_restarts_and_those_of_two_are(tmp_path):
    one, two = SummaryWriter(tmp_path / "one"), SummaryWriter(tmp_path / "two")
    for writer in (one, two):
        with writer:
            writer.add_scalar("x", 1.0, 5)
            writer.add_text("t", "first", 5)
    for writer, text in ((two, "again"), (SummaryWriter(tmp_path / "one"), "restarted")):
        with writer:
            writer.add_scalar("x", 2.0, 5)
            writer.add_text("t", text, 5)
    runs = glassboard.open(tmp_path, cache=False).runs
    assert [len(run.scalars("x").segments) for run in (runs["one"], runs["two"])] == [2, 1]
    assert runs["one"].scalars("x").newest().values.tolist() == [2.0]
    assert runs["two"].scalars("x").newest().values.tolist() == [1.0, 2.0]
    assert [each.read() for each in runs["two"].texts("t").newest()] == ["first", "again"]
    assert [each.read() for each in runs["one"].texts("t").newest()] == ["restarted"]


def test_eight_threads_lose_and_mix_nothing(tmp_path):
    writer = SummaryWriter(tmp_path)
    start = threading.Barrier(8)

    def log(number: int) -> None:
        start.wait()
        for step in range(2000):
            writer.add_scalar(f"thread/{number}", step, step)
            if step % 500 == 0:
                writer.add_histogram("h", [1.0, 2.0], step)
                writer.flush()

    threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    points = Points(tmp_path)
    assert points.steps == {f"thread/{number}": list(range(2000)) for number in range(8)}
    assert (points.damage, points.leftover_bytes) == (0, 0)


def test_closing_while_others_log_loses_nothing(tmp_path):
    writer = SummaryWriter(tmp_path)
    is_done = threading.Event()

    def close() -> None:
        while not is_done.is_set():
            writer.close()

    closer = threading.Thread(target=close)
    closer.start()
    for step in range(3000):
        writer.add_scalar("x", 1.0, step)
    is_done.set()
    closer.join()
    writer.close()
    assert sorted(Points(tmp_path).steps["x"]) == list(range(3000))


def test_several_writers_in_one_folder_have_files_of_their_own(tmp_path):
    writers = [SummaryWriter(tmp_path) for _ in range(20)]
    for number, writer in enumerate(writers):
        writer.add_scalar(f"w{number}", 1.0, number)
    for writer in writers:
        writer.close()
    assert len(list(tmp_path.iterdir())) == 20
    assert len(Points(tmp_path).steps) == 20


def test_a_name_that_is_taken_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(event_file, "_file_numbers", iter([7, 7, 8]))
    monkeypatch.setattr(event_file.time, "time", lambda: 1.5)
    first, second = EventFile(tmp_path, ""), EventFile(tmp_path, "")
    assert first.path.name.endswith(".7")
    assert second.path.name.endswith(".8")
    part = EventFile(tmp_path, ".x", after=second)
    assert part.path.name.endswith(".8_part2.x")
    part.close()
    first.close()
    second.close()


def test_whole_records_ends_at_a_border():
    record = _kernel.encode_scalars([("x", 1, 1.0, 1.0)])
    data = memoryview(record * 3)
    for limit in range(len(data) + 1):
        assert whole_records(data, limit) == limit // len(record) * len(record)
        assert count_records(data, limit) == limit // len(record)
