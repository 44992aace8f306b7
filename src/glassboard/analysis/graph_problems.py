"""What is wrong, or looks so, in a model's graph: inputs that lead nowhere, cycles, shapes that do not fit, idle modules."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from glassboard.codec.payloads.graph_def import Shape
from glassboard.codec.payloads.graph_table import GraphTable

__all__ = ["GraphProblem", "Severity", "graph_problems"]

MAX_PROBLEMS = 500
MAX_NODES = 1_000
"""Of one problem, named; a cycle may hold all of a graph."""


class Severity(enum.StrEnum):
    BAD = "bad"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class GraphProblem:
    code: str
    """`missing_input`, `duplicate_name`, `cycle`, `loop`, `shape_mismatch`, `spread`, `unused_module`, `unregistered`,
    `unrecorded` or `damaged`."""
    severity: Severity
    message: str
    nodes: tuple[int, ...] = ()
    scope: str = ""
    """Of a module, where it has no nodes."""


def graph_problems(table: GraphTable) -> list[GraphProblem]:
    """At most `MAX_PROBLEMS`, the gravest first."""
    found: list[GraphProblem] = []
    for look in (_damage, _cycles, _shapes, _duplicates, _modules, _owners, _missing):
        for problem in look(table):
            found.append(problem)
            if len(found) >= MAX_PROBLEMS:
                break
    order = list(Severity)
    return sorted(found, key=lambda problem: order.index(problem.severity))[:MAX_PROBLEMS]


def _damage(table: GraphTable) -> Iterator[GraphProblem]:
    for text in table.damage:
        yield GraphProblem("damaged", Severity.BAD, f"{text}; what could be read is shown")


def _missing(table: GraphTable) -> Iterator[GraphProblem]:
    """One for all: torch's own writer leaves such inputs in every graph."""
    if -1 not in table.inputs.nodes:
        return
    nodes: list[int] = []
    names: dict[str, None] = {}
    for index, inputs in enumerate(table.inputs):
        absent = {each.name: None for each in inputs if each.node < 0}
        if absent:
            nodes.append(index)
            names.update(absent)
    if nodes:
        who = "1 node takes an input" if len(nodes) == 1 else f"{len(nodes):,} nodes take inputs"
        text = f"{who} that the graph does not hold: {_listed([*names])}"
        yield GraphProblem("missing_input", Severity.NOTE, text, tuple(nodes[:MAX_NODES]))


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3:,} more"


def _duplicates(table: GraphTable) -> Iterator[GraphProblem]:
    first: dict[str, int] = {}
    doubles: dict[str, list[int]] = {}
    for index, name in enumerate(table.names):
        if name in first:
            doubles.setdefault(name, [first[name]]).append(index)
        else:
            first[name] = index
    for name, nodes in doubles.items():
        text = f"{len(nodes):,} nodes are called {name!r}: inputs of that name are taken to mean the first"
        yield GraphProblem("duplicate_name", Severity.WARNING, text, tuple(nodes[:MAX_NODES]))


def _modules(table: GraphTable) -> Iterator[GraphProblem]:
    idle: list[str] = []
    for module in table.modules:
        inside_idle = idle and module.path.startswith(f"{idle[-1]}.")
        if module.is_unused and module.path and not inside_idle:
            idle.append(module.path)
            text = f"{module.path} ({module.class_name}) was not used in the pass that was recorded"
            if module.parameter_count:
                text += f"; its {module.parameter_count:,} parameters get no gradient"
            yield GraphProblem("unused_module", Severity.WARNING, text, scope=module.scope)


def _owners(table: GraphTable) -> Iterator[GraphProblem]:
    for index, is_registered in enumerate(table.registered):
        if not is_registered:
            text = "a parameter that the model uses and does not list: no optimizer and no state_dict will find it"
            yield GraphProblem("unregistered", Severity.BAD, text, (index,))
        elif table.ops[index] == "Unrecorded":
            text = "a tensor that no recorded function made: where it comes from is not known"
            yield GraphProblem("unrecorded", Severity.NOTE, text, (index,))


def _cycles(table: GraphTable) -> Iterator[GraphProblem]:
    """Strongly connected parts (Tarjan 1972, without recursion). Loops of TensorFlow 1 are meant."""
    # Written in the order of the flow, as nearly all graphs are, there can be none.
    if all(
        max(table.inputs.nodes[start:end], default=-1) < index
        for index, (start, end) in enumerate(pairwise([0, *table.inputs.ends]))
    ):
        return
    targets: list[list[int]] = [[] for _ in table.names]
    for index, inputs in enumerate(table.inputs):
        for each in inputs:
            if each.node >= 0:
                targets[each.node].append(index)
    for nodes in _connected(targets):
        if len(nodes) == 1 and nodes[0] not in targets[nodes[0]]:
            continue
        is_loop = any(table.ops[node] in ("NextIteration", "RefNextIteration") for node in nodes)
        shown = tuple(sorted(nodes)[:MAX_NODES])
        if is_loop:
            yield GraphProblem("loop", Severity.NOTE, f"{len(nodes):,} nodes are a while loop", shown)
        else:
            names = [table.names[node] for node in shown[:3]]
            text = f"{len(nodes):,} nodes take each other's results in a circle: {_listed(names)}"
            yield GraphProblem("cycle", Severity.BAD, text, shown)


