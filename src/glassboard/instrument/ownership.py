"""What a model owns: its modules with their counts, and its tensors as nodes of a graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch.nn.parameter import is_lazy

from glassboard.codec.payloads.model_graph import Attribute, ModuleInfo, Node, Role, TensorSpec
from glassboard.instrument.source_place import source_place
from glassboard.instrument.tensor_tree import labelled_tensors
from glassboard.instrument.untouched import storage_key

__all__ = [
    "Named",
    "byte_count",
    "child_scope",
    "module_infos",
    "module_scopes",
    "new_bytes",
    "owned_nodes",
    "owned_tensors",
    "parameter_node",
    "spec_of",
]


@dataclass(frozen=True, slots=True)
class Named:
    """A tensor that the model or the caller owns, and the node it becomes when it is first used."""

    tensor: torch.Tensor
    node: Node


def spec_of(tensor: torch.Tensor) -> TensorSpec:
    """Shape and dtype; -1 stands for a length that varies within a nested tensor."""
    shape = tuple(_size(tensor, dimension) for dimension in range(tensor.dim()))
    return TensorSpec(shape, str(tensor.dtype).removeprefix("torch."))


def _size(tensor: torch.Tensor, dimension: int) -> int:
    try:
        return int(tensor.size(dimension))
    except (RuntimeError, TypeError, ValueError):
        return -1


def byte_count(tensor: torch.Tensor) -> int:
    """Bytes of the elements; 0 where the tensor has no shape yet or does not know it."""
    try:
        return 0 if is_lazy(tensor) else tensor.numel() * tensor.element_size()
    except (NotImplementedError, RuntimeError):
        return 0


def new_bytes(made: Iterable[torch.Tensor], given: Iterable[torch.Tensor]) -> int:
    """Bytes of memory that is not that of what was given, each storage once."""
    known = {storage_key(tensor) for tensor in given}
    total = 0
    for tensor in made:
        if (key := storage_key(tensor)) not in known:
            known.add(key)
            total += byte_count(tensor)
    return total


def owned_tensors(model: torch.nn.Module) -> Iterator[torch.Tensor]:
    yield from model.parameters()
    yield from model.buffers()


def module_scopes(model: torch.nn.Module) -> dict[str, str]:
    """The name prefix of each module's nodes, by the module's first path."""
    scopes = {"": type(model).__name__}
    for path, module in model.named_modules():
        if path:
            parent, _, name = path.rpartition(".")
            scopes[path] = child_scope(scopes[parent], name, module)
    return scopes


def child_scope(scope: str, name: str, module: torch.nn.Module) -> str:
    """A child that is known by a number only is called `Conv2d[0]`, so that the name says what it is."""
    label = f"{type(module).__name__}[{name}]" if name.isdigit() else name
    return f"{scope}/{_printable(label)}"


def _printable(name: str) -> str:
    """Without the characters that mean something in a GraphDef: `/`, `:` and `^`."""
    return re.sub(r"[^\w.\[\]-]", "_", name)


def owned_nodes(
    model: torch.nn.Module, scopes: Mapping[str, str], buffer_copies: Mapping[int, torch.Tensor]
) -> list[Named]:
    """Parameters, buffers (also by their copies), and tensors that are plain attributes of a module.

    A tensor with several names goes by the first.
    """
    found: dict[int, Named] = {}
    for path, module in model.named_modules():
        scope = scopes[path]
        for name, parameter in module.named_parameters(recurse=False):
            found.setdefault(
                id(parameter),
                Named(parameter, parameter_node(f"{scope}/{_printable(name)}", path, parameter)),
            )
        for name, buffer in module.named_buffers(recurse=False):
            node = _constant_node(f"{scope}/{_printable(name)}", Role.BUFFER, "Buffer", path, buffer)
            found.setdefault(id(buffer), Named(buffer, node))
            if (copy := buffer_copies.get(id(buffer))) is not None:
                found.setdefault(id(copy), Named(copy, found[id(buffer)].node))
    for path, module in model.named_modules():
        for name, tensor in _attribute_tensors(module):
            node = _constant_node(f"{scopes[path]}/{_printable(name)}", Role.CONSTANT, "Const", path, tensor)
            found.setdefault(id(tensor), Named(tensor, node))
    return list(found.values())


def _attribute_tensors(module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    for name, value in vars(module).items():
        if isinstance(value, torch.Tensor | list | tuple | dict) and name not in {
            "_parameters",
            "_buffers",
            "_modules",
        }:
            yield from labelled_tensors(value, name, max_depth=2)


def parameter_node(name: str, path: str, parameter: torch.Tensor) -> Node:
    attributes: dict[str, Attribute] = {
        "parameter_count": _element_count([parameter]),
        "trainable": parameter.requires_grad,
    }
    outputs = () if is_lazy(parameter) else (spec_of(parameter),)
    return Node(
        name, Role.PARAMETER, "Parameter", path, (), outputs, attributes, memory_bytes=byte_count(parameter)
    )


def _constant_node(name: str, role: Role, op: str, path: str, tensor: torch.Tensor) -> Node:
    outputs = () if is_lazy(tensor) else (spec_of(tensor),)
    return Node(name, role, op, path, (), outputs, memory_bytes=byte_count(tensor))


def _element_count(tensors: Iterable[torch.Tensor]) -> int:
    """Elements of tensors that have their shape already; each tensor once."""
    unique = {id(tensor): tensor for tensor in tensors}
    return sum(tensor.numel() for tensor in unique.values() if not is_lazy(tensor))


@dataclass(slots=True)
class _Costs:
    flops: int = 0
    uncounted_operation_count: int = 0
    activation_bytes: int = 0
    is_used: bool = False


def _costs_by_module(nodes: Iterable[Node]) -> dict[str, _Costs]:
    """What the nodes of each module cost, with those of all modules inside, by path."""
    found: dict[str, _Costs] = {}
    for node in nodes:
        path = node.module
        while True:
            costs = found.setdefault(path, _Costs())
            costs.is_used = True
            if node.role is Role.OPERATION:
                costs.flops += node.flops or 0
                costs.uncounted_operation_count += node.flops is None
                costs.activation_bytes += node.memory_bytes
            if not path:
                break
            path = path.rpartition(".")[0]
    return found


def _shared_bytes(tensors: Iterable[torch.Tensor]) -> int:
    return sum(byte_count(tensor) for tensor in {id(tensor): tensor for tensor in tensors}.values())


def module_infos(
    model: torch.nn.Module,
    scopes: Mapping[str, str],
    *,
    nodes: Iterable[Node] = (),
    call_counts: Mapping[int, int] | None = None,
    outputs: Mapping[int, tuple[TensorSpec, ...]] | None = None,
) -> tuple[ModuleInfo, ...]:
    """Every module once, with counts and what its `nodes` cost.

    `call_counts` and `outputs` go by the identity of the module; without them nothing was run, and nothing is called unused.
    """
    was_run = call_counts is not None
    calls, returned = call_counts or {}, outputs or {}
    costs = _costs_by_module(nodes)
    # A module at two paths is listed under the first and may have run under the other: whatever ran is used.
    used = {
        path
        for path, module in model.named_modules()
        if any(id(each) in calls for each in module.modules()) or costs.get(path, _Costs()).is_used
    }
    infos = []
    for path, module in model.named_modules():
        cost = costs.get(path, _Costs())
        file, line = source_place(type(module))
        infos.append(
            ModuleInfo(
                path=path,
                scope=scopes[path],
                class_name=type(module).__name__,
                extra_repr=module.extra_repr(),
                own_parameter_count=_element_count(module.parameters(recurse=False)),
                parameter_count=_element_count(module.parameters()),
                trainable_parameter_count=_element_count(p for p in module.parameters() if p.requires_grad),
                buffer_count=_element_count(module.buffers()),
                call_count=calls.get(id(module), 0),
                outputs=returned.get(id(module), ()),
                flops=cost.flops,
                uncounted_operation_count=cost.uncounted_operation_count,
                parameter_bytes=_shared_bytes(module.parameters()),
                activation_bytes=cost.activation_bytes,
                is_unused=was_run and path not in used,
                source_file=file,
                source_line=line,
            )
        )
    return tuple(infos)
