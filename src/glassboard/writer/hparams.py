"""Hyperparameters: any Python value made into one that the format holds, and a run's trial described and ended."""

from __future__ import annotations

import enum
import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from glassboard import _kernel, _lazy
from glassboard.codec.payloads import hparams
from glassboard.codec.payloads.hparams import (
    Experiment,
    HParam,
    HParamInfo,
    MetricInfo,
    SessionEnd,
    SessionStart,
    Status,
)
from glassboard.codec.payloads.tensor import DT_FLOAT
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe
from glassboard.writer.point import as_float, as_tag

__all__ = ["HParamsJob", "Trial", "Trials", "as_hparam"]


@dataclass(frozen=True, slots=True)
class HParamsJob:
    tag: str
    step: int
    wall_time: float
    content: bytes

    @property
    def byte_count(self) -> int:
        return len(self.content) + 256

    def encode(self) -> bytes:
        # TensorBoard's own writer puts an empty tensor where the message is all there is.
        return _kernel.encode_tensor(
            self.tag,
            self.step,
            self.wall_time,
            DT_FLOAT,
            (0,),
            b"",
            plugin_name=hparams.PLUGIN_NAME,
            plugin_content=self.content,
        )


def as_hparam(value: object) -> HParam:
    """A number, a bool or a string: what has no such form is written as a person would read it.

    Numbers of NumPy and torch become floats, enums their names, functions and classes their names, everything else
    (None, lists, mappings, paths, dtypes, ...) its `str`.
    """
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, float, np.number)) and not np.iscomplexobj(value):
        return as_float(value)
    if isinstance(value, np.ndarray) or _lazy.is_tensor(value):
        return _from_array(value)
    if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")):
        return str(value.__qualname__)
    return str(value)


def _from_array(value: _lazy.Foreign) -> HParam:
    items = value.tolist()
    if isinstance(items, bool):
        return items
    if isinstance(items, (int, float)):
        return float(items)
    return str(items)


def _same(first: HParam, second: HParam) -> bool:
    both_nan = (
        isinstance(first, float) and isinstance(second, float) and math.isnan(first) and math.isnan(second)
    )
    return both_nan or (type(first) is type(second) and first == second)


def _data_type(value: HParam) -> str:
    return "bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "float64"


class Trial:
    """The hyperparameters and metrics of one run, as far as they were logged. Not for several threads at once."""

    def __init__(self) -> None:
        self._experiment = Experiment()
        self._hparams: dict[str, HParam] = {}
        self._start_time_secs = 0.0
        self._is_ended = True

    def contradicts(self, hparam_dict: Mapping[str, object]) -> bool:
        """Whether a value differs from the one logged before: then it is the trial of another run."""
        return any(
            key in self._hparams and not _same(self._hparams[key], as_hparam(value))
            for key, value in hparam_dict.items()
        )

    def add(
        self,
        hparam_dict: Mapping[str, object],
        metric_tags: tuple[str, ...],
        domains: Mapping[str, object],
        step: int,
        wall_time: float,
    ) -> list[HParamsJob]:
        """What to write for a call of `add_hparams`: the union of this call with the earlier ones.

        Without any metric the trial has begun but not ended, and the experiment, whose list of metrics TensorBoard takes
        for complete, is left out.
        """
        found = {_as_key(key): as_hparam(value) for key, value in hparam_dict.items()}
        infos = tuple(
            HParamInfo(key, _data_type(value), _as_domain(key, domains)) for key, value in found.items()
        )
        for key in domains:
            if key not in found:
                raise MisuseError(f"found {key!r} in hparam_domain_discrete, which is not in hparam_dict")
        self._hparams.update(found)
        metrics = tuple(MetricInfo(tag) for tag in metric_tags)
        self._experiment = hparams.union(self._experiment, Experiment(infos, metrics))
        self._start_time_secs = self._start_time_secs or wall_time
        jobs = []
        if self._experiment.metrics:
            jobs.append(
                HParamsJob(
                    hparams.EXPERIMENT_TAG, step, wall_time, hparams.encode_experiment(self._experiment)
                )
            )
        start = SessionStart(dict(self._hparams), start_time_secs=self._start_time_secs)
        jobs.append(
            HParamsJob(hparams.SESSION_START_TAG, step, wall_time, hparams.encode_session_start(start))
        )
        self._is_ended = False
        if metric_tags:
            jobs += self.end(Status.SUCCESS, step, wall_time)
        return jobs

    def end(self, status: Status, step: int, wall_time: float) -> list[HParamsJob]:
        """What to write at the end of the run, if that was not written yet."""
        if self._is_ended:
            return []
        self._is_ended = True
        content = hparams.encode_session_end(SessionEnd(status, wall_time))
        return [HParamsJob(hparams.SESSION_END_TAG, step, wall_time, content)]


class Trials:
    """The trials of one writer: the first is its own run, those that contradict it are sub-runs. For any thread."""

    def __init__(self) -> None:
        self._own = Trial()
        self._lock = threading.Lock()
        self._count = 1

    def add(
        self,
        hparam_dict: Mapping[str, object],
        metric_tags: tuple[str, ...],
        domains: Mapping[str, object],
        step: int,
        wall_time: float,
    ) -> list[HParamsJob] | str:
        """What to write to the run itself, or the name of the sub-run that the call belongs to."""
        with self._lock:
            if self._own.contradicts(hparam_dict):
                self._count += 1
                return f"trial_{self._count}"
            return self._own.add(hparam_dict, metric_tags, domains, step, wall_time)

    def end(self, wall_time: float, *, is_success: bool) -> list[HParamsJob]:
        """What to write where the writer closes."""
        with self._lock:
            return self._own.end(Status.SUCCESS if is_success else Status.FAILURE, 0, wall_time)


def _as_key(key: object) -> str:
    if not isinstance(key, str):
        raise MisuseError(f"found {describe(key)} as the name of a hyperparameter, wanted a string")
    return as_tag(key)


def _as_domain(key: str, domains: Mapping[str, object]) -> tuple[HParam, ...]:
    values = domains.get(key, ())
    if not isinstance(values, (list, tuple)):
        raise MisuseError(f"found {describe(values)} as the domain of {key!r}, wanted a list of values")
    return tuple(as_hparam(value) for value in values)
