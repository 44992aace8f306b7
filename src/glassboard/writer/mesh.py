"""Meshes and point clouds."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from glassboard.codec.payloads import mesh
from glassboard.codec.payloads.mesh import Part
from glassboard.codec.payloads.tensor import DT_FLOAT
from glassboard.errors import MisuseError
from glassboard.writer.arrays import Array, as_array, describe
from glassboard.writer.tensor import TensorJob

__all__ = ["prepare"]


def _triples(value: object, name: str) -> Array:
    """[meshes, rows, 3]; a mesh alone may come without the first."""
    array = as_array(value, f"{name} as [meshes, rows, 3]")
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3 or array.shape[2] != 3 or 0 in array.shape:
        raise MisuseError(f"found {describe(value)} as {name}, wanted [meshes, rows, 3]")
    return array


def prepare(
    tag: str,
    step: int,
    wall_time: float,
    vertices: object,
    *,
    colors: object,
    faces: object,
    config: object,
) -> tuple[TensorJob, ...]:
    """A tensor for each part that is given. Raises `MisuseError` with what was found and what was wanted."""
    parts = {Part.VERTEX: _triples(vertices, "vertices")}
    count, vertex_count, _ = parts[Part.VERTEX].shape
    if faces is not None:
        found = parts[Part.FACE] = _triples(faces, "faces")
        if found.dtype.kind == "f" and not (found == np.floor(found)).all():
            raise MisuseError(f"found {describe(faces)} with fractions as faces, wanted numbers of vertices")
        if found.min() < 0 or found.max() >= vertex_count:
            raise MisuseError(
                f"found faces with vertices {found.min()} to {found.max()}, wanted 0 to {vertex_count - 1}"
            )
    if colors is not None:
        found = parts[Part.COLOR] = _triples(colors, "colors")
        if found.shape[1] != vertex_count:
            raise MisuseError(f"found {found.shape[1]} colors for {vertex_count} vertices, wanted one each")
    for part, array in parts.items():
        if array.shape[0] != count:
            raise MisuseError(
                f"found {count} meshes in vertices and {array.shape[0]} in {part.name.lower()}s, wanted as many"
            )
    if config is not None and not isinstance(config, Mapping):
        raise MisuseError(f"found {describe(config)} as config_dict, wanted a dict")
    try:
        json_config = json.dumps(config or {}, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise MisuseError(
            f"found a config_dict that JSON cannot hold ({error}), wanted plain values"
        ) from error
    return tuple(
        TensorJob(
            mesh.tag_of(tag, part),
            step,
            wall_time,
            DT_FLOAT,
            array.shape,
            _as_float32(array),
            mesh.PLUGIN_NAME,
            mesh.encode_content(tag, part, parts, array.shape, json_config),
        )
        for part, array in parts.items()
    )


def _as_float32(array: Array) -> bytes:
    with np.errstate(over="ignore"):  # what overflows is infinite: data like any other
        return array.astype("<f4").tobytes()
