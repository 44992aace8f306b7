"""`glassboard demo` as a process: interrupted in the middle, started twice, and with input that cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

from glassboard.demo.data import FILE_NAMES
from glassboard.demo.hiragana import render_hiragana
from glassboard.demo.idx import write_idx

patience_secs = 120


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    data = render_hiragana(200, 50)
    parts = (data.train_images, data.train_labels, data.validation_images, data.validation_labels)
    for name, part in zip(FILE_NAMES, parts, strict=True):
        write_idx(folder / name, part)
    return folder


class Demo:
    """A running `glassboard demo`, in a process group of its own, as a terminal starts it."""

    def __init__(self, *arguments: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "glassboard", "demo", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_for(self, condition: object) -> None:
        until = time.monotonic() + patience_secs
        while not condition():
            assert self.process.poll() is None, self.output + self.process.stderr.read()
            assert time.monotonic() < until, self.output
            time.sleep(0.02)

    def interrupt(self) -> None:
        """Ctrl-C: the terminal sends it to every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def finish(self) -> tuple[int, str]:
        """Exit code and what came on standard error."""
        complaints = self.process.stderr.read()
        code = self.process.wait(patience_secs)
        self.reader.join()
        return code, complaints

    def is_running(self) -> bool:
        """Whether a process of its group still runs."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def started(*arguments: str) -> Iterator[Demo]:
    demo = Demo(*arguments)
    try:
        yield demo
    finally:
        if demo.is_running():
            os.killpg(demo.process.pid, signal.SIGKILL)
        demo.process.wait()
        demo.reader.join()
        demo.process.stdout.close()
        demo.process.stderr.close()


def read(logdir: Path) -> EventMultiplexer:
    multiplexer = EventMultiplexer(tensor_size_guidance={"scalars": 0, "images": 0})
    multiplexer.AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    return multiplexer


def assert_stopped_cleanly(demo: Demo, code: int, complaints: str) -> None:
    assert code == 130
    assert "Traceback" not in complaints
    assert "Stopped." in demo.output
    until = time.monotonic() + 60
    while demo.is_running():
        assert time.monotonic() < until, "a process outlived the demo"
        time.sleep(0.05)


def test_interrupted_in_training(tmp_path: Path, data_dir: Path) -> None:
    logdir = tmp_path / "runs"
    arguments = ("--data-dir", str(data_dir), "--logdir", str(logdir), "--no-serve", "--epochs", "100000")
    with started(*arguments) as demo:
        demo.wait_for(lambda: "4  Training" in demo.output)
        # A few epochs. What was logged is on disk within a second.
        (path,) = logdir.glob("kmnist-1/baseline/events*")
        demo.wait_for(lambda: path.read_bytes().count(b"loss/train") >= 3)
        demo.interrupt()
        code, complaints = demo.finish()
        assert_stopped_cleanly(demo, code, complaints)
    assert str(logdir / "kmnist-1") in demo.output
    baseline = read(logdir).GetAccumulator("kmnist-1/baseline")
    assert len(baseline.Tensors("data/characters")) == 25
    losses = baseline.Tensors("batch/loss")
    assert [event.step for event in losses] == [*range(len(losses))]
    assert len(losses) >= 3 * 7


def test_interrupted_in_the_search(tmp_path: Path, data_dir: Path) -> None:
    logdir = tmp_path / "runs"
    arguments = (
        "--data-dir",
        str(data_dir),
        "--logdir",
        str(logdir),
        "--no-serve",
        "--epochs",
        "1",
        "--quick",
    )
    with started(*arguments) as demo:
        demo.wait_for(lambda: len(list(logdir.glob("kmnist-1/search/*/events*"))) >= 3)
        demo.interrupt()
        code, complaints = demo.finish()
        assert_stopped_cleanly(demo, code, complaints)
    multiplexer = read(logdir)
    # The first combinations were done: their logs are whole.
    finished = [
        run for run in multiplexer.Runs()
        if "/search/" in run and "final/validation loss" in multiplexer.GetAccumulator(run).Tags()["tensors"]
    ]  # fmt: skip
    assert finished
    assert len(multiplexer.GetAccumulator("kmnist-1/baseline").Tensors("loss/train")) == 1


def test_interrupted_while_it_only_serves(tmp_path: Path, data_dir: Path) -> None:
    """The usual way to finish. The earlier walkthrough's folder stays as it is."""
    logdir = tmp_path / "runs"
    earlier = logdir / "kmnist-1" / "baseline"
    earlier.mkdir(parents=True)
    (earlier / "note").write_text("mine")
    arguments = (
        "--data-dir",
        str(data_dir),
        "--logdir",
        str(logdir),
        "--epochs",
        "1",
        "--no-search",
        "--port",
        "0",
    )
    with started(*arguments) as demo:
        demo.wait_for(lambda: "until Ctrl-C" in demo.output)
        demo.interrupt()
        code, complaints = demo.finish()
        assert code == 0
        assert "Traceback" not in complaints
    assert "Earlier walkthroughs" in demo.output
    assert "http://localhost:" in demo.output
    assert [path.name for path in earlier.iterdir()] == ["note"]
    assert list(read(logdir).Runs()) == ["kmnist-2/baseline"]


def run_to_the_end(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "glassboard", "demo", "--no-serve", *arguments],
        capture_output=True,
        text=True,
        timeout=patience_secs,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.strip()


def test_broken_data_folder(tmp_path: Path, data_dir: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in FILE_NAMES:
        (broken / name).write_bytes((data_dir / name).read_bytes()[:50])
    code, complaint = run_to_the_end("--data-dir", str(broken), "--logdir", str(tmp_path / "runs"))
    assert code == 1
    assert len(complaint.splitlines()) == 1
    assert FILE_NAMES[0] in complaint
    # Nothing was begun.
    assert not (tmp_path / "runs").exists()


def test_log_directory_that_is_a_file(tmp_path: Path, data_dir: Path) -> None:
    (tmp_path / "runs").write_text("in the way")
    code, complaint = run_to_the_end("--data-dir", str(data_dir), "--logdir", str(tmp_path / "runs"))
    assert code == 2
    assert "the log directory cannot be written" in complaint
    assert len(complaint.splitlines()) == 1


def test_unknown_device(tmp_path: Path, data_dir: Path) -> None:
    code, complaint = run_to_the_end(
        "--data-dir", str(data_dir), "--logdir", str(tmp_path), "--device", "abacus"
    )
    assert code == 2
    assert "'abacus' cannot be used" in complaint
    assert len(complaint.splitlines()) == 1
