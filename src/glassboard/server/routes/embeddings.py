"""`GET embeddings` and `embedding-…`: vectors, labels, pictures and neighbours, as the projector shows them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from glassboard.analysis.projection.neighbors import nearest
from glassboard.analysis.projection.vectors import prepare, spread
from glassboard.codec.payloads.image import IMAGE_TYPES, IMAGE_TYPES_SAID, media_type
from glassboard.codec.payloads.image_size import image_size
from glassboard.errors import GlassboardError, NotFoundError
from glassboard.server.blobs import MEDIA_POLICY
from glassboard.server.context import Context, answer
from glassboard.server.errors import error_response
from glassboard.server.models.projections import (
    EmbeddingItem,
    EmbeddingList,
    EmbeddingMetadata,
    EmbeddingProblem,
    MetadataColumn,
    NeighborItem,
    NeighborList,
    SpriteSize,
)
from glassboard.server.projections.loaded import LOADED_RUN, MAX_UPLOAD_BYTES
from glassboard.server.projections.shelf import Shelved
from glassboard.server.samples import NameQuery
from glassboard.types import AnyArray

__all__ = ["router"]

router = APIRouter()

_MAX_SPRITE_BYTES = 128 << 20
_ROWS = 1_000


@router.get("/embeddings", response_model=EmbeddingList)
def get_embeddings(context: Context) -> Response:
    """Every embedding that the projector configs of the runs name, and which of them cannot be read."""
    revision = context.provider.revision
    found, problems = context.embeddings.all()
    return answer(
        EmbeddingList(
            revision=revision,
            embeddings=[_item(one, context.embeddings.version(one)) for one in found],
            problems=[EmbeddingProblem(run=run, message=message) for run, message in problems],
            max_upload_bytes=None if context.loaded is None else MAX_UPLOAD_BYTES,
        )
    )


@router.get("/embedding-metadata", response_model=EmbeddingMetadata)
def get_embedding_metadata(context: Context, run: NameQuery, name: NameQuery) -> Response:
    """The columns of labels, as text. Where they do not fit the points, they are cut or filled, and `problem` says so."""
    one = context.embeddings.find(run, name)
    columns, rows = one.embedding.metadata()
    problem = None
    wanted = len(rows)
    if rows:
        vectors, _ = context.embeddings.vectors(one)
        wanted = len(vectors)
        if len(rows) != wanted:
            rest = "the last ones have none" if len(rows) < wanted else "the rest is not shown"
            problem = f"{len(rows):,} labels for {wanted:,} points: {rest}"
    padded = [*rows[:wanted], *[("",) * len(columns)] * (wanted - len(rows))]
    return answer(
        EmbeddingMetadata(
            columns=[
                MetadataColumn(name=column, values=[row[at] for row in padded])
                for at, column in enumerate(columns)
            ],
            problem=problem,
        )
    )


@router.get(
    "/embedding-sprite",
    response_class=Response,
    responses={
        200: {
            "description": "The image with a picture for every point, as it was written",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in IMAGE_TYPES},
        }
    },
)
def get_embedding_sprite(context: Context, run: NameQuery, name: NameQuery) -> Response:
    """Refused where it claims more than 2^28 pixels. Never decoded here."""
    one = context.embeddings.find(run, name)
    data = one.embedding.sprite(max_bytes=_MAX_SPRITE_BYTES)
    kind = media_type(data)
    if kind not in IMAGE_TYPES:
        text = f"the sprite of {name!r} begins with the bytes {data[:8].hex(' ')}: want {IMAGE_TYPES_SAID}"
        return error_response(415, "unsupported_media_type", text)
    image_size(data, f"the sprite of {name!r}")
    return Response(
        data, media_type=kind, headers={"Cache-Control": "no-cache", "Content-Security-Policy": MEDIA_POLICY}
    )


@router.get(
    "/embedding-bookmarks",
    response_class=Response,
    responses={
        200: {
            "description": "The file as it was written: JSON, if whoever wrote it kept to that",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
def get_embedding_bookmarks(context: Context, run: NameQuery, name: NameQuery) -> Response:
    """Looks that the config names (`bookmarks_path`); at most 32 MiB. The page has the one parser of them."""
    data = context.embeddings.find(run, name).embedding.bookmarks()
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": MEDIA_POLICY}
    return Response(data, media_type="text/plain", headers=headers)


@router.get(
    "/embedding-vectors",
    response_class=Response,
    responses={
        200: {
            "description": "The vectors as a NumPy file or as tab-separated text",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
                "text/tab-separated-values": {"schema": {"type": "string"}},
            },
        }
    },
)
def get_embedding_vectors(
    context: Context,
    run: NameQuery,
    name: NameQuery,
    form: Annotated[Literal["npy", "tsv"], Query(description="float32, a row for every point")] = "npy",
) -> Response:
    """For other programs; every row, whatever it holds."""
    vectors, _ = context.embeddings.vectors(context.embeddings.find(run, name))
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="vectors.{form}"'}
    if form == "tsv":
        return StreamingResponse(_lines(vectors), media_type="text/tab-separated-values", headers=headers)
    file = io.BytesIO()
    np.save(file, vectors, allow_pickle=False)
    return Response(file.getvalue(), media_type="application/octet-stream", headers=headers)


@router.get("/embedding-neighbors", response_model=NeighborList)
def get_embedding_neighbors(
    context: Context,
    run: NameQuery,
    name: NameQuery,
    point: Annotated[int, Query(ge=0, description="Row of the vectors")],
    count: Annotated[int, Query(ge=1, le=10_000)] = 100,
    metric: Annotated[Literal["cosine", "euclidean"], Query()] = "cosine",
    sphereize: Annotated[bool, Query(description="As the projection was asked for")] = False,
) -> Response:
    """The nearest points in all dimensions, found exactly."""
    vectors, _ = context.embeddings.vectors(context.embeddings.find(run, name))
    if point >= len(vectors):
        raise NotFoundError(f"no point {point} in {name!r} of run {run!r}: it has {len(vectors):,}, from 0")
    if sphereize:
        prepared = prepare(vectors, sphereize=True)
        vectors = spread(prepared.vectors, prepared)
    rows, distances = nearest(vectors, point, count, metric)
    found = zip(rows.tolist(), distances.tolist(), strict=True)
    return answer(NeighborList(neighbors=[NeighborItem(point=row, distance=far) for row, far in found]))


def _item(one: Shelved, version: str) -> EmbeddingItem:
    entry = one.embedding.entry
    error = None
    try:
        if not one.embedding.tensor_file().is_file():
            error = f"there is no file {entry.tensor_path!r}"
    except (GlassboardError, OSError) as problem:
        error = str(problem)
    shape = entry.tensor_shape if len(entry.tensor_shape) == 2 else (None, None)
    return EmbeddingItem(
        run=one.run,
        name=one.name,
        tag=one.tag,
        step=one.step,
        points=shape[0],
        dimensions=shape[1],
        has_metadata=bool(entry.metadata_path),
        sprite=None
        if entry.sprite is None
        else SpriteSize(width=entry.sprite.width, height=entry.sprite.height),
        error=error,
        version=version,
        tensor_path=entry.tensor_path,
        metadata_path=entry.metadata_path,
        sprite_path="" if entry.sprite is None else entry.sprite.image_path,
        bookmarks_path=entry.bookmarks_path,
        checkpoint_path=entry.checkpoint_path,
        loaded=one.run == LOADED_RUN,
    )


def _lines(vectors: AnyArray) -> Iterator[str]:
    for at in range(0, len(vectors), _ROWS):
        yield "".join("\t".join(map(str, row)) + "\n" for row in vectors[at : at + _ROWS].tolist())
