"""The bytes of one sample, read from its file when they are asked for."""

from __future__ import annotations

from glassboard._kernel import decode_value
from glassboard.codec import wire
from glassboard.errors import CorruptError, NotFoundError
from glassboard.store.run import Place

__all__ = ["read_sample_bytes"]

_GRAPH_DEF_FIELD = 2
"""Of `MetaGraphDef`: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto"""


def read_sample_bytes(place: Place, head: bytes) -> bytes:
    """The encoded `Summary.Value`; for graphs, however they were written, the `GraphDef`.

    (A Keras model is no `GraphDef`: its plugin, `graph_keras_model`, stores JSON, and its `Summary.Value` is given.)
    `head` is how the file began when it was scanned. Raises `NotFoundError` where the file is gone or is another one now.
    """
    path = place.file.where.relative_path
    try:
        with place.file.access.open(place.file.where.path) as file:
            now = file.read(len(head), 0)
            data = file.read(place.length, place.offset)
    except OSError as error:
        raise NotFoundError(
            f"the sample's file cannot be read: {error.strerror or error} ({path})"
        ) from error
    if now != head or len(data) < place.length:
        raise NotFoundError(
            f"the sample's file was replaced or cut since it was scanned; refresh finds what is there ({path})"
        )
    if place.form == "meta_graph_def":
        return _graph_of_meta_graph(data)
    if place.form == "tensor" and place.plugin_name == "graphs":
        return _graph_of_tensor(data)
    return data


def _graph_of_meta_graph(data: bytes) -> bytes:
    for number, value in wire.fields(data):
        if number == _GRAPH_DEF_FIELD and isinstance(value, memoryview):
            return bytes(value)
    raise CorruptError("a meta graph holds no graph")


def _graph_of_tensor(data: bytes) -> bytes:
    tensor = decode_value(data).tensor
    if tensor is None or not tensor.strings:
        raise CorruptError("a value of the graphs plugin holds no graph")
    return tensor.strings[0]
