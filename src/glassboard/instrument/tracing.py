"""Sets the recorder on a model, runs it once, and puts everything back."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass

import torch
from torch.nn.parameter import is_lazy

from glassboard._lazy import imported
from glassboard.codec.payloads.model_graph import ModelGraph, Node, Role, Source
from glassboard.errors import MisuseError
from glassboard.instrument.ownership import (
    Named,
    module_infos,
    module_scopes,
    owned_nodes,
    owned_tensors,
    parameter_node,
    spec_of,
)
from glassboard.instrument.recording import ModuleCall, Recorder
from glassboard.instrument.tensor_tree import labelled_tensors
from glassboard.instrument.untouched import Originals, borrowed_generators, evaluation_on_copies

__all__ = ["model_hierarchy", "record_pass", "unwrapped"]


def unwrapped(model: torch.nn.Module) -> torch.nn.Module:
    """The user's own module inside wrappers that would compile it, spread it over devices or wait for other processes.

    Raises `MisuseError` where its parameters are sharded over processes.
    """
    while True:
        if isinstance(model, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
            model = model.module
        elif isinstance(inner := getattr(model, "_orig_mod", None), torch.nn.Module):
            model = inner
        else:
            return model


@dataclass(frozen=True, slots=True)
class _Arguments:
    """How to call the model: what is given, and the tensors in it with the names of the parameters they go to."""

    positional: tuple[object, ...]
    keyword: Mapping[str, object]
    tensors: tuple[tuple[str, torch.Tensor], ...]


def record_pass(model: torch.nn.Module, inputs: object) -> ModelGraph:
    """One forward pass as a graph. Raises `MisuseError` where it cannot be run, with the cause."""
    _refuse_sharded(model)
    arguments = _bound(model, inputs)
    if any(is_lazy(tensor) for tensor in owned_tensors(model)):
        model = _initialised_copy(model, arguments)
    scopes = module_scopes(model)
    users_tensors = [*owned_tensors(model), *(tensor for _, tensor in arguments.tensors)]
    with ExitStack() as around:
        around.enter_context(torch.no_grad())
        originals = Originals(users_tensors)
        around.callback(originals.restore)
        copies = around.enter_context(
            evaluation_on_copies(model, {tensor.device for tensor in users_tensors})
        )
        named_inputs = [_input(label, tensor) for label, tensor in arguments.tensors]
        recorder = Recorder(
            model,
            named=[*owned_nodes(model, scopes, copies), *named_inputs],
            originals=originals,
        )
        for named in named_inputs:
            recorder.add(named)
        around.enter_context(recorder.following())
        around.enter_context(_without_compiling())
        try:
            with recorder:
                result = model(*arguments.positional, **arguments.keyword)
        except Exception as error:
            raise MisuseError(_failure(error, recorder.failed_module, model, arguments)) from error
        nodes = recorder.finish(result)
        modules = module_infos(
            model, scopes, nodes=nodes, call_counts=recorder.call_counts, outputs=recorder.module_outputs
        )
    return ModelGraph(modules, nodes)


def _initialised_copy(model: torch.nn.Module, arguments: _Arguments) -> torch.nn.Module:
    """A copy whose lazy parameters have their values. Making them in the model itself belongs to the user's run."""
    model = copy.deepcopy(model)
    inputs = [tensor for _, tensor in arguments.tensors]
    originals = Originals(inputs)
    with torch.no_grad(), borrowed_generators({tensor.device for tensor in inputs}):
        for tensor in inputs:
            originals.about_to_write(tensor)
        try:
            model.eval()(*arguments.positional, **arguments.keyword)
        except Exception as error:
            raise MisuseError(_failure(error, None, model, arguments)) from error
        finally:
            originals.restore()
    return model


