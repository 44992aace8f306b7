"""Asks the API from within this process: what is recorded of a log is what a page would have been told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

__all__ = ["Answer", "Answers"]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> Any:  # any JSON: each route has a model of its own
        return json.loads(self.body)


class Answers:
    """The routes of `app`, asked one after another; `app` has neither a gate nor compression."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, route: str, query: Mapping[str, str | int]) -> Answer:
        return await self._ask("GET", route, urlencode(query), b"")

    async def post(self, route: str, question: object) -> Answer:
        return await self._ask("POST", route, "", json.dumps(question).encode())

    async def _ask(self, method: str, route: str, query: str, body: bytes) -> Answer:
        path = f"/{route}"
        headers = [(b"host", b"localhost"), (b"content-length", str(len(body)).encode())]
        if body:
            headers.append((b"content-type", b"application/json"))
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": None,
            "server": ("localhost", 80),
        }
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        status, found, parts = 500, dict[str, str](), list[bytes]()

        async def receive() -> Message:
            if not pending:  # nobody hangs up
                await asyncio.Event().wait()
            return pending.pop()

        async def send(message: Message) -> None:
            nonlocal status, found
            if message["type"] == "http.response.start":
                status = message["status"]
                found = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in message["headers"]
                }
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, send)
        return Answer(status, found.get("content-type", ""), found, b"".join(parts))
