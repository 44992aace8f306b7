"""What the routes work on, and how they answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.types import ASGIApp

from glassboard.server.catalog import Catalog
from glassboard.server.evaluation_cache import EvaluationCache
from glassboard.server.live import ChangeHub
from glassboard.server.prediction_files import PredictionFiles
from glassboard.server.projections.jobs import ProjectionJobs
from glassboard.server.projections.loaded import LoadedEmbeddings
from glassboard.server.projections.shelf import EmbeddingShelf
from glassboard.server.sessions import SessionIndex
from glassboard.server.snapshot.selection import SelectedLog
from glassboard.store.provider import Provider

__all__ = ["REVISION_RESPONSES", "Context", "ServerContext", "answer", "answer_revision", "is_known"]

REVISION_RESPONSES: dict[int | str, dict[str, str]] = {304: {"description": "Nothing changed"}}
"""For the `responses` of a route over `answer_revision`."""


@dataclass(frozen=True, slots=True)
class ServerContext:
    provider: Provider
    hub: ChangeHub
    catalog: Catalog
    sessions: SessionIndex
    evaluations: EvaluationCache
    prediction_files: PredictionFiles
    embeddings: EmbeddingShelf
    title: str
    projections: ProjectionJobs = field(default_factory=ProjectionJobs)
    loaded: LoadedEmbeddings | None = None
    """What people load from the page; None over a part of the log, as for a snapshot."""
    page_folder: Path | None = None
    """Where the built page is; None where the API is served alone."""
    api_over: Callable[[SelectedLog, str], ASGIApp] | None = None
    """The API over a part of the log and under a title, without gates: what a snapshot is recorded from."""
    boot_key: str = field(default_factory=lambda: secrets.token_hex(4))
    """Revisions begin anew with every server; entity tags must not repeat."""


def _context(request: Request) -> ServerContext:
    context: ServerContext = request.app.state.context
    return context


Context = Annotated[ServerContext, Depends(_context)]


def is_known(request: Request, tag: str) -> bool:
    """Whether the client holds this entity already; a proxy may have made its tag a weak one."""
    held = request.headers.get("if-none-match", "")
    return tag.removeprefix("W/") in (each.strip().removeprefix("W/") for each in held.split(","))


def answer_revision(
    request: Request, context: ServerContext, read: Callable[[int], BaseModel], *, extra: str = ""
) -> Response:
    """JSON that changes only with the log's revision (and `extra`): nothing is read for a client that holds it already.

    `read` gets the revision, taken before anything is read: what comes meanwhile is asked for again.
    """
    revision = context.provider.revision
    entity_tag = f'W/"{context.boot_key}-{revision}{extra}"'
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    return answer(read(revision), entity_tag=entity_tag)


def answer(model: BaseModel, *, entity_tag: str | None = None) -> Response:
    """JSON that is always asked for again (`no-cache`), and cheap to ask for again where there is an entity tag."""
    headers = {"Cache-Control": "no-cache" if entity_tag else "no-store"}
    if entity_tag:
        headers["ETag"] = entity_tag
    return Response(model.model_dump_json(), media_type="application/json", headers=headers)
