"""t-SNE and UMAP against the libraries called directly, told layout by layout, and over vectors that are hardly any."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

from glassboard.analysis.projection.principal import principal_components
from glassboard.analysis.projection.progress import Snapshot
from glassboard.analysis.projection.tsne import supervised, tsne
from glassboard.analysis.projection.umap_layout import umap_layout
from glassboard.errors import MisuseError

from .clouds import clouds, together


def ignore(_: Snapshot) -> None:
    pass


def test_tsne_is_that_of_opentsne_and_tells_every_layout() -> None:
    opentsne = pytest.importorskip("openTSNE")
    vectors, labels = clouds(120, 8)
    start = principal_components(vectors, 2).coordinates
    seen: list[Snapshot] = []
    made = tsne(vectors, start, perplexity=10, iterations=300, report=seen.append, report_every=10, threads=1)
    begin = np.asarray(start, np.float64)
    begin = (begin - begin.mean(axis=0)) / begin.std(axis=0).max() * 1e-4
    wanted = opentsne.TSNE(
        perplexity=10, initialization=begin, n_iter=50, early_exaggeration_iter=250, n_jobs=1, random_state=42
    ).fit(vectors)
    np.testing.assert_allclose(made, wanted, rtol=1e-4, atol=1e-4)
    assert [each.iteration for each in seen] == list(range(10, 301, 10))
    assert seen[-1].divergence is not None
    assert together(made, labels) > 0.9


def test_tsne_runs_on_from_where_it_is_in_three_dimensions_too() -> None:
    pytest.importorskip("openTSNE")
    vectors, _ = clouds(60, 5)
    start = principal_components(vectors, 3).coordinates
    first = tsne(vectors, start, perplexity=8, iterations=60, report=ignore, threads=1)
    seen: list[Snapshot] = []
    second = tsne(
        vectors,
        first,
        perplexity=8,
        iterations=20,
        goes_on=True,
        report=seen.append,
        report_every=1,
        threads=1,
    )
    assert second.shape == (60, 3)
    assert [each.iteration for each in seen] == list(range(1, 21))
    # The first step moves points a little; a new start would draw all of them together.
    assert np.abs(seen[0].layout - first).max() < 0.5 * np.ptp(first)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_umap_is_that_of_umap_learn_and_tells_its_layouts(dimensions: int) -> None:
    umap = pytest.importorskip("umap")
    vectors, labels = clouds(150, 8)
    start = principal_components(vectors, dimensions).coordinates
    seen: list[Snapshot] = []
    made = umap_layout(
        vectors, start, neighbors=10, min_dist=0.2, epochs=60, report=seen.append, report_secs=0.0
    )
    assert together(made, labels) > 0.9
    epochs = [each.iteration for each in seen]
    assert epochs == sorted(set(epochs))
    assert 0 < epochs[0] < epochs[-1] <= 60
    assert len(epochs) > 10
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        whole = umap.UMAP(
            n_neighbors=10,
            n_components=dimensions,
            min_dist=0.2,
            n_epochs=60,
            init=start,
            random_state=42,
            n_jobs=1,
        ).fit(vectors)
    np.testing.assert_allclose(made, whole.embedding_, atol=1e-4)


def test_what_is_called_within_umap_learn_is_as_it_was() -> None:
    """These are no documented parts of it. Where this fails, `umap_layout` wants another way to see layouts come."""
    layouts = pytest.importorskip("umap.layouts")
    parameters = inspect.signature(layouts.optimize_layout_euclidean).parameters
    assert list(parameters)[:10] == [
        "head_embedding",
        "tail_embedding",
        "head",
        "tail",
        "n_epochs",
        "n_vertices",
        "epochs_per_sample",
        "a",
        "b",
        "rng_state",
    ]
    assert {"tqdm_kwds", "move_other"} < parameters.keys()
    inner = pytest.importorskip("umap.umap_")
    assert list(inspect.signature(inner.find_ab_params).parameters) == ["spread", "min_dist"]
    assert list(inspect.signature(inner.make_epochs_per_sample).parameters) == ["weights", "n_epochs"]


def test_supervision_draws_points_of_one_label_together() -> None:
    pytest.importorskip("umap")
    random = np.random.default_rng(0)
    vectors = random.normal(size=(120, 6)).astype(np.float32)
    labels = random.integers(0, 3, 120)
    start = principal_components(vectors, 2).coordinates
    plain = umap_layout(vectors, start, epochs=100, report=ignore)
    drawn = umap_layout(vectors, start, epochs=100, labels=labels, report=ignore)
    assert together(drawn, labels) > together(plain, labels) + 0.3


def test_supervision_of_tsne_draws_points_of_one_label_together() -> None:
    pytest.importorskip("openTSNE")
    random = np.random.default_rng(0)
    vectors = random.normal(size=(120, 6)).astype(np.float32)
    labels = random.integers(0, 3, 120)
    start = principal_components(vectors, 2).coordinates
    plain = tsne(vectors, start, iterations=350, threads=1, report=ignore)
    unknown = tsne(
        vectors, start, iterations=350, threads=1, labels=np.full(120, -1), strength=100.0, report=ignore
    )
    drawn = tsne(vectors, start, iterations=350, threads=1, labels=labels, strength=100.0, report=ignore)
    np.testing.assert_allclose(unknown, plain, rtol=1e-3, atol=1e-3)
    assert together(drawn, labels) > together(plain, labels) + 0.2


def test_affinities_say_what_labels_say_and_keep_their_sum() -> None:
    rows, columns = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    labels = np.array([5, 5, 6, -1])
    made = supervised(weights, (rows, columns), labels, 100.0)
    np.testing.assert_allclose(made, np.array([0.8, 0.0, 0.0, 0.1]) / 0.9)
    np.testing.assert_allclose(supervised(weights, (rows, columns), labels, 0.0), weights)
    apart = np.arange(4)
    np.testing.assert_allclose(supervised(weights[:2], (rows[:2], columns[:2]), apart, 100.0), weights[:2])


@pytest.mark.parametrize(("layout", "fewest"), [(tsne, 4), (umap_layout, 5)])
def test_too_few_points_are_refused(layout: object, fewest: int) -> None:
    pytest.importorskip("openTSNE")
    vectors = np.eye(fewest - 1, dtype=np.float32)
    with pytest.raises(MisuseError, match=f"at least {fewest} points, found {fewest - 1}"):
        layout(vectors, vectors[:, :2], report=ignore)  # type: ignore[operator]


@pytest.mark.parametrize("layout", [tsne, umap_layout])
def test_points_at_one_place_have_finite_layouts(layout: object) -> None:
    pytest.importorskip("umap")
    vectors = np.ones((12, 3), np.float32)
    made = layout(vectors, np.zeros((12, 2), np.float32), report=ignore)  # type: ignore[operator]
    assert np.isfinite(made).all()
