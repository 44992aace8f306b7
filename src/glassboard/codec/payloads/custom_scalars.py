"""Custom scalars: a layout of charts that put several tags together, in one string tensor of the run.

Source: tensorboard/plugins/custom_scalar/layout.proto. A run's layout is the last one it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.codec.payloads import tensor
from glassboard.errors import CorruptError, TooLargeError

__all__ = [
    "CONFIG_TAG",
    "MAX_CHARTS",
    "MAX_TAGS",
    "PLUGIN_NAME",
    "Category",
    "Chart",
    "decode",
    "encode_layout",
]

PLUGIN_NAME = "custom_scalars"
CONFIG_TAG = "custom_scalars__config__"
MAX_CHARTS = 10_000
MAX_TAGS = 100_000
"""Of one layout, over all its charts: an empty chart takes two bytes, so a small file could hold millions."""


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
    closed: bool = False
    """Whether a page shows it folded at first."""


def encode_layout(categories: tuple[Category, ...]) -> bytes:
    """`Layout`: its version (field 1) 0 is absent."""
    return b"".join(
        wire.message(
            2,
            wire.bytes_(1, category.title),
            *map(_chart, category.charts),
            *([wire.int64(3, 1)] if category.closed else []),
        )
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
    """The layout of one sample.

    Raises `CorruptError` where the value holds none, `TooLargeError` over `MAX_CHARTS` charts or `MAX_TAGS` tags.
    """
    if value.tensor is None:
        raise CorruptError(f"value of form {value.form} holds no layout")
    found = tensor.strings(value.tensor, max_elements=1)
    if len(found) != 1:
        raise CorruptError(f"layout tensor holds {len(found)} strings, wanted one")
    categories: list[Category] = []
    charts = tags = 0
    for number, message in wire.messages(found[0]):
        if number != 2:
            continue
        title, own, closed = "", [], False
        for field, content in wire.fields(message):
            if field == 3 and isinstance(content, int):
                closed = content != 0
            elif field == 1 and not isinstance(content, int):
                title = _text(content)
            elif field == 2 and not isinstance(content, int):
                own.append(_decode_chart(content))
                charts += 1
                tags += len(own[-1].tags)
                if charts > MAX_CHARTS or tags > MAX_TAGS:
                    raise TooLargeError(
                        f"layout holds more than {MAX_CHARTS} charts or {MAX_TAGS} tags of charts"
                    )
        categories.append(Category(title, tuple(own), closed))
        if len(categories) > MAX_CHARTS:
            raise TooLargeError(f"layout holds more than {MAX_CHARTS} categories")
    return tuple(categories)


def _text(data: memoryview) -> str:
    return bytes(data).decode("utf-8", "replace")


def _decode_chart(data: memoryview) -> Chart:
    title, is_margin = "", False
    tags: list[str] = []
    for number, message in wire.messages(data):
        if number == 1:
            title = _text(message)
        elif number == 2:
            # One of the two: of both the last counts.
            tags, is_margin = ([] if is_margin else tags), False
            tags += [_text(tag) for field, tag in wire.messages(message) if field == 1]
        elif number == 3:
            tags, is_margin = (tags if is_margin else []), True
            for field, series in wire.messages(message):
                if field == 1:
                    names = {key: _text(tag) for key, tag in wire.messages(series)}
                    tags += [names.get(key, "") for key in (1, 2, 3)]
    return Chart(title, tuple(tags), is_margin)
