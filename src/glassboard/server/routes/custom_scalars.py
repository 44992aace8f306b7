"""`GET custom_scalars`: the charts that runs laid out, those of all runs merged."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard import _kernel
from glassboard.codec.payloads import custom_scalars
from glassboard.codec.payloads.custom_scalars import CONFIG_TAG, Category, Chart
from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.server.context import REVISION_RESPONSES, Context, answer_revision
from glassboard.server.models.custom_scalars import (
    CustomScalars,
    LayoutCategory,
    LayoutChart,
    LayoutProblem,
    MarginSeries,
)
from glassboard.store.names import natural_key
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()


@router.get("/custom_scalars", response_model=CustomScalars, responses=REVISION_RESPONSES)
def get_custom_scalars(request: Request, context: Context) -> Response:
    """The last layout of every run that wrote one. Categories of one title are one, and of equal charts one is kept."""
    return answer_revision(request, context, lambda revision: _merged(context.provider, revision))


def _merged(provider: Provider, revision: int) -> CustomScalars:
    runs: list[str] = []
    problems: list[LayoutProblem] = []
    closed: dict[str, bool] = {}
    # A dict keeps the order of charts and each of them once.
    charts: dict[str, dict[Chart, None]] = {}
    for run in sorted(provider.runs(), key=natural_key):
        try:
            layout = _last_layout(provider, run)
        except (CorruptError, TooLargeError, TruncatedError) as error:
            problems.append(LayoutProblem(run=run, message=str(error)))
            continue
        if layout is None:
            continue
        runs.append(run)
        for category in layout:
            closed.setdefault(category.title, category.closed)
            charts.setdefault(category.title, {}).update(dict.fromkeys(category.charts))
    categories = [
        LayoutCategory(title=title, closed=closed[title], charts=[_item(chart) for chart in own])
        for title, own in charts.items()
    ]
    return CustomScalars(revision=revision, runs=runs, categories=categories, problems=problems)


def _last_layout(provider: Provider, run: str) -> tuple[Category, ...] | None:
    """None where the run wrote none."""
    try:
        count = len(provider.samples(run, CONFIG_TAG, Kind.CUSTOM_SCALARS).steps)
        if count == 0:
            return None
        data = provider.read_sample(run, CONFIG_TAG, Kind.CUSTOM_SCALARS, count - 1)
    except NotFoundError:
        return None
    return custom_scalars.decode(_kernel.decode_value(data))


def _item(chart: Chart) -> LayoutChart:
    if not chart.is_margin:
        return LayoutChart(title=chart.title, kind="multiline", tags=list(chart.tags), series=[])
    thirds = zip(chart.tags[::3], chart.tags[1::3], chart.tags[2::3], strict=True)
    series = [MarginSeries(value=value, lower=lower, upper=upper) for value, lower, upper in thirds]
    return LayoutChart(title=chart.title, kind="margin", tags=[], series=series)
