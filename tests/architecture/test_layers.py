"""The layer table: a file may import lower numbers and its own folder, never a sibling of the same number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "glassboard"
WEB = ROOT / "web" / "src"

# First match wins; the longest prefix stands first. Names are relative to the package, with dots.
PYTHON_LAYERS: dict[str, int] = {
    "store.provider": 1,
    "types": 0,
    "errors": 0,
    "_lazy": 0,
    "_kernel": 0,
    "bucket": 1,
    "codec": 1,
    "writer": 2,
    "store": 2,
    "analysis": 3,
    "instrument": 3,
    "summary_writer": 4,
    "log": 4,
    "diagnosis": 4,
    "server": 5,
    "sweep": 5,
    "integrations": 5,
    "testing": 5,
    "": 6,
    "demo": 7,
    "cli": 8,
    "__main__": 9,
}

# Debt: an edge that breaks the table, with the reason it stands.
PYTHON_EXCEPTIONS: dict[tuple[str, str], str] = {}

WEB_LAYERS: dict[str, str] = {
    "lib": "a", "api": "b", "ui": "c", "charts": "c", "projector": "c", "graph": "c", "state": "d", "views": "e", "app": "f",
}  # fmt: skip
WEB_ALLOWED: dict[str, set[str]] = {
    "a": set(), "b": {"a"}, "c": {"a"}, "d": {"a", "b"}, "e": {"a", "b", "c", "d"}, "f": {"a", "b", "c", "d", "e"},
}  # fmt: skip
# A view may draw with every part of layer c; parts of layer c may use the small controls of ui.
WEB_SAME_LAYER: set[tuple[str, str]] = {("charts", "ui"), ("projector", "ui"), ("graph", "ui")}


def group_of(module: str) -> str:
    """The entry of the table that a module (relative to the package) belongs to."""
    candidates = [
        name for name in PYTHON_LAYERS if name and (module == name or module.startswith(name + "."))
    ]
    if candidates:
        return max(candidates, key=len)
    if module == "":
        return ""
    raise AssertionError(
        f"module glassboard.{module} is in no layer: add it to the table and to the documentation"
    )


def imported_modules(path: Path) -> list[str]:
    """Modules of this package that a file imports at run time, relative to the package."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    package = ["glassboard", *path.relative_to(PACKAGE).parent.parts]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, node.module] if node.module else base)
            found += [f"{origin}.{alias.name}" for alias in node.names]
    names = [
        name.removeprefix("glassboard").removeprefix(".")
        for name in found
        if re.match(r"glassboard(\.|$)", name)
    ]
    return [resolve(name) for name in names]


GROUND = {"types", "errors", "_lazy", "_kernel"}
"""The files of layer 0 share a folder, the package itself; among them types and errors stand lowest."""


def resolve(name: str) -> str:
    """Drops the last part of a dotted name where it is not a module but something in it."""
    parts = name.split(".") if name else []
    while parts:
        at = PACKAGE.joinpath(*parts)
        if at.is_dir() or at.with_suffix(".py").exists() or at.with_suffix(".pyi").exists():
            break
        parts.pop()
    return ".".join(parts)


def violations_of(path: Path) -> list[str]:
    module = (
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").removesuffix(".")
    )
    own = group_of(module)
    wrong = []
    for target in imported_modules(path):
        other = group_of(target)
        if other == own or {own, other} <= GROUND or (module, target) in PYTHON_EXCEPTIONS:
            continue
        # The vocabulary of the store belongs to the store; a package's own root is not a layer above it.
        if PYTHON_LAYERS[other] >= PYTHON_LAYERS[own]:
            wrong.append(f"{module or '__init__'} (layer {PYTHON_LAYERS[own]}) imports {target or 'glassboard'} "
                         f"(layer {PYTHON_LAYERS[other]})")  # fmt: skip
    return wrong


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_python_imports_point_down(path: Path) -> None:
    assert violations_of(path) == []


def test_writer_and_store_do_not_meet() -> None:
    for folder, forbidden in (("store", "writer"), ("writer", "store")):
        for path in (PACKAGE / folder).rglob("*.py"):
            assert [name for name in imported_modules(path) if name.split(".")[0] == forbidden] == [], path


def test_the_check_itself_sees_a_wrong_import(tmp_path: Path) -> None:
    assert imported_modules(PACKAGE / "store" / "provider.py") == ["types", "types", "types"]
    assert group_of("store.provider") == "store.provider"
    assert group_of("codec.payloads.image") == "codec"
    with pytest.raises(AssertionError, match="in no layer"):
        group_of("helpers")


def web_imports(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    pattern = r"""(?:from\s+|import\s+|import\()\s*['"](\.{1,2}/[^'"]+)['"]"""
    return [str((path.parent / found).resolve()) for found in re.findall(pattern, text)]


def web_group(path: str) -> str | None:
    parts = Path(path).relative_to(WEB).parts
    return parts[0] if len(parts) > 1 else None


def test_web_imports_point_down() -> None:
    wrong = []
    sources = [path for path in WEB.rglob("*") if path.suffix in {".ts", ".svelte"}]
    assert sources, "the page has no sources"
    for path in sources:
        own = web_group(str(path))
        if own is None or ".test." in path.name:
            continue
        for target in web_imports(path):
            if not target.startswith(str(WEB)):
                continue
            other = web_group(target)
            if other is None or other == own:
                if (
                    own == "views"
                    and Path(target).relative_to(WEB).parts[1] != path.relative_to(WEB).parts[1]
                ):
                    wrong.append(f"{path.relative_to(WEB)} imports another view: {target}")
                continue
            if WEB_LAYERS[other] not in WEB_ALLOWED[WEB_LAYERS[own]] and (own, other) not in WEB_SAME_LAYER:
                wrong.append(f"{path.relative_to(WEB)} ({own}) imports {other}")
    assert wrong == []
