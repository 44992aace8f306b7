"""The built page as parts of one HTML file: scripts, styles and fonts, without an address that leads out of it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from glassboard.errors import GlassboardError
from glassboard.server.static_files import require_page

__all__ = ["BuiltPage", "policy"]

_BOOT = Path(__file__).with_name("boot.js")
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_ADDRESS = re.compile(r"url\(\s*[\"']?\.?/?([^\"')]+)[\"']?\s*\)")
_LATIN = re.compile(r"-latin-wght-")
_MATHEMATICS = re.compile(r"KaTeX")


def policy(nonce: str) -> str:
    """No request leaves the file. Scripts are those that were put in here, and what they make themselves (`blob:`)."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' blob:",
            f"style-src 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src data: blob:",
            "media-src data: blob:",
            "font-src data:",
            "connect-src blob: data:",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


@dataclass(frozen=True)
class BuiltPage:
    """The files of the page below `root`. Raises `NotFoundError` where it is not built."""

    root: Path

    def __post_init__(self) -> None:
        require_page(self.root)

    @cached_property
    def _index(self) -> str:
        return (self.root / "index.html").read_text(encoding="utf-8")

    @cached_property
    def _style(self) -> str:
        names = re.findall(r'<link rel="stylesheet"[^>]*href="\./([^"]+)"', self._index)
        style = "\n".join((self.root / name).read_text(encoding="utf-8") for name in names)
        if "</style" in style.lower() or not names:
            raise GlassboardError(
                f"the built page has no style sheet that can be put into a file ({self.root})"
            )
        return style

    @cached_property
    def style(self) -> str:
        """Everything but the fonts."""
        return _FACE.sub("", self._style)

    def fonts(self, *, latin: bool = False, others: bool = False, mathematics: bool = False) -> str:
        """`@font-face` rules with the fonts in them."""
        wanted = []
        for face in _FACE.findall(self._style):
            is_mathematics, is_latin = bool(_MATHEMATICS.search(face)), bool(_LATIN.search(face))
            if mathematics if is_mathematics else latin if is_latin else others:
                wanted.append(_ADDRESS.sub(self._inlined, self._best_source(face)))
        return "\n".join(wanted)

    def _best_source(self, face: str) -> str:
        """Of several formats the first alone, which every browser that can open the file knows."""
        return re.sub(r"(src:[^,;}]*),[^;}]*", r"\1", face)

    def _inlined(self, found: re.Match[str]) -> str:
        path = self._inside(f"assets/{found[1]}")
        data = base64.b64encode(path.read_bytes()).decode()
        return f"url(data:font/{path.suffix.removeprefix('.')};base64,{data})"

    def _inside(self, name: str) -> Path:
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()) or not path.is_file():
            raise GlassboardError(
                f"the style sheet of the built page names a file that is not there ({path})"
            )
        return path

    @cached_property
    def scripts(self) -> bytes:
        """Every module by its name, and which one starts the page: compressed JSON."""
        entries = re.findall(r'<script type="module"[^>]*src="\./assets/([^"]+)"', self._index)
        if len(entries) != 1:
            raise GlassboardError(f"the built page has {len(entries)} entries, want one ({self.root})")
        modules = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted((self.root / "assets").glob("*.js"))
        }
        return gzip.compress(json.dumps({"entry": entries[0], "modules": modules}).encode(), 9, mtime=0)

    def head(self, title: str, nonce: str) -> str:
        icon = base64.b64encode((self.root / "favicon.svg").read_bytes()).decode()
        return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Glassboard">
<link rel="icon" href="data:image/svg+xml;base64,{icon}">
<title>{html.escape(title)}</title>
<style nonce="{nonce}">
{self.fonts(latin=True)}
{self.style}
</style>
<script nonce="{nonce}">
{_BOOT.read_text(encoding="utf-8")}</script>
</head>
<body>
<div id="app"></div>
<noscript>Glassboard draws its charts with JavaScript, which is switched off in this browser.</noscript>
"""
