"""Routes that send decoded samples as JSON, a page at a time: what they ask, and how they answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypedDict, TypeVar

from fastapi import Depends, Request
from fastapi.responses import Response

from glassboard import _kernel
from glassboard.server.context import ServerContext, answer_revision
from glassboard.server.models.samples import SamplePage
from glassboard.server.samples import CountQuery, FirstQuery, NameQuery, SegmentQuery, view_samples
from glassboard.server.values import DecodedSample, decoded_samples
from glassboard.types import Kind

__all__ = ["PageHead", "PageQuery", "send_page"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _PageQuestion:
    run: str
    tag: str
    first: int
    count: int
    segment: int | None


def _page_question(
    run: NameQuery,
    tag: NameQuery,
    first: FirstQuery = 0,
    count: CountQuery = 50,
    segment: SegmentQuery = None,
) -> _PageQuestion:
    return _PageQuestion(run, tag, first, count, segment)


PageQuery = Annotated[_PageQuestion, Depends(_page_question)]


class PageHead(TypedDict):
    """The fields of `SamplePage`."""

    run: str
    tag: str
    revision: int
    total: int


def send_page(
    request: Request,
    context: ServerContext,
    query: _PageQuestion,
    kind: Kind,
    *,
    decode: Callable[[_kernel.Value], _T],
    size: Callable[[_T], int],
    page: Callable[[PageHead, list[DecodedSample[_T]]], SamplePage],
) -> Response:
    """Answers with samples `first` to `first + count` in step order; past the end there are none, which is no error.

    `decode` and `size` are those of `decoded_samples`; `page` makes the answer of the samples found.
    """

    def read(revision: int) -> SamplePage:
        view = view_samples(context.provider, query.run, query.tag, kind, segment=query.segment)
        found = decoded_samples(context.provider, view, query.first, query.count, decode=decode, size=size)
        head = PageHead(run=query.run, tag=query.tag, revision=revision, total=len(view.order))
        return page(head, list(found))

    return answer_revision(request, context, read)
