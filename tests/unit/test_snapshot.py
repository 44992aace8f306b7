"""Snapshots: what is recorded is what the API says, what is left out is nowhere, and nothing in it can leave its place."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from glassboard.errors import GlassboardError, NotFoundError
from glassboard.server.app import create_api
from glassboard.server.snapshot.page_file import BuiltPage, policy
from glassboard.server.snapshot.selection import Choice, SelectedLog, left_out
from glassboard.server.snapshot.size import snapshot_size
from glassboard.server.snapshot.writing import Snapshot, snapshot_parts
from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind

from .conftest import ServeApp

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
BREAKOUT = "</script><script>window.harmed=1</script><!--"


@pytest.fixture(scope="module")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built page in small: what the export needs of one, without a build."""
    root = tmp_path_factory.mktemp("page")
    (root / "assets").mkdir()
    faces = "".join(
        f"@font-face{{font-family:{name};src:url(./{name}.woff2)format('woff2'),url(./{name}.ttf)format('truetype')}}"
        for name in ("inter-latin-wght-normal", "inter-greek-wght-normal", "KaTeX_Main")
    )
    (root / "index.html").write_text(
        '<script type="module" crossorigin src="./assets/index-a.js"></script>'
        '<link rel="stylesheet" crossorigin href="./assets/style-a.css">'
    )
    (root / "assets" / "style-a.css").write_text(faces + "body{margin:0}")
    (root / "assets" / "index-a.js").write_text('import{x}from"./part-b.js";import(`./part-b.js`)')
    (root / "assets" / "part-b.js").write_text("export const x='</script>'")
    (root / "favicon.svg").write_text("<svg/>")
    for name in ("inter-latin-wght-normal", "inter-greek-wght-normal", "KaTeX_Main"):
        (root / "assets" / f"{name}.woff2").write_bytes(name.encode())
    return root


@pytest.fixture(scope="module")
def provider() -> MemoryProvider:
    memory = MemoryProvider("/home/somebody/lab/runs")
    memory.add_scalars("a", "loss", range(5000), np.sin(np.arange(5000)).tolist())
    memory.add_scalars("a", "restarted", [0, 1, 2, 1, 2], [1.0, 2.0, 3.0, 20.0, 30.0])
    memory.add_scalars("b", BREAKOUT, [1], [1.0])
    for step in range(450):
        memory.add_sample(
            "a", "notes", Kind.TEXT, records.text_value("notes", [f"{BREAKOUT} {step}"]), step=step
        )
    for step in range(3):
        blob = records.image_value("pic", PNG + bytes([step]), height=1, width=1, channels=1)
        memory.add_sample("a", "pic", Kind.IMAGE, blob, step=step)
    memory.add_sample("a", "torn", Kind.IMAGE, b"\xff\xff\xff")
    memory.add_sample("secret", "note", Kind.TEXT, records.text_value("note", ["pa$$word"]))
    return memory


def made(log: SelectedLog, folder: Path, **options: Any) -> bytes:
    async def collect() -> list[bytes]:
        page = BuiltPage(folder)
        return [part async for part in snapshot_parts(Snapshot(log, "t", **options), create_api(log), page)]

    return b"".join(asyncio.run(collect()))


