"""Custom scalars: a layout of charts that put several tags together, in one string tensor of the run.

Source: tensorboard/plugins/custom_scalar/layout.proto. A run's layout is the last one it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError

__all__ = ["CONFIG_TAG", "PLUGIN_NAME", "Category", "Chart", "decode", "encode_layout"]

PLUGIN_NAME = "custom_scalars"
CONFIG_TAG = "custom_scalars__config__"


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    tags: tuple[str, ...]
    """Regular expressions of tags; in a margin chart three tags for each line: value, lower and upper bound."""
    is_margin: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    title: str
    charts: tuple[Chart, ...]


def encode_layout(categories: tuple[Category, ...]) -> bytes:
    """`Layout`: its version (field 1) 0 is absent."""
    return b"".join(
        wire.message(2, wire.bytes_(1, category.title), *map(_chart, category.charts))
        for category in categories
    )


def _chart(chart: Chart) -> bytes:
    if chart.is_margin:
        content = wire.message(3, *_series(chart.tags))
    else:
        content = wire.message(2, *(wire.bytes_(1, tag) for tag in chart.tags))
    return wire.message(2, wire.bytes_(1, chart.title), content)


def _series(tags: tuple[str, ...]) -> Iterator[bytes]:
    for value, lower, upper in zip(tags[::3], tags[1::3], tags[2::3], strict=True):
        yield wire.message(1, wire.bytes_(1, value), wire.bytes_(2, lower), wire.bytes_(3, upper))


def decode(value: _kernel.Value) -> tuple[Category, ...]:
    """The layout of one sample. Raises `CorruptError` where the value holds none."""
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no layout")
    found = tensor.strings(value.tensor)
    if len(found) != 1:
        raise CorruptError(f"layout tensor holds {len(found)} strings, wanted one")
    return tuple(_category(message) for number, message in wire.messages(found[0]) if number == 2)


def _category(data: memoryview) -> Category:
    title, charts = "", []
    for number, message in wire.messages(data):
        if number == 1:
            title = bytes(message).decode("utf-8", "replace")
        elif number == 2:
            charts.append(_decode_chart(message))
    return Category(title, tuple(charts))


def _decode_chart(data: memoryview) -> Chart:
    title, is_margin = "", False
    tags: list[str] = []
    for number, message in wire.messages(data):
        if number == 1:
            title = bytes(message).decode("utf-8", "replace")
        elif number == 2:
            tags += [
                bytes(tag).decode("utf-8", "replace") for field, tag in wire.messages(message) if field == 1
            ]
        elif number == 3:
            is_margin = True
            for field, series in wire.messages(message):
                if field == 1:
                    names = {key: bytes(tag).decode("utf-8", "replace") for key, tag in wire.messages(series)}
                    tags += [names.get(key, "") for key in (1, 2, 3)]
    return Chart(title, tuple(tags), is_margin)
