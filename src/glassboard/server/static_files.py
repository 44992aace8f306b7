"""Serves the built page. It keeps its state in the query string, so only `/` is the page; the rest are its files."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from glassboard.errors import NotFoundError

__all__ = ["INSTALLED_PAGE", "page_router", "require_page"]

INSTALLED_PAGE = Path(__file__).resolve().parents[1] / "static"
"""Where the build puts the page."""

# Not left to the machine's own tables, which on some systems call scripts text/plain: nosniff would refuse them.
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def require_page(static_dir: Path) -> None:
    """Raises `NotFoundError` with what to do when the page has not been built."""
    if not (static_dir / "index.html").is_file():
        raise NotFoundError(
            f"the page is not built: run `make setup` in the source tree (no index.html in {static_dir})"
        )


def page_router(static_dir: Path) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    root = static_dir.resolve()

    @router.api_route("/", methods=["GET", "HEAD"])
    def _page() -> Response:
        require_page(root)
        return _file(root / "index.html", cache="no-cache")

    # Two patterns instead of one for all: that one would answer for API routes asked with a wrong method.
    @router.api_route("/{name}", methods=["GET", "HEAD"])
    def _page_file(name: str) -> Response:
        return _inside(name)

    @router.api_route("/assets/{path:path}", methods=["GET", "HEAD"])
    def _asset(path: str) -> Response:
        return _inside(f"assets/{path}")

    def _inside(path: str) -> Response:
        try:
            found = (root / path).resolve()
            inside = found.is_relative_to(root) and found.is_file()
        except (OSError, ValueError):
            inside = False
        if not inside:
            raise HTTPException(404)
        # Vite puts a hash of the content into the names under assets/.
        hashed = found.is_relative_to(root / "assets")
        return _file(found, cache="public, max-age=31536000, immutable" if hashed else "no-cache")

    return router


def _file(path: Path, *, cache: str) -> Response:
    media_type = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return FileResponse(
        path, media_type=media_type or "application/octet-stream", headers={"Cache-Control": cache}
    )
