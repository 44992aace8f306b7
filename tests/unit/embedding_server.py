"""A log directory with one embedding at two steps, served for real, and projections of it waited for."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from glassboard import SummaryWriter
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.page_server import PageServer
from glassboard.server.projections.jobs import ProjectionJobs
from glassboard.server.sockets import listen
from glassboard.store.log import LogStore

CLASSES = "おきす"
POINTS = 60
PATIENCE_SECS = 120


def vectors_of(count: int = POINTS, dimensions: int = 6, seed: int = 0) -> np.ndarray:
    """Three groups: the points of one are those whose row leaves one remainder by three."""
    random = np.random.default_rng(seed)
    return (
        random.normal(0, 5, (3, dimensions))[np.arange(count) % 3] + random.normal(size=(count, dimensions))
    ).astype(np.float32)


def log_pixels(logdir: Path) -> None:
    """Run `a` with the embedding `pixels`; at step 10 its first dimension is mirrored."""
    with SummaryWriter(str(logdir / "a")) as writer:
        writer.add_scalar("loss", 1.0, 0)
        pictures = np.zeros((POINTS, 1, 4, 4), np.uint8)
        labels = [(CLASSES[i % 3], str(i)) for i in range(POINTS)]
        for step, signs in ((0, 1), (10, [-1, 1, 1, 1, 1, 1])):
            writer.add_embedding(
                vectors_of() * signs, labels, pictures, step, "pixels", metadata_header=["class", "index"]
            )


@dataclass(frozen=True)
class EmbeddingServer:
    logdir: Path
    store: LogStore
    client: httpx.Client
    jobs: ProjectionJobs

    @property
    def files(self) -> Path:
        """Where the first step's files lie."""
        return self.logdir / "a" / "00000" / "pixels"

    def get(self, route: str, **asked: Any) -> httpx.Response:
        """About the first step, unless asked otherwise."""
        return self.client.get(route, params={"run": "a", "name": "pixels:00000", **asked})

    def embeddings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("embeddings").json()
        return found

    def config(self, folder: str, text: str) -> None:
        """Writes a projector config into a folder of the log, and has the log looked at."""
        place = self.logdir / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / "projector_config.pbtxt").write_text(text)
        self.store.refresh()

    def finished(self, **question: Any) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Asks for a projection and waits for its end: what it said last, and its columns."""
        started = self.client.post("projections", json={"run": "a", "name": "pixels:00000", **question})
        assert started.status_code == 200, started.text
        key = started.json()["id"]
        assert self.jobs._jobs[key].ended.wait(PATIENCE_SECS)
        return decoded(self.client.get("projection", params={"id": key}))


def decoded(answer: httpx.Response) -> tuple[dict[str, Any], list[np.ndarray]]:
    assert answer.status_code == 200, answer.text
    (length,) = struct.unpack_from("<I", answer.content, 4)
    header = json.loads(answer.content[8 : 8 + length])
    body = answer.content[8 + length :]
    return header, [
        np.frombuffer(body, "<f4", count, offset) for _, offset, count in header["columns"].values()
    ]


@contextmanager
def serve_embeddings(logdir: Path) -> Iterator[EmbeddingServer]:
    store = LogStore(logdir)
    store.refresh()
    hub, listener = ChangeHub(), listen("localhost", 0)
    app = create_app(store, hub, projector_folders=store.projector_folders)
    server = PageServer(app, hub, listener)
    server.start()
    address = f"http://localhost:{listener.getsockname()[1]}/api/v1/"
    jobs: ProjectionJobs = app.state.context.projections
    with httpx.Client(base_url=address, timeout=PATIENCE_SECS) as client:
        yield EmbeddingServer(logdir, store, client, jobs)
    jobs.close()
    app.state.context.loaded.close()
    server.close()
