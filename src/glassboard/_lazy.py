"""Optional frameworks, looked for without being imported.

A value can only be a torch tensor when the user has imported torch already, so asking `sys.modules` is enough.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__all__ = ["imported", "is_figure", "is_pil_image", "is_tensor", "require"]


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


def _is_instance(value: object, module_name: str, class_name: str) -> bool:
    module = sys.modules.get(module_name)
    wanted: Any = getattr(module, class_name, None)
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
