"""Scalar series of many runs, chosen by the names of runs and tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from glassboard.errors import MisuseError, NotFoundError
from glassboard.log._scalars import Scalars
from glassboard.store.provider import Provider
from glassboard.types import Kind

__all__ = ["iter_scalars"]


def iter_scalars(
    provider: Provider, *, runs: str | None = None, tags: str | None = None, newest: bool = False
) -> Iterator[Scalars]:
    """Every scalar series whose names hold a match of the regular expressions, one at a time.

    Raises `MisuseError` at once for an expression that is none. A run that goes meanwhile is passed over.
    """
    wants_run, wants_tag = _matcher("runs", runs), _matcher("tags", tags)

    def series() -> Iterator[Scalars]:
        for run in provider.runs():
            if not wants_run(run):
                continue
            try:
                infos = provider.tags(run)
            except NotFoundError:
                continue
            for info in infos:
                if info.kind is Kind.SCALAR and wants_tag(info.tag):
                    try:
                        found = Scalars.of(run, info.tag, provider.scalars(run, info.tag))
                    except NotFoundError:
                        continue
                    yield found.newest() if newest else found

    return series()


def _matcher(argument: str, expression: str | None) -> Callable[[str], bool]:
    """Whether a name holds a match; every name does where there is no expression."""
    if expression is None:
        return lambda _: True
    try:
        pattern = re.compile(expression)
    except re.error as error:
        raise MisuseError(f"{argument}={expression!r} is no regular expression: {error}") from error
    return lambda name: pattern.search(name) is not None
