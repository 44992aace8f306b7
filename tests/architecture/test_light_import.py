"""What `from glassboard import SummaryWriter` loads, and what waits for its use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from glassboard import _lazy
from glassboard.summary_writer import _kinds

LOGS_NUMBERS = """
import json, sys
import glassboard
assert "numpy" not in sys.modules
import numpy
known = set(sys.modules)
from glassboard import SummaryWriter
with SummaryWriter(sys.argv[1]) as writer:
    writer.add_scalar("loss", 0.5, 1)
    writer.add_scalars("both", {"train": 0.5, "val": 0.6}, 1)
print(json.dumps(sorted(set(sys.modules) - known)))
"""

FOREIGN = frozenset(
    {
        "PIL", "av", "fastapi", "google", "matplotlib", "numba", "obstore", "onnx", "openTSNE",
        "optuna", "pandas", "polars", "pyarrow", "ray", "scipy", "sklearn", "starlette", "tensorboard",
        "tensorboardX", "tensorflow", "torch", "torchvision", "tsdownsample", "umap", "uvicorn",
        "watchfiles",
    }
)  # fmt: skip
"""Packages that are not loaded until something is logged that needs them."""

SLOW_STDLIB = frozenset(
    {
        "asyncio", "concurrent", "decimal", "email", "fractions", "http", "multiprocessing", "random",
        "shutil", "socket", "subprocess", "tempfile", "xml",
    }
)  # fmt: skip


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_logging_numbers_loads_little(tmp_path: Path) -> None:
    loaded = json.loads(run(LOGS_NUMBERS, str(tmp_path)))
    assert sorted(FOREIGN & {name.partition(".")[0] for name in loaded}) == []
    assert sorted(SLOW_STDLIB & set(loaded)) == []
    kinds = {f"glassboard.writer.{name}" for name in _kinds.__all__}
    assert sorted(kinds & set(loaded)) == []
    ours = {name.removeprefix("glassboard.") for name in loaded if name.startswith("glassboard.")}
    for package in ("codec.payloads", "writer", "summary_writer"):
        ours -= {name for name in ours if name.startswith(package)}
    assert sorted(ours) == ["_kernel", "bucket", "codec", "codec.wire", "errors"]
    payloads = [name for name in loaded if name.startswith("glassboard.codec.payloads.")]
    assert payloads == ["glassboard.codec.payloads.tensor"]


def test_every_kind_is_where_the_table_says() -> None:
    for name in _kinds.__all__:
        assert getattr(_kinds, name).__name__.startswith("glassboard.")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _kinds.nothing  # type: ignore[attr-defined] # noqa: B018 - asking for it raises


def test_a_missing_dependency_is_told_at_the_import() -> None:
    script = """
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "PIL" else found(name, *rest)
try:
    from glassboard import SummaryWriter
except ImportError as error:
    print(error)
"""
    assert run(script) == "glassboard needs pillow, which is not installed; pip install pillow\n"


def test_a_module_that_is_there_is_not_loaded_by_looking_for_it() -> None:
    _lazy.require_installed("this", "a test", "python")
    assert "this" not in sys.modules


def test_a_fork_waits_for_a_module_that_another_thread_loads(tmp_path: Path) -> None:
    """Without the lock the child finds half of the module, or waits for ever for the thread that loads it."""
    (tmp_path / "slow_module.py").write_text(
        "import __main__\n"
        "__main__.begun.set()\n"
        "__main__.forking.wait(20)\n"
        "value = sum(range(300_000)) * 0 + 7\n"
    )
    script = """
import os, sys, threading, types, warnings
from glassboard import _lazy
warnings.simplefilter("ignore", DeprecationWarning)
sys.path.insert(0, sys.argv[1])
begun, forking = threading.Event(), threading.Event()
names = types.ModuleType("names")
sys.modules["names"] = names
names.__getattr__ = _lazy.on_first_use("names", {"value": "slow_module:value"})
# Called before the hook of _lazy, which was registered earlier.
os.register_at_fork(before=forking.set)
thread = threading.Thread(target=lambda: names.value)
thread.start()
begun.wait(20)
child = os.fork()
if not child:
    os._exit(names.value)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
thread.join()
"""
    assert run(script, str(tmp_path)) == "7\n"
