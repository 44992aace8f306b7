"""`GET hparams`: what each run was started with, how it ended, and what it may be judged by."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.codec.payloads.hparams import HParam, HParamInfo, MetricInfo, Status
from glassboard.server.context import REVISION_RESPONSES, Context, ServerContext, answer_revision
from glassboard.server.models.hparams import HParamItem, HParamsItem, HParamsList, HParamValue, MetricItem
from glassboard.server.samples import RunsQuery
from glassboard.server.sessions import Session, SessionTable
from glassboard.server.values import number
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()
_STATUS: dict[Status, Literal["unknown", "success", "failure", "running"]] = {
    Status.UNKNOWN: "unknown",
    Status.SUCCESS: "success",
    Status.FAILURE: "failure",
    Status.RUNNING: "running",
}


@router.get("/hparams", response_model=HParamsList, responses=REVISION_RESPONSES)
def get_hparams(request: Request, context: Context, run: RunsQuery) -> Response:
    """The hyperparameters of every run that logged some, in natural order of names, and the metrics they are judged by."""
    only = set(run)

    def read(_: int) -> HParamsList:
        table = context.sessions.table()
        chosen = [session for name, session in table.sessions.items() if not only or name in only]
        return HParamsList(
            revision=table.revision,
            runs=[_item(session) for session in chosen],
            hparams=_described(chosen),
            metrics=_metrics(chosen, table, context),
        )

    return answer_revision(request, context, read)


def _item(session: Session) -> HParamsItem:
    start, end = session.start, session.end
    return HParamsItem(
        run=session.run,
        hparams={name: _plain(value) for name, value in session.hparams.items()},
        is_session=session.is_session,
        group_name=start.group_name if start else "",
        start_time=start.start_time_secs or None if start else None,
        status=_STATUS[session.status],
        end_time=end.end_time_secs or None if end else None,
        error=session.error,
    )


def _described(sessions: list[Session]) -> list[HParamItem]:
    found: dict[str, HParamInfo] = {}
    for session in sessions:
        for experiment in session.experiments:
            found.update({info.name: info for info in experiment.hparams})
    return [
        HParamItem(name=info.name, display_name=info.display_name, description=info.description)
        for info in found.values()
        if info.display_name or info.description
    ]


def _metrics(sessions: list[Session], table: SessionTable, context: ServerContext) -> list[MetricItem]:
    declared: dict[tuple[str, str], MetricInfo] = {}
    for session in sessions:
        for experiment in session.experiments:
            declared.update({(info.group, info.tag): info for info in experiment.metrics})
    counts = dict.fromkeys(declared, 0)
    chosen = {session.run for session in sessions if session.is_session}
    tags = context.catalog.tags()
    owners = [table.owner(run) for run in tags.runs]
    for tag in tags.tags:
        if tag.kind is not Kind.SCALAR:
            continue
        places = {owner for index in tag.runs if (owner := owners[index]) and owner[0] in chosen}
        for _, group in places:
            counts[group, tag.tag] = counts.get((group, tag.tag), 0) + 1
    return [
        MetricItem(
            tag=tag,
            group=group,
            display_name=declared[group, tag].display_name if (group, tag) in declared else "",
            description=declared[group, tag].description if (group, tag) in declared else "",
            declared=(group, tag) in declared,
            run_count=count,
        )
        for (group, tag), count in counts.items()
    ]


def _plain(value: HParam) -> HParamValue:
    return number(value) if isinstance(value, float) else value
