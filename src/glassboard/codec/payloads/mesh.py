"""Meshes and point clouds: up to three tensors of the mesh plugin, one each for vertices, faces and colours.

Source: tensorboard/plugins/mesh/{plugin_data.proto,metadata.py}. The parts of a mesh named `x` have the tags `x_VERTEX`,
`x_FACE` and `x_COLOR`, and say in their metadata what they are.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from glassboard.codec import wire
from glassboard.errors import CorruptError

__all__ = ["PLUGIN_NAME", "MeshContent", "Part", "decode_content", "encode_content", "tag_of"]

PLUGIN_NAME = "mesh"


class Part(enum.IntEnum):
    VERTEX = 1
    """Coordinates [meshes, vertices, 3]."""
    FACE = 2
    """Vertex numbers of triangles [meshes, faces, 3]."""
    COLOR = 3
    """Red, green and blue from 0 to 255 [meshes, vertices, 3]."""


@dataclass(frozen=True, slots=True)
class MeshContent:
    """What the metadata of one tensor says."""

    name: str
    """The tag that was logged."""
    part: Part
    json_config: str
    """Camera, lights and material for three.js; `{}` where none were given."""
    shape: tuple[int, ...]


def tag_of(name: str, part: Part) -> str:
    return f"{name}_{part.name}"


def encode_content(
    name: str, part: Part, parts: Collection[Part], shape: Sequence[int], json_config: str
) -> bytes:
    """`MeshPluginData`; `parts` are all parts that the mesh has."""
    sizes = b"".join(wire.varint(size) for size in shape)
    present = sum(1 << each for each in parts)
    fields = (wire.bytes_(2, name), wire.int64(3, part), wire.bytes_(5, json_config))
    return b"".join((*fields, wire.bytes_(6, sizes), wire.int64(7, present)))


def decode_content(content: bytes) -> MeshContent:
    """Raises `CorruptError` where the content does not say which part it is."""
    name, config, part, shape = b"", b"{}", 0, []
    for number, value in wire.fields(content):
        if number == 2 and not isinstance(value, int):
            name = bytes(value)
        elif number == 3 and isinstance(value, int):
            part = value
        elif number == 5 and not isinstance(value, int):
            config = bytes(value)
        elif number == 6:
            shape += [value] if isinstance(value, int) else list(wire.varints(value))
    if part not in (Part.VERTEX, Part.FACE, Part.COLOR):
        raise CorruptError(f"mesh metadata says content type {part}, wanted 1 to 3")
    return MeshContent(
        name.decode("utf-8", "replace"), Part(part), config.decode("utf-8", "replace"), tuple(shape)
    )
