"""Meshes: put together from their parts, over the API and in Python, and refused where the parts do not fit."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

import glassboard
from glassboard import SummaryWriter
from glassboard.errors import CorruptError
from glassboard.store.log import LogStore
from glassboard.store.meshes import read_mesh
from glassboard.types import Kind

ServeApp = Callable[..., httpx.Client]
CORNERS = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]], np.float32)
FACES = np.array([[[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]])
COLORS = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]])
CONFIG = {"camera": {"cls": "PerspectiveCamera", "fov": 75}}


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step in range(3):
            writer.add_mesh("solid", CORNERS * (step + 1), COLORS, FACES, CONFIG, step)
        writer.add_mesh("cloud/points", np.concatenate([CORNERS, CORNERS + 5]), global_step=7)
    return tmp_path


def decoded(answer: httpx.Response) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    assert answer.status_code == 200, answer.text
    (length,) = struct.unpack_from("<I", answer.content, 4)
    header = json.loads(answer.content[8 : 8 + length])
    body = answer.content[8 + length :]
    return header, {
        name: np.frombuffer(body, np.dtype(kind).newbyteorder("<"), count, offset)
        for name, (kind, offset, count) in header["columns"].items()
    }


def test_a_mesh_comes_as_columns_with_its_configuration(logdir: Path, serve_app: ServeApp) -> None:
    store = LogStore(logdir)
    store.refresh()
    client = serve_app(store)
    header, columns = decoded(client.get("/api/v1/mesh", params={"run": "a", "tag": "solid", "sample": 2}))
    assert (header["step"], header["items"], header["vertices"], header["faces"]) == (2, 1, 4, 4)
    assert json.loads(header["config"]) == CONFIG
    np.testing.assert_array_equal(columns["vertices"], CORNERS.ravel() * 3)
    np.testing.assert_array_equal(columns["faces"], FACES.ravel())
    np.testing.assert_array_equal(columns["colors"], COLORS.ravel())
    key = client.get("/api/v1/samples", params={"run": "a", "tag": "solid_VERTEX", "kind": "mesh"}).json()[
        "keys"
    ][2]
    asked = {"run": "a", "tag": "solid", "sample": 2, "key": key}
    assert "immutable" in client.get("/api/v1/mesh", params=asked).headers["cache-control"]


def test_clouds_have_no_faces_and_several_meshes_are_asked_one_by_one(
    logdir: Path, serve_app: ServeApp
) -> None:
    store = LogStore(logdir)
    store.refresh()
    client = serve_app(store)
    asked = {"run": "a", "tag": "cloud/points", "sample": 0}
    header, columns = decoded(client.get("/api/v1/mesh", params={**asked, "item": 1}))
    assert (header["items"], header["faces"], set(columns)) == (2, 0, {"vertices"})
    np.testing.assert_array_equal(columns["vertices"], (CORNERS + 5).ravel())
    assert client.get("/api/v1/mesh", params={**asked, "item": 2}).status_code == 404
    assert client.get("/api/v1/mesh", params={**asked, "sample": 1}).status_code == 404
    unknown = client.get("/api/v1/mesh", params={**asked, "tag": "sold"})
    assert unknown.status_code == 404
    assert "did you mean 'solid'" in unknown.text


def test_meshes_are_read_in_python(logdir: Path) -> None:
    first, second, third = glassboard.open(logdir, cache=False).runs["a"].meshes("solid")
    assert [mesh.step for mesh in (first, second, third)] == [0, 1, 2]
    np.testing.assert_array_equal(second.vertices, CORNERS * 2)
    assert first.faces is not None
    assert first.faces.dtype == np.int32
    assert first.colors is not None
    assert first.colors.dtype == np.uint8
    assert first.config == CONFIG


def log_parts(folder: Path, **parts: np.ndarray) -> LogStore:
    """Parts as another writer may have logged them: as tensors that nobody compared."""
    with SummaryWriter(str(folder / "a")) as writer:
        writer.add_mesh("m", CORNERS)
        for name, array in parts.items():
            writer.add_mesh(name, array)
    store = LogStore(folder)
    store.refresh()
    return store


class Mixed:
    """Takes the samples of one part from the vertices of another mesh."""

    def __init__(self, store: LogStore, parts: dict[str, str]) -> None:
        self._store, self._parts = store, parts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def samples(self, run: str, tag: str, kind: Kind) -> Any:
        return self._store.samples(run, self._parts.get(tag, tag), kind)

    def read_sample(self, run: str, tag: str, kind: Kind, index: int) -> bytes:
        return self._store.read_sample(run, self._parts.get(tag, tag), kind, index)


@pytest.mark.parametrize(
    ("part", "array", "told"),
    [
        ("m_FACE", FACES + 3.0, "a face has the vertex 4, wanted 0 to 3"),
        ("m_FACE", np.full((1, 2, 3), np.nan), "a face has the vertex nan"),
        ("m_FACE", np.zeros((2, 1, 3)), "faces of 2 meshes for vertices of 1"),
        ("m_COLOR", np.zeros((1, 3, 3)), r"colors of the shape \[1, 3, 3\] for vertices of \[1, 4, 3\]"),
    ],
)
def test_parts_that_do_not_fit_are_corrupt(tmp_path: Path, part: str, array: np.ndarray, told: str) -> None:
    store = log_parts(tmp_path, other=array)
    with pytest.raises(CorruptError, match=told):
        read_mesh(Mixed(store, {part: "other_VERTEX"}), "a", "m", 0)  # type: ignore[arg-type]


def test_vertices_that_are_not_finite_are_data(tmp_path: Path) -> None:
    vertices = CORNERS.copy()
    vertices[0, 1, 2] = np.nan
    store = log_parts(tmp_path, odd=vertices)
    np.testing.assert_array_equal(read_mesh(store, "a", "odd", 0).vertices, vertices)
