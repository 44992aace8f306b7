"""A log directory served from Python: files in, answers out, live."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from glassboard.errors import NotFoundError
from glassboard.server.local import LocalServer
from glassboard.server.page_files import PageFiles
from glassboard.server.sockets import PortInUseError
from glassboard.store.log import LogStore
from glassboard.testing.logdir import LogdirBuilder


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("page")
    (built / "index.html").write_text("<!doctype html><title>page</title>")
    return built


@pytest.fixture
def open_log(tmp_path: Path, page: Path) -> Iterator[Callable[[], httpx.Client]]:
    """Serves the log directory `tmp_path`; gives a client once everything there was read."""
    made: list[tuple[LocalServer, httpx.Client]] = []

    def start() -> httpx.Client:
        server = LocalServer(tmp_path, port=0, static_dir=page).start()
        client = httpx.Client(base_url=f"{server.url}api/v1/", timeout=30)
        made.append((server, client))
        until(lambda: client.get("log").json()["state"] != "loading")
        return client

    yield start
    for server, client in made:
        client.close()
        server.close()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited 60 s in vain"
        time.sleep(0.01)


def column(content: bytes, series: dict[str, object], name: str) -> list[float]:
    (header_bytes,) = struct.unpack("<I", content[4:8])
    type_name, offset, count = series["columns"][name]  # type: ignore[index]
    return np.frombuffer(content, f"<{type_name}", count, 8 + header_bytes + offset).tolist()


def scalars(client: httpx.Client, run: str, tag: str) -> list[float]:
    response = client.post("scalars", json={"series": [{"run": run, "tag": tag}]})
    (header_bytes,) = struct.unpack("<I", response.content[4:8])
    header = httpx.Response(200, content=response.content[8 : 8 + header_bytes]).json()
    return column(response.content, header["series"][0], "value")


def test_everything_in_the_files_is_answered(tmp_path: Path, open_log: Callable[[], httpx.Client]) -> None:
    builder = LogdirBuilder(tmp_path)
    builder.run("a").scalars("loss", [1.0, float("nan"), 0.5]).scalars("acc", [0.25], tensor=True)
    pictures = builder.run("b/c")
    for step in range(25):
        pictures.image("pic", shade=step * 10, size=(8, 6), step=step).text("notes", f"# {step}", step=step)
    client = open_log()
    assert [run["name"] for run in client.get("runs").json()["runs"]] == ["a", "b/c"]
    assert scalars(client, "a", "loss") == [1.0, 0.5]
    assert scalars(client, "a", "acc") == [0.25]
    samples = client.get("samples", params={"run": "b/c", "tag": "pic", "kind": "image"}).json()
    assert samples["steps"] == list(range(25))
    for sample in (0, 24):
        query = {"run": "b/c", "tag": "pic", "sample": sample, "key": samples["keys"][sample]}
        response = client.get("image", params=query)
        assert "immutable" in response.headers["cache-control"]
        pixels = np.asarray(Image.open(io.BytesIO(response.content)))
        assert pixels.shape == (6, 8)
        assert (pixels == sample * 10).all()
    texts = client.get("texts", params={"run": "b/c", "tag": "notes", "first": 20}).json()
    assert [text["strings"] for text in texts["texts"]] == [[f"# {step}"] for step in range(20, 25)]


def test_new_points_are_told_and_answered(tmp_path: Path, open_log: Callable[[], httpx.Client]) -> None:
    run = LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0])
    client = open_log()
    with client.stream("GET", "events") as response:
        told = (line for line in response.iter_lines() if line.startswith("data:"))
        assert '"point_count":1' in next(told)
        run.scalars("loss", [0.5], first_step=1)
        assert any('"runs":["a"]' in line and '"point_count":2' in line for line in told)
        assert scalars(client, "a", "loss") == [1.0, 0.5]
        LogdirBuilder(tmp_path).run("started while the page is open").scalars("loss", [3.0])
        assert any("started while the page is open" in line for line in told)


def test_an_image_whose_file_was_replaced_is_not_mistaken_for_the_new_one(
    tmp_path: Path, open_log: Callable[[], httpx.Client]
) -> None:
    run = LogdirBuilder(tmp_path).run("a").image("pic", shade=10)
    client = open_log()
    query = {"run": "a", "tag": "pic", "kind": "image"}
    old = client.get("samples", params=query).json()["keys"][0]
    run.replace().image("pic", shade=200)

    def new_key() -> str:
        keys = client.get("samples", params=query).json().get("keys")
        return str(keys[0]) if keys else old

    until(lambda: new_key() != old)
    stale = client.get("image", params={"run": "a", "tag": "pic", "sample": 0, "key": old})
    assert stale.status_code == 404
    fresh = client.get("image", params={"run": "a", "tag": "pic", "sample": 0, "key": new_key()})
    assert np.asarray(Image.open(io.BytesIO(fresh.content)))[0, 0] == 200


def test_an_image_in_a_file_that_is_gone_is_a_clear_error(
    tmp_path: Path, open_log: Callable[[], httpx.Client]
) -> None:
    run = LogdirBuilder(tmp_path).run("a").image("pic").scalars("loss", [1.0])
    client = open_log()
    run.delete()
    response = client.get("image", params={"run": "a", "tag": "pic", "sample": 0})
    assert response.status_code in (404, 502)
    assert response.json()["error"]["message"]


def test_names_of_any_bytes_travel(tmp_path: Path, open_log: Callable[[], httpx.Client]) -> None:
    builder = LogdirBuilder(tmp_path)
    builder.run("a b&c?d#e%20/ü文").scalars("x/<script>", [1.0])
    builder.run(os.fsdecode(b"not\xffutf8")).scalars("x/<script>", [2.0])
    client = open_log()
    names = [run["name"] for run in client.get("runs").json()["runs"]]
    assert "a b&c?d#e%20/ü文" in names
    assert sorted(scalars(client, name, "x/<script>")[0] for name in names) == [1.0, 2.0]


def test_it_starts_on_a_free_port_and_ends_without_threads_left(tmp_path: Path, page: Path) -> None:
    before = set(threading.enumerate())
    with LocalServer(tmp_path, port=0, static_dir=page) as server:
        assert server.url == f"http://localhost:{server.port}/"
        assert httpx.get(server.url).text.endswith("<title>page</title>")
        with pytest.raises(PortInUseError):
            LocalServer(tmp_path, port=server.port, static_dir=page)
    assert server.wait(0)
    assert server.close()
    until(lambda: set(threading.enumerate()) <= before)
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_it_can_be_started_where_an_event_loop_runs(tmp_path: Path, page: Path) -> None:
    async def in_a_notebook() -> int:
        with LocalServer(tmp_path, port=0, static_dir=page) as server:
            async with httpx.AsyncClient() as client:
                return (await client.get(server.url)).status_code

    assert asyncio.run(in_a_notebook()) == 200


def test_a_page_that_is_not_built_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="the page is not built"):
        LocalServer(tmp_path, port=0, static_dir=tmp_path)


def test_reading_once_stays_with_what_was_there(tmp_path: Path, page: Path) -> None:
    run = LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0])
    with LocalServer(tmp_path, port=0, static_dir=page, reload_interval_secs=0) as server:
        until(lambda: server.provider.status().state == "ready")
        run.scalars("loss", [2.0], first_step=1)
        assert server.provider.status().point_count == 1


def test_a_file_that_takes_long_to_read_does_not_hold_up_the_end(
    new_threads: Callable[[], set[str]], tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, released = threading.Event(), threading.Event()

    def read_for_long(*_: object, **__: object) -> frozenset[str]:
        reading.set()
        released.wait(30)
        return frozenset()

    monkeypatch.setattr(LogStore, "poll", read_for_long)
    server = LocalServer(tmp_path, port=0, static_dir=page).start()
    assert reading.wait(10)
    assert httpx.get(f"{server.url}api/v1/log").json()["state"] == "loading"
    assert server.close() is False
    released.set()
    until(lambda: "glassboard-follow" not in new_threads())
    assert server.close() is True


def test_the_files_of_the_page_are_compressed_right_after_the_start(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[Path] = []
    done = threading.Event()

    def note(_: PageFiles, root: Path) -> None:
        prepared.append(root)
        done.set()

    monkeypatch.setattr(PageFiles, "prepare", note)
    with LocalServer(tmp_path, port=0, static_dir=page):
        assert done.wait(10)
    assert prepared == [page]
