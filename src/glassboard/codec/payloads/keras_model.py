"""Reads a Keras model's JSON (`model.to_json()`, plugin `graph_keras_model`) into the columns of a graph: a node a layer.

Source: the forms that Keras 2 (keras/engine/functional.py, sequential.py) and Keras 3 (keras/src/models/functional.py,
keras/src/legacy/saving) write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from glassboard._kernel import Value
from glassboard.codec.payloads.graph_def import AttributeValue, GraphNode, Shape
from glassboard.codec.payloads.graph_inputs import Input
from glassboard.codec.payloads.graph_table import MAX_NODES, GraphTable
from glassboard.errors import CorruptError, TooLargeError

__all__ = ["decode_keras_model", "decode_keras_nodes"]

_Json: TypeAlias = "bool | int | float | str | list[_Json] | dict[str, _Json] | None"
_MAX_DEPTH = 60
"""Models within models; nobody nests so deep, a hostile text would."""
_MODELS = frozenset(("Sequential", "Model", "Functional"))


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    """With the models that it lies in: `encoder/conv`."""
    class_name: str
    config: dict[str, _Json]
    inputs: tuple[str, ...]


def decode_keras_model(value: Value) -> GraphTable:
    """A node a layer, with the inputs that its calls name. Raises `CorruptError` where the text is no Keras model."""
    table = GraphTable()
    layers = list(_layers(value))
    numbers: dict[str, int] = {}
    for layer in layers:
        shape = _input_shape(layer.config)
        dtype = _dtype(layer.config)
        number = table.add(
            layer.name,
            layer.class_name,
            shapes=() if shape is None else (shape,),
            dtypes=(dtype,) if shape is not None and dtype else (),
            trainable=_trainable(layer.config),
        )
        numbers.setdefault(layer.name, number)
    for layer in layers:
        table.inputs.append(_input(numbers, name) for name in layer.inputs)
    return table


def _input(numbers: dict[str, int], name: str) -> Input:
    return Input(numbers.get(name, -1), 0, is_control=False, label="", name=name)


def decode_keras_nodes(value: Value, first: int, count: int) -> tuple[int, list[GraphNode]]:
    """How many layers there are, and layers `first` to `first + count` with their configuration as attributes."""
    layers = list(_layers(value))
    return len(layers), [
        GraphNode(
            each.name,
            each.class_name,
            each.inputs,
            "",
            {name: _plain(said) for name, said in each.config.items() if name not in ("name", "layers")},
        )
        for each in layers[first : first + count]
    ]


def _layers(value: Value) -> Iterator[_Layer]:
    model = _model(value)
    for number, layer in enumerate(_of_model(model, "", 0)):
        if number >= MAX_NODES:
            raise TooLargeError(f"a Keras model of more than {MAX_NODES:,} layers is not drawn")
        yield layer


def _model(value: Value) -> dict[str, _Json]:
    strings = value.tensor.strings if value.tensor is not None else None
    if not strings:
        raise CorruptError("a value of the Keras graph plugin holds no text")
    try:
        found: _Json = json.loads(strings[0])
    except (ValueError, RecursionError) as error:
        raise CorruptError(f"a Keras model is no JSON: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("config"), dict | list):
        raise CorruptError("a Keras model is JSON without a config")
    return found


def _of_model(model: dict[str, _Json], scope: str, depth: int) -> Iterator[_Layer]:
    """The layers of one model in order; those of models within it under the name of that model."""
    if depth > _MAX_DEPTH:
        raise CorruptError(f"a Keras model holds models {depth} deep")
    entries = _entries(model)
    is_chain = model.get("class_name") == "Sequential"
    before: tuple[str, ...] = ()
    ends = {_name(entry): _ends(entry, scope, depth) for entry in entries}
    for entry in entries:
        path = scope + _name(entry)
        taken = before if is_chain else tuple(_called_with(entry, scope, ends))
        if _is_model(entry) and depth < _MAX_DEPTH:
            inner = list(_of_model(entry, f"{path}/", depth + 1))
            for layer in inner:
                yield (
                    layer
                    if layer.inputs or not taken
                    else _Layer(layer.name, layer.class_name, layer.config, taken)
                )
        else:
            config = entry.get("config")
            yield _Layer(
                path, str(entry.get("class_name", "")), config if isinstance(config, dict) else {}, taken
            )
        before = ends[_name(entry)]


def _entries(model: dict[str, _Json]) -> list[dict[str, _Json]]:
    config = model.get("config")
    # Before Keras 2.3 the config of a Sequential was the list itself.
    layers = (
        config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    )
    return [entry for entry in layers if isinstance(entry, dict)] if isinstance(layers, list) else []


def _name(entry: dict[str, _Json]) -> str:
    config = entry.get("config")
    name = entry.get("name") or (config.get("name") if isinstance(config, dict) else None)
    return str(name or entry.get("class_name") or "layer")


def _is_model(entry: dict[str, _Json]) -> bool:
    return entry.get("class_name") in _MODELS and bool(_entries(entry))


def _ends(entry: dict[str, _Json], scope: str, depth: int) -> tuple[str, ...]:
    """Names of the layers whose results are those of this entry: of a model its output layers."""
    path = scope + _name(entry)
    if depth > _MAX_DEPTH or not _is_model(entry):
        return (path,)
    config = entry.get("config")
    named = config.get("output_layers") if isinstance(config, dict) else None
    inner = {_name(each): each for each in _entries(entry)}
    outputs = [each for each in _references(named) if each in inner] or list(inner)[-1:]
    return tuple(end for name in outputs for end in _ends(inner[name], f"{path}/", depth + 1))


def _references(said: _Json, depth: int = 0) -> Iterator[str]:
    """Names of layers in any form of reference: `["name", 0, 0]`, lists of them, Keras 3's tensors with a history."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(said, dict):
        history = said.get("keras_history")
        if isinstance(history, list) and history and isinstance(history[0], str):
            yield history[0]
            return
        for each in said.values():
            yield from _references(each, depth + 1)
    elif isinstance(said, list):
        if len(said) >= 2 and isinstance(said[0], str) and isinstance(said[1], int):
            yield said[0]
            yield from _references(said[3:], depth + 1)
            return
        for each in said:
            yield from _references(each, depth + 1)


def _called_with(entry: dict[str, _Json], scope: str, ends: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name in _references(entry.get("inbound_nodes")):
        yield from ends.get(name, (scope + name,))


def _input_shape(config: dict[str, _Json]) -> Shape:
    """Of an input layer what it gives; of other layers the file says nothing that could be shown."""
    said = config.get("batch_shape", config.get("batch_input_shape"))
    is_input = set(config) <= {
        "batch_shape",
        "batch_input_shape",
        "dtype",
        "sparse",
        "ragged",
        "name",
        "optional",
    }
    if not is_input or not isinstance(said, list):
        return None
    return tuple(size if isinstance(size, int) else -1 for size in said)


def _dtype(config: dict[str, _Json]) -> str:
    said = config.get("dtype")
    if isinstance(said, dict) and isinstance(policy := said.get("config"), dict):
        said = policy.get("name")  # Keras 3 writes a policy
    return said if isinstance(said, str) else ""


def _trainable(config: dict[str, _Json]) -> bool | None:
    said = config.get("trainable")
    return said if isinstance(said, bool) else None


def _plain(said: _Json) -> AttributeValue:
    if said is None or isinstance(said, bool | int | float | str):
        return said
    if isinstance(said, list) and all(isinstance(each, bool | int | float | str) for each in said):
        return tuple(_plain(each) for each in said)
    return json.dumps(said, ensure_ascii=False)
