"""`glassboard` as a person starts it: a process, a terminal's signals, a port that is taken, folders that are not there."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from glassboard.testing.logdir import LogdirBuilder

COMMAND = [sys.executable, "-m", "glassboard"]


class Served:
    """A running `glassboard`, its address, and what it prints."""

    def __init__(self, *argv: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.said: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def wait_for_line(self, pattern: str) -> re.Match[str]:
        while True:
            line = self._lines.get(timeout=60)
            assert line is not None, f"it ended without {pattern!r}; it said {self.said}"
            self.said.append(line)
            if found := re.search(pattern, line):
                return found

    @property
    def url(self) -> str:
        return self.wait_for_line(r"Glassboard at (http://\S+)")[1]

    def end(self, number: int = signal.SIGINT) -> tuple[int, float, str]:
        """Sends a signal; gives the exit code, the seconds it took, and everything that was said."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(60)
        took = time.monotonic() - began
        while (line := self._lines.get(timeout=30)) is not None:
            self.said.append(line)
        return code, took, "\n".join(self.said)


@pytest.fixture
def served() -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(*argv: str, **options: dict[str, str]) -> Served:
        running.append(Served(*argv, **options))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()
        each.process.wait()
        assert each.process.stdout is not None
        each.process.stdout.close()


def test_ctrl_c_ends_it_at_once_with_pages_open(served: Callable[..., Served], tmp_path: Path) -> None:
    LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0, 2.0])
    server = served("--logdir", str(tmp_path), "--port", "0")
    url = server.url
    server.wait_for_line("2 points in 1 run")
    assert "<title>" in httpx.get(url).text
    with httpx.stream("GET", f"{url}api/v1/events", timeout=20) as page:
        lines = page.iter_lines()
        assert any(line.startswith("data:") for line in lines)
        code, took, said = server.end()
        list(lines)  # raises where the answer was cut instead of ended
    assert code == 0
    assert took < 5
    assert "Traceback" not in said
    assert "leaked" not in said
    assert said.endswith("glassboard: stopped")


def test_sigterm_ends_it(served: Callable[..., Served], tmp_path: Path) -> None:
    server = served("--logdir", str(tmp_path), "--port", "0")
    assert server.url
    code, took, said = server.end(signal.SIGTERM)
    assert code == -signal.SIGTERM
    assert took < 5
    assert "Traceback" not in said


def test_a_missing_folder_is_waited_for_and_its_first_run_appears(
    served: Callable[..., Served], tmp_path: Path
) -> None:
    logdir = tmp_path / "later"
    server = served("--logdir", str(logdir), "--port", "0")
    url = server.url
    server.wait_for_line("does not exist yet; waiting for it")
    log = httpx.get(f"{url}api/v1/log").json()
    assert (log["state"], log["run_count"], log["problems"]) == ("waiting", 0, [])
    assert str(logdir) in log["message"]
    with httpx.stream("GET", f"{url}api/v1/events", timeout=20) as page:
        told = (line for line in page.iter_lines() if line.startswith("data:"))
        assert '"state":"waiting"' in next(told)
        LogdirBuilder(logdir).run("first").scalars("loss", [1.0, 2.0, 3.0])
        assert any('"first"' in line and '"point_count":3' in line for line in told)
    server.wait_for_line("3 points in 1 run")
    assert [run["name"] for run in httpx.get(f"{url}api/v1/runs").json()["runs"]] == ["first"]
    assert server.end()[0] == 0


def test_an_empty_folder_is_waited_for(served: Callable[..., Served], tmp_path: Path) -> None:
    server = served("--logdir", str(tmp_path), "--port", "0")
    assert httpx.get(f"{server.url}api/v1/health").status_code == 200
    server.wait_for_line("no event file in")


def test_garbage_is_served_with_its_problems(served: Callable[..., Served], tmp_path: Path) -> None:
    builder = (
        LogdirBuilder(tmp_path).garbage("x/events.out.tfevents.1", os.urandom(5000)).garbage("y.bin", b"\0")
    )
    builder.run("good").scalars("loss", [1.0]).flip(-2)
    server = served("--logdir", str(tmp_path), "--port", "0")
    url = server.url
    server.wait_for_line("problem")
    problems = httpx.get(f"{url}api/v1/log").json()["problems"]
    assert {problem["path"].split("/")[0] for problem in problems} == {"x", "good"}
    assert all(problem["message"] for problem in problems)


