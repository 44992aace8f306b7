"""`GET hparams`: what each run was started with, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from glassboard import _kernel
from glassboard.codec.payloads import hparams as hparams_payload
from glassboard.codec.payloads.hparams import Experiment, HParam, SessionEnd, SessionStart, Status
from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.server.context import Context, answer, is_known, revision_tag
from glassboard.server.models.hparams import HParamsItem, HParamsList, HParamValue, MetricItem
from glassboard.server.values import number
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_STATUS: dict[Status, Literal["unknown", "success", "failure", "running"]] = {
    Status.UNKNOWN: "unknown",
    Status.SUCCESS: "success",
    Status.FAILURE: "failure",
    Status.RUNNING: "running",
}


@router.get("/hparams", response_model=HParamsList, responses={304: {"description": "Nothing changed"}})
def get_hparams(
    request: Request,
    context: Context,
    run: Annotated[list[str], Query(default_factory=list, description="Only these runs; without it, all")],
) -> Response:
    """The hyperparameters of every run that logged some, in natural order of names, and the metrics they are judged by."""
    entity_tag = revision_tag(context)
    if is_known(request, entity_tag):
        return Response(status_code=304, headers={"ETag": entity_tag})
    revision = context.provider.revision
    names = sorted(context.provider.runs(), key=natural_key)
    chosen = [name for name in names if name in set(run)] if run else names
    metrics: dict[tuple[str, str], MetricItem] = {}
    items = [item for name in chosen if (item := _of_run(context.provider, name, metrics)) is not None]
    page = HParamsList(revision=revision, runs=items, metrics=list(metrics.values()))
    return answer(page, entity_tag=entity_tag)


def _of_run(provider: Provider, run: str, metrics: dict[tuple[str, str], MetricItem]) -> HParamsItem | None:
    """None where the run says nothing of hyperparameters. Of several starts (a run that was resumed) the last counts."""
    start, end, problem = None, None, None
    told = False
    for value in _values(provider, run):
        told = True
        if isinstance(value, SessionStart):
            start, end = value, None
        elif isinstance(value, SessionEnd):
            end = value
        elif isinstance(value, Experiment):
            for info in value.metrics:
                metrics[info.group, info.tag] = MetricItem(
                    tag=info.tag,
                    group=info.group,
                    display_name=info.display_name,
                    description=info.description,
                )
        else:
            problem = value
    if not told:
        return None
    if start and end and end.end_time_secs < start.start_time_secs:
        end = None  # of an earlier session
    return HParamsItem(
        run=run,
        hparams={name: _plain(value) for name, value in start.hparams.items()} if start else {},
        group_name=start.group_name if start else "",
        start_time=start.start_time_secs or None if start else None,
        status=_STATUS[end.status if end else Status.UNKNOWN],
        end_time=end.end_time_secs or None if end else None,
        error=problem,
    )


def _values(provider: Provider, run: str) -> Iterator[Experiment | SessionStart | SessionEnd | str]:
    """What the run's samples say in the order they were written; a text is why one cannot be read."""
    try:
        tags = [info.tag for info in provider.tags(run) if info.kind is Kind.HPARAMS]
    except NotFoundError:
        return
    order = (
        hparams_payload.EXPERIMENT_TAG,
        hparams_payload.SESSION_START_TAG,
        hparams_payload.SESSION_END_TAG,
    )
    for tag in sorted(tags, key=lambda tag: order.index(tag) if tag in order else len(order)):
        try:
            count = len(provider.samples(run, tag, Kind.HPARAMS).steps)
            for row in range(count):
                yield hparams_payload.decode(
                    _kernel.decode_value(provider.read_sample(run, tag, Kind.HPARAMS, row))
                )
        except (CorruptError, NotFoundError, TooLargeError, TruncatedError) as error:
            yield str(error)


def _plain(value: HParam) -> HParamValue:
    return number(value) if isinstance(value, float) else value
