"""What machine a figure comes from."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

import psutil

__all__ = ["machine_facts", "machine_name"]

_PACKAGES = (
    "glassboard",
    "tensorboard",
    "tensorboard-data-server",
    "google-crc32c",
    "numpy",
    "uvicorn",
    "torch",
)


def machine_facts() -> dict[str, object]:
    """Processor, memory, system and versions; the load says how far to trust the rest."""
    return {
        "processor": _processor(),
        "logical_cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
        "load_average_1_min": round(os.getloadavg()[0], 2),
    }


def machine_name() -> str:
    """For file names: the processor and how many of its cores there are."""
    slug = re.sub(r"[^a-z0-9]+", "-", _processor().lower()).strip("-")[:40].strip("-")
    return f"{slug}-{os.cpu_count()}-cores"


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2]
                return re.sub(r"\((R|TM)\)|CPU| +", " ", name).replace("  ", " ").strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
