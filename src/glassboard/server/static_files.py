"""Serves the built page. It keeps its state in the query string, so only `/` is the page; the rest are its files."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from glassboard.errors import NotFoundError
from glassboard.server.page_files import PageFiles

__all__ = ["INSTALLED_PAGE", "page_router", "require_page"]

INSTALLED_PAGE = Path(__file__).resolve().parents[1] / "static"
"""Where the build puts the page."""


def require_page(static_dir: Path) -> None:
    """Raises `NotFoundError` with what to do when the page has not been built."""
    if not (static_dir / "index.html").is_file():
        raise NotFoundError(
            f"the page is not built: run `make setup` in the source tree (no index.html in {static_dir})"
        )


def page_router(static_dir: Path, files: PageFiles) -> APIRouter:
    """The page at `/` and the files beside it, sent by `files`. Whatever leads out of the folder is not there (404)."""
    router = APIRouter(include_in_schema=False)
    root = static_dir.resolve()

    @router.api_route("/", methods=["GET", "HEAD"])
    def _page(request: Request) -> Response:
        require_page(root)
        return files.answer(request, root / "index.html", cache="no-cache")

    # Two patterns instead of one for all: that one would answer for API routes asked with a wrong method.
    @router.api_route("/{name}", methods=["GET", "HEAD"])
    def _page_file(request: Request, name: str) -> Response:
        return _inside(request, name)

    @router.api_route("/assets/{path:path}", methods=["GET", "HEAD"])
    def _asset(request: Request, path: str) -> Response:
        return _inside(request, f"assets/{path}")

    def _inside(request: Request, path: str) -> Response:
        try:
            found = (root / path).resolve()
            inside = found.is_relative_to(root) and found.is_file()
        except (OSError, ValueError):
            inside = False
        if not inside:
            raise HTTPException(404)
        # Vite puts a hash of the content into the names under assets/.
        hashed = found.is_relative_to(root / "assets")
        return files.answer(
            request, found, cache="public, max-age=31536000, immutable" if hashed else "no-cache"
        )

    return router
