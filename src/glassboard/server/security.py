"""Who may ask, and what an answer may do in a browser. Plain ASGI, so that streams pass through untouched."""

from __future__ import annotations

import hashlib
import html
import secrets
from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassboard.server.addresses import host_name
from glassboard.server.errors import error_response

__all__ = ["BodyCap", "HostCheck", "SecurityHeaders", "TokenGate"]

MAX_BODY_BYTES = 8 << 20
"""5,000 series with long names are about 2 MB."""

# Styles may be set on elements (charts and panels are sized that way), never brought in as elements; scripts and
# requests only from here. Notebooks on this machine may frame the page.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    ]
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds what every answer carries; a route that sets one of them (an image, for instance) keeps its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, add)


class HostCheck:
    """Refuses requests whose Host is not ours.

    Otherwise a foreign page could point its own name at 127.0.0.1 (DNS rebinding) and read the log as its own origin.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = host_name(Headers(scope=scope).get("host", ""))
            if found not in self._hosts:
                wanted = ", ".join(sorted(self._hosts))
                text = f"this server answers for {wanted}, not for {found!r}; --allow-host adds a name"
                await error_response(403, "host_not_allowed", text)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class TokenGate:
    """Lets in who has the token: in the cookie, as `?token=`, or as `Authorization: Bearer`.

    Opening the page with `?token=` sets the cookie and takes the token out of the address bar.
    """

    def __init__(self, app: ASGIApp, *, token: str, page_path: str) -> None:
        self._app = app
        self._token = token.encode()
        self._page_path = page_path
        # Cookies do not know ports: two servers on one machine must not overwrite each other's.
        self._cookie = "glassboard-" + hashlib.sha256(self._token).hexdigest()[:12]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token", "")
        is_page = scope["path"] == self._page_path and scope["method"] in ("GET", "HEAD")
        if self._is_right(given) and is_page:
            await self._welcome(query)(scope, receive, send)
        elif any(map(self._is_right, (given, self._bearer(headers), self._cookie_value(headers)))):
            await self._app(scope, receive, send)
        else:
            await self._refusal(is_page=is_page, was_given=bool(given))(scope, receive, send)

    def _is_right(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self._token)

    @staticmethod
    def _bearer(headers: Headers) -> str:
        scheme, _, value = headers.get("authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" else ""

    def _cookie_value(self, headers: Headers) -> str:
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return morsel.value if morsel else ""

    def _welcome(self, query: list[tuple[str, str]]) -> Response:
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        response = Response(status_code=303, headers={"Location": f"./?{rest}" if rest else "./"})
        response.set_cookie(
            self._cookie, self._token.decode(), path=self._page_path, httponly=True, samesite="strict"
        )
        return response

    def _refusal(self, *, is_page: bool, was_given: bool) -> Response:
        text = "the token is wrong" if was_given else "this server needs its token"
        text += ": open the address that glassboard printed when it started, or send the token as ?token=…"
        if not is_page:
            return error_response(401, "token_required", text, {"WWW-Authenticate": "Bearer"})
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Glassboard</title>"
            f"<p>{html.escape(text[0].upper() + text[1:])}</p><form method=get>"
            "<label>Token <input name=token type=password autofocus></label> <button>Open</button></form>"
        )
        return HTMLResponse(page, 401, {"Cache-Control": "no-store"})


class BodyCap:
    """Refuses request bodies over `MAX_BODY_BYTES` before they are held in memory.

    `uncapped` are paths whose route counts while it reads, and holds nothing in memory.
    """

    def __init__(self, app: ASGIApp, *, uncapped: Collection[str] = ()) -> None:
        self._app = app
        self._uncapped = frozenset(uncapped)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        passes = scope["type"] != "http" or scope["method"] in ("GET", "HEAD")
        if passes or scope["path"] in self._uncapped:
            await self._app(scope, receive, send)
            return
        parts: list[bytes] = []
        size_bytes = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            parts.append(message.get("body", b""))
            size_bytes += len(parts[-1])
            if size_bytes > MAX_BODY_BYTES:
                text = f"the request body is longer than {MAX_BODY_BYTES} bytes"
                await error_response(413, "too_large", text)(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        body: Message = {"type": "http.request", "body": b"".join(parts), "more_body": False}
        pending = [body]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)
