"""What is loaded late or not at all: optional frameworks, and our own modules that few programs need.

A value can only be a torch tensor when the user has imported torch already, so asking `sys.modules` is enough.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

__all__ = [
    "Foreign",
    "imported",
    "is_figure",
    "is_pil_image",
    "is_tensor",
    "loading",
    "on_first_use",
    "require",
    "require_installed",
]


Foreign: TypeAlias = Any
"""An object of a library that may not be installed, a tensor or a figure: its type cannot be named here."""


def imported(name: str) -> ModuleType | None:
    """The module if the process has imported it already, else None. Imports nothing."""
    return sys.modules.get(name)


def require(name: str, purpose: str, package: str | None = None, *, extra: str | None = None) -> ModuleType:
    """Imports an optional module. Raises `ImportError` that says what to install where it is missing.

    `extra` names the extra of this package that brings it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        root = package or name.partition(".")[0]
        wanted = f'"glassboard[{extra}]"' if extra else root
        raise ImportError(
            f"{purpose} needs {root}, which cannot be imported ({error}); pip install {wanted}"
        ) from error


def require_installed(name: str, purpose: str, package: str) -> None:
    """Raises `ImportError` where a module cannot be found that will be imported later; imports nothing."""
    if name not in sys.modules and importlib.util.find_spec(name) is None:
        raise ImportError(f"{purpose} needs {package}, which is not installed; pip install {package}")


loading = threading.RLock()
"""Held while something is made on first use, and at a fork: a child never has half of it, nor a lock that nobody lets go."""
os.register_at_fork(before=loading.acquire, after_in_parent=loading.release, after_in_child=loading.release)


def on_first_use(module_name: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a module whose names have their homes in others, loaded by whoever uses a name first.

    homes  `package.module` for a name that is a module, `package.module:attribute` for what is in one
    """

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {module_name!r} has no attribute {name!r}")
        home, _, attribute = homes[name].partition(":")
        with loading:
            module = importlib.import_module(home)
        value: object = getattr(module, attribute) if attribute else module
        setattr(sys.modules[module_name], name, value)
        return value

    return load


def _is_instance(value: object, module_name: str, class_name: str) -> bool:
    module = sys.modules.get(module_name)
    wanted: object = getattr(module, class_name, None)
    # During a partial import the class may not be there yet.
    return isinstance(wanted, type) and isinstance(value, wanted)


def is_tensor(value: object) -> bool:
    """Whether the value is a `torch.Tensor` (parameters and subclasses too)."""
    return _is_instance(value, "torch", "Tensor")


def is_pil_image(value: object) -> bool:
    """Whether the value is a Pillow image."""
    return _is_instance(value, "PIL.Image", "Image")


def is_figure(value: object) -> bool:
    """Whether the value is a Matplotlib figure."""
    return _is_instance(value, "matplotlib.figure", "Figure")
