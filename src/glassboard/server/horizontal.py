"""What the horizontal axis of a request needs to know of each run."""

from __future__ import annotations

from glassboard.errors import NotFoundError
from glassboard.server.models.scalars import Horizontal
from glassboard.store.provider import Provider, ScalarSeries

__all__ = ["HorizontalAxis"]


class HorizontalAxis:
    """Asks for each run once, however many of its series are drawn. For one request, and one thread."""

    def __init__(self, provider: Provider, question: Horizontal) -> None:
        self._provider = provider
        self._x_tag = question.x_tag
        # All curves of a run share one origin, so that what happened at one time stands at one place.
        runs = provider.runs() if question.x == "relative" else {}
        self._origins = {name: run.first_wall_time for name, run in runs.items()}
        self._series: dict[str, ScalarSeries | None] = {}

    def origin(self, run: str) -> float | None:
        """Where relative time begins, in seconds since the epoch; None where it is not asked for or not known."""
        return self._origins.get(run)

    def series(self, run: str) -> ScalarSeries | None:
        """The scalar that is x; None where it is not asked for or the run does not have it."""
        if self._x_tag is None:
            return None
        if run not in self._series:
            try:
                self._series[run] = self._provider.scalars(run, self._x_tag)
            except NotFoundError:
                self._series[run] = None
        return self._series[run]
