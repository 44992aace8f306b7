"""A model's graph as columns, and the attributes of its nodes."""

from __future__ import annotations

from typing import Literal

from glassboard.server.models.base import Answer

__all__ = [
    "GraphAnswer",
    "GraphAttribute",
    "GraphAttributes",
    "GraphFunctionItem",
    "GraphModule",
    "GraphNodeAttributes",
    "GraphProblemItem",
    "NodeNumbers",
]


class NodeNumbers(Answer):
    """A number for some of the nodes; the lists are of one length."""

    nodes: list[int]
    values: list[int]


class GraphModule(Answer):
    """A module of the model. Counts are of elements, with all modules inside; a tensor that is shared counts once."""

    path: str
    """As in `named_modules`; empty for the model itself, which comes first."""
    scope: str
    """What the names of its nodes begin with."""
    class_name: str
    extra_repr: str
    """What the module says of itself: `1, 32, kernel_size=(3, 3)`."""
    own_parameter_count: int
    parameter_count: int
    trainable_parameter_count: int
    buffer_count: int
    call_count: int
    output_shapes: list[list[int]]
    """Of its first call."""
    output_dtypes: list[str]
    flops: int
    uncounted_operation_count: int
    parameter_bytes: int
    activation_bytes: int
    is_unused: bool
    """The pass neither ran it nor anything inside, nor used one of their tensors."""
    source_file: str
    source_line: int


class GraphFunctionItem(Answer):
    """A function of the library: nodes `first` to `first + count`."""

    name: str
    first: int
    count: int


class GraphProblemItem(Answer):
    code: str
    """`missing_input`, `duplicate_name`, `cycle`, `loop`, `shape_mismatch`, `spread`, `unused_module`, `unregistered`,
    `unrecorded` or `damaged`."""
    severity: Literal["bad", "warning", "note"]
    message: str
    nodes: list[int]
    """At most 1,000 of them."""
    scope: str
    """Of a module; else empty."""


class GraphAnswer(Answer):
    """Nodes are numbered in the order they were written. Texts that repeat stand once, in a list of their own."""

    run: str
    tag: str
    sample: int
    step: int
    form: Literal["graph_def", "keras"]
    names: list[str]
    ops: list[int]
    """Of each node, its place in `op_names`."""
    op_names: list[str]
    devices: list[int]
    device_names: list[str]
    input_counts: list[int]
    """Of each node; the next three are of all inputs of all nodes, one after the other."""
    input_nodes: list[int]
    """Where each input comes from; -1 where no node has that name."""
    input_outputs: list[int]
    """Which output of that node; -1 for a control dependency."""
    input_labels: list[int]
    """Which argument it is, a place in `label_names`."""
    label_names: list[str]
    output_counts: list[int]
    """Of each node; the next two are of all outputs of all nodes, one after the other."""
    output_shapes: list[int]
    output_dtypes: list[int]
    shapes: list[list[int] | None]
    """A size of -1 varies; null where not even the number of dimensions is known."""
    dtype_names: list[str]
    parameters: NodeNumbers
    """Elements of parameters and variables."""
    frozen: list[int]
    """Nodes that are not trained."""
    flops: NodeNumbers
    memory_bytes: NodeNumbers
    """What the outputs of a node take."""
    modules: list[GraphModule]
    """Only in graphs that Glassboard wrote."""
    functions: list[GraphFunctionItem]
    problems: list[GraphProblemItem]
    """At most 500, the gravest first."""


class GraphAttribute(Answer):
    name: str
    kind: str
    """`int`, `float`, `bool`, `text`, `bytes`, `shape`, `list`, `tensor` or `none`."""
    text: str
    """The value in words, at most 2,000 characters."""
    is_cut: bool


class GraphNodeAttributes(Answer):
    node: int
    attributes: list[GraphAttribute]
    """At most 200 a node."""


class GraphAttributes(Answer):
    run: str
    tag: str
    sample: int
    total: int
    """How many nodes the graph has."""
    nodes: list[GraphNodeAttributes]
    """Fewer than asked for where they are large (4 MiB an answer): ask again from the next one."""