def _without_compiling() -> AbstractContextManager[object]:
    """Compiled parts run as plain Python, so that their functions are seen; torch 2.6 and later can do that."""
    is_compiler_loaded = imported("torch._dynamo") is not None
    if is_compiler_loaded and hasattr(torch.compiler, "set_stance"):
        stance: AbstractContextManager[object] = torch.compiler.set_stance("force_eager")
        return stance
    return nullcontext()


def model_hierarchy(model: torch.nn.Module) -> ModelGraph:
    """Modules and parameters without a pass: each leaf module is a node that its parameters lead to."""
    scopes = module_scopes(model)
    nodes: list[Node] = []
    seen: dict[int, str] = {}
    for path, module in model.named_modules():
        sources = []
        for name, parameter in module.named_parameters(recurse=False):
            if id(parameter) not in seen:
                node = parameter_node(f"{scopes[path]}/{name}", path, parameter)
                seen[id(parameter)] = node.name
                nodes.append(node)
            if not is_lazy(parameter):
                sources.append(Source(seen[id(parameter)], 0, name))
        if not any(module.children()):
            name = f"{scopes[path]}/{type(module).__name__}"
            nodes.append(Node(name, Role.MODULE, type(module).__name__, path, tuple(sources)))
    return ModelGraph(module_infos(model, scopes), tuple(nodes))


def _refuse_sharded(model: torch.nn.Module) -> None:
    for path, module in model.named_modules():
        if {base.__name__ for base in type(module).__mro__} & {"FullyShardedDataParallel", "FSDPModule"}:
            raise MisuseError(
                f"the parameters of {path or type(module).__name__} are sharded over processes, so one process cannot run"
                " it alone; record the graph before the model is sharded, or without an input (modules and parameters)"
            )


def _input(label: str, tensor: torch.Tensor) -> Named:
    return Named(tensor, Node(f"input/{label}", Role.INPUT, "Input", "", (), (spec_of(tensor),)))


def _bound(model: torch.nn.Module, inputs: object) -> _Arguments:
    as_one: tuple[tuple[object, ...], dict[str, object]] = ((inputs,), {})
    if isinstance(inputs, Mapping):
        ways = [((), {str(name): value for name, value in inputs.items()}), as_one]
    elif isinstance(inputs, list):
        ways = [(tuple(inputs), {}), as_one]
    elif isinstance(inputs, tuple) and not hasattr(inputs, "_fields"):
        ways = [(inputs, {})]
    else:
        ways = [as_one]
    signature = inspect.signature(model.forward)
    problems: list[TypeError] = []
    for positional, keyword in ways:
        try:
            bound = signature.bind(*positional, **keyword)
        except TypeError as error:
            problems.append(error)
        else:
            labelled = _labelled(signature, bound.arguments)
            tensors = tuple(pair for label, value in labelled for pair in labelled_tensors(value, label))
            return _Arguments(positional, keyword, tensors)
    raise MisuseError(
        f"the inputs do not fit {type(model).__name__}.forward{signature}: {problems[0]}; give a tensor, a tuple of"
        " positional arguments or a dict of keyword arguments"
    ) from problems[0]


def _labelled(signature: inspect.Signature, arguments: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in arguments.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD and isinstance(value, Mapping):
            yield from value.items()
        else:
            yield name, value


def _failure(
    error: Exception, place: ModuleCall | None, model: torch.nn.Module, arguments: _Arguments
) -> str:
    where = f"module {place.path!r} ({place.class_name})" if place and place.path else type(model).__name__
    devices = sorted({str(parameter.device) for parameter in model.parameters()})
    return (
        f"the forward pass failed in {where} while its graph was recorded: {type(error).__name__}: {error}"
        f" (inputs: {_described(arguments.tensors)}; parameters on {', '.join(devices) or 'no device'};"
        " the model is as it was before)"
    )


def _described(tensors: Sequence[tuple[str, torch.Tensor]]) -> str:
    return (
        ", ".join(f"{label} {spec_of(tensor)} on {tensor.device}" for label, tensor in tensors) or "no tensor"
    )
