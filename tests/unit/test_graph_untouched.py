"""Recording a model's graph leaves nothing behind: weights, buffers, flags, random numbers, hooks, inputs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

from glassboard.errors import MisuseError
from glassboard.instrument.graph import trace_graph


def hook_count(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


@contextmanager
def unchanged(model: nn.Module) -> Iterator[None]:
    """Fails where the block changed a tensor's identity, values or version, a flag, a hook or an attribute."""
    state = {
        name: (tensor, tensor.clone(), tensor._version)
        for name, tensor in model.state_dict(keep_vars=True).items()
    }
    flags = [module.training for module in model.modules()]
    attributes = [dict(vars(module)) for module in model.modules()]
    hooks = hook_count(model)
    yield
    now = model.state_dict(keep_vars=True)
    assert now.keys() == state.keys()
    for name, (tensor, values, version) in state.items():
        assert now[name] is tensor, name
        assert torch.equal(tensor, values), name
        assert tensor._version == version, name
    assert [module.training for module in model.modules()] == flags
    assert hook_count(model) == hooks
    for module, before in zip(model.modules(), attributes, strict=True):
        assert {name: id(value) for name, value in vars(module).items()} == {
            n: id(v) for n, v in before.items()
        }


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.Flatten(), nn.Linear(4 * 36, 2)
    )


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_and_dropout_of_a_model_in_training(training: bool) -> None:
    model = convolutional().train(training)
    model[2].train(not training)
    with unchanged(model):
        graph = trace_graph(model, torch.randn(2, 1, 8, 8))
    assert "batch_norm" in {node.op for node in graph.operations}


def test_a_batch_of_one_is_enough_for_batch_norm() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    with unchanged(model):
        assert len(trace_graph(model, torch.zeros(1, 3)).outputs) == 1


def test_random_numbers_go_on_as_if_nothing_had_happened() -> None:
    class Noisy(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            noise = torch.randn_like(x) * random.random() * float(np.random.rand())
            return nn.functional.dropout(x + noise, 0.5, training=True)

    def draw() -> tuple[list[float], float, float]:
        return torch.rand(3).tolist(), random.random(), float(np.random.rand())

    def seed() -> None:
        torch.manual_seed(7)
        random.seed(7)
        np.random.seed(7)

    seed()
    expected = draw()
    seed()
    trace_graph(Noisy(), torch.zeros(4))
    assert draw() == expected


def test_state_that_the_forward_pass_keeps_is_put_back() -> None:
    class Stateful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("seen", torch.zeros(()))
            self.register_buffer("cache", None)
            self.weight = nn.Parameter(torch.ones(2))
            self.calls = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            self.last = x
            self.seen += 1
            self.cache = x * 2
            return x * self.seen + self.cache * self.weight

    model = Stateful()
    with unchanged(model):
        graph = trace_graph(model, torch.ones(2))
    assert (model.calls, float(model.seen), model.cache) == (0, 0.0, None)
    # The count does lead to the output, by way of the buffer that was written.
    assert next(node for node in graph.operations if node.op == "mul" and len(node.sources) == 2).sources[
        1
    ].node == ("Stateful/add_")


def test_weights_and_inputs_that_the_forward_pass_writes_are_put_back() -> None:
    class Clamping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.tensor([3.0, -3.0]))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.weight.data.clamp_(-1, 1)
            x[0] = 9
            return x.mul_(2) @ self.weight

    model, x = Clamping(), torch.ones(2, 2)
    trace_graph(model, x)
    assert model.weight.tolist() == [3.0, -3.0]
    assert x.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_gradients_within_the_pass_are_recorded_and_the_flag_of_the_input_is_put_back() -> None:
    class Forces(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.energy = nn.Linear(3, 1)

        def forward(self, positions: torch.Tensor) -> dict[str, torch.Tensor]:
            with torch.enable_grad():
                energy = self.energy(positions.requires_grad_(True)).tanh().sum()
                (slope,) = torch.autograd.grad(energy, positions)
            return {"energy": energy, "force": -slope}

    positions = torch.ones(2, 3)
    graph = trace_graph(Forces(), positions)
    assert not positions.requires_grad
    assert [node.op for node in graph.operations] == ["linear", "tanh", "sum", "grad", "neg"]
    assert [str(node.outputs[0]) for node in graph.outputs] == ["float32[]", "float32[2, 3]"]


def test_evaluation_does_not_call_the_models_own_eval() -> None:
    class Merging(nn.Linear):
        def train(self, mode: bool = True) -> Merging:
            raise AssertionError("switching modes has side effects here")

    trace_graph(Merging(2, 2), torch.zeros(1, 2))


def test_gradients_that_are_under_way_survive() -> None:
    model = convolutional()
    images = torch.randn(4, 1, 8, 8)
    loss = model(images).square().sum()
    with unchanged(model):
        graph = trace_graph(model, images)
    loss.backward()
    assert model[0].weight.grad is not None
    assert graph.outputs[0].outputs[0].shape == (4, 2)
    assert torch.is_grad_enabled()


def test_lazy_modules_stay_lazy() -> None:
    model = nn.Sequential(nn.LazyLinear(4), nn.ReLU())
    graph = trace_graph(model, torch.zeros(1, 3))
    assert graph.modules[0].parameter_count == 16
    assert isinstance(model[0].weight, nn.UninitializedParameter)
    assert trace_graph(model).modules[0].parameter_count == 0


def test_a_scripted_part_keeps_its_buffers() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    with pytest.warns(DeprecationWarning, match="torch.jit"):
        scripted = torch.jit.script(nn.Sequential(nn.BatchNorm1d(3)))
    outer = nn.Sequential(scripted, model)
    before = {name: value.clone() for name, value in outer.state_dict().items()}
    trace_graph(outer, torch.randn(5, 3))
    assert all(torch.equal(value, before[name]) for name, value in outer.state_dict().items())
    assert scripted.training


def test_the_users_hooks_run_and_stay() -> None:
    model, shapes = nn.Linear(2, 3), []
    handle = model.register_forward_hook(lambda module, args, result: shapes.append(result.shape))
    trace_graph(model, torch.zeros(1, 2))
    assert shapes == [(1, 3)]
    assert hook_count(model) == 1
    handle.remove()


def test_failure_names_the_module_and_leaves_no_hook() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(5, 2), nn.BatchNorm1d(2)))
    state = torch.get_rng_state()
    with unchanged(model), pytest.raises(MisuseError) as caught:
        trace_graph(model, torch.zeros(2, 3, 2))
    message = str(caught.value)
    assert "failed in module '1.0' (Linear)" in message
    assert "mat1 and mat2 shapes cannot be multiplied (2x6 and 5x2)" in message
    assert "inputs: input float32[2, 3, 2] on cpu; parameters on cpu" in message
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert torch.equal(torch.get_rng_state(), state)


def test_a_failure_that_the_model_handles_is_no_failure() -> None:
    class Careful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wrong, self.right = nn.Linear(9, 2), nn.Linear(3, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            try:
                return self.wrong(x)
            except RuntimeError:
                return self.right(x).relu()

    graph = trace_graph(Careful(), torch.zeros(1, 3))
    assert [node.name for node in graph.operations] == ["Careful/right/linear", "Careful/relu"]


def test_interrupting_leaves_no_hook() -> None:
    class Interrupted(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            raise KeyboardInterrupt

    model = nn.Sequential(Interrupted(), nn.Dropout())
    with unchanged(model), pytest.raises(KeyboardInterrupt):
        trace_graph(model, torch.zeros(1))
    assert torch.is_grad_enabled()
