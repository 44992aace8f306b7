"""`GET hparams` and `POST run-metrics`: where sessions keep their metrics, and what those come to."""

from __future__ import annotations

import asyncio
import tarfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from glassboard.codec.payloads.hparams import Status
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "open.tar.xz"
nan = float("nan")


class Api:
    def __init__(self, root: Path) -> None:
        self.store = LogStore(root)
        self.store.refresh()
        self.app = create_app(self.store, ChangeHub())

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, f"/api/v1/{path}", json=body)

        return asyncio.run(send())

    def values(self, tag: str, **more: Any) -> dict[str, Any]:
        """Run -> value."""
        runs = more.pop("runs", None)
        answer = self.ask("POST", "run-metrics", {"metrics": [{"tag": tag, **more}], "runs": runs}).json()
        return dict(zip(answer["runs"], answer["metrics"][0]["values"], strict=True))

    def metrics(self) -> dict[tuple[str, str], tuple[bool, int]]:
        found = self.ask("GET", "hparams").json()["metrics"]
        return {(each["group"], each["tag"]): (each["declared"], each["run_count"]) for each in found}


def test_a_session_of_its_own_run(tmp_path: Path) -> None:
    log = LogdirBuilder(tmp_path)
    log.run("a").hparams({"lr": 0.1}, metrics=[("", "acc")]).scalars("acc", [0.1, 0.9, 0.8])
    log.run("b").hparams({"lr": 0.2}, status=Status.FAILURE).scalars("acc", [0.3, nan])
    log.run("c").scalars("acc", [0.7])
    api = Api(tmp_path)
    assert api.values("acc") == {"a": pytest.approx(0.8), "b": "NaN"}
    assert api.values("acc", statistic="maximum") == {"a": pytest.approx(0.9), "b": pytest.approx(0.3)}
    assert api.values("acc", statistic="mean_of_last", count=2) == {"a": pytest.approx(0.85), "b": "NaN"}
    assert api.values("acc", statistic="at_step", step=1)["a"] == pytest.approx(0.9)
    assert api.values("acc", statistic="at_step", step=-1) == {"a": None, "b": None}
    assert api.values("acc", runs=["c", "gone"]) == {"c": pytest.approx(0.7), "gone": None}
    assert api.values("no such tag") == {"a": None, "b": None}
    assert api.metrics() == {("", "acc"): (True, 2)}
    sessions = api.ask("GET", "hparams").json()["runs"]
    assert [(each["run"], each["status"], each["is_session"]) for each in sessions] == [
        ("a", "success", True),
        ("b", "failure", True),
    ]


def test_groups_below_the_run_as_keras_logs_them(tmp_path: Path) -> None:
    log = LogdirBuilder(tmp_path)
    log.run(".").hparams(metrics=[("validation", "epoch_accuracy")])
    for name, reached in (("run-0", 0.5), ("run-1", 0.6)):
        log.run(name).hparams({"units": 16.0}, group_name="g")
        log.run(f"{name}/validation").scalars("epoch_accuracy", [0.1, reached])
        log.run(f"{name}/train").scalars("epoch_accuracy", [0.2, 0.9])
    api = Api(tmp_path)
    reached = api.values("epoch_accuracy", group="validation")
    assert reached == {"run-0": pytest.approx(0.5), "run-1": pytest.approx(0.6)}
    assert api.values("epoch_accuracy") == {"run-0": None, "run-1": None}
    assert api.metrics() == {
        ("validation", "epoch_accuracy"): (True, 2),
        ("train", "epoch_accuracy"): (False, 2),
    }


def test_the_run_above_as_torch_logs_them_and_only_where_it_is_one_session_s(tmp_path: Path) -> None:
    log = LogdirBuilder(tmp_path)
    log.run("one").scalars("loss", [2.0, 1.0])
    log.run("one/1700000000.1").hparams({"lr": 0.1}).scalars("hparam/acc", [0.9])
    log.run("two").scalars("loss", [3.0])
    log.run("two/1700000000.1").hparams({"lr": 0.1})
    log.run("two/1700000001.1").hparams({"lr": 0.2})
    api = Api(tmp_path)
    assert api.values("loss") == {"one/1700000000.1": 1.0, "two/1700000000.1": None, "two/1700000001.1": None}
    assert api.values("hparam/acc")["one/1700000000.1"] == pytest.approx(0.9)
    assert api.metrics() == {("", "hparam/acc"): (False, 1), ("", "loss"): (False, 1)}


def test_what_was_read_is_kept_until_the_run_says_more(tmp_path: Path) -> None:
    run = LogdirBuilder(tmp_path).run("a").hparams({"lr": 0.1}, status=None)
    api = Api(tmp_path)
    assert api.ask("GET", "hparams").json()["runs"][0]["status"] == "unknown"
    run.hparams({"lr": 0.5})
    api.store.refresh()
    again = api.ask("GET", "hparams").json()["runs"][0]
    assert (again["status"], again["hparams"]) == ("success", {"lr": 0.5})


def test_mixed_and_missing_values_are_kept_as_they_are(tmp_path: Path) -> None:
    log = LogdirBuilder(tmp_path)
    log.run("a").hparams({"lr": 0.1, "decay": None, "layers": "[1, 2]", "fast": True})
    log.run("b").hparams({"lr": "auto", "scale": nan})
    found = {each["run"]: each["hparams"] for each in Api(tmp_path).ask("GET", "hparams").json()["runs"]}
    assert found == {
        "a": {"lr": 0.1, "decay": None, "layers": "[1, 2]", "fast": True},
        "b": {"lr": "auto", "scale": "NaN"},
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metrics": []},
        {"metrics": [{"tag": "a", "statistic": "best"}]},
        {"metrics": [{"tag": "a", "statistic": "mean_of_last", "count": 0}]},
        {"metrics": [{"tag": "a"}] * 65},
    ],
)
def test_a_wrong_request_is_told_what_was_wanted(tmp_path: Path, body: dict[str, Any]) -> None:
    answer = Api(tmp_path).ask("POST", "run-metrics", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real files is not beside the repository")
def test_real_logs_of_three_writers(tmp_path: Path) -> None:
    chosen = ("AtSourav__mnist_jax_w_hparams_GUI", "Alwaysproblem__tensorboard-review", "synthetic__torch/hp")
    with tarfile.open(CORPUS) as archive:
        members = [each for each in archive if any(f"/{name}/" in each.name for name in chosen)]
        archive.extractall(tmp_path, members, filter="data")
    (root,) = tmp_path.iterdir()
    jax = Api(root / chosen[0])
    assert [value is not None for value in jax.values("test acc").values()] == [True] * 5
    keras = Api(root / chosen[1])
    below = keras.values("epoch_accuracy", group="validation")
    assert sum(value is not None for value in below.values()) >= 4
    assert all(0 <= value <= 1 for value in below.values() if value is not None)
    torch = Api(root / chosen[2])
    assert set(torch.values("hparam/acc")) == {"t0", "t1", "t2"}
    assert torch.metrics()["", "hparam/acc"] == (True, 3)
