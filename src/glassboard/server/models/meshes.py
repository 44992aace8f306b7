"""Meshes and point clouds."""

from __future__ import annotations

from glassboard.server.columns import ColumnPlace
from glassboard.server.models.base import Answer

__all__ = ["MeshHeader"]


class MeshHeader(Answer):
    """What stands before the columns of a mesh."""

    run: str
    tag: str
    step: int
    wall_time: float | None
    items: int
    """Meshes that were logged together; the columns are those of one."""
    vertices: int
    faces: int
    """0 for a cloud of points."""
    config: str
    """JSON as it was logged: camera, lights, material for three.js; untrusted."""
    columns: dict[str, ColumnPlace]
    """`vertices` (x, y, z), where logged `faces` (three numbers of vertices) and `colors` (red, green, blue)."""
