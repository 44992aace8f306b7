"""Meshes put together: vertices, faces and colours are series of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard._kernel import Value, decode_value
from glassboard.codec.payloads import tensor
from glassboard.codec.payloads.mesh import Part, decode_content, tag_of
from glassboard.errors import CorruptError, NotFoundError
from glassboard.store.provider import Provider, SampleSeries
from glassboard.types import AnyArray, JsonObject, Kind

__all__ = ["Mesh", "mesh_series", "mesh_tags", "read_mesh"]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """What was logged at one step: one or several meshes of one shape."""

    step: int
    wall_time: float
    vertices: npt.NDArray[np.float32]
    """[meshes, vertices, 3]."""
    faces: npt.NDArray[np.int32] | None
    """[meshes, faces, 3], numbers of vertices; None for a cloud of points."""
    colors: npt.NDArray[np.uint8] | None
    """[meshes, vertices, 3], red, green and blue."""
    config: JsonObject
    """Camera, lights and material for three.js, as they were given."""


def mesh_tags(provider: Provider, run: str) -> tuple[str, ...]:
    """The names that meshes were logged under, without the endings of their parts."""
    ending = tag_of("", Part.VERTEX)
    return tuple(
        info.tag.removesuffix(ending)
        for info in provider.tags(run)
        if info.kind is Kind.MESH and info.tag.endswith(ending)
    )


def mesh_series(provider: Provider, run: str, tag: str) -> SampleSeries:
    """The samples of a mesh's vertices. Raises `NotFoundError` where there is no such mesh."""
    return provider.samples(run, tag_of(tag, Part.VERTEX), Kind.MESH)


def read_mesh(provider: Provider, run: str, tag: str, index: int) -> Mesh:
    """The mesh at `index` of the series, with the faces and colours of its step, else the last ones before it.

    Raises `CorruptError` where shapes do not fit or faces name vertices that are not there.
    """
    series = mesh_series(provider, run, tag)
    step = int(series.steps[index])
    value = _value(provider, run, tag, Part.VERTEX, index)
    vertices = _triples(value, "vertices").astype(np.float32, copy=False)
    faces = _part(provider, run, tag, Part.FACE, step, index)
    colors = _part(provider, run, tag, Part.COLOR, step, index)
    if faces is not None:
        if faces.shape[0] != vertices.shape[0]:
            raise CorruptError(f"faces of {faces.shape[0]} meshes for vertices of {vertices.shape[0]}")
        with np.errstate(invalid="ignore"):
            inside = (faces >= 0) & (faces < vertices.shape[1])
        if not inside.all():
            wrong = faces[~inside][0]
            raise CorruptError(f"a face has the vertex {wrong:g}, wanted 0 to {vertices.shape[1] - 1}")
    if colors is not None and colors.shape != vertices.shape:
        raise CorruptError(f"colors of the shape {list(colors.shape)} for vertices of {list(vertices.shape)}")
    return Mesh(
        step,
        float(series.wall_times[index]),
        vertices,
        None if faces is None else faces.astype(np.int32),
        None if colors is None else np.nan_to_num(colors).clip(0, 255).astype(np.uint8),
        _config(provider, run, tag, value),
    )


def _value(provider: Provider, run: str, tag: str, part: Part, index: int) -> Value:
    return decode_value(provider.read_sample(run, tag_of(tag, part), Kind.MESH, index))


def _triples(value: Value, what: str) -> AnyArray:
    array = tensor.decode(value)
    if array.ndim != 3 or array.shape[2] != 3:
        raise CorruptError(f"{what} of the shape {list(array.shape)}, wanted [meshes, rows, 3]")
    return array


def _part(provider: Provider, run: str, tag: str, part: Part, step: int, index: int) -> AnyArray | None:
    try:
        steps = provider.samples(run, tag_of(tag, part), Kind.MESH).steps
    except NotFoundError:
        return None
    if index < len(steps) and steps[index] == step:
        row = index
    else:
        before = np.flatnonzero(steps <= step)
        if len(before) == 0:
            return None
        row = int(before[-1])
    return _triples(_value(provider, run, tag, part, row), f"{part.name.lower()}s")


def _config(provider: Provider, run: str, tag: str, value: Value) -> JsonObject:
    """Writers repeat the metadata or leave it to the first value. What is no JSON object is no configuration."""
    content = value.plugin_content or _value(provider, run, tag, Part.VERTEX, 0).plugin_content
    try:
        found = json.loads(decode_content(content).json_config or "{}")
    except (CorruptError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
