"""UMAP by umap-learn, with its layout epoch by epoch.

`umap.UMAP` gives its layout at the end alone (a list of epochs gives several, at the end too). So the graph is fitted by it,
and laid out by the function that it calls for that, which no underscore marks as private and no document as public:
`tests/unit/test_projection_layouts.py` holds what is called, and compares the layout with the library's own.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import warnings

import numpy as np
import numpy.typing as npt

from glassboard import _lazy
from glassboard.analysis.projection.neighbors import Metric
from glassboard.analysis.projection.progress import Report, Snapshot
from glassboard.analysis.projection.vectors import Layout, Vectors
from glassboard.errors import MisuseError

__all__ = ["FEWEST_POINTS", "default_epochs", "umap_layout"]

FEWEST_POINTS = 5
_SPAN = 10.0
"""umap-learn spreads its starting points over 0 to 10."""
_REPORT_SECS = 0.1


def default_epochs(points: int) -> int:
    """As umap-learn chooses: fewer where there are many points."""
    return 500 if points <= 10_000 else 200


def umap_layout(
    vectors: Vectors,
    start: Layout,
    *,
    neighbors: int = 15,
    min_dist: float = 0.1,
    metric: Metric = "euclidean",
    epochs: int | None = None,
    labels: npt.NDArray[np.int64] | None = None,
    report: Report,
    report_secs: float = _REPORT_SECS,
    seed: int = 42,
) -> Layout:
    """float32 [points, dimensions of `start`]. The vectors are finite; `start` is where the points begin, such as PCA.

    With `labels` (one a point, -1 for none) points of one label attract each other. More neighbours than points become
    all of them. One seed gives one layout.
    Raises `MisuseError` for fewer than 5 points, `ImportError` where umap-learn is missing.
    """
    umap = _lazy.require("umap", "UMAP", "umap-learn", extra="projector")
    layouts = _lazy.require("umap.layouts", "UMAP", "umap-learn", extra="projector")
    inner = _lazy.require("umap.umap_", "UMAP", "umap-learn", extra="projector")
    _keep_compiled()
    points = len(vectors)
    if points < FEWEST_POINTS:
        raise MisuseError(f"UMAP wants at least {FEWEST_POINTS} points, found {points}")
    epochs = default_epochs(points) if epochs is None else epochs
    model = umap.UMAP(
        n_neighbors=max(2, min(neighbors, points - 1)),
        min_dist=min_dist,
        metric=metric,
        transform_mode="graph",
        random_state=seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = model.fit(vectors, labels).graph_.tocoo()
    graph.sum_duplicates()
    # Edges so weak that they would not be drawn once in all epochs.
    graph.data[graph.data < graph.data.max() / max(epochs, 10)] = 0.0
    graph.eliminate_zeros()
    layout = _spread_out(start, seed)
    random = np.random.RandomState(seed)  # what umap-learn draws with
    bounds = np.iinfo(np.int32)
    layouts.optimize_layout_euclidean(
        layout,
        layout,
        graph.row,
        graph.col,
        epochs,
        points,
        inner.make_epochs_per_sample(graph.data, epochs),
        *inner.find_ab_params(model.spread, min_dist),
        random.randint(bounds.min + 1, bounds.max, 3).astype(np.int64),
        # It moves our array in place and tells its progress bar of every epoch: the bar's file is told of the epochs.
        tqdm_kwds={
            "file": _Listener(layout, report),
            "bar_format": "{n}",
            "mininterval": report_secs,
            "disable": False,
            "leave": False,
        },
        move_other=True,
    )
    return layout


@functools.cache
def _keep_compiled() -> None:
    """Has Numba keep what it compiles of UMAP and its search for neighbours, as it does of functions that are marked so.

    Else every process compiles for ten seconds and more. From 4,096 points on some is left: functions that take a distance.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in ("umap", "pynndescent"):
            continue
        for function in list(vars(module).values()):
            keep = getattr(function, "enable_caching", None)
            if callable(keep):
                with contextlib.suppress(RuntimeError):  # no folder may be written
                    keep()


class _Listener:
    """Takes what a progress bar writes: the number of the epoch."""

    def __init__(self, layout: Layout, report: Report) -> None:
        self._layout, self._report = layout, report
        self._last = 0

    def write(self, text: str) -> None:
        number = text.strip()
        if number.isdecimal() and int(number) > self._last:
            self._last = int(number)
            self._report(Snapshot(self._last, self._layout.copy()))

    def flush(self) -> None:
        pass


def _spread_out(start: Layout, seed: int) -> Layout:
    """As umap-learn does it, which has no answer for an axis along which nothing varies."""
    begin = np.asarray(start, np.float32)
    low = begin.min(axis=0)
    extent = begin.max(axis=0) - low
    flat = extent == 0
    wide = _SPAN * (begin - low) / np.where(flat, 1, extent)
    if flat.any() or len(np.unique(begin, axis=0)) < len(begin):
        # Points at one place would feel no force.
        noise = np.random.default_rng(seed).normal(0, 1, wide.shape)
        wide = wide + noise * np.where(flat, _SPAN / 4, 1e-4)
    return np.ascontiguousarray(wide, np.float32)
