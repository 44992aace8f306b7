"""Embeddings over the API: found wherever their config lies, read, and refused with words."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassboard import SummaryWriter
from glassboard.store.combined import CombinedSource
from glassboard.store.log import LogStore

from .embedding_server import EmbeddingServer, log_pixels, serve_embeddings, vectors_of

ENTRY = 'embeddings {{ tensor_name: "{}" tensor_path: "{}" tensor_shape: 60 tensor_shape: 6 }}'


@pytest.fixture
def served(tmp_path: Path) -> Iterator[EmbeddingServer]:
    log_pixels(tmp_path / "runs")
    with serve_embeddings(tmp_path / "runs") as server:
        yield server


def test_embeddings_are_listed_with_step_size_and_pictures(served: EmbeddingServer) -> None:
    found = served.embeddings()
    assert found["problems"] == []
    assert [
        (one["name"], one["tag"], one["step"], one["points"], one["dimensions"])
        for one in found["embeddings"]
    ] == [
        ("pixels:00000", "pixels", 0, 60, 6),
        ("pixels:00010", "pixels", 10, 60, 6),
    ]
    assert found["embeddings"][0]["sprite"] == {"width": 4, "height": 4}
    tags = served.client.get("tags").json()["tags"]
    assert [(tag["tag"], tag["counts"]) for tag in tags if tag["kind"] == "embedding"] == [("pixels", [2])]


def test_labels_come_as_columns(served: EmbeddingServer) -> None:
    found = served.get("embedding-metadata").json()
    assert found["problem"] is None
    assert [column["name"] for column in found["columns"]] == ["class", "index"]
    assert found["columns"][0]["values"][:4] == ["お", "き", "す", "お"]


@pytest.mark.parametrize(
    ("text", "told", "values"),
    [
        (
            "class\tindex\nx\t1\ny\t2\n",
            "2 labels for 60 points: the last ones have none",
            ["x", "y", *[""] * 58],
        ),
        (
            "class\tindex\n" + "x\t1\n" * 70,
            "70 labels for 60 points: the rest is not shown",
            ["x"] * 60,
        ),
    ],
)
def test_labels_that_do_not_fit_are_shown_as_far_as_they_go(
    served: EmbeddingServer, text: str, told: str, values: list[str]
) -> None:
    (served.files / "metadata.tsv").write_text(text)
    found = served.get("embedding-metadata").json()
    assert found["problem"] == told
    assert found["columns"][0]["values"] == values


def test_the_sprite_is_sent_as_it_was_written(served: EmbeddingServer) -> None:
    answer = served.get("embedding-sprite")
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (32, 32)


def test_a_sprite_that_is_none_or_claims_too_much_is_refused(served: EmbeddingServer) -> None:
    sprite = served.files / "sprite.png"
    sprite.write_text("<svg onload=alert(1)>")
    assert served.get("embedding-sprite").status_code == 415
    whole = io.BytesIO()
    Image.new("1", (1, 1)).save(whole, "PNG")
    data = bytearray(whole.getvalue())
    data[16:24] = struct.pack(">II", 30_000, 30_000)
    sprite.write_bytes(data)
    assert served.get("embedding-sprite").status_code in (413, 502)
    sprite.unlink()
    assert served.get("embedding-sprite").status_code == 404


def test_files_that_are_missing_are_told_and_hide_nothing_else(served: EmbeddingServer) -> None:
    (served.files / "tensors.bytes").unlink()
    (served.files / "metadata.tsv").unlink()
    first, second = served.embeddings()["embeddings"]
    assert "there is no file '00000/pixels/tensors.bytes'" in first["error"]
    assert second["error"] is None
    for route in ("embedding-metadata", "embedding-vectors"):
        answer = served.get(route)
        assert answer.status_code == 404
        assert "cannot be read: No such file" in answer.text
        assert served.get(route, name="pixels:00010").status_code == 200


def test_vectors_leave_as_numpy_and_as_text(served: EmbeddingServer) -> None:
    whole = np.load(io.BytesIO(served.get("embedding-vectors").content))
    np.testing.assert_array_equal(whole, vectors_of())
    text = served.get("embedding-vectors", form="tsv").text
    np.testing.assert_array_equal(np.loadtxt(io.StringIO(text), np.float32, delimiter="\t"), vectors_of())


def test_neighbours_are_sorted_and_leave_out_the_point(served: EmbeddingServer) -> None:
    found = served.get("embedding-neighbors", point=3, count=5).json()["neighbors"]
    assert [one["point"] % 3 for one in found] == [0] * 5
    assert [one["distance"] for one in found] == sorted(one["distance"] for one in found)
    assert served.get("embedding-neighbors", point=60).status_code == 404


@pytest.mark.parametrize("path", ["../../secret.bytes", "/etc/passwd", "", "x\\000y"])
def test_a_config_that_leads_outside_is_refused_and_said(served: EmbeddingServer, path: str) -> None:
    (served.logdir.parent / "secret.bytes").write_bytes(vectors_of().tobytes())
    served.config(
        "a",
        f'embeddings {{ tensor_name: "e" tensor_path: "{path}" tensor_shape: 60 tensor_shape: 6 '
        'metadata_path: "../../secret.bytes" }',
    )
    (one,) = served.embeddings()["embeddings"]
    assert "outside the log directory" in one["error"]
    for route in ("embedding-metadata", "embedding-vectors"):
        assert served.get(route, name="e").status_code == 404
    asked = {"run": "a", "name": "e", "algorithm": "pca"}
    assert served.client.post("projections", json=asked).status_code == 404


def test_a_link_that_leads_outside_is_refused(served: EmbeddingServer) -> None:
    secret = served.logdir.parent / "secret.bytes"
    secret.write_bytes(vectors_of().tobytes())
    tensors = served.files / "tensors.bytes"
    tensors.unlink()
    tensors.symlink_to(secret)
    assert "outside the log directory" in served.embeddings()["embeddings"][0]["error"]
    assert served.get("embedding-vectors").status_code == 404


def test_one_of_several_log_directories_names_no_file_of_another_beside_it(tmp_path: Path) -> None:
    log_pixels(tmp_path / "lab" / "old")
    (tmp_path / "lab" / "secret.tsv").write_text("1\t2\n")
    entry = 'embeddings { tensor_name: "e" tensor_path: "../../secret.tsv" }'
    (tmp_path / "lab" / "old" / "a" / "projector_config.pbtxt").write_text(entry)
    source = CombinedSource({"old": LogStore(tmp_path / "lab" / "old")})
    source.refresh()
    ((run, root),) = [(each.run, each.root) for each in source.projector_folders()]
    assert (run, root) == ("old/a", tmp_path / "lab" / "old")


def test_files_may_lie_anywhere_in_the_log_directory(served: EmbeddingServer) -> None:
    np.savetxt(served.logdir / "shared.tsv", vectors_of(), delimiter="\t")
    served.config("a", 'embeddings { tensor_name: "word" tensor_path: "../shared.tsv" }')
    (one,) = served.embeddings()["embeddings"]
    assert (one["error"], one["points"], one["step"], one["tag"]) == (None, None, None, "word")
    assert served.finished(algorithm="pca", name="word")[0]["points"] == 60


def test_configs_are_found_in_the_root_the_plugin_folder_and_where_no_event_file_is(
    served: EmbeddingServer,
) -> None:
    vectors_of().tofile(served.logdir / "v.bytes")
    served.config(".", ENTRY.format("root", "v.bytes"))
    served.config("words/word2vec", ENTRY.format("alone", "../../v.bytes"))
    served.config(
        "a/plugins/org_tensorflow_tensorboard_projector", ENTRY.format("plugin", "../../../v.bytes")
    )
    found = {(one["run"], one["name"]): one["error"] for one in served.embeddings()["embeddings"]}
    assert found == {
        (".", "root"): None,
        ("a", "pixels:00000"): None,
        ("a", "pixels:00010"): None,
        ("a", "plugin"): None,
        ("words/word2vec", "alone"): None,
    }
    assert served.finished(algorithm="pca", run="words/word2vec", name="alone")[0]["points"] == 60


def test_a_folder_of_nothing_but_a_config_is_a_log(tmp_path: Path) -> None:
    vectors_of().tofile(tmp_path / "v.bytes")
    (tmp_path / "projector_config.pbtxt").write_text(ENTRY.format("alone", "v.bytes"))
    with serve_embeddings(tmp_path) as server:
        assert [one["run"] for one in server.embeddings()["embeddings"]] == ["."]
        tags = server.client.get("tags").json()["tags"]
        assert [(tag["tag"], tag["kind"], tag["runs"]) for tag in tags] == [("alone", "embedding", [])]


def test_a_log_directory_that_is_one_file_has_the_embeddings_beside_it(tmp_path: Path) -> None:
    log_pixels(tmp_path)
    (file,) = (tmp_path / "a").glob("*tfevents*")
    with serve_embeddings(file) as server:
        assert [one["run"] for one in server.embeddings()["embeddings"]] == [".", "."]
        assert server.get("embedding-vectors", run=".").status_code == 200


def test_a_config_written_anew_in_place_is_noticed_without_an_event(served: EmbeddingServer) -> None:
    path = served.logdir / "a" / "projector_config.pbtxt"
    served.store.refresh()
    before = served.store.revision
    served.store.poll()
    assert served.store.revision == before
    entry = ENTRY.format("other", "00000/pixels/tensors.bytes")
    with path.open("r+") as file:  # the folder does not change
        file.write(entry)
        file.truncate()
    os.utime(path, ns=(1, 1))
    served.store.refresh()
    assert served.store.revision > before
    assert [one["name"] for one in served.embeddings()["embeddings"]] == ["other"]
    (tag,) = [tag for tag in served.client.get("tags").json()["tags"] if tag["kind"] == "embedding"]
    assert tag["tag"] == "other"
    after = served.store.revision
    path.unlink()
    served.store.refresh()
    assert served.store.revision > after
    assert served.embeddings()["embeddings"] == []


def test_a_broken_config_is_told_and_hides_nothing_else(served: EmbeddingServer) -> None:
    with SummaryWriter(str(served.logdir / "c")) as writer:
        writer.add_embedding(vectors_of(), tag="whole")
    served.config("a", "embeddings { tensor_name: ")
    found = served.embeddings()
    assert [one["run"] for one in found["embeddings"]] == ["c"]
    assert [problem["run"] for problem in found["problems"]] == ["a"]
    assert "broken in line 1" in found["problems"][0]["message"]
    answer = served.get("embedding-metadata")
    assert answer.status_code == 404
    assert "broken in line 1" in answer.text


def test_unknown_names_say_what_there_is(served: EmbeddingServer) -> None:
    answer = served.get("embedding-metadata", name="pixel:00000")
    assert (answer.status_code, "did you mean 'pixels:00000'" in answer.text) == (404, True)
    assert served.get("embedding-metadata", run="b").status_code == 404


def with_bookmarks(served: EmbeddingServer, path: str) -> None:
    np.savetxt(served.logdir / "v.tsv", vectors_of(), delimiter="\t")
    entry = f'embeddings {{ tensor_name: "e" tensor_path: "../v.tsv" bookmarks_path: "{path}" }}'
    served.config("a", entry)


def test_bookmarks_of_a_config_come_as_they_were_written(served: EmbeddingServer) -> None:
    assert served.get("embedding-bookmarks").status_code == 404
    with_bookmarks(served, "../looks.txt")
    (one,) = served.embeddings()["embeddings"]
    assert (one["bookmarks_path"], one["error"]) == ("../looks.txt", None)
    # What is no JSON is for the page to say, and hides nothing else.
    for written in ('[{"label": "お"}]'.encode(), b"[{", b"\xff\x00 no text", b""):
        (served.logdir / "looks.txt").write_bytes(written)
        answer = served.get("embedding-bookmarks", name="e")
        assert (answer.status_code, answer.content) == (200, written)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert served.get("embedding-vectors", name="e").status_code == 200


def test_bookmarks_that_are_missing_or_too_large_or_no_file_are_refused_with_words(
    served: EmbeddingServer,
) -> None:
    file = served.logdir / "a" / "looks.txt"
    with_bookmarks(served, "looks.txt")
    answer = served.get("embedding-bookmarks", name="e")
    assert (answer.status_code, "No such file" in answer.text) == (404, True)
    with file.open("wb") as large:
        large.truncate((32 << 20) + 1)
    answer = served.get("embedding-bookmarks", name="e")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    file.unlink()
    os.mkfifo(file)
    answer = served.get("embedding-bookmarks", name="e")
    assert (answer.status_code, "no plain file" in answer.text) == (404, True)
    assert served.get("embedding-vectors", name="e").status_code == 200


@pytest.mark.parametrize("path", ["../../secret.txt", "/etc/hostname", "link.txt"])
def test_bookmarks_outside_the_log_directory_are_refused(served: EmbeddingServer, path: str) -> None:
    secret = served.logdir.parent / "secret.txt"
    secret.write_text("[]")
    (served.logdir / "a" / "link.txt").symlink_to(secret)
    with_bookmarks(served, path)
    answer = served.get("embedding-bookmarks", name="e")
    assert (answer.status_code, "outside the log directory" in answer.text) == (404, True)
