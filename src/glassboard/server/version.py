"""Which Glassboard this is."""

from __future__ import annotations

import functools
from importlib import metadata

__all__ = ["installed_version"]


@functools.cache
def installed_version() -> str:
    """The version of the installed package; `0+unknown` when it runs from a source tree that is not installed."""
    try:
        return metadata.version("glassboard")
    except metadata.PackageNotFoundError:
        return "0+unknown"
