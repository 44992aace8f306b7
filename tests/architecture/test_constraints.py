"""The pins: everything that is installed for the tests is pinned, torch above all."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Made by venv or named by the project itself.
OUTSIDE = {"pip", "setuptools", "glassboard"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonical(name): version for name, version in pairs}


def test_every_installed_package_is_pinned() -> None:
    installed = {canonical(dist.name): dist.version for dist in metadata.distributions()}
    pinned = pins()
    missing = sorted(set(installed) - set(pinned) - OUTSIDE)
    assert missing == []
    differing = {
        name: (version, pinned[name])
        for name, version in installed.items()
        if name in pinned and version.split("+")[0] != pinned[name]
    }
    assert differing == {}


def test_every_declared_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + [
        requirement for extra in project["optional-dependencies"].values() for requirement in extra
    ]
    names = {canonical(re.split(r"[\[<>=~! ]", requirement)[0]) for requirement in declared}
    assert sorted(names - set(pins()) - OUTSIDE) == []


def test_torch_is_pinned_to_one_version_and_torchvision_is_not_used() -> None:
    assert pins()["torch"] == "2.13.0"
    assert "torchvision" not in pins()


def test_base_install_is_light() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[<>=]", requirement)[0] for requirement in project["dependencies"]}
    assert names == {"numpy", "pillow", "fastapi", "uvicorn", "tsdownsample", "watchfiles"}
