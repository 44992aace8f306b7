"""Runs a model for a look without leaving a trace in the user's run."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import numpy as np
import torch

__all__ = ["Originals", "borrowed_generators", "evaluation_on_copies", "storage_key"]

_T = TypeVar("_T")


class Originals:
    """Keeps the values of the user's own tensors before they are written in place, and puts them back.

    So with their flags `requires_grad`, which a forward pass may set too.
    """

    def __init__(self, tensors: Iterable[torch.Tensor]) -> None:
        self._by_storage: dict[int, list[torch.Tensor]] = {}
        self._flags: list[tuple[torch.Tensor, bool]] = []
        for tensor in tensors:
            self._by_storage.setdefault(storage_key(tensor), []).append(tensor)
            self._flags.append((tensor, tensor.requires_grad))
        self._saved: list[tuple[torch.Tensor, torch.Tensor]] = []

    def about_to_write(self, tensor: torch.Tensor) -> None:
        """Call before a write into `tensor`; saves every original that shares its storage."""
        for original in self._by_storage.pop(storage_key(tensor), ()):
            self._saved.append((original, original.detach().clone()))

    def restore(self) -> None:
        for original, value in self._saved:
            original.detach().copy_(value)
        self._saved.clear()
        for tensor, flag in self._flags:
            if tensor.requires_grad != flag and tensor.is_leaf:
                tensor.requires_grad_(flag)


def storage_key(tensor: torch.Tensor) -> int:
    """Equal for tensors that share memory; the tensor's own identity where it has no storage (sparse, wrapped)."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return id(tensor)


@contextmanager
def evaluation_on_copies(
    model: torch.nn.Module, devices: Iterable[torch.device]
) -> Iterator[dict[int, torch.Tensor]]:
    """Within, the model is in evaluation mode, works on copies of its buffers, and random numbers are borrowed.

    Yields the copies of the buffers by the identity of the original. At exit the generators, the training flags, the
    buffers and the attributes that the forward pass set are as they were. The flags are set one by one, since a model's
    own `eval()` may do more than set them.
    """
    copies: dict[int, torch.Tensor] = {}
    modules = list(model.modules())
    with borrowed_generators(devices), ExitStack() as undo:
        for module in modules:
            undo.callback(setattr, module, "training", module.training)
            if isinstance(module, torch.jit.ScriptModule):
                # Its buffers live in C++: they cannot be exchanged, only written back.
                for buffer in module.buffers(recurse=False):
                    undo.callback(buffer.copy_, buffer.clone())
            else:
                undo.callback(_restore_entries, module._buffers, dict(module._buffers))
                undo.callback(_restore_entries, vars(module), dict(vars(module)))
        for module in modules:
            module.training = False
            if isinstance(module, torch.jit.ScriptModule):
                continue
            for name, buffer in module.named_buffers(recurse=False):
                copies.setdefault(id(buffer), buffer.detach().clone())
                module._buffers[name] = copies[id(buffer)]
        yield copies


@contextmanager
def borrowed_generators(devices: Iterable[torch.device]) -> Iterator[None]:
    """At exit the random number generators of Python, NumPy, torch and the devices are where they were."""
    with ExitStack() as undo:
        undo.callback(random.setstate, random.getstate())
        undo.callback(np.random.set_state, np.random.get_state())
        undo.callback(torch.set_rng_state, torch.get_rng_state())
        for device in set(devices):
            # torch.cuda, torch.xpu, ...; the meta device has neither a module nor a generator.
            backend = getattr(torch, device.type, None)
            if device.type == "mps":
                undo.callback(torch.mps.set_rng_state, torch.mps.get_rng_state())
            elif device.type != "cpu" and backend is not None and hasattr(backend, "get_rng_state"):
                undo.callback(backend.set_rng_state, backend.get_rng_state(device), device)
        yield


def _restore_entries(current: MutableMapping[str, _T], before: Mapping[str, _T]) -> None:
    for name in current.keys() - before.keys():
        del current[name]
    for name, value in before.items():
        if name not in current or current[name] is not value:
            current[name] = value
