"""Misuse raises at the call, with what was found and what was wanted; everything that has a meaning is taken."""

from __future__ import annotations

import enum
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from glassboard import SummaryWriter
from glassboard.errors import MisuseError
from glassboard.writer.arrays import as_array
from glassboard.writer.hparams import as_hparam
from glassboard.writer.point import as_float, as_step, as_wall_time


def test_construction_takes_what_torch_takes(tmp_path):
    writer = SummaryWriter(str(tmp_path), "ignored", 5, 100, 120, ".suffix")
    assert (writer.log_dir, writer.get_logdir()) == (str(tmp_path), str(tmp_path))
    assert (writer.purge_step, writer.max_queue, writer.flush_secs) == (5, 100, 120)
    assert writer.filename_suffix == ".suffix"
    writer.close()
    SummaryWriter(logdir=tmp_path / "x").close()
    assert (tmp_path / "x").is_dir()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"log_dir": "hdfs://cluster/run"}, "wanted a folder of this machine, or s3:"),
        ({"log_dir": 3}, "found int 3 as log_dir"),
        ({"log_dir": "a\0b"}, "without null"),
        ({"flush_secs": 0}, "found flush_secs 0"),
        ({"flush_secs": "soon"}, "wanted seconds as flush_secs"),
        ({"purge_step": "first"}, "found str 'first'"),
        ({"filename_suffix": "a/b"}, "without slashes"),
        ({"flush_sec": 3}, "found the arguments flush_sec, which SummaryWriter does not have"),
        ({"log_dir": "a", "logdir": "b"}, "found log_dir 'a' and logdir 'b', wanted one of them"),
    ],
)
def test_construction_refuses(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MisuseError, match=message):
        SummaryWriter(**arguments)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def writer(tmp_path):
    with SummaryWriter(tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("add_scalar", (3, 1.0), "found int 3 as a tag, wanted a string"),
        ("add_scalar", (["x"], 1.0), "found list as a tag"),
        ("add_scalar", ("", 1.0), "empty tag"),
        ("add_scalar", ("\ud800", 1.0), "not valid Unicode"),
        ("add_scalar", ("x" * 100_000, 1.0), "at most 65536"),
        ("add_scalar", ("x", "0.5"), "found str '0.5', wanted a single number"),
        ("add_scalar", ("x", None), "found NoneType"),
        ("add_scalar", ("x", [1.0, 2.0]), "with 2 values"),
        ("add_scalar", ("x", np.zeros((2, 2))), r"shape \(2, 2\)"),
        ("add_scalar", ("x", torch.zeros(3)), r"Tensor of shape \(3,\)"),
        ("add_scalar", ("x", 1j), "complex"),
        ("add_scalar", ("x", 1.0, "one"), "wanted an integer of 64 bits as global_step"),
        ("add_scalar", ("x", 1.0, math.nan), "found nan, wanted an integer"),
        ("add_scalar", ("x", 1.0, 1 << 63), "found 9223372036854775808, wanted an integer"),
        ("add_scalar", ("x", 1.0, 1, math.inf), "found inf, wanted seconds"),
        ("add_scalar", ("x", 1.0, 1, "now"), "as walltime"),
        ("add_scalars", ("x", [1.0]), "found list as tag_scalar_dict"),
        ("add_scalars", ("x", {1: 1.0}), "found int 1 as a tag"),
        ("add_text", ("x", 5), "found int 5 as text"),
        ("add_text", ("x", None), "found NoneType as text"),
        ("add_histogram", ("x", "values"), "wanted real numbers"),
        ("add_histogram", ("x", np.array(["a"])), "wanted real numbers"),
        ("add_histogram", ("x", [1.0], 0, "wide"), "found bins 'wide'"),
        ("add_histogram", ("x", [1.0], 0, 0), "found 0 bins"),
        ("add_histogram", ("x", [1.0], 0, [3.0, 2.0]), "numbers that ascend"),
        ("add_histogram", ("x", [1.0], 0, "auto", None, 0), "as max_bins"),
        ("add_pr_curve", ("x", [0, 1], [0.5]), "found 2 labels and 1 predictions"),
        ("add_pr_curve", ("x", [], []), "found no labels"),
        ("add_pr_curve", ("x", [0, 2], [0.5, 0.5]), "found labels from 0 to 2"),
        ("add_pr_curve", ("x", [0, 1], [-3.0, 8.0]), "found predictions from -3.0 to 8.0"),
        ("add_pr_curve", ("x", [0, 1], [0.5, 0.5], 0, 1), "as num_thresholds"),
        ("add_pr_curve", ("x", [0, 1], [0.5, 0.5], 0, 127, [1, 2, 3]), "found 3 weights"),
        ("add_hparams", ([], {}), "found list as hparam_dict"),
        ("add_hparams", ({}, {"m": "high"}), "as the metric 'm'"),
        ("add_hparams", ({3: 1}, {}), "as the name of a hyperparameter"),
        ("add_hparams", ({"a": 1}, {}, {"b": [1]}), "found 'b' in hparam_domain_discrete"),
        ("add_hparams", ({"a": 1}, {}, {"a": 1}), "as the domain of 'a'"),
        ("add_graph", ("model",), "torch.nn.Module"),
    ],
)
def test_misuse_says_what_was_found_and_wanted(writer, name, arguments, message):
    with pytest.raises(MisuseError, match=message):
        getattr(writer, name)(*arguments)
    writer.flush()
    assert writer.health.is_well
    assert writer.health.written_count == 0


