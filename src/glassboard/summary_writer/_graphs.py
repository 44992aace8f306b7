"""The graphs that a `SummaryWriter` logs: of a live model, and of models that other programs wrote to a file."""

from __future__ import annotations

from glassboard import _kernel, _lazy
from glassboard.codec.payloads.graph import encode_graph_def
from glassboard.codec.payloads.model_graph import ModelGraph
from glassboard.codec.payloads.onnx_graph import decode_onnx
from glassboard.codec.payloads.openvino_graph import decode_openvino
from glassboard.instrument.graph import trace_graph
from glassboard.writer.model_file import read_model
from glassboard.writer.record import RecordJob

__all__ = ["prepare_onnx", "prepare_openvino", "prepare_traced"]


def prepare_traced(
    step: int, wall_time: float, model: _lazy.Foreign, inputs: object, *, is_printed: bool
) -> RecordJob:
    """The graph of a torch module, recorded by one pass over the inputs. Raises `MisuseError`."""
    graph = trace_graph(model, inputs)
    if is_printed:
        print(graph.summary())
    return _job(step, wall_time, graph)


def prepare_onnx(step: int, wall_time: float, source: object) -> RecordJob:
    """The graph of an ONNX model: a path, bytes or a message. Raises `MisuseError`."""
    return _job(step, wall_time, read_model(source, decode_onnx, "an ONNX model"))


def prepare_openvino(step: int, wall_time: float, source: object) -> RecordJob:
    """The graph of an OpenVINO model: the path of its .xml file, or the bytes. Raises `MisuseError`."""
    return _job(step, wall_time, read_model(source, decode_openvino, "the .xml of an OpenVINO model"))


def _job(step: int, wall_time: float, graph: ModelGraph) -> RecordJob:
    return RecordJob(_kernel.encode_graph(encode_graph_def(graph), step, wall_time))
