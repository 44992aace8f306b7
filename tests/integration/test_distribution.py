"""The source distribution carries the built page, so that installing from it needs no Node."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def build(source: Path, out: Path, kind: str, environment: dict[str, str]) -> Path:
    command = [
        sys.executable,
        "-m",
        "build",
        f"--{kind}",
        "--no-isolation",
        "--outdir",
        str(out),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def source_distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tools = str(Path(sys.executable).parent)
    return build(
        ROOT,
        tmp_path_factory.mktemp("sdist"),
        "sdist",
        {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
    )


def test_source_distribution_holds_the_page_and_nothing_that_was_left_lying(
    source_distribution: Path,
) -> None:
    with tarfile.open(source_distribution) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames() if "/" in name]
    assert "src/glassboard/static/index.html" in names
    assert any(name.startswith("src/glassboard/static/assets/") and name.endswith(".js") for name in names)
    assert "kernel/core/crc32c.cpp" in names
    assert "LICENSE" in names
    left = [
        name
        for name in names
        if "node_modules" in name or name.startswith((".venv", "build/")) or name.endswith(".so")
    ]
    assert left == []


def test_wheel_from_the_source_distribution_needs_no_node(source_distribution: Path, tmp_path: Path) -> None:
    with tarfile.open(source_distribution) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    # Only the compiler, Python and the build tools of this environment; no node, no npm.
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name in ("sh", "uname", "ld", "as", "ar", "ranlib", "nm", "strip", "gcc", "g++", "cc", "c++", "env"):
        for folder in os.environ["PATH"].split(":"):
            if (Path(folder) / name).exists():
                (bin_folder / name).symlink_to(Path(folder) / name)
                break
    path = f"{Path(sys.executable).parent}:{bin_folder}"
    # Optimised it is compiled by every installation; here it is enough that it is compiled.
    environment = {**os.environ, "PATH": path, "SKBUILD_CMAKE_BUILD_TYPE": "Debug"}
    wheel = build(source, tmp_path / "out", "wheel", environment)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "glassboard/static/index.html" in names
    assert any(name.startswith("glassboard/_kernel.") and name.endswith(".so") for name in names)
    assert "glassboard/py.typed" in names
    assert not [name for name in names if name.endswith((".cpp", ".hpp", ".map"))]
