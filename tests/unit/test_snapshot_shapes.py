"""Snapshots of meshes and embeddings: every shape, and the layouts that were there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassboard import SummaryWriter
from glassboard.server.app import create_api
from glassboard.server.columns import read_header
from glassboard.server.models.projections import ProjectionRequest
from glassboard.server.snapshot.page_file import BuiltPage
from glassboard.server.snapshot.selection import Choice, SelectedLog, left_out
from glassboard.server.snapshot.size import snapshot_size
from glassboard.server.snapshot.writing import Snapshot, snapshot_parts
from glassboard.store.log import LogStore
from glassboard.store.memory import MemoryProvider
from glassboard.types import Kind

from .conftest import ServeApp
from .test_snapshot import Elements, page_folder

__all__ = ["page_folder"]

CORNERS = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]], np.float32)
FACES = np.array([[[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> LogStore:
    root = tmp_path_factory.mktemp("shapes") / "runs"
    random = np.random.default_rng(0)
    for run in ("a", "b"):
        with SummaryWriter(str(root / run)) as writer:
            writer.add_mesh("solid", CORNERS, faces=FACES, global_step=3)
            writer.add_mesh("clouds", np.concatenate([CORNERS, CORNERS + 5]), global_step=7)
            labels = [f"{run}{index % 3}" for index in range(40)]
            pictures = np.zeros((40, 1, 4, 4), np.uint8)
            writer.add_embedding(random.normal(size=(40, 6)), labels, pictures, 5, "vectors")
    read = LogStore(root)
    read.refresh()
    return read


def made(log: SelectedLog, store: LogStore, folder: Path, **options: Any) -> bytes:
    async def collect() -> list[bytes]:
        api = create_api(log, projector_folders=store.projector_folders)
        parts = snapshot_parts(Snapshot(log, "t", **options), api, BuiltPage(folder))
        return [part async for part in parts]

    return b"".join(asyncio.run(collect()))


def question(run: str, **more: Any) -> ProjectionRequest:
    return ProjectionRequest.model_validate({"run": run, "name": "vectors:00005", "algorithm": "pca", **more})


def test_every_mesh_of_every_sample_is_there(store: LogStore, page_folder: Path) -> None:
    found = Elements(made(SelectedLog(store, Choice()), store, page_folder))
    for query, vertices, faces in (
        ({"tag": "solid", "sample": 0}, 4, 4),
        ({"tag": "clouds", "sample": 0}, 4, 0),
        ({"tag": "clouds", "sample": 0, "item": 1}, 4, 0),
    ):
        header = json.loads(read_header(found.answer("mesh", run="a", **query)))
        assert (header["vertices"], header["faces"]) == (vertices, faces)


def test_a_video_says_its_rate_and_its_size(tmp_path: Path, page_folder: Path) -> None:
    with SummaryWriter(str(tmp_path / "runs")) as writer:
        writer.add_video("clip", np.zeros((1, 3, 1, 4, 6), np.uint8), 9, fps=12)
    store = LogStore(tmp_path / "runs")
    store.refresh()
    found = Elements(made(SelectedLog(store, Choice()), store, page_folder))
    (clip,) = [each for each in found.index()["answers"] if each["route"] == "video"]
    told = [
        float(clip["headers"][f"x-glassboard-{name}"]) for name in ("frames-per-second", "frames", "width")
    ]
    assert told == [12, 3, 6]


def test_embeddings_come_with_labels_pictures_vectors_and_layouts(store: LogStore, page_folder: Path) -> None:
    name = json.loads(Elements(made(SelectedLog(store, Choice()), store, page_folder)).answer("embeddings"))[
        "embeddings"
    ][0]["name"]
    asked = [question("a", name=name, sphereize=True), question("a", name=name), question("gone", name=name)]
    file = made(SelectedLog(store, Choice()), store, page_folder, layouts=asked)
    found = Elements(file)
    labels = json.loads(found.answer("embedding-metadata", run="a", name=name))
    assert labels["columns"][0]["values"][:3] == ["a0", "a1", "a2"]
    assert found.answer("embedding-sprite", run="a", name=name).startswith(b"\x89PNG")
    assert found.answer("embedding-vectors", run="b", name=name, form="npy").startswith(b"\x93NUMPY")
    layouts = json.loads(found.answer("projections"))["projections"]
    told = [(each["question"]["run"], each["question"]["sphereize"]) for each in layouts]
    assert told == [("a", False), ("a", True), ("b", False)]
    for each in layouts:
        header = json.loads(read_header(found.answer("projection", id=each["id"])))
        assert (header["state"], header["points"]) == ("done", 40)
        assert header["columns"]["c0"][2] == 40


def test_embeddings_of_what_stays_behind_are_nowhere(store: LogStore, page_folder: Path) -> None:
    part = SelectedLog(store, Choice(runs={"a"}))
    listed = json.loads(Elements(made(part, store, page_folder)).answer("embeddings"))
    assert [each["run"] for each in listed["embeddings"]] == ["a"]
    scalars = SelectedLog(store, Choice(kinds={Kind.SCALAR}))
    found = Elements(made(scalars, store, page_folder))
    assert json.loads(found.answer("embeddings"))["embeddings"] == []
    assert not any(each["kind"] in ("embedding", "mesh") for each in json.loads(found.answer("tags"))["tags"])
    assert left_out(store, scalars) == "meshes"


def test_a_folder_belongs_to_the_nearest_run_above_it() -> None:
    memory = MemoryProvider("log")
    for run in ("a", "a/b", "c"):
        memory.add_scalars(run, "loss", [1], [1.0])
    part = SelectedLog(memory, Choice(runs={"a"}))
    told = {
        name: part.holds_folder(name) for name in ("a", "a/plugins/x", "a/b", "a/b/deep", "c", ".", "beside")
    }
    assert [name for name, held in told.items() if held] == ["a", "a/plugins/x"]
    assert SelectedLog(memory, Choice()).holds_folder("beside")
    assert not SelectedLog(memory, Choice(kinds={Kind.SCALAR})).holds_folder("a")


def test_the_size_counts_them(store: LogStore, page_folder: Path, serve_app: ServeApp) -> None:
    log = SelectedLog(store, Choice())
    assert Kind.EMBEDDING not in [part.kind for part in snapshot_size(log, BuiltPage(page_folder), 100)]
    client = serve_app(store, static_dir=page_folder, projector_folders=store.projector_folders)
    for asked, count in (({}, 2), ({"runs": ["a"]}, 1)):
        parts = client.post("/api/v1/export-size", json=asked).json()["parts"]
        (embedding,) = [part for part in parts if part["kind"] == "embedding"]
        assert embedding["count"] == count
        assert embedding["bytes"] > 1000
    none = client.post("/api/v1/export-size", json={"kinds": ["mesh"]}).json()["parts"]
    assert [part["kind"] for part in none] == [None, "mesh"]


def test_the_route_takes_layouts_along(store: LogStore, page_folder: Path, serve_app: ServeApp) -> None:
    client = serve_app(store, static_dir=page_folder, projector_folders=store.projector_folders)
    name = client.get("/api/v1/embeddings").json()["embeddings"][0]["name"]
    layout = {"run": "b", "name": name, "algorithm": "pca", "sphereize": True}
    answer = client.post("/api/v1/export", json={"runs": ["b"], "layouts": [layout]})
    layouts = json.loads(Elements(answer.content).answer("projections"))["projections"]
    assert [each["question"]["sphereize"] for each in layouts] == [False, True]
    assert client.post("/api/v1/export", json={"layouts": [{"run": "b"}]}).status_code == 422
