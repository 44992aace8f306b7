"""Meshes: put together from their parts, over the API and in Python, and refused where the parts do not fit."""

from __future__ import annotations

import json
import re
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
from glassboard.testing import LogdirBuilder

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


@pytest.mark.parametrize(
    ("vertices", "parts", "told"),
    [
        (CORNERS, {"faces": FACES + 3.0}, "a face has the vertex 4, wanted 0 to 3"),
        (CORNERS, {"faces": FACES - 1.0}, "a face has the vertex -1, wanted 0 to 3"),
        (CORNERS, {"faces": np.full((1, 2, 3), np.nan)}, "a face has the vertex nan"),
        (CORNERS, {"faces": np.zeros((2, 1, 3))}, "faces of 2 meshes for vertices of 1"),
        (CORNERS, {"faces": np.zeros((1, 2, 4))}, "faces of the shape [1, 2, 4], wanted [meshes, rows, 3]"),
        (
            CORNERS,
            {"colors": np.zeros((1, 3, 3))},
            "colors of the shape [1, 3, 3] for vertices of [1, 4, 3]",
        ),
        (CORNERS[0], {}, "vertices of the shape [4, 3], wanted [meshes, rows, 3]"),
    ],
    ids=[
        "face too high", "face below zero", "face of NaN", "more faces", "quads", "fewer colours", "no meshes",
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_told_and_hide_nothing_else(
    tmp_path: Path, serve_app: ServeApp, vertices: np.ndarray, parts: dict[str, np.ndarray], told: str
) -> None:
    run = LogdirBuilder(tmp_path).run("a").mesh("m", vertices, **parts)  # type: ignore[arg-type]
    run.mesh("whole", CORNERS, faces=FACES)
    store = LogStore(tmp_path)
    store.refresh()
    with pytest.raises(CorruptError, match=re.escape(told)):
        read_mesh(store, "a", "m", 0)
    client = serve_app(store)
    answer = client.get("/api/v1/mesh", params={"run": "a", "tag": "m", "sample": 0})
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "corrupt")
    assert told in answer.json()["error"]["message"]
    assert client.get("/api/v1/mesh", params={"run": "a", "tag": "whole", "sample": 0}).status_code == 200


@pytest.mark.parametrize("config", ["", "{", "[]", "7", "null", '"text"', "[" * 100_000])
def test_what_is_no_configuration_is_none(tmp_path: Path, config: str) -> None:
    LogdirBuilder(tmp_path).run("a").mesh("m", CORNERS, config=config)
    store = LogStore(tmp_path)
    store.refresh()
    assert read_mesh(store, "a", "m", 0).config == {}


def test_vertices_that_are_not_finite_are_data(tmp_path: Path) -> None:
    vertices = CORNERS.copy()
    vertices[0, 1, 2] = np.nan
    LogdirBuilder(tmp_path).run("a").mesh("odd", vertices)
    store = LogStore(tmp_path)
    store.refresh()
    np.testing.assert_array_equal(read_mesh(store, "a", "odd", 0).vertices, vertices)


def test_faces_and_colours_of_the_last_step_before_go_on(tmp_path: Path) -> None:
    run = LogdirBuilder(tmp_path).run("a").mesh("m", CORNERS, faces=FACES, colors=COLORS, step=0)
    run.mesh("m", CORNERS * 2, step=5)
    store = LogStore(tmp_path)
    store.refresh()
    second = read_mesh(store, "a", "m", 1)
    assert second.step == 5
    np.testing.assert_array_equal(second.faces, FACES)
    np.testing.assert_array_equal(second.colors, COLORS)
