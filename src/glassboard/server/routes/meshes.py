"""`GET mesh`: one mesh or point cloud as columns."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import Response

from glassboard.errors import NotFoundError
from glassboard.server.columns import MEDIA_TYPE, ColumnBody, join
from glassboard.server.context import Context
from glassboard.server.errors import Responses
from glassboard.server.models.meshes import MeshHeader
from glassboard.server.ranges import cache_control_of
from glassboard.server.samples import ItemQuery, KeyQuery, NameQuery, SampleQuery, view_samples
from glassboard.server.values import finite_times
from glassboard.store.meshes import mesh_tags, read_mesh
from glassboard.store.names import name_not_found
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()

_COLUMNS: Responses = {
    200: {
        "description": "A `MeshHeader` and typed columns: see docs/design/0002-http-api.md",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/mesh", response_class=Response, responses=_COLUMNS)
def get_mesh(
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    sample: SampleQuery,
    item: ItemQuery = 0,
    key: KeyQuery = None,
) -> Response:
    """A mesh by the name it was logged under; `sample` and `key` are those of its vertices, `TAG_VERTEX`."""
    provider = context.provider
    tags = mesh_tags(provider, run)
    if tag not in tags:
        raise name_not_found("mesh", tag, tags, where=f"run {run!r}")
    view = view_samples(provider, run, f"{tag}_VERTEX", Kind.MESH)
    found = read_mesh(provider, run, tag, view.find(sample, key))
    if item >= len(found.vertices):
        raise NotFoundError(
            f"no mesh {item} in this sample of {tag!r} in run {run!r}: it has {len(found.vertices)}"
        )
    body = ColumnBody()
    columns = {"vertices": body.add(found.vertices[item].astype("<f4").ravel())}
    if found.faces is not None:
        columns["faces"] = body.add(found.faces[item].astype("<i4").ravel())
    if found.colors is not None:
        columns["colors"] = body.add(found.colors[item].ravel())
    header = MeshHeader(
        run=run,
        tag=tag,
        step=found.step,
        wall_time=finite_times([found.wall_time])[0],
        items=len(found.vertices),
        vertices=found.vertices.shape[1],
        faces=0 if found.faces is None else found.faces.shape[1],
        config=json.dumps(found.config),
        columns=columns,
    )
    headers = {"Cache-Control": cache_control_of(key)}
    return Response(join(header.model_dump_json(), body), media_type=MEDIA_TYPE, headers=headers)
