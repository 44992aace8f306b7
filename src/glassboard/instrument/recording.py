"""Records the torch functions and the module calls of one forward pass."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from glassboard.codec.payloads.model_graph import Attribute, Node, Role, Source, TensorSpec
from glassboard.instrument.arguments import attributes_of, named_arguments, operation_name, written_tensors
from glassboard.instrument.flops import count_flops
from glassboard.instrument.ownership import Named, child_scope, new_bytes, parameter_node, spec_of
from glassboard.instrument.tensor_tree import labelled_tensors
from glassboard.instrument.untouched import Originals, storage_key

__all__ = ["ModuleCall", "Recorder"]


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A module that is running."""

    module: torch.nn.Module
    path: str
    scope: str
    pending_exception: BaseException | None
    """What was being handled when it was called."""

    @property
    def class_name(self) -> str:
        return type(self.module).__name__


@dataclass(slots=True)
class _Draft:
    """A node whose outputs may still grow."""

    name: str
    role: Role
    op: str
    module: str
    sources: tuple[Source, ...] = ()
    outputs: list[TensorSpec] = field(default_factory=list)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    flops: int | None = None
    memory_bytes: int = 0

    def node(self) -> Node:
        return Node(
            self.name,
            self.role,
            self.op,
            self.module,
            self.sources,
            tuple(self.outputs),
            self.attributes,
            self.flops,
            self.memory_bytes,
        )


@dataclass(frozen=True, slots=True)
class _Origin:
    draft: _Draft
    output: int
    moment: int
    """Number of the call that made it; a later write to the same memory replaces it."""


