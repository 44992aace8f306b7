"""TensorBoard's hparams backend lists what our writer writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard import context
from tensorboard.backend.event_processing import data_provider
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups

from glassboard import SummaryWriter

from .both_writers import multiplexer


def hparams_of(
    folder: Path, metrics: tuple[str, ...] = ()
) -> tuple[api_pb2.Experiment, list[api_pb2.SessionGroup]]:
    """The experiment and the session groups that TensorBoard's hparams backend lists for a log directory."""
    provider = data_provider.MultiplexerDataProvider(multiplexer(folder), str(folder))
    backend = backend_context.Context(base_plugin.TBContext(data_provider=provider, logdir=str(folder)))
    request_context = context.RequestContext()
    experiment = get_experiment.Handler(request_context, backend, "", api_pb2.GetExperimentRequest()).run()
    request = api_pb2.ListSessionGroupsRequest(
        allowed_statuses=[0, 1, 2, 3],
        slice_size=1000,
        col_params=[api_pb2.ColParams(metric=api_pb2.MetricName(tag=tag)) for tag in metrics],
    )
    return experiment, list(
        list_session_groups.Handler(request_context, backend, "", request).run().session_groups
    )


def test_27_runs_are_27_groups_with_their_metrics(tmp_path):
    combinations = [
        (rate, size, name)
        for rate in (0.1, 0.01, 0.001)
        for size in (16, 32, 64)
        for name in ("sgd", "adam", "rms")
    ]
    for i, (rate, size, name) in enumerate(combinations):
        with SummaryWriter(tmp_path / f"search/{i:02d}") as writer:
            hparams = {"lr": rate, "batch_size": size, "optimizer": name, "nesterov": False}
            writer.add_hparams(hparams, {"hparam/accuracy": i / 27})
    assert not [path for path in tmp_path.glob("search/*/*") if path.is_dir()]
    experiment, groups = hparams_of(tmp_path, ("hparam/accuracy",))
    assert {info.name for info in experiment.hparam_infos} == {"lr", "batch_size", "optimizer", "nesterov"}
    assert [info.name.tag for info in experiment.metric_infos] == ["hparam/accuracy"]
    assert len(groups) == 27
    by_name = {group.name: group for group in groups}
    for i, (rate, size, name) in enumerate(combinations):
        group = by_name[f"search/{i:02d}"]
        assert group.hparams["lr"].number_value == rate
        assert group.hparams["batch_size"].number_value == size
        assert group.hparams["optimizer"].string_value == name
        assert group.hparams["nesterov"].bool_value is False
        assert group.sessions[0].status == api_pb2.STATUS_SUCCESS
        assert [value.value for value in group.metric_values] == [np.float32(i / 27)]


def test_hparams_of_any_type_and_a_run_that_fails(tmp_path):
    with pytest.raises(KeyError), SummaryWriter(tmp_path / "a") as writer:  # noqa: PT012 - the end of it is tested
        writer.add_hparams(
            {"layers": [64, 32], "dropout": None, "act": torch.nn.ReLU, "seed": torch.tensor(3)}, {}
        )
        writer.add_scalar("loss", 2.0, 1)
        raise KeyError
    experiment, groups = hparams_of(tmp_path)
    hparams = groups[0].hparams
    assert hparams["layers"].string_value == "[64, 32]"
    assert hparams["dropout"].string_value == "None"
    assert hparams["act"].string_value == "ReLU"
    assert hparams["seed"].number_value == 3
    assert groups[0].sessions[0].status == api_pb2.STATUS_FAILURE
    assert [info.name.tag for info in experiment.metric_infos] == ["loss"]


def test_another_trial_of_one_writer_is_another_group(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        for i in range(3):
            writer.add_hparams({"lr": 0.1 * i}, {"hparam/loss": 10.0 * i})
        writer.add_hparams({"lr": 9.0}, {"hparam/loss": 1.0}, run_name="named")
    _, groups = hparams_of(tmp_path)
    assert {group.name: group.hparams["lr"].number_value for group in groups} == {
        ".": 0.0,
        "trial_2": 0.1,
        "trial_3": 0.2,
        "named": 9.0,
    }


def test_hparam_domains_are_listed(tmp_path):
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams({"size": 2, "kind": "a"}, {"m": 1.0}, {"size": [1, 2, 4], "kind": ["a", "b"]})
    experiment, _ = hparams_of(tmp_path)
    domains = {
        info.name: [json.loads(json.dumps(v)) for v in info.domain_discrete]
        for info in experiment.hparam_infos
    }
    assert domains == {"size": [1.0, 2.0, 4.0], "kind": ["a", "b"]}
