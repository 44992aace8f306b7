"""Histograms, precision-recall curves and hyperparameters as JSON: exact, and honest about what is not a number."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable

import httpx
import numpy as np
import pytest

from glassboard import SummaryWriter
from glassboard.store.log import LogStore
from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, serve_app: Callable[..., httpx.Client]) -> httpx.Client:
    """What our own writer writes."""
    logdir = tmp_path_factory.mktemp("values")
    generator = np.random.default_rng(0)
    with SummaryWriter(str(logdir / "a")) as writer:
        for step in range(3):
            values = generator.normal(size=1000)
            values[:step] = np.nan
            values[10] = np.inf
            writer.add_histogram("weights", values, step)
            labels = generator.integers(0, 2, 200)
            writer.add_pr_curve("precision", labels, generator.random(200), step, num_thresholds=11)
    for number, rate in enumerate((0.1, float("inf"))):
        with SummaryWriter(str(logdir / f"search{number}")) as writer:
            writer.add_hparams(
                {"lr": rate, "optimizer": "adam", "nesterov": True}, {"accuracy": 0.9}, run_name="."
            )
    store = LogStore(logdir)
    store.refresh()
    return serve_app(store)


def get(api: httpx.Client, route: str, **query: object) -> httpx.Response:
    response = api.get(f"/api/v1/{route}", params=query)  # type: ignore[arg-type]
    # By the letter: a JSON reader that knows no NaN.
    json.loads(response.content, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    return response


def test_histograms_come_bucket_by_bucket(api: httpx.Client) -> None:
    body = get(api, "histograms", run="a", tag="weights").json()
    assert body["total"] == 3
    assert [each["step"] for each in body["histograms"]] == [0, 1, 2]
    for step, each in enumerate(body["histograms"]):
        assert len(each["left_edges"]) == len(each["right_edges"]) == len(each["counts"]) > 10
        assert each["left_edges"][1:] == each["right_edges"][:-1]
        assert sum(each["counts"]) == 999 - step
        found = (each["nan_count"], each["positive_infinity_count"], each["negative_infinity_count"])
        assert found == (step, 1, 0)
        assert each["error"] is None
    page = get(api, "histograms", run="a", tag="weights", first=1, count=1).json()
    assert [each["sample"] for each in page["histograms"]] == [1]
    assert get(api, "histograms", run="a", tag="weights", first=9).json()["histograms"] == []


def test_curves_come_with_the_counts_behind_them(api: httpx.Client) -> None:
    curves = get(api, "pr_curves", run="a", tag="precision", count=2).json()["pr_curves"]
    assert [each["step"] for each in curves] == [0, 1]
    curve = curves[0]
    assert curve["thresholds"] == pytest.approx(np.linspace(0, 1, 11).tolist())
    counts = ("true_positives", "false_positives", "true_negatives", "false_negatives")
    assert [sum(each) for each in zip(*(curve[name] for name in counts), strict=True)] == [200] * 11
    assert curve["recall"][0] == 1.0


def test_hyperparameters_of_every_run_and_the_metrics_they_are_judged_by(api: httpx.Client) -> None:
    body = get(api, "hparams").json()
    assert [each["run"] for each in body["runs"]] == ["search0", "search1"]
    assert body["runs"][0]["hparams"] == {"lr": 0.1, "optimizer": "adam", "nesterov": True}
    assert body["runs"][1]["hparams"]["lr"] == "Infinity"
    assert body["runs"][0]["status"] == "success"
    assert body["runs"][0]["error"] is None
    assert [metric["tag"] for metric in body["metrics"]] == ["accuracy"]
    assert [each["run"] for each in get(api, "hparams", run="search1").json()["runs"]] == ["search1"]
    assert get(api, "hparams", run="gone").json()["runs"] == []


@pytest.mark.parametrize("route", ["histograms", "pr_curves"])
def test_wrong_questions(api: httpx.Client, route: str) -> None:
    tag = {"histograms": "weights", "pr_curves": "precision"}[route]
    for query, status in [
        ({"tag": "gone"}, 404),
        ({"tag": tag, "run": "gone"}, 404),
        ({"tag": tag, "segment": 3}, 404),
        ({"tag": tag, "count": 0}, 422),
        ({"tag": tag, "count": 201}, 422),
        ({"tag": tag, "first": -1}, 422),
        ({}, 422),
    ]:
        response = get(api, route, **{"run": "a", **query})
        assert (response.status_code, set(response.json())) == (status, {"error"})


def test_unchanged_values_are_not_sent_again(api: httpx.Client) -> None:
    for route, query in [("histograms", {"run": "a", "tag": "weights"}), ("hparams", {})]:
        entity_tag = get(api, route, **query).headers["etag"]
        again = api.get(f"/api/v1/{route}", params=query, headers={"If-None-Match": entity_tag})
        assert (again.status_code, again.content) == (304, b"")


def test_what_is_torn_or_not_finite_is_told(serve_app: Callable[..., httpx.Client]) -> None:
    memory = MemoryProvider()
    limits = [float("-inf"), float("nan"), float("inf")]
    memory.add_sample("a", "w", Kind.HISTOGRAM, records.histogram_value("w", limits, [1.0, 2.0, 3.0]))
    memory.add_sample("a", "w", Kind.HISTOGRAM, b"\xff\xff", step=1)
    memory.add_sample("a", "p", Kind.PR_CURVE, records.tensor_scalar_value("p", 1.0))
    memory.add_sample("b", "_hparams_/session_start_info", Kind.HPARAMS, b"\xff\xff")
    memory.refresh()
    api = serve_app(memory)
    whole, torn = get(api, "histograms", run="a", tag="w").json()["histograms"]
    assert whole["left_edges"] == ["-Infinity", "-Infinity", "NaN"]
    assert whole["right_edges"] == ["-Infinity", "NaN", "Infinity"]
    assert (torn["counts"], bool(torn["error"])) == ([], True)
    assert "shape" in get(api, "pr_curves", run="a", tag="p").json()["pr_curves"][0]["error"]
    (item,) = get(api, "hparams").json()["runs"]
    assert (item["run"], item["hparams"], bool(item["error"])) == ("b", {}, True)


def test_large_histograms_end_the_answer_early(serve_app: Callable[..., httpx.Client]) -> None:
    memory = MemoryProvider()
    buckets = 150_000
    value = records.histogram_value("w", np.arange(1.0, buckets + 1).tolist(), [1.0] * buckets)
    assert len(value) > struct.calcsize("d") * buckets
    for step in range(4):
        memory.add_sample("a", "w", Kind.HISTOGRAM, value, step=step)
    memory.refresh()
    body = get(serve_app(memory), "histograms", run="a", tag="w").json()
    assert (len(body["histograms"]), body["total"]) == (2, 4)