class Recorder(TorchFunctionMode):
    """While entered, records every torch function of this thread as a node, under the module that is running.

    Tensors are told apart by identity and held weakly, so that the pass needs no more memory than usual.
    """

    def __init__(self, model: torch.nn.Module, *, named: Iterable[Named], originals: Originals) -> None:
        super().__init__()
        self._model = model
        self._paths = {id(module): path for path, module in model.named_modules()}
        self._named = {id(entry.tensor): entry for entry in named}
        self._taken_names = {entry.node.name for entry in self._named.values()}
        self._name_counts: dict[str, int] = {}
        self._originals = originals
        self._drafts: dict[str, _Draft] = {}
        self._origins = WeakTensorKeyDictionary()
        self._writes: dict[int, _Origin] = {}
        self._moment = 0
        self._calls: list[ModuleCall] = []
        self._is_paused = False
        self._failure: BaseException | None = None
        self.failed_module: ModuleCall | None = None
        """The innermost module that the last exception came out of."""
        self.call_counts: dict[int, int] = {}
        self.module_outputs: dict[int, tuple[TensorSpec, ...]] = {}

    # Functions

    def __torch_function__(
        self,
        func: Callable[..., Any],  # as torch declares it
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> Any:  # whatever the user's function returns
        kwargs = kwargs or {}
        if self._is_paused or not self._calls:
            return func(*args, **kwargs)
        op = operation_name(func)
        written = list(written_tensors(op, args, kwargs))
        for tensor in written:
            self._originals.about_to_write(tensor)
        result = func(*args, **kwargs)
        returned = [tensor for _, tensor in labelled_tensors(result)]
        if not returned and not written:
            return result
        arguments = named_arguments(func, args, kwargs)
        given = [pair for name, value in arguments for pair in labelled_tensors(value, name)]
        if "dropout" in op and not written and any(result is tensor for _, tensor in given):
            # Idle dropout hands back its very input; a view gives the node an output of its own.
            result = result.view_as(result)
            returned = [result]
        given_ids = {id(tensor) for _, tensor in given}
        # A call that returns what it was given and writes nothing, such as `.to` or `.contiguous`, did nothing.
        made = [*written, *(tensor for tensor in returned if id(tensor) not in given_ids)]
        if made:
            flops = count_flops(op, arguments, made)
            self._record(op, given, made, attributes_of(arguments), flops)
        return result

    def _record(
        self,
        op: str,
        given: Sequence[tuple[str, torch.Tensor]],
        made: Sequence[torch.Tensor],
        attributes: Mapping[str, Attribute],
        flops: int | None,
    ) -> None:
        sources = tuple(self._source(tensor, label) for label, tensor in given)
        draft = self._new_draft(op, Role.OPERATION, op)
        draft.sources, draft.attributes = sources, attributes
        draft.flops, draft.memory_bytes = flops, new_bytes(made, [tensor for _, tensor in given])
        self._moment += 1
        for tensor in made:
            origin = self._new_output(draft, tensor)
            if any(tensor is source for _, source in given):
                self._writes[storage_key(tensor)] = origin

    def _new_draft(self, label: str, role: Role, op: str) -> _Draft:
        call = self._calls[-1]
        draft = _Draft(self._unique_name(f"{call.scope}/{label}"), role, op, call.path)
        self._drafts[draft.name] = draft
        return draft

    def _new_output(self, draft: _Draft, tensor: torch.Tensor) -> _Origin:
        draft.outputs.append(spec_of(tensor))
        origin = _Origin(draft, len(draft.outputs) - 1, self._moment)
        self._origins[tensor] = origin
        return origin

    def _source(self, tensor: torch.Tensor, label: str) -> Source:
        origin = self._origin(tensor) or self._foreign(tensor)
        return Source(origin.draft.name, origin.output, label)

    def _origin(self, tensor: torch.Tensor) -> _Origin | None:
        """Where the tensor's present value comes from; None where no recorded function made it."""
        origin: _Origin | None = self._origins.get(tensor)  # type: ignore[no-untyped-call]  # torch has no type for it
        if origin is None and (named := self._named.get(id(tensor))) is not None:
            origin = self.add(named)
        write = self._writes.get(storage_key(tensor))
        if origin is None or write is None or write.moment <= origin.moment:
            return origin
        # Written through another view of the same memory: that operation, with this tensor's own shape.
        return self._new_output(write.draft, tensor)

    def _foreign(self, tensor: torch.Tensor) -> _Origin:
        """The node of a tensor that neither the model nor the caller nor a recorded function is known to have made."""
        if isinstance(tensor, torch.nn.Parameter):
            # A layer in a plain list: it computes, but no optimizer and no state_dict will find it.
            call = self._calls[-1]
            name = self._unique_name(f"{call.scope}/unregistered_parameter")
            node = parameter_node(name, call.path, tensor)
            draft = _Draft(
                name,
                node.role,
                node.op,
                call.path,
                attributes={**node.attributes, "registered": False},
                memory_bytes=node.memory_bytes,
            )
            self._drafts[name] = draft
        else:
            draft = self._new_draft("unrecorded", Role.CONSTANT, "Unrecorded")
        return self._new_output(draft, tensor)

    def add(self, named: Named) -> _Origin:
        """Makes the node of a tensor that the model or the caller owns."""
        node = named.node
        draft = self._drafts.get(node.name)
        if draft is None:
            draft = _Draft(
                node.name,
                node.role,
                node.op,
                node.module,
                (),
                [*node.outputs],
                node.attributes,
                memory_bytes=node.memory_bytes,
            )
            self._drafts[node.name] = draft
        origin = _Origin(draft, 0, 0)
        self._origins[named.tensor] = origin
        return origin

    def _unique_name(self, name: str) -> str:
        """The name, or the name with the first number that is free; names of owned tensors are kept for them."""
        candidate = name
        while candidate in self._taken_names:
            self._name_counts[name] = self._name_counts.get(name, 0) + 1
            candidate = f"{name}_{self._name_counts[name]}"
        self._taken_names.add(candidate)
        return candidate

    # Modules

    @contextmanager
    def following(self) -> Iterator[None]:
        """Within, calls of the model's modules are followed; every hook is gone afterwards."""
        with ExitStack() as hooks:
            for module in self._model.modules():
                # Called on the class because scripted modules refuse the method, though they do run hooks.
                before = torch.nn.Module.register_forward_pre_hook(
                    module, self._enter_module, prepend=True, with_kwargs=True
                )
                hooks.callback(before.remove)
                after = torch.nn.Module.register_forward_hook(
                    module, self._leave_module, with_kwargs=True, always_call=True
                )
                hooks.callback(after.remove)
            yield

    def _enter_module(self, module: torch.nn.Module, args: object, kwargs: object) -> None:
        path, scope = self._place_of(module)
        self._calls.append(ModuleCall(module, path, scope, sys.exception()))
        self.call_counts[id(module)] = self.call_counts.get(id(module), 0) + 1

    def _place_of(self, module: torch.nn.Module) -> tuple[str, str]:
        """Path and scope; of a module that stands at several paths, those under the module that runs."""
        if not self._calls:
            return "", type(module).__name__
        above = self._calls[-1]
        for name, child in above.module.named_children():
            if child is module:
                return f"{above.path}.{name}" if above.path else name, child_scope(above.scope, name, module)
        path = self._paths[id(module)]
        scope, walked = type(self._model).__name__, self._model
        for name in path.split(".") if path else ():
            walked = walked.get_submodule(name)
            scope = child_scope(scope, name, walked)
        return path, scope

    def _leave_module(self, module: torch.nn.Module, args: object, kwargs: object, result: object) -> None:
        call, exception = self._calls[-1], sys.exception()
        self._is_paused = True
        try:
            if exception is call.pending_exception:
                self._finish_module(module, (args, kwargs), result)
            elif exception is not self._failure:
                self._failure, self.failed_module = exception, call
        finally:
            self._is_paused = False
            self._calls.pop()

    def _finish_module(self, module: torch.nn.Module, given: object, result: object) -> None:
        returned = [tensor for _, tensor in labelled_tensors(result)]
        self.module_outputs.setdefault(id(module), tuple(spec_of(tensor) for tensor in returned))
        unseen = [tensor for tensor in returned if self._origin(tensor) is None]
        if unseen:
            # TorchScript or a C++ extension: what happened inside is not known, but whose result it is.
            self._record(type(module).__name__, list(labelled_tensors(given)), unseen, {}, None)

    # Result

    def finish(self, result: object) -> tuple[Node, ...]:
        """The nodes in order, and one output node for each tensor in what the model returned."""
        ends = []
        for label, tensor in labelled_tensors(result):
            origin = self._origin(tensor)
            assert origin is not None, "leaving the model gave every result an origin"
            name = self._unique_name(f"output/{label}" if label else "output")
            draft = _Draft(
                name,
                Role.OUTPUT,
                "Output",
                "",
                (Source(origin.draft.name, origin.output, label or "output"),),
            )
            draft.outputs.append(spec_of(tensor))
            ends.append(draft)
        return tuple(draft.node() for draft in [*self._drafts.values(), *ends])