@pytest.mark.parametrize(
    ("value", "step"),
    [
        (None, 0),
        (-5, -5),
        (True, 1),
        (3.7, 3),
        (np.int32(4), 4),
        (np.uint64(5), 5),
        (np.array(6), 6),
        (np.array([7]), 7),
        (torch.tensor(8), 8),
        (torch.tensor([9.0]), 9),
    ],
)
def test_steps(value, step):
    assert as_step(value) == step


def test_numbers_of_any_size():
    assert as_float(10**400) == math.inf
    assert as_float(-(10**400)) == -math.inf
    assert math.isnan(as_float(np.float32("nan")))
    assert as_wall_time(np.float64(5)) == 5.0


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        torch.tensor([1.5, -2.0], dtype=torch.float8_e4m3fn),
        torch.tensor([1.5, -2.0], dtype=torch.float8_e5m2),
        torch.tensor([1.5, -2.0], requires_grad=True),
        torch.tensor([1.5, -2.0]).to_sparse(),
        torch.tensor([0.0, 1.5, -2.0, 9.0])[1:3],
        torch.nn.Parameter(torch.tensor([1.5, -2.0])),
        torch.conj(torch.tensor([1.5 + 1j, -2.0])).real,
        [torch.tensor(1.5), torch.tensor(-2.0, requires_grad=True)],
        (1.5, -2.0),
        np.array([1.5, -2.0], ">f4"),
        np.ma.masked_array([1.5, -2.0]),
        memoryview(np.array([1.5, -2.0])),
    ],
    ids=lambda value: getattr(value, "dtype", type(value).__name__).__str__(),
)
def test_arrays_of_every_source(value):
    np.testing.assert_array_equal(as_array(value, "numbers"), [1.5, -2.0])


class Mode(enum.Enum):
    FAST = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (True, True),
        (np.bool_(False), False),
        (np.float32(0.5), 0.5),
        ("adam", "adam"),
        (None, "None"),
        ([64, 32], "[64, 32]"),
        ({"a": 1}, "{'a': 1}"),
        (torch.tensor(2), 2.0),
        (torch.tensor(True), True),
        (torch.tensor([1, 2]), "[1, 2]"),
        (np.array([1.5]), "[1.5]"),
        (Mode.FAST, "FAST"),
        (Path("data/x"), "data/x"),
        (torch.nn.ReLU, "ReLU"),
        (math.sqrt, "sqrt"),
        (torch.float32, "torch.float32"),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_hyperparameters_of_any_type(value, expected):
    found = as_hparam(value)
    assert found == expected
    assert type(found) is type(expected)
