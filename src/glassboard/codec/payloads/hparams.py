"""Hyperparameters: messages in the plugin content of the hparams plugin; the values themselves are empty.

Source: tensorboard/plugins/hparams/{api,plugin_data}.proto and google/protobuf/struct.proto.
A run is one session (one trial): a start with its hyperparameters, an end with its status, and an experiment that names
hyperparameters and metrics. The metrics are scalar series of the run.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from glassboard import _kernel
from glassboard.codec import wire
from glassboard.errors import CorruptError, TooLargeError

__all__ = [
    "EXPERIMENT_TAG",
    "PLUGIN_NAME",
    "SESSION_END_TAG",
    "SESSION_START_TAG",
    "Experiment",
    "HParam",
    "HParamInfo",
    "MetricInfo",
    "SessionEnd",
    "SessionStart",
    "Status",
    "decode",
    "decode_content",
    "encode_experiment",
    "encode_session_end",
    "encode_session_start",
    "union",
]

PLUGIN_NAME = "hparams"
EXPERIMENT_TAG = "_hparams_/experiment"
SESSION_START_TAG = "_hparams_/session_start_info"
SESSION_END_TAG = "_hparams_/session_end_info"

HParam: TypeAlias = float | str | bool | None
"""A value of a hyperparameter as the format holds it: every number is a double."""

MAX_DEPTH = 32
_STRING, _BOOL, _FLOAT64 = 1, 2, 3
_NO_HPARAMS: Mapping[str, HParam] = MappingProxyType({})


class Status(enum.IntEnum):
    UNKNOWN = 0
    SUCCESS = 1
    FAILURE = 2
    RUNNING = 3


@dataclass(frozen=True, slots=True)
class HParamInfo:
    name: str
    data_type: str = ""
    """`string`, `bool`, `float64`, or empty where it was not said."""
    domain: tuple[HParam, ...] = ()
    """The values it may take, where they were listed."""
    interval: tuple[float, float] | None = None
    display_name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class MetricInfo:
    tag: str
    group: str = ""
    """Sub-folder of the session's run that holds the tag; empty for the run itself."""
    display_name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    hparams: tuple[HParamInfo, ...] = ()
    metrics: tuple[MetricInfo, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class SessionStart:
    hparams: Mapping[str, HParam] = field(default_factory=lambda: _NO_HPARAMS)
    group_name: str = ""
    start_time_secs: float = 0.0
    """Seconds since the epoch; 0 where it was not said."""


@dataclass(frozen=True, slots=True)
class SessionEnd:
    status: Status = Status.UNKNOWN
    end_time_secs: float = 0.0


def union(first: Experiment, second: Experiment) -> Experiment:
    """Every hyperparameter and metric of both, each once; where both describe one, `second` is right."""
    hparams = {info.name: info for info in (*first.hparams, *second.hparams)}
    metrics = {(info.group, info.tag): info for info in (*first.metrics, *second.metrics)}
    return Experiment(
        tuple(hparams.values()), tuple(metrics.values()), second.description or first.description
    )


def _encode_value(number: int, value: HParam) -> bytes:
    if value is None:
        return wire.message(number, wire.int64(1, 0))
    if isinstance(value, bool):
        return wire.message(number, wire.bool_(4, value))
    if isinstance(value, str):
        return wire.message(number, wire.bytes_(3, value))
    return wire.message(number, wire.double(2, value))


def _texts(fields: Iterable[tuple[int, str]]) -> bytes:
    return b"".join(wire.bytes_(number, text) for number, text in fields if text)


def encode_experiment(experiment: Experiment) -> bytes:
    """Plugin content of `EXPERIMENT_TAG`."""
    parts = [_texts([(1, experiment.description)])]
    for info in experiment.hparams:
        data_type = {"string": _STRING, "bool": _BOOL, "float64": _FLOAT64}.get(info.data_type)
        parts.append(
            wire.message(
                4,
                _texts([(1, info.name), (2, info.display_name), (3, info.description)]),
                wire.int64(4, data_type) if data_type else b"",
                wire.message(5, *(_encode_value(1, value) for value in info.domain)) if info.domain else b"",
                wire.message(6, wire.double(1, info.interval[0]), wire.double(2, info.interval[1]))
                if info.interval and not info.domain
                else b"",
            )
        )
    parts.extend(
        wire.message(
            5,
            wire.message(1, _texts([(1, metric.group), (2, metric.tag)])),
            _texts([(3, metric.display_name), (4, metric.description)]),
        )
        for metric in experiment.metrics
    )
    return wire.message(2, *parts)


def encode_session_start(start: SessionStart) -> bytes:
    """Plugin content of `SESSION_START_TAG`."""
    entries = (
        wire.message(1, wire.bytes_(1, key), _encode_value(2, value)) for key, value in start.hparams.items()
    )
    return wire.message(3, *entries, _texts([(4, start.group_name)]), wire.double(5, start.start_time_secs))


def encode_session_end(end: SessionEnd) -> bytes:
    """Plugin content of `SESSION_END_TAG`."""
    return wire.message(4, wire.int64(1, end.status), wire.double(2, end.end_time_secs))


class _Fields:
    """The fields of one message by number."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._values: dict[int, list[int | memoryview]] = {}
        for number, value in wire.fields(data):
            self._values.setdefault(number, []).append(value)

    def messages(self, number: int) -> list[memoryview]:
        values = self._values.get(number, [])
        found = [value for value in values if isinstance(value, memoryview)]
        if len(found) != len(values):
            raise CorruptError(f"hparams metadata: field {number} is a number, wanted a message or a string")
        return found

    def message(self, number: int) -> memoryview:
        return (self.messages(number) or [memoryview(b"")])[-1]

    def text(self, number: int) -> str:
        return str(self.message(number), "utf-8", "replace")

    def integer(self, number: int) -> int:
        value = (self._values.get(number) or [0])[-1]
        if not isinstance(value, int):
            raise CorruptError(f"hparams metadata: field {number} is a message, wanted a number")
        return value

    def double(self, number: int) -> float:
        return wire.as_double(self.integer(number))

    def __contains__(self, number: int) -> bool:
        return number in self._values


def _decode_value(data: memoryview, depth: int = 0) -> HParam:
    if depth > MAX_DEPTH:
        raise TooLargeError(f"hyperparameter nests deeper than {MAX_DEPTH} levels")
    fields = _Fields(data)
    if 2 in fields:
        return fields.double(2)
    if 3 in fields:
        return fields.text(3)
    if 4 in fields:
        return bool(fields.integer(4))
    if 5 in fields:
        entries = (_Fields(entry) for entry in _Fields(fields.message(5)).messages(1))
        return (
            "{"
            + ", ".join(f"{entry.text(1)}: {_decode_value(entry.message(2), depth + 1)}" for entry in entries)
            + "}"
        )
    if 6 in fields:
        return str([_decode_value(item, depth + 1) for item in _Fields(fields.message(6)).messages(1)])
    return None


def _decode_experiment(data: memoryview) -> Experiment:
    fields = _Fields(data)
    hparams = []
    for info in map(_Fields, fields.messages(4)):
        interval = _Fields(info.message(6)) if 6 in info else None
        hparams.append(
            HParamInfo(
                name=info.text(1),
                data_type={_STRING: "string", _BOOL: "bool", _FLOAT64: "float64"}.get(info.integer(4), ""),
                domain=tuple(_decode_value(item) for item in _Fields(info.message(5)).messages(1)),
                interval=(interval.double(1), interval.double(2)) if interval else None,
                display_name=info.text(2),
                description=info.text(3),
            )
        )
    metrics = []
    for info in map(_Fields, fields.messages(5)):
        name = _Fields(info.message(1))
        metrics.append(MetricInfo(name.text(2), name.text(1), info.text(3), info.text(4)))
    return Experiment(tuple(hparams), tuple(metrics), fields.text(1))


def _decode_session_start(data: memoryview) -> SessionStart:
    fields = _Fields(data)
    entries = [_Fields(entry) for entry in fields.messages(1)]
    hparams = {entry.text(1): _decode_value(entry.message(2)) for entry in entries}
    return SessionStart(MappingProxyType(hparams), fields.text(4), fields.double(5))


def _decode_session_end(data: memoryview) -> SessionEnd:
    fields = _Fields(data)
    status = fields.integer(1)
    return SessionEnd(Status(status) if status in set(Status) else Status.UNKNOWN, fields.double(2))


def decode(value: _kernel.Value) -> Experiment | SessionStart | SessionEnd:
    """What one hparams value says. Raises `CorruptError` where its plugin content says none of the three."""
    return decode_content(value.plugin_content)


def decode_content(plugin_content: bytes) -> Experiment | SessionStart | SessionEnd:
    """`decode` for whoever holds the plugin content alone."""
    content = _Fields(plugin_content)
    if 2 in content:
        return _decode_experiment(content.message(2))
    if 3 in content:
        return _decode_session_start(content.message(3))
    if 4 in content:
        return _decode_session_end(content.message(4))
    raise CorruptError(
        f"hparams metadata of {len(plugin_content)} bytes holds no experiment, session start or end"
    )
