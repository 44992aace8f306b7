"""What a snapshot holds of embeddings: labels, pictures, principal components, and the layouts that were looked at."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from glassboard.server.columns import read_header
from glassboard.server.models.projections import ProjectionRequest
from glassboard.server.snapshot.answers import Answer, Answers
from glassboard.server.snapshot.recordings import Query, Recorded
from glassboard.server.snapshot.selection import SelectedLog
from glassboard.types import JsonObject

__all__ = ["MAX_BOOKMARKS_BYTES", "MAX_SPRITE_BYTES", "MAX_VECTOR_BYTES", "Embeddings"]

MAX_SPRITE_BYTES = 16 << 20
MAX_BOOKMARKS_BYTES = 4 << 20
MAX_VECTOR_BYTES = 16 << 20
"""Vectors come along up to this size: then neighbours are found in the file too."""
_MOST_STEPS = 20
"""Of one embedding of one run the newest so many."""
_LAYOUT_SECS = 60.0
_LOOK_SECS = 0.02


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Every embedding of the chosen runs. What is too large for a file is left out, and the page says what it lacks."""

    asked: Sequence[ProjectionRequest] = ()
    """Layouts to take along beside the principal components: as far as the server has come with them."""
    route: str = "embeddings"

    async def record(self, answers: Answers, log: SelectedLog, max_points: int) -> AsyncIterator[Recorded]:
        listed = await answers.get("embeddings", {})
        if listed.status != 200:
            return
        yield Recorded("embeddings", {}, listed)
        kept: list[dict[str, object]] = []
        for item in _newest(listed.json()["embeddings"]):
            name: Query = {"run": item["run"], "name": item["name"]}
            if item["has_metadata"]:
                yield Recorded("embedding-metadata", name, await answers.get("embedding-metadata", name))
            if item["sprite"]:
                sprite = await answers.get("embedding-sprite", name)
                if len(sprite.body) <= MAX_SPRITE_BYTES:
                    yield Recorded("embedding-sprite", name, sprite)
            if item["bookmarks_path"]:
                looks = await answers.get("embedding-bookmarks", name)
                if len(looks.body) <= MAX_BOOKMARKS_BYTES:
                    yield Recorded("embedding-bookmarks", name, looks)
            vectors = await answers.get("embedding-vectors", name)
            if vectors.status == 200 and len(vectors.body) <= MAX_VECTOR_BYTES:
                yield Recorded("embedding-vectors", {**name, "form": "npy"}, vectors)
            first = ProjectionRequest(run=item["run"], name=item["name"], algorithm="pca", axes=[])
            for question in (first, *self._asked_of(item)):
                found = await _layout(answers, question)
                if found is not None:
                    key, answer = found
                    kept.append({"id": key, "question": question.model_dump(mode="json")})
                    yield Recorded("projection", {"id": key}, answer)
        body = json.dumps({"projections": kept}).encode()
        yield Recorded("projections", {}, Answer(200, "application/json", {}, body))

    def _asked_of(self, item: JsonObject) -> list[ProjectionRequest]:
        return [
            question
            for question in self.asked
            if (question.run, question.name) == (item["run"], item["name"])
            and (question.algorithm != "pca" or question.sphereize)
        ]


def _newest(items: Sequence[JsonObject]) -> list[JsonObject]:
    """Those that can be read; of each run and tag the last ones."""
    steps: dict[tuple[str, str], list[JsonObject]] = {}
    for item in items:
        if item["error"] is None:
            steps.setdefault((item["run"], item["tag"]), []).append(item)
    return [item for of_tag in steps.values() for item in of_tag[-_MOST_STEPS:]]


async def _layout(answers: Answers, question: ProjectionRequest) -> tuple[str, Answer] | None:
    """The layout and its id; None where there is none in time."""
    started = await answers.post("projections", question.model_dump(mode="json"))
    if started.status != 200:
        return None
    key: str = started.json()["id"]
    deadline = time.monotonic() + _LAYOUT_SECS
    while True:
        answer = await answers.get("projection", {"id": key})
        if answer.status != 200:
            return None
        header = json.loads(read_header(answer.body))
        # What runs for minutes is taken as it is.
        ready = header["state"] not in ("waiting", "running") or (
            question.algorithm != "pca" and header["columns"]
        )
        if ready:
            return (key, answer) if header["columns"] and header["state"] != "failed" else None
        if time.monotonic() > deadline:
            return None
        await asyncio.sleep(_LOOK_SECS)
