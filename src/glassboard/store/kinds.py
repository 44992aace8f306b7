"""What a tag is: from the form of its values and the plugin they were meant for to a kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from glassboard.types import Kind

__all__ = ["GRAPH_TAG", "META_GRAPH_TAG", "kind_of", "tag_of"]

GRAPH_TAG = "__run_graph__"
"""The tag of graphs, which have none in the file; TensorBoard calls them so too."""
META_GRAPH_TAG = "__meta_graph__"

_BY_FORM: Mapping[str, Kind] = MappingProxyType(
    {
        "scalar": Kind.SCALAR,
        "image": Kind.IMAGE,
        "histo": Kind.HISTOGRAM,
        "audio": Kind.AUDIO,
        "video": Kind.VIDEO,
        "graph_def": Kind.GRAPH,
        "meta_graph_def": Kind.GRAPH,
        "run_metadata": Kind.TENSOR,
    }
)

# The names that TensorBoard's plugins give themselves in `SummaryMetadata.plugin_data`.
_BY_PLUGIN: Mapping[str, Kind] = MappingProxyType(
    {
        "images": Kind.IMAGE,
        "audio": Kind.AUDIO,
        "text": Kind.TEXT,
        "histograms": Kind.HISTOGRAM,
        "pr_curves": Kind.PR_CURVE,
        "mesh": Kind.MESH,
        "custom_scalars": Kind.CUSTOM_SCALARS,
        "graphs": Kind.GRAPH,
        "graph_keras_model": Kind.GRAPH,
        "glassboard_predictions": Kind.PREDICTIONS,
        "glassboard_notes": Kind.RUN_NOTES,
        "glassboard_tags": Kind.RUN_NOTES,
    }
)


def kind_of(form: str, plugin_name: str) -> Kind:
    """The kind of a series by its form in the file and, for tensors, its plugin. Anything unknown is a tensor."""
    if form in _BY_FORM:
        return _BY_FORM[form]
    if plugin_name == "hparams":
        return Kind.HPARAMS  # all of it is in the metadata; the values are empty
    return _BY_PLUGIN.get(plugin_name, Kind.TENSOR) if form == "tensor" else Kind.TENSOR


def tag_of(form: str, tag: bytes) -> str:
    """The tag as text. Bytes that are not UTF-8 are spelled out, so that two tags never become one."""
    if not tag and form == "graph_def":
        return GRAPH_TAG
    if not tag and form == "meta_graph_def":
        return META_GRAPH_TAG
    return tag.decode("utf-8", "backslashreplace")
