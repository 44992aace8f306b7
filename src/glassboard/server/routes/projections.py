"""`POST projections`, `GET projection`, `DELETE projection`: layouts made in the background, seen while they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response

from glassboard.errors import MisuseError
from glassboard.server.columns import MEDIA_TYPE, ColumnBody, ColumnPlace, join
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.errors import Responses
from glassboard.server.models.projections import ProjectionHeader, ProjectionRequest, ProjectionStarted
from glassboard.server.projections.job import Progress
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.server.projections.shelf import Shelved
from glassboard.types import Int64Array

__all__ = ["router"]

router = APIRouter()

KeyQuery = Annotated[str, Query(alias="id", description="From `POST projections`")]
_COLUMNS: Responses = {
    200: {
        "description": "A `ProjectionHeader` and typed columns: see docs/design/0002-http-api.md",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/projections", response_model=ProjectionStarted)
def post_projections(question: ProjectionRequest, context: Context) -> Response:
    """Starts a projection, or finds the one that answers the same question of the same file. 429 where too many run."""
    one = context.embeddings.find(question.run, question.name)
    stamp = context.embeddings.stamp(one)
    if question.supervise is not None:
        stamp = (*stamp, *context.embeddings.label_stamp(one))
    key = context.projections.start(
        ProjectionQuestion(
            run=question.run,
            name=question.name,
            stamp=stamp,
            algorithm=question.algorithm,
            dimensions=question.dimensions,
            sphereize=question.sphereize,
            perplexity=question.perplexity,
            learning_rate=question.learning_rate,
            iterations=question.iterations,
            neighbors=question.neighbors,
            min_dist=question.min_dist,
            metric=question.metric,
            supervise=question.supervise,
            ignored=question.ignored,
            labels_digest=_digest(question.labels),
            strength=question.strength,
            axes=tuple((tuple(axis.start), tuple(axis.end)) for axis in question.axes),
            follows=question.follows,
            goes_on=question.goes_on,
            perturb=question.perturb,
        ),
        lambda: context.embeddings.vectors(one)[0],
        lambda: _labels(context, one, question),
    )
    return answer(ProjectionStarted(id=key))


@router.get("/projection", response_class=Response, responses=_COLUMNS)
def get_projection(
    context: Context,
    key: KeyQuery,
    after: Annotated[int, Query(ge=0, description="The version that the client holds")] = 0,
) -> Response:
    """How far a projection is, and its layout where there is a newer one than the client holds."""
    return _columns(key, context.projections.progress(key), after)


@router.delete("/projection", response_class=Response, responses=_COLUMNS)
def delete_projection(context: Context, key: KeyQuery) -> Response:
    """Stops a projection. Its last layout stays, and can be run on from."""
    progress = context.projections.stop(key)
    return _columns(key, progress, progress.version)


def _columns(key: str, progress: Progress, after: int) -> Response:
    body = ColumnBody()
    places: dict[str, ColumnPlace] = {}
    if progress.layout is not None and progress.version > after:
        for at in range(progress.layout.shape[1]):
            places[f"c{at}"] = body.add(progress.layout[:, at])
    header = ProjectionHeader(
        id=key,
        state=progress.state,
        stage=progress.stage,
        iteration=progress.iteration,
        iterations=progress.iterations,
        divergence=progress.divergence
        if progress.divergence is not None and np.isfinite(progress.divergence)
        else None,
        version=progress.version,
        points=progress.points,
        dimensions=progress.dimensions,
        left_out=progress.left_out,
        shares=list(progress.shares),
        error=progress.error,
        seconds=progress.secs,
        columns=places,
    )
    content = join(header.model_dump_json(), body)
    return Response(content, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _digest(labels: Sequence[int] | None) -> str:
    return "" if labels is None else hashlib.blake2b(repr(labels).encode(), digest_size=12).hexdigest()


def _labels(context: ServerContext, one: Shelved, question: ProjectionRequest) -> Int64Array:
    """A number for each value of the column; -1 where a point has none."""
    count = len(context.embeddings.vectors(one)[0])
    if question.labels is not None:
        if len(question.labels) != count:
            raise MisuseError(
                f"{len(question.labels):,} labels for {count:,} points: wanted as many to supervise with"
            )
        return np.asarray(question.labels, np.int64)
    column = question.supervise
    names, rows = one.embedding.metadata()
    if column not in names:
        raise MisuseError(
            f"no column {column!r} in the metadata, there are {', '.join(map(repr, names)) or 'none'}"
        )
    at = names.index(column)
    values = [row[at] for row in rows]
    if len(values) != count:
        raise MisuseError(f"{len(values):,} labels for {count:,} points: wanted as many to supervise with")
    numbers = np.unique(np.asarray(values), return_inverse=True)[1].astype(np.int64)
    numbers[np.asarray([value in ("", question.ignored) for value in values])] = -1
    return numbers
