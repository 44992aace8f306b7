"""`GET graph` and `GET graph-attributes`: a model's graph as columns, and what each node says of itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard.server.blobs import Blob, send_sample
from glassboard.server.context import REVISION_RESPONSES, Context, ServerContext
from glassboard.server.graph_answer import (
    KERAS_PLUGIN,
    attribute_items,
    graph_answer,
    read_attributes,
    read_table,
)
from glassboard.server.models.graph import GraphAnswer, GraphAttributes
from glassboard.server.samples import KeyQuery, NameQuery, SampleQuery, SegmentQuery, view_samples
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_JSON = "application/json"
MAX_NODES = 1_000


def _is_keras(context: ServerContext, run: str, tag: str) -> bool:
    return any(
        info.tag == tag and info.kind is Kind.GRAPH and info.plugin_name == KERAS_PLUGIN
        for info in context.provider.tags(run)
    )


@router.get("/graph", response_model=GraphAnswer, responses=REVISION_RESPONSES)
def get_graph(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    sample: SampleQuery,
    key: KeyQuery = None,
    segment: SegmentQuery = None,
) -> Response:
    """One graph: its nodes and what flows between them. With its key it may be kept for ever."""
    view = view_samples(context.provider, run, tag, Kind.GRAPH, segment=segment)
    is_keras = _is_keras(context, run, tag)

    def read(row: int) -> Blob:
        table = read_table(context.provider.read_sample(run, tag, Kind.GRAPH, row), is_keras=is_keras)
        step = int(view.series.steps[row])
        answer = graph_answer(table, run=run, tag=tag, sample=sample, step=step, is_keras=is_keras)
        return Blob(answer.model_dump_json().encode(), _JSON)

    return send_sample(request, context, view, sample=sample, key=key, form="graph", read=read)


@router.get("/graph-attributes", response_model=GraphAttributes, responses=REVISION_RESPONSES)
def get_graph_attributes(
    request: Request,
    context: Context,
    run: NameQuery,
    tag: NameQuery,
    sample: SampleQuery,
    first: Annotated[int, Query(ge=0, description="Number of a node, as in `graph`")] = 0,
    count: Annotated[int, Query(ge=1, le=MAX_NODES)] = 1,
    key: KeyQuery = None,
    segment: SegmentQuery = None,
) -> Response:
    """Every attribute of nodes `first` to `first + count`; past the end there are none, which is no error."""
    view = view_samples(context.provider, run, tag, Kind.GRAPH, segment=segment)
    is_keras = _is_keras(context, run, tag)

    def read(row: int) -> Blob:
        data = context.provider.read_sample(run, tag, Kind.GRAPH, row)
        total, nodes = read_attributes(data, first, count, is_keras=is_keras)
        answer = GraphAttributes(
            run=run, tag=tag, sample=sample, total=total, nodes=attribute_items(nodes, first)
        )
        return Blob(answer.model_dump_json().encode(), _JSON)

    return send_sample(
        request, context, view, sample=sample, key=key, form=f"attributes {first} {count}", read=read
    )
