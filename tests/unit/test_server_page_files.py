"""The files of the page: compressed once, and whole under every encoding, range and tag a client may ask with."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from glassboard.server import page_files
from glassboard.server.page_files import PageFiles, accepts_gzip
from glassboard.store.memory import MemoryProvider

SCRIPT = b"console.log(1)\n" * 200


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script src="./assets/main.js"></script>' + " " * 2000)
    (tmp_path / "assets" / "main.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "later.js").write_bytes(SCRIPT * 2)
    (tmp_path / "assets" / "small.js").write_bytes(b"1")
    (tmp_path / "assets" / "noise.js").write_bytes(os.urandom(3000))
    (tmp_path / "assets" / "font.woff2").write_bytes(b"wOF2" * 1000)
    return tmp_path


@pytest.fixture
def site(built: Path, serve_app: Callable[..., httpx.Client]) -> httpx.Client:
    return serve_app(MemoryProvider(), static_dir=built)


@pytest.fixture
def compressed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was compressed since, in order."""
    seen: list[bytes] = []
    compress = gzip.compress

    def note(data: bytes, level: int, *, mtime: float) -> bytes:
        seen.append(data)
        return compress(data, level, mtime=mtime)

    monkeypatch.setattr(page_files.gzip, "compress", note)
    return seen


def ask(
    site: httpx.Client, path: str, encoding: str = "gzip", method: str = "GET", **headers: str
) -> tuple[httpx.Response, bytes]:
    """The answer and its bytes as they travelled."""
    named = {
        "Accept-Encoding": encoding,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    with site.stream(method, path, headers=named) as response:
        return response, b"".join(response.iter_raw())


def test_a_file_is_compressed_once_however_often_it_is_asked_for(
    site: httpx.Client, compressed: list[bytes]
) -> None:
    for _ in range(3):
        response, raw = ask(site, "/assets/main.js")
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["content-type"] == "text/javascript; charset=utf-8"
        assert int(response.headers["content-length"]) == len(raw) < len(SCRIPT)
        assert gzip.decompress(raw) == SCRIPT
    assert compressed == [SCRIPT]


def test_what_the_index_names_is_compressed_ahead_and_nothing_else(
    built: Path, compressed: list[bytes]
) -> None:
    files = PageFiles()
    files.prepare(built)
    assert compressed == [(built / "index.html").read_bytes(), SCRIPT]
    files.prepare(built)
    assert len(compressed) == 2
    PageFiles().prepare(built / "missing")


def test_a_file_that_is_replaced_is_compressed_again(site: httpx.Client, built: Path) -> None:
    first, _ = ask(site, "/assets/main.js")
    (built / "assets" / "main.js").write_bytes(SCRIPT + b"more")
    again, raw = ask(site, "/assets/main.js", If_None_Match=first.headers["etag"])
    assert again.status_code == 200
    assert gzip.decompress(raw) == SCRIPT + b"more"


@pytest.mark.parametrize("encoding", ["identity", "", "gzip;q=0", "br, deflate", "gzip;q=0, *"])
def test_whoever_wants_no_gzip_gets_the_file_as_it_is(site: httpx.Client, encoding: str) -> None:
    response, raw = ask(site, "/assets/main.js", encoding)
    assert raw == SCRIPT
    assert "content-encoding" not in response.headers
    assert response.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["small.js", "noise.js", "font.woff2"])
def test_what_does_not_shrink_travels_as_it_is(site: httpx.Client, built: Path, name: str) -> None:
    response, raw = ask(site, f"/assets/{name}")
    assert "content-encoding" not in response.headers
    assert raw == (built / "assets" / name).read_bytes()


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", ["/", "/assets/main.js", "/assets/font.woff2"])
def test_head_tells_what_get_would(site: httpx.Client, path: str, encoding: str) -> None:
    response, body = ask(site, path, encoding)
    head, nothing = ask(site, path, encoding, "HEAD")
    assert (head.status_code, nothing) == (200, b"")
    assert int(head.headers["content-length"]) == len(body)
    own = ("etag", "vary", "content-encoding", "content-type", "cache-control", "last-modified")
    assert [head.headers.get(name) for name in own] == [response.headers.get(name) for name in own]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", ["/", "/assets/main.js", "/assets/font.woff2"])
def test_a_file_the_client_holds_is_not_sent_again(site: httpx.Client, path: str, encoding: str) -> None:
    first, _ = ask(site, path, encoding)
    tag = first.headers["etag"]
    for held in (tag, f'"other", {tag}', f"W/{tag}"):
        again, nothing = ask(site, path, encoding, If_None_Match=held)
        assert (again.status_code, nothing) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert again.headers.get("vary") == first.headers.get("vary")
    assert ask(site, path, encoding, If_None_Match='"other"')[0].status_code == 200


def test_each_encoding_has_a_tag_of_its_own(site: httpx.Client) -> None:
    packed, _ = ask(site, "/assets/main.js")
    plain, _ = ask(site, "/assets/main.js", "identity")
    assert packed.headers["etag"] != plain.headers["etag"]
    crossed, raw = ask(site, "/assets/main.js", "identity", If_None_Match=packed.headers["etag"])
    assert (crossed.status_code, raw) == (200, SCRIPT)


def test_a_range_is_one_of_the_plain_file(site: httpx.Client) -> None:
    part, raw = ask(site, "/assets/main.js", Range="bytes=5-24")
    assert (part.status_code, raw) == (206, SCRIPT[5:25])
    assert "content-encoding" not in part.headers
    assert part.headers["content-range"] == f"bytes 5-24/{len(SCRIPT)}"
    assert ask(site, "/assets/main.js", Range=f"bytes={len(SCRIPT)}-")[0].status_code == 416
    # What was begun compressed is not continued with plain bytes: the whole file comes.
    packed, _ = ask(site, "/assets/main.js")
    whole, raw = ask(site, "/assets/main.js", Range="bytes=5-24", If_Range=packed.headers["etag"])
    assert (whole.status_code, raw) == (200, SCRIPT)
    assert "content-encoding" not in whole.headers


def test_memory_is_bounded_and_the_answers_stay_whole(built: Path, compressed: list[bytes]) -> None:
    files = PageFiles(max_kept_bytes=100)
    files.prepare(built)
    assert len(compressed) == 2
    assert 0 < files.kept_bytes <= 100
    nothing = PageFiles(max_kept_bytes=0)
    nothing.prepare(built)
    assert nothing.kept_bytes == 0


def test_a_file_over_the_cap_is_not_compressed(
    site: httpx.Client, compressed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_files, "MAX_FILE_BYTES", len(SCRIPT) - 1)
    assert ask(site, "/assets/main.js")[1] == SCRIPT
    assert compressed == []


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZip , br", True),
        ("x-gzip", True),
        ("*", True),
        ("br;q=1.0, gzip;q=0.2", True),
        ("gzip; q=0.001", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *;q=1", False),
        ("gzip;q=x", False),
        (";;,=", False),
    ],
)
def test_what_a_client_accepts_is_read_by_its_weight(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted
