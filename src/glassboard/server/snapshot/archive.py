"""Recorded answers as blocks of text that HTML cannot be broken out of: base64, of gzip where that helps."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping

from glassboard.server.snapshot.recordings import Recorded, described

__all__ = ["ArchiveWriter", "element"]

BLOCK_BYTES = 3 << 16
"""About what is unpacked to read one answer."""
_LEVEL = 6


def element(name: str, data: bytes, nonce: str) -> bytes:
    """An element that a browser neither runs nor shows.

    The alphabet of base64 has no `<`: whatever `data` holds, it stays inside.
    """
    return (
        f'<script type="application/octet-stream" nonce="{nonce}" id="{name}">'.encode()
        + base64.b64encode(data)
        + b"</script>\n"
    )


class ArchiveWriter:
    """Packs answers into blocks `glassboard-0`, `glassboard-1`, … and the index `glassboard-index` over them.

    Media lie as they are, since a page needs the address of an image at once; all else is compressed.
    """

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce
        self._blocks: list[str] = []
        self._answers: list[dict[str, object]] = []
        self._open: dict[str, list[bytes]] = {"gzip": [], "plain": []}
        self._waiting: dict[str, list[dict[str, object]]] = {"gzip": [], "plain": []}
        self._sizes = {"gzip": 0, "plain": 0}

    def add(self, recorded: Recorded) -> Iterator[bytes]:
        """The elements that were filled by this answer."""
        packing = "plain" if recorded.answer.media_type.startswith(("image/", "audio/", "video/")) else "gzip"
        body = recorded.answer.body
        about = {**described(recorded), "offset": self._sizes[packing], "length": len(body)}
        self._waiting[packing].append(about)
        self._open[packing].append(body)
        self._sizes[packing] += len(body)
        if self._sizes[packing] >= BLOCK_BYTES:
            yield self._close(packing)

    def end(self, about: Mapping[str, object]) -> Iterator[bytes]:
        """The blocks that are not full, and the index with what is said of the snapshot itself."""
        for packing, parts in self._open.items():
            if parts:
                yield self._close(packing)
        index = {"version": 1, "snapshot": about, "blocks": self._blocks, "answers": self._answers}
        yield element(
            "glassboard-index", _packed(json.dumps(index, ensure_ascii=False).encode()), self._nonce
        )

    def _close(self, packing: str) -> bytes:
        data = b"".join(self._open[packing])
        number = len(self._blocks)
        self._answers += ({**about, "block": number} for about in self._waiting[packing])
        self._blocks.append(packing)
        self._open[packing], self._waiting[packing], self._sizes[packing] = [], [], 0
        return element(f"glassboard-{number}", _packed(data) if packing == "gzip" else data, self._nonce)


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)
