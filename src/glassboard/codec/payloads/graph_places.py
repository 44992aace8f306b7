"""Finds the nodes of a GraphDef without reading them. Damage costs what it touches: what stands before it is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from glassboard.codec import wire
from glassboard.codec.payloads.graph_def import GraphNode, modules_field, read_module
from glassboard.codec.payloads.model_graph import ModuleInfo
from glassboard.errors import CorruptError

__all__ = ["Place", "places", "varint"]


class Place(NamedTuple):
    at: int
    end: int
    function: str | None = None
    starts: bool = False
    """The first node of its function."""
    made: GraphNode | None = None
    """An argument or a result of a function, which has no node of its own in the file."""


def places(message: bytes, modules: list[ModuleInfo], damage: list[str]) -> Iterator[Place]:
    """Where each node lies, those of functions after their own; modules and what is damaged go into the lists."""
    for number, at, end in _fields(message, 0, len(message), damage):
        try:
            if number == 1:
                yield Place(at, end)
            elif number == 2:
                for inner, from_, to in _fields(message, at, end, damage):
                    if inner == 1:
                        yield from _function_places(message, from_, to, damage)
            elif number == modules_field:
                modules.append(read_module(memoryview(message)[at:end]))
        except CorruptError as error:
            damage.append(f"field {number} at byte {at} cannot be read: {error}")


def _function_places(message: bytes, at: int, end: int, damage: list[str]) -> Iterator[Place]:
    """Arguments, nodes, results. Source: tensorflow/core/framework/function.proto."""
    name, nodes, arguments, results = "", [], [], []
    for number, from_, to in _fields(message, at, end, damage):
        if number == 1:
            for inner, start, stop in _fields(message, from_, to, damage):
                if inner == 1:
                    name = message[start:stop].decode("utf-8", "replace")
                elif inner == 2:
                    arguments.append(_text_field(message[start:stop], 1))
        elif number == 3:
            nodes.append((from_, to))
        elif number == 4:
            results.append((_text_field(message[from_:to], 1), _text_field(message[from_:to], 2)))
    begins = True
    for argument in arguments:
        yield Place(at, at, name, begins, GraphNode(argument, "Arg", (), "", {}))
        begins = False
    for from_, to in nodes:
        yield Place(from_, to, name, begins)
        begins = False
    for result, source in results:
        yield Place(at, at, name, begins, GraphNode(f"results/{result}", "Retval", (source,), "", {}))
        begins = False


def _text_field(data: bytes, wanted: int) -> str:
    for number, value in wire.fields(data):
        if number == wanted and not isinstance(value, int):
            return str(value, "utf-8", "replace")
    return ""


def _fields(message: bytes, at: int, end: int, damage: list[str]) -> Iterator[tuple[int, int, int]]:
    """Number, begin and end of every field that holds bytes; a field cut by the end is damage and the last one."""
    while at < end:
        began = at
        try:
            key, at = varint(message, at, end)
            kind = key & 7
            size = 0
            if kind == 2:
                size, at = varint(message, at, end)
            elif kind == 0:
                _, at = varint(message, at, end)
            elif kind == 1:
                size = 8
            elif kind == 5:
                size = 4
            else:
                raise CorruptError(f"wire type {kind} is none that a graph has")
            if size > end - at:
                raise CorruptError(f"{size:,} bytes are wanted, {end - at:,} are there")
        except CorruptError as error:
            damage.append(f"the graph ends at byte {began} of {len(message):,}: {error}")
            return
        if kind == 2:
            yield key >> 3, at, at + size
        at += size


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at < end and data[at] < 0x80:
        return data[at], at + 1
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise CorruptError("a number ends within itself")
