"""Projections over the API: asked for, followed, found again, and left out or refused where the data are no data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from .embedding_server import EmbeddingServer, decoded, log_pixels, serve_embeddings, vectors_of


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddingServer]:
    """One for all tests: the worker that loads the libraries is kept."""
    logdir = tmp_path_factory.mktemp("projections") / "runs"
    log_pixels(logdir)
    with serve_embeddings(logdir) as server:
        yield server


@pytest.fixture
def replaced(served: EmbeddingServer) -> Iterator[EmbeddingServer]:
    """The file of the vectors may be written; it is as it was afterwards."""
    before = (served.files / "tensors.bytes").read_bytes()
    yield served
    (served.files / "tensors.bytes").write_bytes(before)


def test_principal_components_come_as_columns_with_their_shares(served: EmbeddingServer) -> None:
    header, columns = served.finished(algorithm="pca")
    assert (header["state"], header["points"], header["dimensions"], header["left_out"]) == ("done", 60, 6, 0)
    assert len(columns) == len(header["shares"]) == 6
    assert sum(header["shares"]) == pytest.approx(1)
    assert columns[0].std() > columns[1].std()


def test_the_layout_comes_once_for_who_holds_it(served: EmbeddingServer) -> None:
    header, _ = served.finished(algorithm="pca")
    held = {"id": header["id"], "after": header["version"]}
    again, columns = decoded(served.client.get("projection", params=held))
    assert columns == []
    assert again["version"] == header["version"]


def test_equal_questions_are_one_job_until_the_file_changes(replaced: EmbeddingServer) -> None:
    first, _ = replaced.finished(algorithm="pca")
    second, _ = replaced.finished(algorithm="pca")
    assert first["id"] == second["id"]
    (replaced.files / "tensors.bytes").write_bytes(vectors_of(seed=4).tobytes())
    third, _ = replaced.finished(algorithm="pca")
    assert third["id"] != first["id"]


@pytest.mark.parametrize("algorithm", ["tsne", "umap"])
def test_layouts_are_made_in_a_process_of_their_own(served: EmbeddingServer, algorithm: str) -> None:
    pytest.importorskip("umap")
    header, columns = served.finished(
        algorithm=algorithm, iterations=60, perplexity=8, supervise="class" if algorithm == "umap" else None
    )
    assert header["error"] is None
    # UMAP tells of itself a few times a second, and may be done before.
    assert header["version"] >= (3 if algorithm == "tsne" else 2)
    assert header["iteration"] == header["iterations"]
    layout = np.stack(columns, axis=1)
    assert layout.shape == (60, 2)
    far = np.linalg.norm(layout[:, None] - layout[None], axis=2) + np.diag(np.full(60, np.inf))
    assert (far.argmin(axis=1) % 3 == np.arange(60) % 3).mean() > 0.9


def test_the_next_step_keeps_the_places_of_the_one_before(served: EmbeddingServer) -> None:
    first, before = served.finished(algorithm="pca")
    _, after = served.finished(algorithm="pca", name="pixels:00010", follows=first["id"])
    for one, other in zip(before[:2], after[:2], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-2)


def test_custom_axes_are_asked_by_rows(served: EmbeddingServer) -> None:
    rows = {kind: [row for row in range(60) if row % 3 == kind] for kind in range(3)}
    _, (column,) = served.finished(algorithm="custom", axes=[{"start": rows[0], "end": rows[1]}])
    assert column[rows[0]].max() < 0 < column[rows[1]].min()
    asked = {"run": "a", "name": "pixels:00000", "algorithm": "custom"}
    assert served.client.post("projections", json=asked).status_code == 422


def test_rows_with_nan_are_left_out_and_said(replaced: EmbeddingServer) -> None:
    vectors = vectors_of()
    vectors[5, 2] = np.nan
    (replaced.files / "tensors.bytes").write_bytes(vectors.tobytes())
    header, columns = replaced.finished(algorithm="pca")
    assert header["left_out"] == 1
    assert np.isnan(columns[0][5])
    assert np.isfinite(np.delete(columns[0], 5)).all()


@pytest.mark.parametrize("algorithm", ["pca", "tsne", "umap"])
def test_columns_that_are_constant_add_nothing(replaced: EmbeddingServer, algorithm: str) -> None:
    """Also where nothing but one column varies: the second direction is empty, the layout is finite."""
    pytest.importorskip("umap")
    vectors = np.full((60, 6), 0.1, np.float32)
    vectors[:, 2] = np.arange(60)
    (replaced.files / "tensors.bytes").write_bytes(vectors.tobytes())
    header, columns = replaced.finished(algorithm=algorithm, iterations=20, perplexity=8)
    assert (header["error"], header["left_out"]) == (None, 0)
    assert header["shares"][0] == pytest.approx(1)
    assert all(np.isfinite(column).all() for column in columns)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (vectors_of().tobytes()[:-3], "1,437 bytes, but the config says 60 x 6 numbers of 4 bytes"),
        (b"", "vectors of 0 bytes without a number"),
        (b"\n\n", "vectors of 2 bytes without a number"),
        (np.full((60, 6), np.nan, "<f4").tobytes(), "each of the 60 vectors holds NaN or infinity"),
        (b"1\t2\n3\n", "no table of numbers"),
    ],
    ids=["cut short", "empty", "blank", "nothing finite", "rows of two lengths"],
)
def test_files_that_hold_no_vectors_say_what_was_wanted(
    replaced: EmbeddingServer, data: bytes, told: str
) -> None:
    (replaced.files / "tensors.bytes").write_bytes(data)
    header, columns = replaced.finished(algorithm="pca")
    assert header["state"] == "failed"
    assert told in header["error"]
    assert columns == []


def test_a_column_to_supervise_with_must_be_there(served: EmbeddingServer) -> None:
    header, _ = served.finished(algorithm="umap", supervise="colour")
    assert header["error"] == "no column 'colour' in the metadata, there are 'class', 'index'"


@pytest.fixture(scope="module")
def noise(served: EmbeddingServer) -> NDArray[np.int64]:
    """Vectors without groups, as `noise` of the run `noise`, and the label of each in their metadata: a, b or c."""
    random = np.random.default_rng(0)
    random.normal(size=(120, 6)).astype("<f4").tofile(served.logdir / "noise.bytes")
    labels = random.integers(0, 3, 120)
    (served.logdir / "noise.tsv").write_text("".join(f"{'abc'[label]}\n" for label in labels))
    entry = (
        'embeddings { tensor_name: "noise" tensor_path: "../noise.bytes" metadata_path: "../noise.tsv"'
        " tensor_shape: 120 tensor_shape: 6 }"
    )
    served.config("noise", entry)
    return labels


def held_together(
    served: EmbeddingServer, groups: NDArray[np.int64], algorithm: str, **supervision: Any
) -> list[float]:
    """Of each group the share of its points whose nearest neighbour in the layout is of it too."""
    asked = {"run": "noise", "name": "noise", "iterations": 350, "strength": 100.0, **supervision}
    header, columns = served.finished(algorithm=algorithm, **asked)
    assert (header["state"], header["error"]) == ("done", None)
    layout = np.stack(columns, axis=1)
    far = np.linalg.norm(layout[:, None] - layout[None], axis=2) + np.diag(np.full(len(groups), np.inf))
    same = groups[far.argmin(axis=1)] == groups
    return [float(same[groups == group].mean()) for group in range(3)]


@pytest.mark.parametrize("algorithm", ["tsne", "umap"])
def test_a_label_that_is_ignored_is_not_drawn_together_and_all_others_are(
    served: EmbeddingServer, noise: NDArray[np.int64], algorithm: str
) -> None:
    pytest.importorskip("openTSNE" if algorithm == "tsne" else "umap")
    whole = held_together(served, noise, algorithm, supervise="label")
    but_a = held_together(served, noise, algorithm, supervise="label", ignored="a")
    assert min(whole) > 0.6
    assert but_a[0] < whole[0] - 0.2
    assert min(but_a[1:]) > 0.6


@pytest.mark.parametrize("algorithm", ["tsne", "umap"])
def test_labels_edited_in_the_page_supervise_in_place_of_those_of_the_file(
    served: EmbeddingServer, noise: NDArray[np.int64], algorithm: str
) -> None:
    pytest.importorskip("openTSNE" if algorithm == "tsne" else "umap")
    edited = np.random.default_rng(1).permutation(noise)
    assert min(held_together(served, edited, algorithm, supervise="label")) < 0.5
    # Which numbers they are says nothing.
    found = held_together(served, edited, algorithm, supervise="label", labels=(edited * 7 + 1).tolist())
    assert min(found) > 0.6


def test_unknown_projections_are_not_found(served: EmbeddingServer) -> None:
    assert served.client.get("projection", params={"id": "gone"}).json()["error"]["code"] == "not_found"
    assert served.client.delete("projection", params={"id": "gone"}).status_code == 404
