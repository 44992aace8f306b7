"""docs/reference/writer.md names every call, every argument, and tests that exist."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import glassboard

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "reference" / "writer.md").read_text(encoding="utf-8")
CALLS = [name for name in dir(glassboard.SummaryWriter) if not name.startswith("_")]


@pytest.mark.parametrize("name", CALLS)
def test_every_call_and_attribute_is_listed(name):
    assert f"`{name}" in TEXT


@pytest.mark.parametrize("name", [name for name in CALLS if f"`{name}(" in TEXT])
def test_arguments_are_those_of_the_code(name):
    listed = re.search(rf"`{name}\(([^`]*)\)`", TEXT)
    assert listed is not None
    if listed[1] in ("...", "*tags"):
        return
    found = [part.strip() for part in listed[1].split(",") if part.strip() not in ("", "*")]
    wanted = [p for p in inspect.signature(getattr(glassboard.SummaryWriter, name)).parameters if p != "self"]
    assert found == [p for p in wanted if p != "onnx_model_file"]


def test_construction_is_that_of_the_code():
    listed = re.search(r"^`SummaryWriter\((.*)\)`$", TEXT, flags=re.MULTILINE)
    assert listed is not None
    found = [part.split("=")[0].strip() for part in listed[1].split(",") if part.strip() != "*"]
    assert found == [p for p in inspect.signature(glassboard.SummaryWriter).parameters if p != "kwargs"]


def test_the_defects_are_numbered_and_their_tests_exist():
    rows = re.findall(r"^\| (\d+) \|[^|]*\| `([^`]+)` \|$", TEXT, flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 18))
    for _, test in rows:
        path, *names = test.split("::")
        source = (ROOT / path).read_text(encoding="utf-8")
        for name in names:
            assert re.search(rf"^ *(def|class) {name}\b", source, flags=re.MULTILINE), test
