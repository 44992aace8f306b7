"""Notes and tags of runs: written, read from Python, and sent by the server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

import glassboard
from glassboard import SummaryWriter
from glassboard.codec.payloads import run_notes
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.routes import run_notes as route
from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind


def note_value(text: str) -> bytes:
    return records.text_value(run_notes.NOTES_TAG, [text], meta=records.metadata(run_notes.NOTES_PLUGIN))


def tags_value(*tags: str) -> bytes:
    return records.text_value(run_notes.TAGS_TAG, tags, meta=records.metadata(run_notes.TAGS_PLUGIN))


def ask(memory: MemoryProvider, **query: object) -> dict[str, Any]:
    async def send() -> httpx.Response:
        app = create_app(memory, ChangeHub())
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/api/v1/run-notes", params=query)

    response = asyncio.run(send())
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_what_is_said_of_a_run_is_read_back(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_note("**why** れ", walltime=10.0)
        writer.add_note("diverged", global_step=40, walltime=20.0)
        writer.set_tags("baseline", "to keep")
    with SummaryWriter(tmp_path / "plain") as writer:
        writer.add_scalar("loss", 1.0)
    log = glassboard.open(tmp_path)
    run = log.runs["a"]
    assert [(note.step, note.wall_time, note.text) for note in run.notes] == [
        (0, 10.0, "**why** れ"),
        (40, 20.0, "diverged"),
    ]
    assert run.run_tags == ("baseline", "to keep")
    assert run.tags.kinds(run_notes.NOTES_TAG) == (Kind.RUN_NOTES,)
    assert (log.runs["plain"].notes, log.runs["plain"].run_tags) == ((), ())


def test_a_restart_outdates_no_note_and_sets_the_tags_anew(tmp_path: Path) -> None:
    for note, tag in (("first start", "draft"), ("second start", "final")):
        with SummaryWriter(tmp_path) as writer:
            writer.add_note(note)
            writer.set_tags(tag)
    run = glassboard.open(tmp_path).runs["."]
    assert [note.text for note in run.notes] == ["first start", "second start"]
    assert run.run_tags == ("final",)


def test_tags_that_were_taken_away_are_gone(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.set_tags("draft")
        writer.set_tags()
    assert glassboard.open(tmp_path).runs["."].run_tags == ()


def test_the_server_tells_the_runs_that_have_something() -> None:
    memory = MemoryProvider("logs")
    memory.add_scalars("silent", "loss", [0], [1.0])
    for name in ("run10", "run2"):
        memory.add_sample(name, run_notes.TAGS_TAG, Kind.RUN_NOTES, tags_value("a", name), wall_time=1.0)
    memory.add_sample(
        "run2", run_notes.NOTES_TAG, Kind.RUN_NOTES, note_value("<b>raw</b>"), step=3, wall_time=float("nan")
    )
    answer = ask(memory)
    assert [item["run"] for item in answer["runs"]] == ["run2", "run10"]
    assert answer["runs"][0] == {
        "run": "run2",
        "tags": ["a", "run2"],
        "notes": [{"step": 3, "wall_time": None, "text": "<b>raw</b>"}],
        "note_count": 1,
        "error": None,
    }
    assert [item["run"] for item in ask(memory, run="run10")["runs"]] == ["run10"]
    assert ask(memory, run="nobody")["runs"] == []


def test_what_cannot_be_read_hides_nothing_else() -> None:
    memory = MemoryProvider("logs")
    memory.add_sample("a", run_notes.NOTES_TAG, Kind.RUN_NOTES, b"\xff\xff", wall_time=1.0)
    memory.add_sample("a", run_notes.NOTES_TAG, Kind.RUN_NOTES, note_value("kept"), wall_time=2.0)
    memory.add_sample("a", run_notes.TAGS_TAG, Kind.RUN_NOTES, records.scalar_value("x", 1.0), wall_time=3.0)
    (item,) = ask(memory)["runs"]
    assert [note["text"] for note in item["notes"]] == ["kept"]
    assert item["tags"] == []
    assert "holds no tags" in item["error"]
    assert item["error"].count(";") == 1


def test_many_notes_are_counted_and_the_newest_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = MemoryProvider("logs")
    for i in range(250):
        memory.add_sample(
            "a", run_notes.NOTES_TAG, Kind.RUN_NOTES, note_value(f"note {i}"), wall_time=float(i)
        )
    memory.add_sample("b", run_notes.NOTES_TAG, Kind.RUN_NOTES, note_value("x" * 50))
    (a, b) = ask(memory)["runs"]
    assert (a["note_count"], len(a["notes"])) == (250, 200)
    assert (a["notes"][0]["text"], a["notes"][-1]["text"]) == ("note 50", "note 249")
    monkeypatch.setattr(route, "_MAX_NOTES_SIZE", 30)
    (a, b) = ask(memory)["runs"]
    assert [note["text"] for note in a["notes"]] == ["note 247", "note 248", "note 249"]
    assert (b["note_count"], b["notes"]) == (1, [])
