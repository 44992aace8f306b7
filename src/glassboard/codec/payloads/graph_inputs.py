"""What the nodes of a graph take, as columns: an object for each input would cost more than reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Input", "InputColumns"]


class Input(NamedTuple):
    """What a node takes: output number `output` of `node`, the number of a node, or -1 where no node has the `name`."""

    node: int
    output: int
    is_control: bool
    label: str
    """The argument it is given as; empty where the writer did not say."""
    name: str


class InputColumns:
    """All inputs of all nodes, one after the other; those of node n, as rows, are `inputs[n]`."""

    def __init__(self) -> None:
        self.ends: list[int] = []
        """Of each node, where its inputs end; those of the next begin there."""
        self.nodes: list[int] = []
        self.outputs: list[int] = []
        """-1 for a control dependency."""
        self.labels: list[str] = []
        self.names: list[str] = []

    def append(self, inputs: Iterable[Input]) -> None:
        """The inputs of the next node."""
        for node, output, is_control, label, name in inputs:
            self.nodes.append(node)
            self.outputs.append(-1 if is_control else output)
            self.labels.append(label)
            self.names.append(name)
        self.ends.append(len(self.nodes))

    def counts(self) -> list[int]:
        return [end - start for start, end in pairwise([0, *self.ends])]

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, node: int) -> list[Input]:
        end = self.ends[node]
        before = node - 1 if node >= 0 else len(self.ends) + node - 1
        start = self.ends[before] if before >= 0 else 0
        return [
            Input(
                self.nodes[at],
                max(0, self.outputs[at]),
                self.outputs[at] < 0,
                self.labels[at],
                self.names[at],
            )
            for at in range(start, end)
        ]

    def __iter__(self) -> Iterator[list[Input]]:
        return (self[node] for node in range(len(self)))
