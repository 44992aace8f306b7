"""The graph of a live model: the door to the recorder, which is loaded on first use because it needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassboard._lazy import imported
from glassboard.codec.payloads.model_graph import ModelGraph
from glassboard.errors import MisuseError

if TYPE_CHECKING:
    import torch

__all__ = ["ModelGraph", "trace_graph"]


def trace_graph(model: torch.nn.Module, inputs: object = None) -> ModelGraph:
    """Runs the model once on `inputs` and returns its modules, its operations and the tensors between them.

    `inputs` is a tensor, a tuple of positional arguments or a mapping of keyword arguments. A list is taken like a tuple;
    a list or mapping whose entries are not the arguments of the forward pass is handed over as its one argument.
    With None nothing is run: the graph holds the modules and their parameters, and no operations.

    Whatever Python does in the forward pass is fine: branches, loops, any nesting of tensors in arguments and results,
    shared modules, writes in place. What is recorded is the path that these inputs took. The pass runs in evaluation
    mode and without gradients, and leaves the model, the inputs and the random number generators as they were; hooks
    that the user registered do run. DataParallel, DistributedDataParallel and compiled models are looked through.

    Raises `MisuseError` where the model is no module, its parameters are sharded over processes, the inputs do not fit,
    or the forward pass fails; the original exception is the cause.

        graph = trace_graph(model, images)
        print(graph.summary())
    """
    # Whoever holds a module has imported torch already.
    torch_module = imported("torch")
    if torch_module is None or not isinstance(model, torch_module.nn.Module):
        raise MisuseError(f"a model's graph needs a torch.nn.Module, got {type(model).__name__}")
    from glassboard.instrument.tracing import model_hierarchy, record_pass, unwrapped

    model = unwrapped(model)
    return model_hierarchy(model) if inputs is None else record_pass(model, inputs)
