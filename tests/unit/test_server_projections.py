"""Embeddings over the API: found, refused, projected as jobs, stopped, kept within bounds."""

from __future__ import annotations

import io
import json
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from glassboard import SummaryWriter
from glassboard.errors import MisuseError, NotFoundError, TooLargeError
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.page_server import PageServer
from glassboard.server.projections.jobs import ProjectionJobs, TooManyError, _Job
from glassboard.server.projections.question import ProjectionQuestion
from glassboard.server.projections.worker_process import WorkerEndedError, WorkerProcess
from glassboard.server.sockets import listen
from glassboard.store.log import LogStore

CLASSES = "おきす"
Finished = Callable[[dict[str, Any]], tuple[dict[str, Any], list[np.ndarray]]]


def vectors_of(count: int = 60, dimensions: int = 6, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (
        random.normal(0, 5, (3, dimensions))[np.arange(count) % 3] + random.normal(size=(count, dimensions))
    ).astype(np.float32)


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    root = tmp_path / "runs"
    with SummaryWriter(str(root / "a")) as writer:
        writer.add_scalar("loss", 1.0, 0)
        pictures = np.zeros((60, 1, 4, 4), np.uint8)
        labels = [(CLASSES[i % 3], str(i)) for i in range(60)]
        for step in (0, 10):
            writer.add_embedding(
                vectors_of() * (1 if step == 0 else [-1, 1, 1, 1, 1, 1]), labels, pictures, step, "pixels",
                metadata_header=["class", "index"],
            )  # fmt: skip
    return root


@pytest.fixture
def served(logdir: Path) -> Iterator[tuple[httpx.Client, ProjectionJobs]]:
    store = LogStore(logdir)
    store.refresh()
    hub, listener = ChangeHub(), listen("localhost", 0)
    app = create_app(store, hub, folder_of=store.folder_of)
    server = PageServer(app, hub, listener)
    server.start()
    with httpx.Client(base_url=f"http://localhost:{listener.getsockname()[1]}/api/v1/", timeout=60) as asking:
        yield asking, app.state.context.projections
    app.state.context.projections.close()
    server.close()


@pytest.fixture
def client(served: tuple[httpx.Client, ProjectionJobs]) -> httpx.Client:
    return served[0]


@pytest.fixture
def finished(served: tuple[httpx.Client, ProjectionJobs]) -> Finished:
    """Asks for a projection and waits for its end: what it said last, and its columns."""
    asking, running = served

    def ask(question: dict[str, Any]) -> tuple[dict[str, Any], list[np.ndarray]]:
        started = asking.post("projections", json={"run": "a", "name": "pixels:00000", **question})
        assert started.status_code == 200, started.text
        key = started.json()["id"]
        assert running._jobs[key].ended.wait(120)
        return decoded(asking.get("projection", params={"id": key}))

    return ask


def config(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "projector_config.pbtxt").write_text(text)


def decoded(answer: httpx.Response) -> tuple[dict[str, Any], list[np.ndarray]]:
    assert answer.status_code == 200, answer.text
    (length,) = struct.unpack_from("<I", answer.content, 4)
    header = json.loads(answer.content[8 : 8 + length])
    body = answer.content[8 + length :]
    return header, [
        np.frombuffer(body, "<f4", count, offset) for _, offset, count in header["columns"].values()
    ]


def test_embeddings_are_listed_with_step_size_and_pictures(client: httpx.Client) -> None:
    found = client.get("embeddings").json()
    assert found["problems"] == []
    assert [
        (one["name"], one["tag"], one["step"], one["points"], one["dimensions"])
        for one in found["embeddings"]
    ] == [
        ("pixels:00000", "pixels", 0, 60, 6),
        ("pixels:00010", "pixels", 10, 60, 6),
    ]
    assert found["embeddings"][0]["sprite"] == {"width": 4, "height": 4}
    tags = client.get("tags").json()["tags"]
    assert [(tag["tag"], tag["counts"]) for tag in tags if tag["kind"] == "embedding"] == [("pixels", [2])]


def test_labels_come_as_columns(client: httpx.Client) -> None:
    found = client.get("embedding-metadata", params={"run": "a", "name": "pixels:00000"}).json()
    assert found["problem"] is None
    assert [column["name"] for column in found["columns"]] == ["class", "index"]
    assert found["columns"][0]["values"][:4] == ["お", "き", "す", "お"]


def test_labels_that_do_not_fit_are_shown_as_far_as_they_go(client: httpx.Client, logdir: Path) -> None:
    (logdir / "a" / "00000" / "pixels" / "metadata.tsv").write_text("class\tindex\nx\t1\ny\t2\n")
    found = client.get("embedding-metadata", params={"run": "a", "name": "pixels:00000"}).json()
    assert found["problem"] == "2 labels for 60 points: the last ones have none"
    assert found["columns"][0]["values"] == ["x", "y", *[""] * 58]


def test_the_sprite_is_sent_as_it_was_written(client: httpx.Client) -> None:
    answer = client.get("embedding-sprite", params={"run": "a", "name": "pixels:00000"})
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (32, 32)


def test_a_sprite_that_is_none_or_claims_too_much_is_refused(client: httpx.Client, logdir: Path) -> None:
    sprite = logdir / "a" / "00000" / "pixels" / "sprite.png"
    sprite.write_text("<svg onload=alert(1)>")
    assert client.get("embedding-sprite", params={"run": "a", "name": "pixels:00000"}).status_code == 415
    whole = io.BytesIO()
    Image.new("1", (1, 1)).save(whole, "PNG")
    data = bytearray(whole.getvalue())
    data[16:24] = struct.pack(">II", 30_000, 30_000)
    sprite.write_bytes(data)
    answer = client.get("embedding-sprite", params={"run": "a", "name": "pixels:00000"})
    assert answer.status_code in (413, 502)
    sprite.unlink()
    assert client.get("embedding-sprite", params={"run": "a", "name": "pixels:00000"}).status_code == 404


def test_vectors_leave_as_numpy_and_as_text(client: httpx.Client) -> None:
    asked = {"run": "a", "name": "pixels:00000"}
    np.testing.assert_array_equal(
        np.load(io.BytesIO(client.get("embedding-vectors", params=asked).content)), vectors_of()
    )
    text = client.get("embedding-vectors", params={**asked, "form": "tsv"}).text
    np.testing.assert_array_equal(np.loadtxt(io.StringIO(text), np.float32, delimiter="\t"), vectors_of())


def test_neighbours_are_sorted_and_leave_out_the_point(client: httpx.Client) -> None:
    found = client.get(
        "embedding-neighbors", params={"run": "a", "name": "pixels:00000", "point": 3, "count": 5}
    ).json()["neighbors"]
    assert [one["point"] % 3 for one in found] == [0] * 5
    assert [one["distance"] for one in found] == sorted(one["distance"] for one in found)
    assert (
        client.get(
            "embedding-neighbors", params={"run": "a", "name": "pixels:00000", "point": 60}
        ).status_code
        == 404
    )


def test_principal_components_come_as_columns_with_their_shares(
    client: httpx.Client, finished: Finished
) -> None:
    header, columns = finished({"algorithm": "pca"})
    assert (header["state"], header["points"], header["dimensions"], header["left_out"]) == ("done", 60, 6, 0)
    assert len(columns) == len(header["shares"]) == 6
    assert sum(header["shares"]) == pytest.approx(1)
    assert columns[0].std() > columns[1].std()


def test_the_layout_comes_once_for_who_holds_it(client: httpx.Client, finished: Finished) -> None:
    header, _ = finished({"algorithm": "pca"})
    again, columns = decoded(
        client.get("projection", params={"id": header["id"], "after": header["version"]})
    )
    assert columns == []
    assert again["version"] == header["version"]


def test_equal_questions_are_one_job_until_the_file_changes(
    client: httpx.Client, logdir: Path, finished: Finished
) -> None:
    first, _ = finished({"algorithm": "pca"})
    second, _ = finished({"algorithm": "pca"})
    assert first["id"] == second["id"]
    (logdir / "a" / "00000" / "pixels" / "tensors.bytes").write_bytes(vectors_of(seed=4).tobytes())
    third, _ = finished({"algorithm": "pca"})
    assert third["id"] != first["id"]


@pytest.mark.parametrize("algorithm", ["tsne", "umap"])
def test_layouts_are_made_in_a_process_of_their_own(
    client: httpx.Client, algorithm: str, finished: Finished
) -> None:
    pytest.importorskip("umap")
    header, columns = finished(
        {
            "algorithm": algorithm,
            "iterations": 60,
            "perplexity": 8,
            "supervise": "class" if algorithm == "umap" else None,
        },
    )
    assert header["error"] is None
    assert header["version"] > 2
    assert header["iteration"] == header["iterations"]
    layout = np.stack(columns, axis=1)
    assert layout.shape == (60, 2)
    far = np.linalg.norm(layout[:, None] - layout[None], axis=2) + np.diag(np.full(60, np.inf))
    assert (far.argmin(axis=1) % 3 == np.arange(60) % 3).mean() > 0.9


def test_the_next_step_keeps_the_places_of_the_one_before(client: httpx.Client, finished: Finished) -> None:
    first, before = finished({"algorithm": "pca"})
    _, after = finished({"algorithm": "pca", "name": "pixels:00010", "follows": first["id"]})
    for one, other in zip(before[:2], after[:2], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-2)


def test_custom_axes_are_asked_by_rows(client: httpx.Client, finished: Finished) -> None:
    rows = {kind: [row for row in range(60) if row % 3 == kind] for kind in range(3)}
    _, (column,) = finished({"algorithm": "custom", "axes": [{"start": rows[0], "end": rows[1]}]})
    assert column[rows[0]].max() < 0 < column[rows[1]].min()
    answer = client.post("projections", json={"run": "a", "name": "pixels:00000", "algorithm": "custom"})
    assert answer.status_code == 422


def test_rows_with_nan_are_left_out_and_said(client: httpx.Client, logdir: Path, finished: Finished) -> None:
    vectors = vectors_of()
    vectors[5, 2] = np.nan
    (logdir / "a" / "00000" / "pixels" / "tensors.bytes").write_bytes(vectors.tobytes())
    header, columns = finished({"algorithm": "pca"})
    assert header["left_out"] == 1
    assert np.isnan(columns[0][5])
    assert np.isfinite(np.delete(columns[0], 5)).all()


def test_a_file_of_another_size_says_what_was_wanted(
    client: httpx.Client, logdir: Path, finished: Finished
) -> None:
    (logdir / "a" / "00000" / "pixels" / "tensors.bytes").write_bytes(vectors_of().tobytes()[:-3])
    header, _ = finished({"algorithm": "pca"})
    assert header["state"] == "failed"
    assert "1,437 bytes, but the config says 60 x 6 numbers of 4 bytes" in header["error"]


@pytest.mark.parametrize("path", ["../../secret.bytes", "/etc/passwd", "", "x\\000y"])
def test_a_config_that_leads_outside_is_refused_and_said(
    client: httpx.Client, logdir: Path, path: str
) -> None:
    (logdir.parent / "secret.bytes").write_bytes(vectors_of().tobytes())
    config(
        logdir / "a",
        f'embeddings {{ tensor_name: "e" tensor_path: "{path}" tensor_shape: 60 tensor_shape: 6 '
        'metadata_path: "../../secret.bytes" }',
    )
    (one,) = client.get("embeddings").json()["embeddings"]
    assert "outside the log directory" in one["error"]
    asked = {"run": "a", "name": "e"}
    for route in ("embedding-metadata", "embedding-vectors"):
        assert client.get(route, params=asked).status_code == 404
    assert client.post("projections", json={**asked, "algorithm": "pca"}).status_code == 404


def test_files_may_lie_anywhere_in_the_log_directory(
    client: httpx.Client, logdir: Path, finished: Finished
) -> None:
    np.savetxt(logdir / "shared.tsv", vectors_of(), delimiter="\t")
    config(logdir / "a", 'embeddings { tensor_name: "word" tensor_path: "../shared.tsv" }')
    (one,) = client.get("embeddings").json()["embeddings"]
    assert (one["error"], one["points"], one["step"], one["tag"]) == (None, None, None, "word")
    header, _ = finished({"algorithm": "pca", "name": "word"})
    assert header["points"] == 60


def test_the_log_directory_itself_and_the_plugin_folder_are_looked_into(
    client: httpx.Client, logdir: Path
) -> None:
    vectors_of().tofile(logdir / "v.bytes")
    entry = 'embeddings {{ tensor_name: "{}" tensor_path: "{}" tensor_shape: 60 tensor_shape: 6 }}'
    config(logdir, entry.format("root", "v.bytes"))
    config(
        logdir / "a" / "plugins" / "org_tensorflow_tensorboard_projector",
        entry.format("plugin", "../../../v.bytes"),
    )
    found = {(one["run"], one["name"]): one["error"] for one in client.get("embeddings").json()["embeddings"]}
    assert found[".", "root"] is None
    assert found["a", "plugin"] is None
    assert ("a", "pixels:00000") in found


def test_a_broken_config_is_told_and_hides_nothing_else(client: httpx.Client, logdir: Path) -> None:
    config(logdir / "b", "embeddings { tensor_name: ")
    config(logdir / "a", "embeddings { tensor_name: ")
    found = client.get("embeddings").json()
    assert found["embeddings"] == []
    assert "broken in line 1" in found["problems"][0]["message"]
    answer = client.get("embedding-metadata", params={"run": "a", "name": "pixels:00000"})
    assert answer.status_code == 404


def test_unknown_names_say_what_there_is(client: httpx.Client) -> None:
    answer = client.get("embedding-metadata", params={"run": "a", "name": "pixel:00000"})
    assert (answer.status_code, "did you mean 'pixels:00000'" in answer.text) == (404, True)
    assert client.get("projection", params={"id": "gone"}).json()["error"]["code"] == "not_found"
    assert client.delete("projection", params={"id": "gone"}).status_code == 404


# The jobs by themselves.


def question(**changes: Any) -> ProjectionQuestion:
    return ProjectionQuestion(
        **{"run": "a", "name": "e", "stamp": (1,), "algorithm": "pca", "dimensions": 2, **changes}
    )


def settle(jobs: ProjectionJobs, key: str) -> Any:
    assert jobs._jobs[key].ended.wait(120)
    return jobs.progress(key)


def no_labels() -> None:
    return None


@pytest.fixture
def jobs() -> Iterator[ProjectionJobs]:
    made = ProjectionJobs(running=1, waiting=1)
    yield made
    made.close()


def test_only_so_many_projections_run_and_wait(jobs: ProjectionJobs) -> None:
    hold = threading.Event()

    def slowly() -> np.ndarray:
        assert hold.wait(60)
        return vectors_of()

    keys = [jobs.start(question(name=str(n)), slowly, no_labels) for n in range(2)]
    with pytest.raises(TooManyError, match="2 projections run or wait already, at most 2 do"):
        jobs.start(question(name="third"), slowly, no_labels)
    hold.set()
    assert [settle(jobs, key).state for key in keys] == ["done", "done"]


def test_a_job_that_waits_is_stopped_before_it_begins(jobs: ProjectionJobs) -> None:
    hold = threading.Event()
    first = jobs.start(question(), lambda: (hold.wait(60), vectors_of())[1], no_labels)
    second = jobs.start(question(name="other"), vectors_of, no_labels)
    jobs._jobs[second].cancelled.set()
    hold.set()
    assert settle(jobs, first).state == "done"
    assert settle(jobs, second).state == "stopped"


def test_old_results_make_room_for_new_ones() -> None:
    jobs = ProjectionJobs(kept_bytes=3 * 60 * 6 * 4)
    keys = []
    for n in range(5):
        keys.append(jobs.start(question(name=str(n)), vectors_of, no_labels))
        settle(jobs, keys[-1])
    for key in keys[:2]:
        with pytest.raises(NotFoundError, match="let go for newer ones"):
            jobs.progress(key)
    assert jobs.progress(keys[-1]).state == "done"
    jobs.close()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TooLargeError("too many"), "too many"),
        (ImportError("pip install"), "pip"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_what_fails_is_told_and_may_be_asked_again(jobs: ProjectionJobs, error: Exception, told: str) -> None:
    def fail() -> np.ndarray:
        raise error

    failed = settle(jobs, jobs.start(question(), fail, no_labels))
    assert failed.state == "failed"
    assert told in failed.error
    assert settle(jobs, jobs.start(question(), vectors_of, no_labels)).state == "done"


def test_a_layout_is_stopped_and_keeps_what_it_reached(
    jobs: ProjectionJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openTSNE")
    reached = threading.Event()
    publish = _Job.publish

    def watched(job: _Job, *arguments: Any, **changes: Any) -> None:
        publish(job, *arguments, **changes)
        if job.progress.iteration > 20:
            reached.set()

    monkeypatch.setattr(_Job, "publish", watched)
    key = jobs.start(question(algorithm="tsne", iterations=20_000, perplexity=8.0), vectors_of, no_labels)
    assert reached.wait(120)
    stopped = jobs.stop(key)
    assert settle(jobs, key).state == stopped.state == "stopped"
    assert 20 < stopped.iteration < 20_000
    assert stopped.layout is not None
    further = settle(
        jobs,
        jobs.start(
            question(algorithm="tsne", iterations=10, perplexity=8.0, goes_on=key), vectors_of, no_labels
        ),
    )
    assert further.iteration == further.iterations == jobs.progress(key).iteration + 10


def test_a_worker_that_is_killed_says_so() -> None:
    worker = WorkerProcess()
    seen: list[int] = []

    def kill(iteration: int, *_: object) -> None:
        seen.append(iteration)
        worker._process.kill()

    vectors = vectors_of()
    pytest.importorskip("openTSNE")
    with pytest.raises(WorkerEndedError, match="ended with code -9"):
        worker.run(
            {"algorithm": "tsne", "iterations": 500, "options": {"iterations": 500, "perplexity": 8}},
            {"vectors": vectors, "start": vectors[:, :2]},
            kill,
        )
    assert seen == [5]
    worker.kill()


def test_what_an_algorithm_refuses_is_told_and_the_worker_lives_on() -> None:
    pytest.importorskip("openTSNE")
    worker = WorkerProcess()
    few = np.eye(3, dtype=np.float32)
    asked: dict[str, Any] = {
        "algorithm": "tsne",
        "iterations": 20,
        "options": {"iterations": 20, "perplexity": 8},
    }
    ignore: Callable[..., None] = lambda *_: None  # noqa: E731
    with pytest.raises(MisuseError, match="at least 4 points"):
        worker.run(asked, {"vectors": few, "start": few[:, :2]}, ignore)
    vectors = vectors_of()
    assert worker.run(asked, {"vectors": vectors, "start": vectors[:, :2]}, ignore)
    worker.kill()
    assert not worker.alive
