"""What a checker is told to pass over, and every `Any`, says why in the same line."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "glassboard"
# What each of these stands for is said in the docstring below it.
NAMED = re.compile(r"^\w+: TypeAlias = |^(from|import) ")
FORMS = (
    (re.compile(r"noqa\b"), re.compile(r"noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \w")),
    (re.compile(r"type: ignore\b"), re.compile(r"type: ignore\[[a-z-]+\]  # \w")),
)


def unexplained(source: str) -> list[str]:
    """The lines with an exception that says nothing of why; the name `Any` wants a comment, of whatever words."""
    found = []
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    lines = source.splitlines()
    for number, comment in comments.items():
        if any(form.search(comment) and not wanted.search(comment) for form, wanted in FORMS):
            found.append(lines[number - 1])
    for token in tokens:
        line = token.line.strip()
        is_any = token.type == tokenize.NAME and token.string == "Any"
        if is_any and not NAMED.match(line) and token.start[0] not in comments:
            found.append(line)
    return found


@pytest.mark.parametrize(
    ("line", "is_bad"),
    [
        ("import a  # noqa: PLC0415", True),
        ("import a  # noqa", True),
        ("import a  # noqa: A001, PTH100 - its name", False),
        ("a = b  # type: ignore", True),
        ("a = b  # type: ignore[misc]", True),
        ("a = b  # type: ignore[misc]  # torch has no type for it", False),
        ("def f(a: Any, b: int) -> None: ...", True),
        ("def f(a: int) -> Any: ...", True),
        ("a: dict[str, Any] = {}", True),
        ("listed: Any = b  # an array of strings has no type", False),
        ("Json: TypeAlias = dict[str, Any]", False),
        ('"""Any thread may call it."""', False),
        ("from typing import Any, TypeAlias", False),
    ],
)
def test_a_line_without_a_reason_is_found(line: str, is_bad: bool) -> None:
    assert bool(unexplained(line)) is is_bad


def test_every_exception_says_why() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in sorted(ROOT.rglob("*.py"))
        for line in unexplained(path.read_text("utf-8"))
    ]
    assert found == []