def test_one_file_is_served_as_one_run(served: Callable[..., Served], tmp_path: Path) -> None:
    run = LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0])
    url = served("--logdir", str(run.path), "--port", "0").url
    deadline = time.monotonic() + 60
    while not (runs := httpx.get(f"{url}api/v1/runs").json()["runs"]):
        assert time.monotonic() < deadline
    assert [each["name"] for each in runs] == ["."]


def test_several_log_directories_are_one_page(served: Callable[..., Served], tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        LogdirBuilder(tmp_path / name).run("seed1").scalars("loss", [1.0])
    server = served(
        "--logdir", str(tmp_path / "a"), "--logdir", f"x:{tmp_path / 'b'}",
        "--logdir_spec", f"y:{tmp_path / 'c'},later:{tmp_path / 'later'}", "--port", "0",
    )  # fmt: skip
    url = server.url
    server.wait_for_line("later: .* does not exist yet")

    def names() -> list[str]:
        return [run["name"] for run in httpx.get(f"{url}api/v1/runs").json()["runs"]]

    assert names() == ["a/seed1", "x/seed1", "y/seed1"]
    LogdirBuilder(tmp_path / "later").run(".").scalars("loss", [1.0])
    deadline = time.monotonic() + 60
    while "later" not in names():
        assert time.monotonic() < deadline


def test_a_port_in_use_is_one_line_and_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [*COMMAND, "--logdir", str(tmp_path), "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=20,
        )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert f"port {port} is in use" in ended.stderr
    assert "--port 0" in ended.stderr


def test_tensorboard_spelling_and_its_sampling_flag_are_taken(
    served: Callable[..., Served], tmp_path: Path
) -> None:
    server = served(
        "--logdir", str(tmp_path), "--port=0", "--path_prefix=/lab", "--window_title", "My lab",
        "--samples_per_plugin", "images=100,text=100", "--reload_interval", "0",
    )  # fmt: skip
    url = server.url
    assert url.endswith("/lab/")
    assert any("every sample is kept" in line for line in server.said)
    assert httpx.get(f"{url}api/v1/log").json()["title"] == "My lab"


def test_other_machines_need_the_token_in_the_printed_address(
    served: Callable[..., Served], tmp_path: Path
) -> None:
    url = served("--logdir", str(tmp_path), "--port", "0", "--bind_all").url
    found = re.fullmatch(r"http://[^/]+:(\d+)/\?token=([\w-]{32})", url)
    assert found
    port, token = found.groups()
    near = f"http://127.0.0.1:{port}/"
    assert httpx.get(f"{near}api/v1/runs").status_code == 401
    with httpx.Client() as browser:
        assert browser.get(near, params={"token": token}, follow_redirects=True).status_code == 200
        assert browser.get(f"{near}api/v1/runs").status_code == 200


def test_the_token_can_be_chosen(served: Callable[..., Served], tmp_path: Path) -> None:
    server = served("--logdir", str(tmp_path), "--port", "0", environment={"GLASSBOARD_TOKEN": "mine"})
    url = server.url
    assert url.endswith("/?token=mine")
    address = url.partition("?")[0]
    assert httpx.get(f"{address}api/v1/runs", headers={"Authorization": "Bearer mine"}).status_code == 200
    assert httpx.get(f"{address}api/v1/runs").status_code == 401


def test_a_reader_that_has_had_enough_is_no_accident(tmp_path: Path) -> None:
    builder = LogdirBuilder(tmp_path)
    for number in range(300):
        builder.run(f"run{number}").scalars("a long name for a tag " * 20, [1.0])
    inspect = subprocess.Popen(
        [*COMMAND, "inspect", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert inspect.stdout is not None
    assert inspect.stderr is not None
    inspect.stdout.readline()
    inspect.stdout.close()
    assert inspect.stderr.read() == ""
    assert inspect.wait(20) == 1
    inspect.stderr.close()
