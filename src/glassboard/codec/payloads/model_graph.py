"""The graph of a model: its modules, its operations, and the tensors that flow between them."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Attribute", "Edge", "ModelGraph", "ModuleInfo", "Node", "Role", "Source", "TensorSpec"]

Attribute: TypeAlias = "bool | int | float | str | tuple[Attribute, ...]"


class Role(enum.StrEnum):
    """What a node stands for."""

    INPUT = "input"
    PARAMETER = "parameter"
    BUFFER = "buffer"
    CONSTANT = "constant"
    OPERATION = "operation"
    MODULE = "module"
    """A leaf module of a graph without operations (made without an input)."""
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """What is known of a tensor without its values."""

    shape: tuple[int, ...]
    dtype: str
    """As torch names it without its prefix: `float32`, `int64`, `bfloat16`, ..."""

    def __str__(self) -> str:
        return f"{self.dtype}{list(self.shape)}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input of a node comes from: output number `output` of node `node`."""

    node: str
    output: int
    label: str
    """The argument it is given as: `input`, `weight`, `tensors.0`, ..."""


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    """Unique in the graph; begins with the scope of its module: `Net/block1/conv2d`."""
    role: Role
    op: str
    """The operation: `conv2d`, `add`, `getitem`; for other roles `Input`, `Parameter`, `Buffer`, `Const`, `Output`;
    `Unrecorded` for a tensor that no recorded function made; a class name where only the module is known."""
    module: str
    """Path of the module that ran it or owns it, as in `named_modules`; "" for the model itself."""
    sources: tuple[Source, ...] = ()
    outputs: tuple[TensorSpec, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    """Arguments that are not tensors (stride, padding, ...); for parameters `parameter_count` and `trainable`."""
    flops: int | None = None
    """Floating-point operations of an operation, a multiply-add being two; None where they are not known."""
    memory_bytes: int = 0
    """What its outputs take; 0 where they are views of its inputs or written into them."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A tensor on its way from one node to another."""

    source: str
    source_output: int
    target: str
    target_input: int
    tensor: TensorSpec


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    """A module of the model. Counts are numbers of elements; a tensor that is shared counts once."""

    path: str
    scope: str
    """The prefix of the names of its nodes."""
    class_name: str
    extra_repr: str
    """What the module says about itself: `1, 32, kernel_size=(3, 3), stride=(1, 1)`."""
    own_parameter_count: int
    parameter_count: int
    """With all modules inside."""
    trainable_parameter_count: int
    buffer_count: int
    """With all modules inside."""
    call_count: int = 0
    outputs: tuple[TensorSpec, ...] = ()
    """What the first call returned; empty where it was not called."""
    flops: int = 0
    """Of the operations that ran in it, with all modules inside, over all calls; those that are not known left out."""
    uncounted_operation_count: int = 0
    """How many operations are left out of `flops`."""
    parameter_bytes: int = 0
    """With all modules inside, as `parameter_count`."""
    activation_bytes: int = 0
    """What its operations made, with all modules inside, over all calls."""
    is_unused: bool = False
    """The pass neither ran it nor anything inside, nor used one of their tensors."""
    source_file: str = ""
    """Where its class is written, relative to the import path or the working directory; empty where it is not known."""
    source_line: int = 0
    """Where the class begins or, before Python 3.13, its forward method."""


@dataclass(frozen=True, slots=True)
class ModelGraph:
    """A model as one forward pass showed it. Nodes stand in the order of execution, so a source precedes its targets."""

    modules: tuple[ModuleInfo, ...]
    """The model itself first, then its modules in the order of `named_modules`."""
    nodes: tuple[Node, ...]

    def _with_role(self, role: Role) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.role is role)

    @property
    def inputs(self) -> tuple[Node, ...]:
        return self._with_role(Role.INPUT)

    @property
    def outputs(self) -> tuple[Node, ...]:
        return self._with_role(Role.OUTPUT)

    @property
    def parameters(self) -> tuple[Node, ...]:
        """The parameters that the recorded operations used."""
        return self._with_role(Role.PARAMETER)

    @property
    def operations(self) -> tuple[Node, ...]:
        """Empty where the graph was made without an input."""
        return self._with_role(Role.OPERATION)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every tensor that a node takes, with its shape and dtype."""
        outputs = {node.name: node.outputs for node in self.nodes}
        return tuple(
            Edge(source.node, source.output, node.name, index, outputs[source.node][source.output])
            for node in self.nodes
            for index, source in enumerate(node.sources)
        )

    def summary(self, *, max_depth: int | None = None) -> str:
        """A table for people: every module with its output shape and its parameters, then the totals.

        `max_depth` leaves out modules nested deeper; 0 shows the model alone.
        """
        shown = [module for module in self.modules if max_depth is None or _depth(module) <= max_depth]
        rows = [("Module", "Class", "Output shape", "Parameters"), *map(_summary_row, shown)]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [
            f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {shape:<{widths[2]}}  {count:>{widths[3]}}"
            for name, kind, shape, count in rows
        ]
        rule = "─" * len(lines[0])
        return "\n".join([lines[0], rule, *lines[1:], rule, *self._totals()])

    def _totals(self) -> Iterator[str]:
        model = self.modules[0]
        frozen = model.parameter_count - model.trainable_parameter_count
        yield f"{model.parameter_count:,} parameters, {model.trainable_parameter_count:,} trainable, {frozen:,} frozen"
        if model.buffer_count:
            yield f"{model.buffer_count:,} values in buffers"
        if self.operations:
            uncounted = model.uncounted_operation_count
            yield (
                f"{model.flops:,} floating-point operations, {model.activation_bytes:,} bytes of activations"
                + (f"; {uncounted} operations are not counted" if uncounted else "")
            )
        unused = [module.path for module in self.modules if module.is_unused]
        if unused:
            yield f"not used in this pass: {', '.join(unused[:20])}{', …' if len(unused) > 20 else ''}"
        for title, nodes in (("input", self.inputs), ("output", self.outputs)):
            for node in nodes:
                yield f"{title} {node.name.partition('/')[2] or title}: {node.outputs[0]}"


def _depth(module: ModuleInfo) -> int:
    return module.path.count(".") + 1 if module.path else 0


def _summary_row(module: ModuleInfo) -> tuple[str, str, str, str]:
    depth = _depth(module)
    name = "  " * depth + (module.path.rpartition(".")[2] or "(model)")
    if module.call_count > 1:
        name += f" ×{module.call_count}"
    shapes = ", ".join(str(list(spec.shape)) for spec in module.outputs)
    return name, module.class_name, shapes or "-", f"{module.parameter_count:,}"
