"""`GET embedding-examples`: which sample of the predictions of its run each point of an embedding is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from glassboard.errors import CorruptError, NotFoundError, TooLargeError, TruncatedError
from glassboard.server.context import Context, ServerContext, answer
from glassboard.server.disconnects import GoneCheck, work_for_client
from glassboard.server.embedding_examples import match_examples
from glassboard.server.models.embedding_examples import EmbeddingExamples, ExampleSource
from glassboard.server.prediction_records import RecordPlace, record_places
from glassboard.server.samples import NameQuery
from glassboard.types import Kind

__all__ = ["router"]

router = APIRouter()


@router.get("/embedding-examples", response_model=EmbeddingExamples)
async def get_embedding_examples(
    request: Request, context: Context, run: NameQuery, name: NameQuery
) -> Response:
    """Empty where the run has no predictions, or nothing tells which sample a point is."""
    return answer(await work_for_client(request, lambda check: _examples(context, check, run, name)))


def _examples(context: ServerContext, check: GoneCheck, run: str, name: str) -> EmbeddingExamples:
    revision = context.provider.revision
    one = context.embeddings.find(run, name)
    if run not in context.provider.runs():  # the folder of nothing but an embedding
        return EmbeddingExamples(revision=revision, sources=[])
    tags = [info.tag for info in context.provider.tags(run) if info.kind is Kind.PREDICTIONS]
    if not tags:
        return EmbeddingExamples(revision=revision, sources=[])
    names, labels = one.embedding.metadata()
    count = len(context.embeddings.vectors(one)[0])
    padded = [*labels[:count], *[("",) * len(names)] * (count - len(labels))]
    columns = {column: [row[at] for row in padded] for at, column in enumerate(names)}
    found = []
    for tag in tags:
        check()
        try:
            place = _at(record_places(context.provider, run, tag), one.step)
            if place is None:
                continue
            evaluation = context.evaluations.of(place)
        except (CorruptError, NotFoundError, TooLargeError, TruncatedError):
            continue  # the view of predictions tells why; a point needs no way there
        match = match_examples(columns, count, evaluation)
        if match is None:
            continue
        rows = match.rows.tolist()
        source = ExampleSource(
            run=run,
            tag=tag,
            step=place.step,
            is_same_step=place.step == one.step,
            by=match.by,
            column=match.column,
            rows=rows,
            ids=["" if row < 0 else evaluation.id_of(row) for row in rows],
            found_count=sum(row >= 0 for row in rows),
            class_column=match.class_column,
            agreeing_count=match.agreeing_count,
            compared_count=match.compared_count,
            class_names=list(evaluation.class_names),
        )
        found.append((match.rank, source))
    found.sort(key=lambda pair: pair[0])
    return EmbeddingExamples(revision=revision, sources=[source for _, source in found])


def _at(places: list[RecordPlace], step: int | None) -> RecordPlace | None:
    """That of the step; else the last before it, else the first after it; of an embedding without a step the newest."""
    if not places or step is None:
        return places[-1] if places else None
    before = [place for place in places if place.step <= step]
    return before[-1] if before else places[0]
