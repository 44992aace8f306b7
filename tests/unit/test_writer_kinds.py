"""What each kind of point is written as, where that is a decision of ours and not a copy of torch's."""

from __future__ import annotations

import math
import sys
import threading
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from glassboard import SummaryWriter, _kernel, _lazy
from glassboard.codec.payloads import hparams, pr_curve, text
from glassboard.codec.payloads.hparams import Experiment, SessionEnd, SessionStart, Status
from glassboard.writer.scalar import DeviceScalar, on_device


def values(folder: Path) -> dict[str, list[_kernel.Value]]:
    """Every sample of a folder's event files by tag, in file order."""
    found: dict[str, list[_kernel.Value]] = {}
    for path in sorted(folder.glob("events*")):
        data = path.read_bytes()
        scanner = _kernel.EventScanner()
        assert scanner.feed(data) == len(data)
        samples = scanner.take().samples
        for i, series in enumerate(samples.series):
            for k in range(samples.starts[i], samples.starts[i + 1]):
                offset, length = int(samples.offsets[k]), int(samples.lengths[k])
                value = _kernel.decode_value(data[offset : offset + length])
                found.setdefault(scanner.series[series].tag.decode(), []).append(value)
    return found


class TestHParams:
    def test_further_calls_add_to_the_first(self, tmp_path):
        with SummaryWriter(tmp_path) as writer:
            writer.add_hparams({"lr": 0.1}, {})
            writer.add_hparams({"lr": 0.1, "layers": [1, 2]}, {"accuracy": 0.5})
            writer.add_hparams({"lr": 0.1}, {"loss": 2.0}, global_step=7)
        assert not [path for path in tmp_path.iterdir() if path.is_dir()]
        found = {tag: [hparams.decode(value) for value in series] for tag, series in values(tmp_path).items()}
        assert [dict(start.hparams) for start in found[hparams.SESSION_START_TAG]] == [
            {"lr": 0.1},
            {"lr": 0.1, "layers": "[1, 2]"},
            {"lr": 0.1, "layers": "[1, 2]"},
        ]
        last = found[hparams.EXPERIMENT_TAG][-1]
        assert isinstance(last, Experiment)
        assert [info.name for info in last.hparams] == ["lr", "layers"]
        assert [info.data_type for info in last.hparams] == ["float64", "string"]
        assert [metric.tag for metric in last.metrics] == ["accuracy", "loss"]
        assert len({start.start_time_secs for start in found[hparams.SESSION_START_TAG]}) == 1
        assert {end.status for end in found[hparams.SESSION_END_TAG]} == {Status.SUCCESS}

    def test_a_run_without_metrics_ends_when_it_closes(self, tmp_path):
        with SummaryWriter(tmp_path) as writer:
            writer.add_hparams({"lr": 0.1}, {})
            writer.flush()
            before = values(tmp_path)
            assert set(before) == {hparams.SESSION_START_TAG}
            start = hparams.decode(before[hparams.SESSION_START_TAG][0])
            assert isinstance(start, SessionStart)
        (end,) = values(tmp_path)[hparams.SESSION_END_TAG]
        found = hparams.decode(end)
        assert isinstance(found, SessionEnd)
        assert found.status is Status.SUCCESS
        assert found.end_time_secs >= start.start_time_secs

    def test_nan_is_the_same_value_each_time(self, tmp_path):
        with SummaryWriter(tmp_path) as writer:
            writer.add_hparams({"clip": math.nan}, {"m": 1.0})
            writer.add_hparams({"clip": math.nan}, {"m": math.inf})
        assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_predictions_that_are_nan_are_counted_at_the_lowest_threshold(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_pr_curve("pr", [1, 0, 1, 0], [math.nan, math.nan, 0.9, 0.1], num_thresholds=11)
    curve = pr_curve.decode(values(tmp_path)["pr"][0])
    assert curve.true_positives.tolist() == [2.0] + [1.0] * 9 + [0.0]
    assert curve.false_positives[0] == 2.0
    assert curve.false_positives[2:].max() == 0.0


def test_text_that_utf8_cannot_hold_is_escaped(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_text("t", "ok \ud800 end")
    sample = text.decode(values(tmp_path)["t/text_summary"][0])
    assert sample == text.TextSample((1,), ("ok \\ud800 end",))


def test_add_graph_prints_where_it_is_asked_to(tmp_path, capsys):
    model = torch.nn.Linear(2, 1)
    with SummaryWriter(tmp_path) as writer:
        writer.add_graph(model, torch.zeros(1, 2))
        assert capsys.readouterr().out == ""
        writer.add_graph(model, torch.zeros(1, 2), verbose=True)
    assert "Linear" in capsys.readouterr().out


class SlowEvent:
    """Stands in for a CUDA event: the device has not come so far yet."""

    def __init__(self) -> None:
        self.reached = threading.Event()

    def synchronize(self) -> None:
        assert self.reached.wait(10)


def test_a_scalar_of_a_busy_device_keeps_its_place_and_holds_nobody_up(tmp_path):
    event = SlowEvent()
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("x", 0.0, 0)
    writer._background.add_job(DeviceScalar("x", 1, 1.0, torch.tensor(1.0), event))
    writer.add_scalar("x", 2.0, 2)  # returns, although the device is busy
    assert writer.health.written_count <= 1
    event.reached.set()
    writer.close()
    (path,) = tmp_path.iterdir()
    scanner = _kernel.EventScanner()
    scanner.feed(path.read_bytes())
    scalars = scanner.take().scalars
    assert scalars.steps.tolist() == [0, 1, 2]
    assert scalars.values.tolist() == [0.0, 1.0, 2.0]


def test_values_on_the_cpu_are_read_at_once(tmp_path):
    total = torch.zeros(1)
    array = np.zeros(1)
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            assert on_device(total) is None
            writer.add_scalar("tensor", total, step)
            writer.add_scalar("array", array, step)
            total += 1
            array += 1
    (path,) = tmp_path.iterdir()
    scanner = _kernel.EventScanner()
    scanner.feed(path.read_bytes())
    assert scanner.take().scalars.values.tolist() == [0.0, 1.0, 2.0] * 2


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_tensors_of_every_kind_of_point(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        total = torch.zeros((), device="cuda")
        for step in range(100):
            writer.add_scalar("x", total, step)
            total += 1
        writer.add_histogram("h", torch.randn(100, device="cuda", dtype=torch.bfloat16))
        writer.add_image("i", torch.rand(3, 4, 4, device="cuda"))
        writer.add_embedding(torch.rand(3, 4, device="cuda"))
    (path,) = tmp_path.glob("events*")
    scanner = _kernel.EventScanner()
    scanner.feed(path.read_bytes())
    assert scanner.take().scalars.values.tolist() == list(range(100))


def test_a_missing_package_is_named():
    with pytest.raises(
        ImportError, match=r"plotting needs no_such, which cannot be imported .*; pip install no_such"
    ):
        _lazy.require("no_such.module", "plotting")


def test_a_half_imported_torch_is_no_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    assert not _lazy.is_tensor(np.zeros(1))
