"""A person's own vectors: shown like those of the log, kept in bounds, refused with the line that is wrong."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glassboard.errors import GlassboardError, MisuseError, TooLargeError
from glassboard.server import security
from glassboard.server.app import create_api, create_app
from glassboard.server.live import ChangeHub
from glassboard.server.projections import loaded, own_files
from glassboard.server.projections.loaded import LOADED_RUN, LoadedEmbeddings
from glassboard.server.projections.own_files import read_labels, read_vectors, unplaced
from glassboard.server.snapshot.selection import Choice, SelectedLog
from glassboard.store.log import LogStore

from .embedding_server import EmbeddingServer, log_pixels, serve_embeddings, vectors_of

LABELS = "class\tindex\n" + "".join(f"{'abc'[row % 3]}\t{row}\n" for row in range(60))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddingServer]:
    logdir = tmp_path_factory.mktemp("log")
    log_pixels(logdir)
    with serve_embeddings(logdir) as server:
        yield server


@pytest.fixture
def served(server: EmbeddingServer) -> Iterator[EmbeddingServer]:
    yield server
    for one in server.embeddings()["embeddings"]:
        if one["loaded"]:
            server.client.delete("loaded-embeddings", params={"name": one["name"]})


def as_tsv(vectors: np.ndarray) -> bytes:
    return "".join("\t".join(map(str, row)) + "\n" for row in vectors.tolist()).encode()


def as_npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def load(
    server: EmbeddingServer, vectors: bytes, labels: bytes = b"", *, name: str = "mine", form: str = "tsv"
) -> httpx.Response:
    return server.client.post(
        "loaded-embeddings",
        params={"name": name, "form": form, "label_bytes": len(labels)},
        content=labels + vectors,
        headers={"Content-Type": "application/octet-stream"},
    )


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["message"]


@pytest.mark.parametrize("form", ["tsv", "npy"])
def test_what_is_loaded_is_an_embedding_like_any_other(served: EmbeddingServer, form: str) -> None:
    vectors = vectors_of()
    before = sorted(served.logdir.rglob("*"))
    made = load(
        served, as_npy(vectors) if form == "npy" else as_tsv(vectors), LABELS.encode(), form=form
    ).json()
    assert made == {"run": LOADED_RUN, "name": "mine", "points": 60, "dimensions": 6, "note": None}
    found = served.embeddings()
    assert found["max_upload_bytes"] == loaded.MAX_UPLOAD_BYTES
    assert [one["name"] for one in found["embeddings"] if one["loaded"]] == ["mine"]
    name = {"run": LOADED_RUN, "name": "mine"}
    columns = served.get("embedding-metadata", **name).json()["columns"]
    assert [column["name"] for column in columns] == ["class", "index"]
    assert columns[0]["values"][:4] == ["a", "b", "c", "a"]
    np.testing.assert_array_equal(
        np.load(io.BytesIO(served.get("embedding-vectors", **name).content)), vectors
    )
    near = served.get("embedding-neighbors", point=3, count=5, **name).json()["neighbors"]
    assert [one["point"] % 3 for one in near] == [0] * 5
    header, layout = served.finished(algorithm="pca", **name)
    np.testing.assert_allclose(
        np.abs(layout), np.abs(served.finished(algorithm="pca")[1]), rtol=1e-3, atol=1e-3
    )
    assert header["points"] == 60
    assert sorted(served.logdir.rglob("*")) == before


def test_names_are_told_apart_and_what_is_removed_is_gone(served: EmbeddingServer) -> None:
    data = as_tsv(vectors_of())
    assert [load(served, data).json()["name"] for _ in range(3)] == ["mine", "mine (2)", "mine (3)"]
    assert load(served, data, name="../../etc\n/x").json()["name"] == "../../etc /x"
    assert served.client.delete("loaded-embeddings", params={"name": "mine"}).json() == {"name": "mine"}
    assert [one["name"] for one in served.embeddings()["embeddings"] if one["loaded"]] == [
        "../../etc /x",
        "mine (2)",
        "mine (3)",
    ]
    assert served.get("embedding-vectors", run=LOADED_RUN, name="mine").status_code == 404
    assert told(served.client.delete("loaded-embeddings", params={"name": "mine"}))[0] == 404


def test_nan_and_infinity_are_told_and_have_no_place(served: EmbeddingServer) -> None:
    vectors = vectors_of()
    vectors[[4, 9], 1] = [np.nan, np.inf]
    note = load(served, as_tsv(vectors)).json()["note"]
    assert note == "2 of 60 vectors with NaN or infinity, the first in line 5, without a place in the picture"
    assert served.finished(algorithm="pca", run=LOADED_RUN, name="mine")[0]["left_out"] == 2


TEXTS = [
    (b"1\t2\n3\t4\n5\n6\t7\n", "line 3 of the vectors has 1 numbers, line 1 has 2"),
    (b"1\t2\n3\tx\n", "line 2 of the vectors is wrong: 'x' in column 2 is no number"),
    (b"a\tb\n1\t2\n", "line 1 of the vectors is wrong: 'a' in column 1 is no number, a line of names has no place here"),
    (b"1,2\n3,4\n", "line 1 of the vectors is wrong: '1,2' holds no tab: wanted numbers with tabs between them"),
    (b"1\t2\n\n3\t4\n", "line 2 of the vectors is empty: wanted a line of numbers for every point"),
    (b"1\t2\n3\t\xff\n", "line 2 of the vectors is no UTF-8 text: it holds the bytes ff 0a"),
    ("1\t2\n".encode("utf-16"), "line 1 of the vectors is no UTF-8 text: it holds the bytes ff fe 31 00, as in UTF-16"),
    (b"1\t2\n3\t\x004\n", "line 2 of the vectors holds a NUL character: wanted text"),
    (b"", "vectors of 0 bytes without a number"),
    (b" \n\n", "vectors of 3 bytes without a number"),
    (b"1\t2\n", "vectors of 1 point: wanted two points or more, a line for each"),
    (b"nan\t1\n1\tinf\n", "each of the 2 vectors holds NaN or infinity: none has a place"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message"), TEXTS, ids=[message[:30] for _, message in TEXTS])
def test_text_that_holds_no_vectors_is_refused_by_its_line(
    served: EmbeddingServer, data: bytes, message: str
) -> None:
    assert told(load(served, data)) == (422, message)
    assert not any(one["loaded"] for one in served.embeddings()["embeddings"])


ARRAYS: list[tuple[Any, str]] = [
    (np.zeros((3, 2, 2)), "an array of 3 x 2 x 2: wanted two dimensions, points x dimensions"),
    (np.zeros(3), "an array of 3: wanted two dimensions"),
    (np.zeros((0, 4)), "an array of 0 x 4: wanted two dimensions"),
    (np.zeros((3, 2), complex), "an array of complex128: wanted real numbers"),
    (np.array([["a", "b"]]), "an array of <U1: wanted real numbers"),
    (np.array([[{}, 1], [2, 3]], object), "no NumPy file (.npy) of numbers"),
]


@pytest.mark.parametrize(("array", "message"), ARRAYS, ids=[message[:24] for _, message in ARRAYS])
def test_arrays_that_are_no_vectors_are_refused_by_their_shape(
    served: EmbeddingServer, array: np.ndarray, message: str
) -> None:
    status, found = told(load(served, as_npy(array), form="npy"))
    assert (status, found[: len(message)]) == (422, message)


def test_numpy_files_that_are_none_or_claim_too_much_are_refused(served: EmbeddingServer) -> None:
    whole = as_npy(vectors_of())
    claims = whole.replace(b"(60, 6), }          ", b"(60000, 60000), }   ")
    assert claims != whole
    for data in (b"", b"PK\x03\x04", b"1\t2\n", whole[:-4], whole[:40], claims):
        assert told(load(served, data, form="npy"))[0] in (413, 422)
    archive = io.BytesIO()
    np.savez(archive, a=vectors_of())
    assert "archive of several arrays (.npz)" in told(load(served, archive.getvalue(), form="npy"))[1]
    assert load(served, as_npy(np.asfortranarray(vectors_of())), form="npy").status_code == 200
    assert load(served, as_npy(np.arange(12, dtype=np.uint8).reshape(6, 2)), form="npy").status_code == 200


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("a\nb\n", "metadata of 2 lines for 3 points: wanted 3"),
        (
            "a\tb\n" * 3,
            "metadata of 3 lines for 3 points: wanted 4, one of them with the names of the columns",
        ),
        ("n\tm\na\tb\nc\nd\te\n", "line 3 of the metadata has 1 columns, line 1 has 2"),
        ("n\tn\na\tb\nc\td\ne\tf\n", "line 1 of the metadata names 'n' twice"),
        ("n\t\na\tb\nc\td\ne\tf\n", "line 1 of the metadata has a column without a name"),
    ],
)
def test_labels_that_do_not_fit_are_refused_by_their_line(
    served: EmbeddingServer, labels: str, message: str
) -> None:
    assert told(load(served, as_tsv(vectors_of(3)), labels.encode())) == (422, message)
    wrong = b"\xe9" + labels.encode()
    assert "line 1 of the metadata is no UTF-8 text" in told(load(served, as_tsv(vectors_of(3)), wrong))[1]


def test_labels_of_one_column_may_have_a_name_and_windows_lines() -> None:
    assert read_labels(b"a\r\nb\r\n", 2) == b"a\nb\n"
    assert read_labels(b"name\na\nb", 2) == b"a\nb\n"
    assert read_labels("\ufeffn\tm\na\tb\n".encode(), 1) == b"n\tm\na\tb\n"


def test_bodies_are_bounded_counted_and_of_one_type(
    served: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = as_tsv(vectors_of())
    status, message = told(
        served.client.post("loaded-embeddings", params={"name": "x"}, content=data, headers={"Content-Type": "text/plain"})
    )  # fmt: skip
    assert (status, message) == (422, "a body of type 'text/plain': wanted application/octet-stream")
    assert told(load(served, b"", name=" "))[0] == 422
    # Other routes keep their cap, this one takes more than it.
    large = as_npy(np.ones((security.MAX_BODY_BYTES // 400 + 10, 100), np.float32))
    assert len(large) > security.MAX_BODY_BYTES
    assert served.client.post("projections", content=large).status_code == 413
    assert load(served, large, form="npy").status_code == 200
    monkeypatch.setattr("glassboard.server.routes.loaded_embeddings.MAX_UPLOAD_BYTES", 1000)
    assert told(load(served, data))[0] == 413
    monkeypatch.undo()
    monkeypatch.setattr(loaded, "MAX_UPLOAD_BYTES", 1000)
    assert told(load(served, data)) == (413, "files of more than 0 MiB, which is the most")
    monkeypatch.undo()
    monkeypatch.setattr(loaded, "_MAX_BYTES", 100)
    assert told(load(served, data))[0] == 413
    monkeypatch.undo()
    monkeypatch.setattr(own_files, "MAX_VECTOR_BYTES", 1000)
    for form, body in (("tsv", data), ("npy", as_npy(vectors_of()))):
        assert told(load(served, body, form=form))[0] == 413
    monkeypatch.undo()
    monkeypatch.setattr(loaded, "_MAX_EMBEDDINGS", 1)
    assert told(load(served, data)) == (
        429,
        "1 embeddings are loaded, which is the most: remove one of them",
    )
    answer = served.client.post(
        "loaded-embeddings",
        params={"name": "x", "label_bytes": 99},
        content=b"1",
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == 429


def test_more_labels_than_bytes_are_refused(served: EmbeddingServer) -> None:
    answer = served.client.post(
        "loaded-embeddings",
        params={"name": "x", "label_bytes": 99},
        content=b"1",
        headers={"Content-Type": "application/octet-stream"},
    )
    assert told(answer) == (422, "labels of 99 bytes in a body of 1")


def test_the_folder_goes_with_the_server_and_nothing_is_left_of_what_was_refused(tmp_path: Path) -> None:
    place = LoadedEmbeddings()
    with place.receiving() as upload:
        upload.write(b"1\t2\n3\t4\n")
        kept = place.keep(upload, "kept", "tsv", 0)
    with place.receiving() as upload:
        upload.write(b"x")
        with pytest.raises(MisuseError, match="no number"):
            place.keep(upload, "refused", "tsv", 0)
    folder = kept.folder.parent
    assert sorted(path.name for path in folder.rglob("*")) == ["1", "projector_config.pbtxt", "tensors.bytes"]
    assert folder.stat().st_mode & 0o077 == 0
    place.close()
    assert not folder.exists()
    assert place.folders() == []
    with pytest.raises(GlassboardError), place.receiving():
        pass


def test_a_part_of_the_log_holds_nothing_that_was_loaded_and_takes_nothing(served: EmbeddingServer) -> None:
    """What a snapshot is recorded from."""
    load(served, as_tsv(vectors_of()), name="only here")
    part = create_api(SelectedLog(served.store, Choice()), projector_folders=served.store.projector_folders)

    async def ask() -> tuple[dict[str, Any], int]:
        transport = httpx.ASGITransport(part)
        async with httpx.AsyncClient(transport=transport, base_url="http://part") as client:
            found = (await client.get("/embeddings")).json()
            return found, (await client.post("/loaded-embeddings", params={"name": "x"})).status_code

    found, status = asyncio.run(ask())
    assert [one["name"] for one in found["embeddings"]] == ["pixels:00000", "pixels:00010"]
    assert (found["max_upload_bytes"], status) == (None, 404)


@pytest.mark.parametrize("token", [None, "secret"])
def test_strangers_load_nothing(tmp_path: Path, token: str | None) -> None:
    log_pixels(tmp_path)
    store = LogStore(tmp_path)
    store.refresh()
    app = create_app(store, ChangeHub(), token=token)

    async def ask(headers: dict[str, str]) -> int:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as client:
            answer = await client.post(
                "/api/v1/loaded-embeddings",
                params={"name": "x"},
                content=b"1\t2\n3\t4\n",
                headers={"Content-Type": "application/octet-stream", **headers},
            )
            return answer.status_code

    if token is None:
        assert (asyncio.run(ask({"Host": "evil.example"})), asyncio.run(ask({}))) == (403, 200)
    else:
        right = {"Authorization": f"Bearer {token}"}
        assert (asyncio.run(ask({})), asyncio.run(ask(right))) == (401, 200)
    app.state.context.loaded.close()


TABLES = st.text("0123456789.\t\n\r-+naie", max_size=60).map(str.encode)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(data=st.one_of(st.binary(max_size=200), TABLES), form=st.sampled_from(["tsv", "npy"]))
def test_any_bytes_are_vectors_or_refused_with_words(
    tmp_path: Path, data: bytes, form: own_files.Form
) -> None:
    path = tmp_path / "file"
    path.write_bytes((b"\x93NUMPY" if form == "npy" and data[:1] < b"\x80" else b"") + data)
    try:
        vectors = read_vectors(path, form)
    except (MisuseError, TooLargeError):
        pass
    else:
        assert (vectors.ndim, vectors.dtype) == (2, np.float32)
        unplaced(vectors)


def test_labels_of_a_log_with_a_name_over_one_column_fit_their_points(served: EmbeddingServer) -> None:
    metadata = served.files / "metadata.tsv"
    before = metadata.read_bytes()
    metadata.write_text("name\n" + "".join(f"v{row}\n" for row in range(60)))
    found = served.get("embedding-metadata").json()
    metadata.write_bytes(before)
    assert (found["problem"], found["columns"][0]["name"]) == (None, "name")
    assert found["columns"][0]["values"][:2] == ["v0", "v1"]
