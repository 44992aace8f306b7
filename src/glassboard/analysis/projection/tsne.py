"""t-SNE by openTSNE, with every intermediate layout."""

from __future__ import annotations

import warnings

import numpy as np

from glassboard import _lazy
from glassboard.analysis.projection.progress import Report, Snapshot
from glassboard.analysis.projection.vectors import Layout, Vectors
from glassboard.errors import MisuseError
from glassboard.types import Float64Array

__all__ = ["EXAGGERATED_ITERATIONS", "FEWEST_POINTS", "tsne"]

FEWEST_POINTS = 4
EXAGGERATED_ITERATIONS = 250
_START_DEVIATION = 1e-4


def tsne(
    vectors: Vectors,
    start: Layout,
    *,
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

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = opentsne.TSNE(
            n_components=dimensions,
            perplexity=min(perplexity, (points - 1) / 3),
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
        ).fit(vectors)
    return np.array(made, np.float32)


def _small(start: Layout) -> Float64Array:
    """Points that begin close together find their places; identical ones would stay together."""
    wide = np.asarray(start, np.float64)
    deviation = float(wide.std(axis=0).max())
    if deviation == 0.0:
        return np.random.default_rng(0).normal(0, _START_DEVIATION, wide.shape)
    near: Float64Array = (wide - wide.mean(axis=0)) / deviation * _START_DEVIATION
    return near
