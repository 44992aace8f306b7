"""`install`: the names of torch.utils.tensorboard and tensorboardX resolve to Glassboard's writers in this process.

A finder stands first on `sys.meta_path`, so that the other packages need not be installed. Modules that were imported
before are set aside until `uninstall`, and what other modules have taken from them is replaced in place.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType

from glassboard.summary_writer import FileWriter, GlobalSummaryWriter, RecordWriter, SummaryWriter
from glassboard.writer import summary

__all__ = ["install", "uninstall"]

_TENSORBOARDX_VERSION = "2.6.5"
"""Whose calls are taken."""

_WRITERS = {"SummaryWriter": SummaryWriter, "FileWriter": FileWriter}
_SUMMARIES = {name: getattr(summary, name) for name in summary.__all__}
_CONTENTS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "torch.utils.tensorboard": {**_WRITERS, "RecordWriter": RecordWriter},
        "torch.utils.tensorboard.writer": _WRITERS,
        "torch.utils.tensorboard.summary": _SUMMARIES,
        "tensorboardX": {
            **_WRITERS,
            "GlobalSummaryWriter": GlobalSummaryWriter,
            "RecordWriter": RecordWriter,
            "__version__": _TENSORBOARDX_VERSION,
        },
        "tensorboardX.writer": _WRITERS,
        "tensorboardX.summary": _SUMMARIES,
        "tensorboardX.global_writer": {"GlobalSummaryWriter": GlobalSummaryWriter},
        "tensorboardX.record_writer": {"RecordWriter": RecordWriter},
    }
)
_PACKAGES = ("torch.utils.tensorboard", "tensorboardX")
_REPLACED_CLASSES = ("SummaryWriter", "FileWriter", "GlobalSummaryWriter", "RecordWriter")


class _Loader(importlib.abc.Loader):
    def exec_module(self, module: ModuleType) -> None:
        contents = _CONTENTS[module.__name__]
        vars(module).update(contents)
        module.__doc__ = "Glassboard's, by glassboard.install()."
        vars(module)["__all__"] = [name for name in contents if not name.startswith("_")]


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _CONTENTS:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, _Loader(), is_package=fullname in _PACKAGES)
        if fullname in _PACKAGES:
            # Where the package is installed, its other modules can still be imported.
            installed = importlib.machinery.PathFinder.find_spec(fullname, path)
            if installed is not None:
                spec.submodule_search_locations = list(installed.submodule_search_locations or ())
        return spec


class _Installation:
    """What was there before, to be put back."""

    def __init__(self) -> None:
        self.finder = _Finder()
        self.modules: dict[str, ModuleType] = {}
        self.names: list[tuple[dict[str, object], str, object]] = []

    def make(self) -> None:
        sys.meta_path.insert(0, self.finder)
        for name in _CONTENTS:
            if (module := sys.modules.pop(name, None)) is not None:
                self.modules[name] = module
        originals = {
            id(original): ours
            for name in _PACKAGES
            if (module := self.modules.get(name)) is not None
            for class_name in _REPLACED_CLASSES
            if (original := getattr(module, class_name, None)) is not None
            and (ours := _CONTENTS[name].get(class_name)) is not None
        }
        for module in [*sys.modules.values(), *self.modules.values()]:
            self._replace(module, originals)
        for name in self.modules:
            importlib.import_module(name)  # sets it as an attribute of its parent

    def _replace(self, module: ModuleType, originals: dict[int, object]) -> None:
        names = getattr(module, "__dict__", None)
        if not originals or not isinstance(names, dict) or _is_inside(getattr(module, "__name__", "")):
            return
        for name, value in list(names.items()):
            if id(value) in originals and isinstance(value, type):
                self.names.append((names, name, value))
                names[name] = originals[id(value)]

    def undo(self) -> None:
        sys.meta_path.remove(self.finder)
        for name in reversed(tuple(_CONTENTS)):
            sys.modules.pop(name, None)
            parent, _, own = name.rpartition(".")
            if parent in sys.modules:
                vars(sys.modules[parent]).pop(own, None)
        for name, module in self.modules.items():
            sys.modules[name] = module
            parent, _, own = name.rpartition(".")
            if parent in sys.modules:
                setattr(sys.modules[parent], own, module)
        for names, name, value in self.names:
            names[name] = value


def _is_inside(name: str) -> bool:
    """Whether it is a part of the other packages: these belong together, and writers made before go on using them."""
    return any(name.startswith(package + ".") for package in _PACKAGES)


_lock = threading.Lock()
_installation: _Installation | None = None


def install() -> None:
    """Makes `from torch.utils.tensorboard import SummaryWriter` and `from tensorboardX import SummaryWriter` ours.

    In this process and until `uninstall`, whether or not tensorboard and tensorboardX are installed; classes that other
    modules have imported already are replaced there too. Writers that exist already stay what they are. Calling it again
    does nothing.

        import glassboard
        glassboard.install()
        import train  # a script that logs with torch.utils.tensorboard
    """
    global _installation
    with _lock:
        if _installation is None:
            _installation = _Installation()
            _installation.make()


def uninstall() -> None:
    """Puts back what `install` replaced; without it before, nothing."""
    global _installation
    with _lock:
        if _installation is not None:
            _installation.undo()
            _installation = None
