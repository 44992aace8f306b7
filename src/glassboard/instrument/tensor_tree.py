"""Finds the tensors in whatever a model takes or returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, cast

from glassboard._lazy import is_tensor

if TYPE_CHECKING:
    import torch

__all__ = ["labelled_tensors"]

# Deeper nesting than this is a cycle or nothing that a forward pass hands over.
_max_depth = 16


def labelled_tensors(
    value: object, label: str = "", *, max_depth: int = _max_depth
) -> Iterator[tuple[str, torch.Tensor]]:
    """Yields (label, tensor) for each tensor in nested tuples, lists, mappings, dataclasses and plain objects.

    Labels join keys, field names and indices with dots, after `label` where one is given. Order is that of the value.
    What is nested deeper than `max_depth` is left out; a plain object is entered once.
    """
    return _walk(value, label, max_depth, set())


def _walk(
    value: object, label: str, levels_left: int, entered: set[int]
) -> Iterator[tuple[str, torch.Tensor]]:
    if is_tensor(value):
        yield label, cast("torch.Tensor", value)
    elif levels_left:
        for key, child in _children(value, entered):
            yield from _walk(child, f"{label}.{key}" if label else key, levels_left - 1, entered)


def _children(value: object, entered: set[int]) -> Iterator[tuple[str, object]]:
    if value is None or isinstance(value, str | bytes | int | float | complex | type) or callable(value):
        return
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        yield from zip(value._fields, value, strict=True)
    elif isinstance(value, tuple | list):
        yield from ((str(index), child) for index, child in enumerate(value))
    elif isinstance(value, Mapping):
        yield from ((str(key), child) for key, child in value.items())
    elif isinstance(value, slice):
        yield from (("start", value.start), ("stop", value.stop), ("step", value.step))
    elif id(value) not in entered:
        entered.add(id(value))
        if is_dataclass(value):
            yield from ((entry.name, getattr(value, entry.name, None)) for entry in fields(value))
        elif hasattr(value, "__dict__"):
            yield from vars(value).items()
