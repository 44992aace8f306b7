"""Names the arguments of a torch function call: which tensor is the weight, what the stride is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import torch

from glassboard.codec.payloads.model_graph import Attribute

__all__ = ["attributes_of", "named_arguments", "operation_name", "written_tensors"]

_max_text = 200
_max_entries = 64
_subscript_names = {"getitem": ("input", "index"), "setitem": ("input", "index", "value")}


def operation_name(function: Callable[..., object]) -> str:
    """`conv2d`, `add`, `getitem`; for a property such as `Tensor.T` its own name."""
    name: str = getattr(function, "__name__", type(function).__name__)
    if name == "__get__":
        name = getattr(getattr(function, "__self__", None), "__name__", name)
    name = name.partition(".")[0]
    return name[2:-2] if name.startswith("__") and name.endswith("__") else name


def named_arguments(
    function: Callable[..., object], args: Sequence[object], kwargs: Mapping[str, object]
) -> list[tuple[str, object]]:
    """Every argument with the name the function's signature or the operator's schema gives it."""
    op = operation_name(function)
    names = _subscript_names.get(op) or _python_names(function)
    if names is None or len(names) < len(args):
        names = _schema_names(op, args) or ("input",)
    positional = [
        (names[index] if index < len(names) else f"argument{index}", value)
        for index, value in enumerate(args)
    ]
    return [("input" if name == "self" else name, value) for name, value in (*positional, *kwargs.items())]


@lru_cache(maxsize=1024)
def _python_names(function: Callable[..., object]) -> tuple[str, ...] | None:
    if not inspect.isfunction(function):
        return None
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return None  # a wrapper around a builtin that has none: `Tensor.__pow__`
    if any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    return tuple(parameter.name for parameter in parameters)


def _schema_names(name: str, args: Sequence[object]) -> tuple[str, ...] | None:
    """The argument names of the operator's overload whose tensors stand where the call's do."""
    is_tensor = tuple(isinstance(value, torch.Tensor) for value in args)
    for names, tensors in _schemas(name):
        if len(names) >= len(args) and all(
            wanted or not found for wanted, found in zip(tensors, is_tensor, strict=False)
        ):
            return names
    return None


@lru_cache(maxsize=1024)
def _schemas(name: str) -> tuple[tuple[tuple[str, ...], tuple[bool, ...]], ...]:
    packet = getattr(torch.ops.aten, name, None)
    if packet is None or name.startswith("__"):
        return ()
    found = []
    for overload in packet.overloads():
        arguments = getattr(packet, overload)._schema.arguments
        tensors = tuple("Tensor" in str(argument.type) for argument in arguments)
        if any(tensors):
            found.append((tuple(argument.name for argument in arguments), tensors))
    return tuple(found)


def attributes_of(arguments: Sequence[tuple[str, object]]) -> dict[str, Attribute]:
    """The arguments that are plain values: numbers, texts, dtypes, devices, slices and tuples of them.

    Tensors, None and what is private to torch (a leading underscore) are left out, long values are cut.
    """
    named = ((name, _attribute(value)) for name, value in arguments if not name.startswith("_"))
    return {name: value for name, value in named if value is not None}


def _attribute(value: object) -> Attribute | None:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= _max_text else value[:_max_text] + "…"
    if isinstance(value, torch.dtype):
        return str(value).removeprefix("torch.")
    if isinstance(value, torch.device | torch.layout | torch.memory_format):
        return str(value)
    if value is Ellipsis:
        return "..."
    if isinstance(value, slice):
        return _slice_text(value)
    if isinstance(value, tuple | list):
        return _sequence(value)
    return None


def _slice_text(value: slice) -> str:
    parts = ["" if part is None else str(_attribute(part)) for part in (value.start, value.stop, value.step)]
    return ":".join(parts if parts[2] else parts[:2])


def _sequence(value: Sequence[object]) -> Attribute | None:
    if any(isinstance(entry, torch.Tensor) for entry in value):
        return None
    if len(value) > _max_entries:
        return f"{len(value)} entries"
    entries = tuple("None" if (found := _attribute(entry)) is None else found for entry in value)
    return entries or None


def written_tensors(
    name: str, args: Sequence[object], kwargs: Mapping[str, object]
) -> Iterator[torch.Tensor]:
    """The tensors that a function of this name writes into: `add_`, `x[i] = y`, `out=`, `inplace=True`."""
    in_place = name == "setitem" or kwargs.get("inplace") is True
    in_place = in_place or (name.endswith("_") and name not in _settings)
    in_place = in_place or name in _augmented
    targets = [*args[:1]] if in_place else []
    targets.append(kwargs.get("out"))
    for target in targets:
        for entry in target if isinstance(target, tuple | list) else (target,):
            if isinstance(entry, torch.Tensor):
                yield entry


# These change how a tensor is treated, not what it holds.
_settings = frozenset(("requires_grad_", "share_memory_", "rename_"))
_augmented = frozenset(
    f"i{name}"
    for name in (
        *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"),
        *("and", "or", "xor", "lshift", "rshift"),
    )
)
