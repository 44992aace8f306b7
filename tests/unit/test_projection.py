"""Projections against the libraries called directly, and over vectors that are hardly any."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from glassboard.analysis.projection import principal
from glassboard.analysis.projection.alignment import flipped_to, rotated_to, started_from
from glassboard.analysis.projection.directions import project_on
from glassboard.analysis.projection.neighbors import nearest
from glassboard.analysis.projection.principal import principal_components
from glassboard.analysis.projection.vectors import prepare, spread
from glassboard.errors import MisuseError

from .clouds import clouds


@pytest.mark.parametrize(
    ("points", "dimensions"),
    [(400, 30), (40, 2_000), (300, 200)],
    ids=["covariance", "products", "random"],
)
def test_components_are_those_of_scikit_learn(
    monkeypatch: pytest.MonkeyPatch, points: int, dimensions: int
) -> None:
    decomposition = pytest.importorskip("sklearn.decomposition")
    # So that the third is made at random though scikit-learn is done with it in a moment.
    monkeypatch.setattr(principal, "_SHORT", 50)
    vectors, _ = clouds(points, dimensions, groups=12)
    made = principal_components(vectors, 5)
    wanted = decomposition.PCA(5, svd_solver="full").fit(vectors.astype(np.float64))
    np.testing.assert_allclose(made.shares, wanted.explained_variance_ratio_, rtol=1e-4)
    there = wanted.transform(vectors.astype(np.float64))
    signs = np.sign((made.coordinates * there).sum(axis=0))
    np.testing.assert_allclose(made.coordinates, there * signs, atol=1e-2 * np.abs(there).max())


def test_components_far_from_the_origin_are_those_about_the_mean() -> None:
    decomposition = pytest.importorskip("sklearn.decomposition")
    vectors, _ = clouds(20_000, 12)
    far = vectors + np.float32(30_000)
    made = principal_components(far, 3)
    wanted = decomposition.PCA(3, svd_solver="full").fit(far.astype(np.float64))
    np.testing.assert_allclose(made.shares, wanted.explained_variance_ratio_, rtol=1e-4)
    there = wanted.transform(far.astype(np.float64))
    signs = np.sign((made.coordinates * there).sum(axis=0))
    np.testing.assert_allclose(made.coordinates, there * signs, atol=1e-2)


def test_each_component_is_positive_where_it_is_largest_and_one_input_gives_one_answer() -> None:
    vectors, _ = clouds(200, 10)
    made = principal_components(vectors, 4).coordinates
    assert (made[np.abs(made).argmax(axis=0), range(4)] > 0).all()
    np.testing.assert_array_equal(made, principal_components(vectors.copy(), 4).coordinates)


@pytest.mark.parametrize("factor", [1e-30, 1e30])
def test_huge_and_tiny_numbers_keep_their_components(factor: float) -> None:
    vectors, _ = clouds(100, 6)
    made = principal_components(vectors * np.float32(factor), 3)
    np.testing.assert_allclose(made.shares, principal_components(vectors, 3).shares, rtol=1e-3)
    assert np.isfinite(made.coordinates).all()


@pytest.mark.parametrize(
    ("vectors", "shape"),
    [
        (np.ones((1, 7)), (1, 1)),
        (np.array([[0.0, 1.0], [2.0, 1.0]]), (2, 2)),
        (np.arange(9.0)[:, None], (9, 1)),
        (np.full((20, 5), 3.0), (20, 5)),
        (np.full((9_000, 5), 0.1), (9_000, 5)),
    ],
    ids=["one point", "two points", "one dimension", "nothing varies", "nothing varies about a fraction"],
)
def test_hardly_any_vectors_have_components(vectors: npt.NDArray[np.float64], shape: tuple[int, int]) -> None:
    made = principal_components(vectors.astype(np.float32), 10)
    assert made.coordinates.shape == shape
    assert np.isfinite(made.coordinates).all()
    assert np.isfinite(made.shares).all()
    assert made.shares.sum() == pytest.approx(1.0 if len(vectors) > 1 and np.ptp(vectors) else 0.0)


def test_rows_that_are_not_finite_are_left_out_and_come_back_as_gaps() -> None:
    vectors, _ = clouds(50, 4)
    vectors[7, 1], vectors[20, 0] = np.nan, np.inf
    prepared = prepare(vectors)
    assert prepared.left_out == 2
    layout = spread(principal_components(prepared.vectors, 2).coordinates, prepared)
    assert layout.shape == (50, 2)
    assert np.flatnonzero(np.isnan(layout).any(axis=1)).tolist() == [7, 20]


@pytest.mark.parametrize("shape", [(5,), (0, 4), (3, 0), (2, 2, 2)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MisuseError, match=r"wanted \[points, dimensions\]"):
        prepare(np.zeros(shape, np.float32))


def test_nothing_but_nan_is_refused() -> None:
    with pytest.raises(MisuseError, match="each of the 3 vectors"):
        prepare(np.full((3, 2), np.nan, np.float32))


def test_sphereized_vectors_lie_about_the_origin_at_one_length() -> None:
    vectors, _ = clouds(60, 5)
    vectors[3] = vectors.mean(axis=0)
    made = prepare(vectors + 100, sphereize=True).vectors
    lengths = np.linalg.norm(made, axis=1)
    np.testing.assert_allclose(np.delete(lengths, 3), 1, rtol=1e-5)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_neighbours_are_those_of_scikit_learn(metric: str) -> None:
    neighbors = pytest.importorskip("sklearn.neighbors")
    vectors, _ = clouds(20_000, 6)
    rows, far = nearest(vectors, 17, 25, metric)  # type: ignore[arg-type]
    wanted = neighbors.NearestNeighbors(n_neighbors=26, metric=metric, algorithm="brute").fit(vectors)
    distances, found = wanted.kneighbors(vectors[17:18].astype(np.float64))
    np.testing.assert_array_equal(rows, found[0, 1:])
    np.testing.assert_allclose(far, distances[0, 1:], rtol=1e-4, atol=1e-6)


def test_neighbours_leave_out_the_point_itself_and_what_is_not_finite() -> None:
    vectors = np.array([[1, 0], [1, 0], [np.nan, 0], [0, 0], [-1, 0]], np.float32)
    rows, far = nearest(vectors, 0, 10, "cosine")
    assert rows.tolist() == [1, 3, 4]
    assert far.tolist() == [0, 1, 2]
    assert nearest(vectors, 2, 10, "euclidean")[0].tolist() == []


def test_custom_axes_measure_from_halfway_between_their_ends() -> None:
    vectors = np.array([[0, 0], [0, 2], [4, 0], [4, 2], [2, 7]], np.float32)
    made = project_on(vectors, [(np.array([0, 1]), np.array([2, 3]))])
    np.testing.assert_allclose(made[:, 0], [-2, -2, 2, 2, 0], atol=1e-6)
    with pytest.raises(MisuseError, match="no direction"):
        project_on(vectors, [(np.array([0, 1]), np.array([1, 0]))])
    with pytest.raises(MisuseError, match="0 to 2 points"):
        project_on(vectors, [(np.array([], np.int64), np.array([1, 0]))])


def test_a_turned_and_mirrored_layout_comes_back_to_its_former_places() -> None:
    random = np.random.default_rng(0)
    former = random.normal(size=(30, 2)).astype(np.float32)
    turn = np.array([[0.6, -0.8], [-0.8, -0.6]])
    moved = (former @ turn + [5, -3]).astype(np.float32)
    former[4] = np.nan
    np.testing.assert_allclose(
        np.delete(rotated_to(moved, former), 4, 0), np.delete(former, 4, 0), rtol=1e-4, atol=1e-4
    )
    np.testing.assert_array_equal(rotated_to(moved[:3], former), moved[:3])


def test_components_are_mirrored_to_those_of_the_step_before() -> None:
    vectors, _ = clouds(40, 5)
    former = principal_components(vectors, 3).coordinates
    np.testing.assert_array_equal(flipped_to(former * np.float32([-1, 1, -1]), former), former)


def test_points_without_a_former_place_begin_at_their_own() -> None:
    former = np.array([[1, 1], [np.nan, 2]], np.float32)
    np.testing.assert_array_equal(started_from(former, np.zeros((2, 2), np.float32)), [[1, 1], [0, 0]])
