"""t-SNE by openTSNE, with every intermediate layout."""

from __future__ import annotations

import warnings

import numpy as np

from glassboard import _lazy
from glassboard.analysis.projection.progress import Report, Snapshot
from glassboard.analysis.projection.vectors import Layout, Vectors
from glassboard.errors import MisuseError
from glassboard.types import Float64Array, Int64Array

__all__ = ["EXAGGERATED_ITERATIONS", "FEWEST_POINTS", "supervised", "tsne"]

FEWEST_POINTS = 4
EXAGGERATED_ITERATIONS = 250
_START_DEVIATION = 1e-4


def tsne(
    vectors: Vectors,
    start: Layout,
    *,
    labels: Int64Array | None = None,
    strength: float = 50.0,
    perplexity: float = 30.0,
    learning_rate: float | None = None,
    iterations: int = 750,
    goes_on: bool = False,
    report: Report,
    report_every: int = 5,
    threads: int = -1,
    seed: int = 42,
) -> Layout:
    """float32 [points, dimensions of `start`]. The vectors are finite; `start` is where the points begin, such as PCA.

    The first 250 iterations exaggerate attraction, unless the layout `goes_on` from a finished one. A perplexity above a
    third of the points becomes that. Without a learning rate it is the number of points over the exaggeration.
    With `labels` (one a point, -1 for none) neighbours of one label attract each other by `strength` percent more, those of
    two by as much less; pairs without a label stay as they are.
    Raises `MisuseError` for fewer than 4 points, `ImportError` where openTSNE is missing.
    """
    opentsne = _lazy.require("openTSNE", "t-SNE", extra="projector")
    points, dimensions = len(vectors), start.shape[1]
    if points < FEWEST_POINTS:
        raise MisuseError(f"t-SNE wants at least {FEWEST_POINTS} points, found {points}")
    exaggerated = 0 if goes_on else min(EXAGGERATED_ITERATIONS, iterations)
    seen = {"before": 0, "last": 0}

    def tell(iteration: int, divergence: float, layout: Float64Array) -> None:
        if iteration < seen["last"]:  # the second phase counts anew
            seen["before"] = exaggerated
        seen["last"] = iteration
        report(Snapshot(seen["before"] + iteration, np.array(layout, np.float32), float(divergence)))

    used_perplexity = min(perplexity, (points - 1) / 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        affinities = None
        if labels is not None and strength > 0:
            affinities = opentsne.affinity.PerplexityBasedNN(
                vectors, perplexity=used_perplexity, n_jobs=threads, random_state=seed
            )
            graph = affinities.P.tocoo()
            graph.data = supervised(graph.data, (graph.row, graph.col), labels, strength)
            affinities.P = graph.tocsr()
        made = opentsne.TSNE(
            n_components=dimensions,
            perplexity=used_perplexity,
            learning_rate="auto" if learning_rate is None else learning_rate,
            early_exaggeration_iter=exaggerated,
            n_iter=iterations - exaggerated,
            # The interpolation that is faster for many points knows no third dimension.
            negative_gradient_method="auto" if dimensions <= 2 else "bh",
            initialization=np.asarray(start, np.float64) if goes_on else _small(start),
            callbacks=tell,
            callbacks_every_iters=report_every,
            n_jobs=threads,
            random_state=seed,
        ).fit(vectors, affinities=affinities)
    return np.array(made, np.float32)


def supervised(
    affinities: Float64Array, pairs: tuple[Int64Array, Int64Array], labels: Int64Array, strength: float
) -> Float64Array:
    """Affinities of as many pairs of points, with what the labels say of each pair; their sum is 1 again."""
    of, to = labels[pairs[0]], labels[pairs[1]]
    known = (of >= 0) & (to >= 0)
    share = strength / 100
    weighted: Float64Array = affinities * np.where(known, np.where(of == to, 1 + share, 1 - share), 1.0)
    total = float(weighted.sum())
    return weighted / total if total > 0 else affinities  # else no neighbours have a label in common


def _small(start: Layout) -> Float64Array:
    """Points that begin close together find their places; identical ones would stay together."""
    wide = np.asarray(start, np.float64)
    deviation = float(wide.std(axis=0).max())
    if deviation == 0.0:
        return np.random.default_rng(0).normal(0, _START_DEVIATION, wide.shape)
    near: Float64Array = (wide - wide.mean(axis=0)) / deviation * _START_DEVIATION
    return near
