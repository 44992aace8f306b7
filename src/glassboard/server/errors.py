"""Every error leaves the server in one shape, `ErrorBody`, whatever raised it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassboard.errors import (
    CorruptError,
    GlassboardError,
    MisuseError,
    NotFoundError,
    TooLargeError,
    TruncatedError,
)
from glassboard.server.disconnects import ClientGoneError
from glassboard.server.models.error import ErrorBody, ErrorDetail
from glassboard.server.projections.jobs import TooManyError
from glassboard.types import JsonObject

__all__ = ["ERROR_RESPONSES", "RequestEdge", "Responses", "error_response", "install"]

_log = logging.getLogger("glassboard.server")

Responses: TypeAlias = dict[int | str, dict[str, Any]]
"""The `responses` of a route: FastAPI's own type."""

# Not by `model`: an error is JSON on routes that answer something else, too.
ERROR_RESPONSES: Responses = {
    "default": {
        "description": "Every error has this shape",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
    }
}
"""For the `responses` of every route, so that the schema tells the truth."""

# Log directories are written by others: what is broken there is no fault of the request (4xx), nor an accident of ours.
_STATUS_AND_CODE: dict[type[GlassboardError], tuple[int, str]] = {
    NotFoundError: (404, "not_found"),
    MisuseError: (422, "invalid"),
    TooLargeError: (413, "too_large"),
    TruncatedError: (502, "truncated"),
    CorruptError: (502, "corrupt"),
    TooManyError: (429, "too_many"),
}
_SHOWN_INPUT_CHARACTERS = 80
_CLIENT_GONE = 499


def error_response(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    body = ErrorBody(error=ErrorDetail(code=code, message=message))
    return JSONResponse(body.model_dump(), status, headers)


def install(app: FastAPI) -> None:
    """Registers the handlers for everything a request can raise on purpose; `RequestEdge` has the rest."""

    @app.exception_handler(GlassboardError)
    def _ours(_: Request, error: GlassboardError) -> Response:
        status, code = next(
            (value for kind, value in _STATUS_AND_CODE.items() if isinstance(error, kind)), (500, "failed")
        )
        return error_response(status, code, str(error))

    @app.exception_handler(ClientGoneError)
    def _gone(_: Request, error: ClientGoneError) -> Response:
        return Response(status_code=_CLIENT_GONE)  # reaches nobody

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        message = error.detail
        if error.status_code == 404 and error.detail == "Not Found":
            message = f"there is nothing at {request.url.path}"
        elif error.status_code == 405:
            allowed = (error.headers or {}).get("Allow", "another method")
            message = f"{request.url.path} does not answer {request.method}, it answers {allowed}"
        return error_response(error.status_code, code, message, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def _invalid(_: Request, error: RequestValidationError) -> Response:
        return error_response(422, "invalid", _sentence(error.errors()))


def _sentence(problems: Sequence[JsonObject]) -> str:
    """What was wanted and what was found, for the first few things that are wrong."""
    parts = []
    for problem in problems[:3]:
        where = ".".join(str(part) for part in problem["loc"] if part not in ("body", "query"))
        text = problem["msg"].removeprefix("Value error, ")
        found = problem.get("input")
        if problem["type"] == "json_invalid":
            text, found = (
                f"the body is not JSON: {problem.get('ctx', {}).get('error', 'cannot be read')}",
                None,
            )
        if isinstance(found, bytes):
            text, found = "the body is not JSON: it wants Content-Type: application/json", None
        if problem["type"] == "missing":
            found = None
        shown = "" if found is None or isinstance(found, (dict, list)) else f" (got {_short(found)})"
        parts.append(f"{where}: {text}{shown}" if where else f"{text}{shown}")
    if len(problems) > len(parts):
        parts.append(f"and {len(problems) - len(parts)} more")
    return "; ".join(parts)


def _short(value: object) -> str:
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN_INPUT_CHARACTERS else text[: _SHOWN_INPUT_CHARACTERS - 1] + "…"


class RequestEdge:
    """Catches what no handler expects, logs it with its traceback once, and answers 500 in the one shape."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, note)
        except asyncio.CancelledError:
            # Only the end of the server cancels a whole request; this is the last stop, so nothing waits for it to pass on.
            if not started:
                await error_response(503, "ending", "the server is ending")(scope, receive, send)
        except Exception as error:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            text = f"the server failed on this request: {type(error).__name__}; its log has the details"
            await error_response(500, "internal_server_error", text)(scope, receive, send)