class Elements(HTMLParser):
    """What a browser finds in the file: the text of each script, and everything else that is an element."""

    def __init__(self, file: bytes) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.others: list[str] = []
        self._open: dict[str, str | None] | None = None
        self.feed(file.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._open = dict(attrs)
            self.scripts.append((self._open, ""))
        else:
            self.others.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.scripts[-1] = (self._open, self.scripts[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def data(self, name: str) -> bytes:
        return next(base64.b64decode(text) for attrs, text in self.scripts if attrs.get("id") == name)

    def index(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(gzip.decompress(self.data("glassboard-index")))
        return found

    def answer(self, route: str, **query: object) -> bytes:
        """The recorded bytes of the one answer to a question."""
        index = self.index()
        (found,) = [each for each in index["answers"] if each["route"] == route and each["query"] == query]
        block = self.data(f"glassboard-{found['block']}")
        block = gzip.decompress(block) if index["blocks"][found["block"]] == "gzip" else block
        return block[found["offset"] : found["offset"] + found["length"]]


def test_what_is_recorded_is_what_the_api_answers(provider: MemoryProvider, page_folder: Path) -> None:
    log = SelectedLog(provider, Choice())
    found = Elements(made(log, page_folder))
    transport = httpx.ASGITransport(create_api(log))

    async def ask(path: str) -> bytes:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.get(path)).content

    for route in ("log", "runs", "tags", "hparams"):
        assert found.answer(route) == asyncio.run(ask(f"/{route}")), route
    assert found.answer("image", run="a", tag="pic", sample=2) == PNG + b"\x02"
    samples = json.loads(found.answer("samples", run="a", tag="notes", kind="text"))
    assert samples["steps"] == list(range(450))
    # Every text, in pages that follow one another.
    pages = [
        each for each in found.index()["answers"] if each["route"] == "texts" and each["query"]["run"] == "a"
    ]
    assert [each["query"]["first"] for each in pages] == [0, 200, 400]
    assert all(each["list"] == "texts" for each in pages)
    last = json.loads(found.answer("texts", run="a", tag="notes", first=400))
    assert last["texts"][-1]["strings"] == [f"{BREAKOUT} 449"]


def test_what_could_not_be_read_is_recorded_as_the_error_it_is(
    provider: MemoryProvider, page_folder: Path
) -> None:
    found = Elements(made(SelectedLog(provider, Choice()), page_folder))
    torn = json.loads(found.answer("image", run="a", tag="torn", sample=0))
    assert torn["error"]["code"] == "corrupt"
    (entry,) = [
        each
        for each in found.index()["answers"]
        if each["query"].get("tag") == "torn" and each["route"] == "image"
    ]
    assert entry["status"] == 502


def test_scalars_say_how_many_were_thinned_and_hold_every_segment(
    provider: MemoryProvider, page_folder: Path
) -> None:
    index = Elements(made(SelectedLog(provider, Choice()), page_folder, max_points=100)).index()
    assert index["snapshot"]["thinned"] == 1
    assert index["snapshot"]["max_points"] == 100
    series = [tuple(each) for entry in index["answers"] for each in entry.get("series", ())]
    assert ("a", "loss", None) in series
    assert [each for each in series if each[1] == "restarted"] == [
        ("a", "restarted", None), ("a", "restarted", 0), ("a", "restarted", 1),
    ]  # fmt: skip


def test_no_name_and_no_text_breaks_out_of_the_file(provider: MemoryProvider, page_folder: Path) -> None:
    file = made(SelectedLog(provider, Choice()), page_folder, query=f"?{BREAKOUT}", left_out=BREAKOUT)
    found = Elements(file)
    assert b"harmed" not in file  # nothing of the log stands in the file but in base64
    nonce = found.scripts[0][0]["nonce"]
    assert all(attrs["nonce"] == nonce for attrs, _ in found.scripts)
    assert [attrs.get("type") for attrs, _ in found.scripts][1:] == ["application/octet-stream"] * (
        len(found.scripts) - 1
    )
    assert set(found.others) <= {"html", "head", "meta", "link", "title", "style", "body", "div", "noscript"}
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", text) for attrs, text in found.scripts[1:])


def test_the_title_is_words(page_folder: Path) -> None:
    head = BuiltPage(page_folder).head("</title><script>harmed</script>", "n")
    assert "<title>&lt;/title&gt;&lt;script&gt;harmed&lt;/script&gt;</title>" in head


def test_each_file_has_a_secret_of_its_own_and_the_policy_names_no_network() -> None:
    assert "http" not in policy("x")
    assert "default-src 'none'" in policy("x")
    assert "unsafe-eval" not in policy("x")
    assert "script-src 'nonce-x' blob:" in policy("x")


def test_what_is_left_out_is_nowhere(provider: MemoryProvider, page_folder: Path) -> None:
    log = SelectedLog(provider, Choice(runs={"a"}, kinds={Kind.SCALAR, Kind.TEXT}))
    found = Elements(made(log, page_folder))
    index = found.index()
    everything = b"".join(
        gzip.decompress(found.data(f"glassboard-{number}"))
        if packing == "gzip"
        else found.data(f"glassboard-{number}")
        for number, packing in enumerate(index["blocks"])
    )
    for secret in (b"secret", b"pa$$word", b"pic", b"somebody", b"/home"):
        assert secret not in everything, secret
        assert secret not in json.dumps(index).encode(), secret
    assert json.loads(found.answer("log"))["run_count"] == 1
    assert json.loads(found.answer("log"))["location"] == "runs"
    assert left_out(provider, log) == "2 of 3 runs, images"
    with pytest.raises(NotFoundError):
        log.samples("secret", "note", Kind.TEXT)
    with pytest.raises(NotFoundError):
        log.tags("secret")


def test_fonts_come_along_for_what_is_written(page_folder: Path) -> None:
    def names(memory: MemoryProvider) -> set[str]:
        file = made(SelectedLog(memory, Choice()), page_folder).decode()
        return {
            base64.b64decode(each).decode().partition("-wght")[0]
            for each in re.findall(r"base64,([\w+/=]+)\)", file)
        }

    latin = MemoryProvider("log")
    latin.add_scalars("a", "größe", [1], [1.0])
    assert names(latin) == {"inter-latin"}
    greek = MemoryProvider("log")
    greek.add_scalars("a", "λ", [1], [1.0])
    assert names(greek) == {"inter-latin", "inter-greek"}
    formula = MemoryProvider("log")
    formula.add_sample("a", "t", Kind.TEXT, records.text_value("t", ["cost $x^2$"]))
    assert names(formula) == {"inter-latin", "KaTeX_Main"}


def test_the_size_is_told_before_it_is_made(provider: MemoryProvider, page_folder: Path) -> None:
    for max_points in (100, 5000):
        log = SelectedLog(provider, Choice(kinds={Kind.SCALAR, Kind.IMAGE}))
        told = sum(part.size_bytes for part in snapshot_size(log, BuiltPage(page_folder), max_points))
        assert told == pytest.approx(len(made(log, page_folder, max_points=max_points)), rel=0.25)


def test_a_page_that_cannot_be_put_into_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="the page is not built"):
        BuiltPage(tmp_path)
    (tmp_path / "index.html").write_text("<p>another page</p>")
    with pytest.raises(GlassboardError, match="0 entries, want one"):
        _ = BuiltPage(tmp_path).scripts
    with pytest.raises(GlassboardError, match="no style sheet"):
        _ = BuiltPage(tmp_path).style


def test_the_routes(provider: MemoryProvider, page_folder: Path, serve_app: ServeApp) -> None:
    client = serve_app(provider, static_dir=page_folder)
    question = {"runs": ["a"], "kinds": ["scalar", "image"], "max_points": 500, "query": "?view=scalars"}
    size = client.post("/api/v1/export-size", json=question).json()
    assert size["run_count"] == 1
    assert [part["kind"] for part in size["parts"]] == [None, "scalar", "image"]
    assert size["bytes"] == sum(part["bytes"] for part in size["parts"])
    without = client.post("/api/v1/export-size", json={**question, "media": False}).json()
    assert [part["kind"] for part in without["parts"]] == [None, "scalar"]
    answer = client.post("/api/v1/export", json=question)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "content-encoding" not in answer.headers
    found = Elements(answer.content).index()
    assert found["snapshot"]["query"] == "?view=scalars"
    assert found["snapshot"]["left_out"] == "2 of 3 runs, texts"
    wrong = client.post("/api/v1/export", json={"query": "no question mark"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid")


def test_without_a_page_there_is_no_export(provider: MemoryProvider, serve_app: ServeApp) -> None:
    client = serve_app(provider)
    for route in ("export", "export-size"):
        answer = client.post(f"/api/v1/{route}", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
