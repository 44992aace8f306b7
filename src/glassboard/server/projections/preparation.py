"""From a question and the vectors to what an algorithm is called with."""

from __future__ import annotations

import numpy as np

from glassboard.analysis.projection.principal import Principal
from glassboard.analysis.projection.vectors import Layout, Prepared
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.types import Int64Array

__all__ = ["axes_within", "beginning", "options_of", "shaken"]

_SHAKEN_BY = 0.1
"""Of the spread of the points, as a standard deviation."""


def axes_within(question: ProjectionQuestion, prepared: Prepared) -> list[tuple[Int64Array, Int64Array]]:
    """The ends of the axes as rows of the vectors that are finite."""
    place = np.full(prepared.count, -1, np.int64)
    place[prepared.rows] = np.arange(len(prepared.rows))

    def rows(ends: tuple[int, ...]) -> Int64Array:
        asked = np.asarray(ends, np.int64)
        found = place[asked[(asked >= 0) & (asked < prepared.count)]]
        return found[found >= 0]

    return [(rows(start), rows(end)) for start, end in question.axes]


def beginning(principal: Principal, dimensions: int) -> Layout:
    """The first components; where there are fewer, a little noise, without which nothing would ever leave the line."""
    start = principal.coordinates[:, :dimensions]
    missing = dimensions - start.shape[1]
    if missing > 0:
        spreading = float(start.std()) or 1.0
        noise = np.random.default_rng(0).normal(0, spreading * 1e-2, (len(start), missing))
        start = np.concatenate([start, noise.astype(np.float32)], axis=1)
    return np.ascontiguousarray(start, np.float32)


def shaken(layout: Layout, seed: str) -> Layout:
    """Moves every point a little; equal seeds move them alike, so that a link shows two people the same."""
    random = np.random.default_rng(list(seed.encode()))
    spread = float(layout.std(axis=0).max()) or 1.0
    moved = layout + random.normal(0, spread * _SHAKEN_BY, layout.shape)
    return np.ascontiguousarray(moved, np.float32)


def options_of(question: ProjectionQuestion, iterations: int, *, goes_on: bool) -> dict[str, object]:
    if question.algorithm == "tsne":
        return {
            "perplexity": question.perplexity,
            "learning_rate": question.learning_rate,
            "iterations": iterations,
            "goes_on": goes_on,
            "strength": question.strength,
        }
    return {
        "neighbors": question.neighbors,
        "min_dist": question.min_dist,
        "metric": question.metric,
        "epochs": iterations,
    }
