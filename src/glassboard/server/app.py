"""The web application: the API under `/api/v1` and the built page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.telemetry import TelemetryConfig
from pydantic.json_schema import models_json_schema

from glassboard.errors import MisuseError
from glassboard.server import errors, security
from glassboard.server.addresses import LOOPBACK_HOSTS
from glassboard.server.catalog import Catalog
from glassboard.server.compression import SelectiveGzip
from glassboard.server.context import ServerContext
from glassboard.server.evaluation_cache import EvaluationCache
from glassboard.server.live import ChangeHub
from glassboard.server.models.error import ErrorBody
from glassboard.server.models.log import Change
from glassboard.server.models.meshes import MeshHeader
from glassboard.server.models.projections import ProjectionHeader
from glassboard.server.models.scalars import ScalarColumnsHeader
from glassboard.server.page_files import PageFiles
from glassboard.server.prediction_files import FolderOf, PredictionFiles
from glassboard.server.projections.jobs import ProjectionJobs
from glassboard.server.projections.loaded import LoadedEmbeddings
from glassboard.server.projections.shelf import EmbeddingShelf, FoldersOf
from glassboard.server.routes import (
    audio,
    blob,
    custom_scalars,
    embedding_examples,
    embeddings,
    evaluation,
    events,
    export,
    graph,
    health,
    histograms,
    hparams,
    image,
    importance,
    loaded_embeddings,
    log,
    meshes,
    pr_curves,
    prediction_examples,
    prediction_image,
    predictions,
    projections,
    run_metrics,
    run_notes,
    runs,
    samples,
    scalars,
    statistics,
    tags,
    texts,
    video,
)
from glassboard.server.sessions import SessionIndex
from glassboard.server.snapshot.selection import SelectedLog
from glassboard.server.static_files import page_router
from glassboard.server.version import installed_version
from glassboard.store.provider import Provider
from glassboard.store.source import RunFolder
from glassboard.types import JsonObject

__all__ = ["API_PATH", "create_api", "create_app", "normalize_path_prefix"]

API_PATH = "/api/v1"
_ROUTES = (
    health, log, runs, run_notes, tags, scalars, statistics, samples, image, audio, video, blob, texts, histograms,
    pr_curves, predictions, evaluation, prediction_examples, prediction_image, hparams, run_metrics, importance,
    graph, custom_scalars, embeddings, embedding_examples, loaded_embeddings, projections, meshes, export, events,
)  # fmt: skip

# No route answers with exactly these, yet clients read them: their types are generated from the schema too.
_EMBEDDED_MODELS = (Change, ErrorBody, MeshHeader, ProjectionHeader, ScalarColumnsHeader)

_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def _no_folder(_: str) -> None:
    """Of a provider without folders."""


def _no_configs() -> Sequence[RunFolder]:
    return ()


class _Api(FastAPI):
    def openapi(self) -> JsonObject:
        if self.openapi_schema is None:
            schema = super().openapi()
            _, embedded = models_json_schema(
                [(model, "serialization") for model in _EMBEDDED_MODELS],
                ref_template="#/components/schemas/{model}",
            )
            schema["components"]["schemas"].update(embedded["$defs"])
        return super().openapi()


def create_app(
    provider: Provider,
    hub: ChangeHub,
    *,
    title: str = "",
    path_prefix: str = "",
    static_dir: Path | None = None,
    token: str | None = None,
    allowed_hosts: Collection[str] = (),
    projector_folders: FoldersOf = _no_configs,
    folder_of: FolderOf = _no_folder,
) -> FastAPI:
    """The application over `provider`; whoever refreshes the provider tells `hub` what changed.

    `projector_folders` gives the folders with a projector config, on this machine; `folder_of` the folder of a run, where
    images named by paths are.
    Without `static_dir` there is the API alone. With a `token` every request needs it, and any Host is answered (a
    foreign page that rebinds its name to this address has no cookie); without one only loopback names and
    `allowed_hosts` are. Raises `MisuseError` for a path prefix that is none.
    """
    prefix = normalize_path_prefix(path_prefix)
    app = _Api(
        title="Glassboard",
        version=installed_version(),
        summary="Reads the log directory of a training run",
        openapi_url=f"{prefix}{API_PATH}/openapi.json",
        docs_url=None,  # these pages load scripts from another host
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        telemetry=_NO_TELEMETRY,
    )
    loaded = LoadedEmbeddings()

    def all_folders() -> Sequence[RunFolder]:
        return [*projector_folders(), *loaded.folders()]

    shelf = EmbeddingShelf(provider.location, all_folders)
    jobs = ProjectionJobs()

    def api_over(part: SelectedLog, title: str) -> FastAPI:
        return create_api(part, title, projector_folders=projector_folders, jobs=jobs)

    app.state.context = ServerContext(
        provider,
        hub,
        Catalog(provider, shelf),
        SessionIndex(provider),
        EvaluationCache(provider),
        PredictionFiles(folder_of),
        shelf,
        title,
        projections=jobs,
        loaded=loaded,
        page_folder=static_dir,
        api_over=api_over,
    )
    app.include_router(_api_router(prefix + API_PATH))
    app.state.page_files = PageFiles()
    if static_dir is not None:
        app.include_router(page_router(static_dir, app.state.page_files), prefix=prefix)
        if prefix:
            app.add_api_route(prefix, _add_slash, include_in_schema=False)
    errors.install(app)
    # The last one added is the outermost.
    app.add_middleware(SelectiveGzip, api_path=prefix + API_PATH)
    app.add_middleware(security.BodyCap, uncapped={f"{prefix}{API_PATH}{loaded_embeddings.ROUTE}"})
    if token is None:
        app.add_middleware(security.HostCheck, hosts={*LOOPBACK_HOSTS, *allowed_hosts})
    else:
        app.add_middleware(security.TokenGate, token=token, page_path=f"{prefix}/")
    app.add_middleware(errors.RequestEdge)
    app.add_middleware(security.SecurityHeaders)
    return app


def create_api(
    part: SelectedLog,
    title: str = "",
    *,
    projector_folders: FoldersOf = _no_configs,
    jobs: ProjectionJobs | None = None,
) -> FastAPI:
    """The API alone, its routes at `/`, for asking from within this process: without gates, compression and events.

    `jobs` are projections that are there already.
    """

    def chosen_folders() -> Sequence[RunFolder]:
        # What lies beside the runs may be about runs that stay behind.
        return [each for each in projector_folders() if part.holds_folder(each.run)]

    shelf = EmbeddingShelf(part.location, chosen_folders)
    provider: Provider = part
    app = FastAPI(openapi_url=None, redirect_slashes=False, telemetry=_NO_TELEMETRY)
    app.state.context = ServerContext(
        provider,
        ChangeHub(),
        Catalog(provider, shelf),
        SessionIndex(provider),
        EvaluationCache(provider),
        PredictionFiles(_no_folder),
        shelf,
        title,
        projections=jobs or ProjectionJobs(),
    )
    app.include_router(_api_router(""))
    errors.install(app)
    return app


def _api_router(prefix: str) -> APIRouter:
    api = APIRouter(prefix=prefix, responses=errors.ERROR_RESPONSES)
    for module in _ROUTES:
        api.include_router(module.router)
    return api


def _add_slash(request: Request) -> Response:
    """Relative addresses in the page need the slash."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path}/{query}")


def normalize_path_prefix(path_prefix: str) -> str:
    """`/a/b` for `a/b`, `/a/b` and `/a/b/`; empty for `/` and the empty string."""
    parts = [part for part in path_prefix.split("/") if part]
    if any(part in (".", "..") or not part.isprintable() or set(part) & set("?#%{} \\") for part in parts):
        raise MisuseError(f"path prefix {path_prefix!r} is no plain path such as /glassboard")
    return "".join(f"/{part}" for part in parts)
