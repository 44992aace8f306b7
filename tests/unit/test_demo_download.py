"""The download against a server on loopback: sums, cache, wrong bytes, no server; and which data is then used."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from glassboard.demo import source
from glassboard.demo.data import FILE_NAMES, CharacterImages
from glassboard.demo.download import BASE_URL, MD5_SUMS, download_kmnist
from glassboard.demo.hiragana import render_hiragana
from glassboard.demo.idx import write_idx
from glassboard.demo.source import find_data
from glassboard.errors import CorruptError, NotFoundError


class QuietHandler(SimpleHTTPRequestHandler):
    requested: list[str]

    def log_message(self, *_arguments: object) -> None:
        self.requested.append(self.path)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A folder with four small files."""
    folder = tmp_path / "served"
    folder.mkdir()
    data = render_hiragana(20, 10)
    parts = (data.train_images, data.train_labels, data.validation_images, data.validation_labels)
    for name, part in zip(FILE_NAMES, parts, strict=True):
        write_idx(folder / name, part)
    return folder


@pytest.fixture
def requested() -> list[str]:
    return []


@pytest.fixture
def base_url(served: Path, requested: list[str]) -> Iterator[str]:
    handler = type("Handler", (QuietHandler,), {"requested": requested})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(served))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def sums(served: Path) -> dict[str, str]:
    return {name: hashlib.md5((served / name).read_bytes()).hexdigest() for name in FILE_NAMES}


def closed_url() -> str:
    """An address of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def test_published_sums() -> None:
    assert tuple(MD5_SUMS) == FILE_NAMES
    assert all(len(md5_sum) == 32 for md5_sum in MD5_SUMS.values())
    assert BASE_URL.endswith("/kmnist/dataset/kmnist/")


def test_downloads_checks_and_keeps(
    tmp_path: Path, base_url: str, sums: dict[str, str], requested: list[str]
) -> None:
    cache = tmp_path / "cache" / "kmnist"
    data = download_kmnist(cache, base_url=base_url, md5_sums=sums)
    np.testing.assert_array_equal(data.train_images, render_hiragana(20, 10).train_images)
    assert sorted(path.name for path in cache.iterdir()) == sorted(FILE_NAMES)
    assert requested == [f"/{name}" for name in FILE_NAMES]
    # What is there and sound needs no server.
    again = download_kmnist(cache, base_url=closed_url(), md5_sums=sums)
    np.testing.assert_array_equal(again.validation_labels, data.validation_labels)


def test_a_damaged_file_in_the_cache_is_fetched_again(
    tmp_path: Path, base_url: str, sums: dict[str, str], requested: list[str]
) -> None:
    download_kmnist(tmp_path / "cache", base_url=base_url, md5_sums=sums)
    (tmp_path / "cache" / FILE_NAMES[2]).write_bytes(b"damaged")
    requested.clear()
    assert len(download_kmnist(tmp_path / "cache", base_url=base_url, md5_sums=sums).train_images) == 20
    assert requested == [f"/{FILE_NAMES[2]}"]


def test_wrong_checksum(tmp_path: Path, base_url: str, sums: dict[str, str]) -> None:
    wrong = {**sums, FILE_NAMES[1]: "0" * 32}
    with pytest.raises(CorruptError, match=f"MD5 sum is not {'0' * 32}") as caught:
        download_kmnist(tmp_path / "cache", base_url=base_url, md5_sums=wrong)
    assert FILE_NAMES[1] in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "cache" / FILE_NAMES[1]).exists()


def test_file_that_the_server_lacks(
    tmp_path: Path, served: Path, base_url: str, sums: dict[str, str]
) -> None:
    (served / FILE_NAMES[0]).unlink()
    with pytest.raises(NotFoundError, match="the server answered 404"):
        download_kmnist(tmp_path / "cache", base_url=base_url, md5_sums=sums)


def test_no_server(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="the server cannot be reached"):
        download_kmnist(tmp_path / "cache", base_url=closed_url())


@pytest.fixture
def small_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rendered set in a size for tests."""

    def small(_cache_dir: Path) -> CharacterImages:
        return render_hiragana(30, 10)

    monkeypatch.setattr(source, "load_hiragana", small)


def test_a_folder_that_was_named_is_used(tmp_path: Path, served: Path) -> None:
    found = find_data(data_dir=served, download=True, cache_dir=tmp_path, base_url=closed_url())
    assert len(found.images.train_images) == 20
    assert str(served) in found.sentence


def test_a_folder_that_was_named_and_is_broken_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="does not exist"):
        find_data(data_dir=tmp_path / "absent", download=True, cache_dir=tmp_path, base_url=closed_url())


@pytest.mark.usefixtures("small_stand_in")
def test_without_network_the_stand_in_says_why(tmp_path: Path) -> None:
    found = find_data(data_dir=None, download=True, cache_dir=tmp_path, base_url=closed_url())
    assert found.name == "rendered hiragana"
    assert "stand-in" in found.sentence
    assert "the server cannot be reached" in found.sentence
    assert len(found.images.train_images) == 30


@pytest.mark.usefixtures("small_stand_in")
def test_with_a_wrong_checksum_the_stand_in_says_why(tmp_path: Path, base_url: str) -> None:
    found = find_data(data_dir=None, download=True, cache_dir=tmp_path, base_url=base_url)
    assert found.name == "rendered hiragana"
    assert "MD5 sum is not" in found.sentence


@pytest.mark.usefixtures("small_stand_in")
def test_a_download_that_is_not_wanted_is_not_tried(
    tmp_path: Path, base_url: str, requested: list[str]
) -> None:
    found = find_data(data_dir=None, download=False, cache_dir=tmp_path, base_url=base_url)
    assert "a download was not wanted" in found.sentence
    assert requested == []


@pytest.mark.usefixtures("small_stand_in")
def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "file").write_text("in the way")
    found = find_data(data_dir=None, download=True, cache_dir=tmp_path / "file", base_url=base_url)
    assert found.name == "rendered hiragana"
