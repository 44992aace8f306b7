"""The files of the built page as they travel: those that shrink are compressed once, and then sent from memory."""

from __future__ import annotations

import gzip
import mimetypes
import re
import threading
from os import stat_result
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse, Response

from glassboard.server.context import is_known

__all__ = ["PageFiles", "accepts_gzip"]

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
# The others, fonts and pictures, are compressed already.
_SHRINKING = frozenset({".css", ".html", ".js", ".json", ".map", ".svg", ".wasm", ".webmanifest"})
# Measured on the 2.2 MB of the page that shrink: level 6 takes 77 ms for all, level 1 50 ms and 17 % more bytes, level 9
# 101 ms for 0.2 % less.
_LEVEL = 6
_MIN_BYTES = 1024
MAX_KEPT_BYTES = 16 << 20
"""Compressed bytes held in memory; the whole page needs 0.7 MB."""
MAX_FILE_BYTES = 8 << 20
"""A larger file travels as it is."""


class PageFiles:
    """Answers with files, and keeps what it compressed for as long as the file stays the same. Any thread may ask.

    A file that was replaced (by a build, while the server runs) has another time or size, and is compressed again.
    """

    def __init__(self, max_kept_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_kept_bytes = max_kept_bytes
        self._kept: dict[Path, tuple[tuple[int, int], bytes]] = {}
        self._turns: dict[Path, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def kept_bytes(self) -> int:
        with self._lock:
            return sum(len(content) for _, content in self._kept.values())

    def prepare(self, root: Path) -> None:
        """Compresses what `index.html` names, which a first load asks for; the files of a view wait until it is opened.

        More would take the processor from that first load. A file that cannot be read is passed over; whoever asks for it is
        told.
        """
        index = root / "index.html"
        try:
            named = re.findall(r'(?:href|src)="\./([^"]+)"', index.read_text(encoding="utf-8"))
            paths = dict.fromkeys([index, *(root / name for name in named)])
        except (OSError, ValueError):
            return
        for path in paths:
            try:
                if path.is_file():
                    self._compressed(path.resolve(), path.stat())
            except OSError:
                continue

    def answer(self, request: Request, path: Path, *, cache: str) -> Response:
        """The file at `path`, which is there; in the encoding that the client wants, or 304 where it holds just that.

        A range is one of the plain file. Raises `OSError` where the file goes meanwhile.
        """
        media_type = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        state = path.stat()
        plain = FileResponse(
            path,
            media_type=media_type or "application/octet-stream",
            headers={"Cache-Control": cache},
            stat_result=state,
        )
        if not _may_shrink(path, state):
            return _unless_held(request, plain)
        plain.headers["Vary"] = "Accept-Encoding"
        if "range" in request.headers or not accepts_gzip(request.headers.get("accept-encoding", "")):
            return _unless_held(request, plain)
        content = self._compressed(path, state)
        if not content:
            return _unless_held(request, plain)
        headers = dict(plain.headers)
        del headers["accept-ranges"]
        # Other bytes need another tag: a cache must not put parts of both together.
        headers["etag"] = f'{plain.headers["etag"][:-1]}-gzip"'
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(content))
        return _unless_held(request, Response(b"" if request.method == "HEAD" else content, headers=headers))

    def _compressed(self, path: Path, state: stat_result) -> bytes:
        """Empty where compressing saves nothing. Of several who ask at once, one compresses."""
        if not _may_shrink(path, state):
            return b""
        key = (state.st_mtime_ns, state.st_size)
        with self._lock:
            turn = self._turns.setdefault(path, threading.Lock())
        with turn:
            with self._lock:
                held = self._kept.get(path)
            if held is not None and held[0] == key:
                return held[1]
            whole = path.read_bytes()
            content = gzip.compress(whole, _LEVEL, mtime=0)
            self._keep(path, key, content if len(content) < len(whole) else b"")
            return content if len(content) < len(whole) else b""

    def _keep(self, path: Path, key: tuple[int, int], content: bytes) -> None:
        with self._lock:
            self._kept.pop(path, None)
            self._kept[path] = (key, content)
            size = sum(len(each) for _, each in self._kept.values())
            while size > self._max_kept_bytes:
                oldest = next(iter(self._kept))
                size -= len(self._kept.pop(oldest)[1])


def _may_shrink(path: Path, state: stat_result) -> bool:
    return path.suffix in _SHRINKING and _MIN_BYTES <= state.st_size <= MAX_FILE_BYTES


def _unless_held(request: Request, response: Response) -> Response:
    if not is_known(request, response.headers["etag"]):
        return response
    kept = ("cache-control", "etag", "last-modified", "vary")
    return Response(
        status_code=304, headers={name: response.headers[name] for name in kept if name in response.headers}
    )


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a value of the header `Accept-Encoding` lets an answer be compressed (RFC 9110, section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, rest = part.partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", rest)
        weights[name.strip()] = float(weight[1]) if weight else 0.0 if rest.strip() else 1.0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0