def _connected(targets: list[list[int]]) -> Iterator[list[int]]:
    """Parts of more than one node, and every node alone that leads to itself."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in range(len(targets)):
        if root in order:
            continue
        work = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                order[node] = low[node] = len(order)
                stack.append(node)
                on_stack.add(node)
            is_done = True
            for position in range(at, len(targets[node])):
                target = targets[node][position]
                if target not in order:
                    work += [(node, position + 1), (target, 0)]
                    is_done = False
                    break
                if target in on_stack:
                    low[node] = min(low[node], order[target])
            if not is_done:
                continue
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[node])
            if low[node] == order[node]:
                part = []
                while True:
                    part.append(stack.pop())
                    on_stack.discard(part[-1])
                    if part[-1] == node:
                        break
                if len(part) > 1 or node in targets[node]:
                    yield part


_Given = list[tuple[str, Shape]]


def _shapes(table: GraphTable) -> Iterator[GraphProblem]:
    for index, op in enumerate(table.ops):
        check = _CHECKS.get(op.rstrip("_"))
        if check is None:
            continue
        given: _Given = []
        for each in table.inputs[index]:
            if each.is_control:
                continue
            shapes = table.shapes[each.node] if each.node >= 0 else ()
            given.append((each.label, shapes[each.output] if each.output < len(shapes) else None))
        found = check(given)
        if found is not None:
            severity, text = found
            code = "shape_mismatch" if severity is Severity.BAD else "spread"
            yield GraphProblem(code, severity, f"{op} {text}", (index,))


_Found = tuple[Severity, str] | None


def _elementwise(given: _Given) -> _Found:
    """Operands that cannot be spread to one shape; and two that fill a square which neither is, as [n, 1] and [n] do."""
    known = [shape for _, shape in given[:2] if shape is not None]
    if len(known) != 2:
        return None
    first, second = known
    pairs = list(zip(reversed(first), reversed(second), strict=False))
    for one, other in pairs:
        if one >= 0 and other >= 0 and one != other and 1 not in (one, other):
            return Severity.BAD, f"takes {list(first)} and {list(second)}, which do not fit each other"
    if len(first) == len(second):
        return None
    long, short = (first, second) if len(first) > len(second) else (second, first)
    aligned = (1,) * (len(long) - len(short)) + short
    made = [max(one, other) for one, other in zip(long, aligned, strict=True)]
    spread_long = {size for size, one in zip(made, long, strict=True) if size > 1 and one == 1}
    spread_short = {size for size, other in zip(made, aligned, strict=True) if size > 1 and other == 1}
    if spread_long & spread_short:
        text = f"takes {list(first)} and {list(second)} and makes {made} of them: is one dimension missing?"
        return Severity.WARNING, text
    return None


def _linear(given: _Given) -> _Found:
    shapes = dict(given)
    taken, weight = shapes.get("input"), shapes.get("weight")
    if not taken or not weight or min(taken[-1], weight[-1]) < 0 or taken[-1] == weight[-1]:
        return None
    return (
        Severity.BAD,
        f"takes {list(taken)}, its weight {list(weight)} wants {weight[-1]} in the last dimension",
    )


def _product(given: _Given) -> _Found:
    known = [shape for _, shape in given[:2] if shape]
    if len(known) != 2:
        return None
    first, second = known
    inner = second[-2] if len(second) > 1 else second[-1]
    if min(first[-1], inner) < 0 or first[-1] == inner:
        return None
    return (
        Severity.BAD,
        f"takes {list(first)} and {list(second)}, whose inner sizes are {first[-1]} and {inner}",
    )


def _joined(given: _Given) -> _Found:
    shapes = [shape for _, shape in given if shape]
    ranks = {len(shape) for shape in shapes}
    if len(ranks) < 2:
        return None
    return Severity.BAD, f"joins tensors of {' and '.join(map(str, sorted(ranks)))} dimensions"


_CHECKS: dict[str, Callable[[_Given], _Found]] = {
    **dict.fromkeys(
        (
            "add", "sub", "mul", "div", "truediv", "maximum", "minimum", "pow", "mse_loss", "l1_loss", "smooth_l1_loss",
            "binary_cross_entropy", "binary_cross_entropy_with_logits", "eq", "ne", "lt", "le", "gt", "ge",
            "Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "SquaredDifference", "Equal",
        ),
        _elementwise,
    ),
    "linear": _linear,
    **dict.fromkeys(("matmul", "mm", "bmm"), _product),
    **dict.fromkeys(("cat", "concat", "stack"), _joined),
}  # fmt: skip
