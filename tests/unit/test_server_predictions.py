"""Evaluations over HTTP: what was logged against what is answered, and what is wrong about either."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from sklearn import metrics

from glassboard import SummaryWriter
from glassboard.codec.payloads import predictions as payload
from glassboard.codec.payloads.predictions import PredictionsPart, Sheets
from glassboard.server import evaluation_cache
from glassboard.server.routes import prediction_examples as route
from glassboard.store.log import LogStore
from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind
from glassboard.writer import predictions as predictions_writer

ServeApp = Callable[..., httpx.Client]
RNG = np.random.default_rng(5)
ROWS, CLASSES = 300, 4
TARGETS = RNG.integers(0, CLASSES, ROWS)
TARGETS[:5] = -1
SCORES = RNG.dirichlet(np.ones(CLASSES), ROWS).astype(np.float32)
SCORES[np.arange(5, 200), TARGETS[5:200]] += 2
SCORES /= SCORES.sum(axis=1, keepdims=True)
SCORES[7] = np.nan
IMAGES = RNG.integers(0, 256, (ROWS, 6, 5)).astype(np.uint8)
KNOWN = TARGETS >= 0
PREDICTED = np.where(np.isnan(SCORES[:, 0]), -1, np.nan_to_num(SCORES, nan=-1).argmax(axis=1))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, serve_app: ServeApp) -> httpx.Client:
    root = tmp_path_factory.mktemp("predictions")
    with pytest.MonkeyPatch.context() as patch, SummaryWriter(root / "a") as writer:
        patch.setattr(predictions_writer, "MAX_PART_ROWS", 64)
        for step in (1, 2, 3):
            order = np.arange(ROWS) if step < 3 else np.arange(ROWS)[::-1]
            writer.add_predictions(
                "val", TARGETS[order], SCORES[order], images=IMAGES[order], dataformats="NHW",
                ids=[f"id {row}" for row in order], class_names=["お", "き", "す", "つ"], global_step=step,
            )  # fmt: skip
        writer.add_predictions("binary", TARGETS[5:] == 0, SCORES[5:, 0], global_step=1)
        writer.add_predictions("one row", [1], [[0.25, 0.75]], ids=[77], global_step=1)
        many = RNG.dirichlet(np.ones(1000) * 0.01, 3000).astype(np.float32)
        writer.add_predictions("many", RNG.integers(0, 1000, 3000), many, global_step=1)
        writer.add_predictions("nothing", [-1, -1], [[math.nan] * 3] * 2, global_step=1)
    store = LogStore(root)
    store.refresh()
    return serve_app(store)


def evaluate(api: httpx.Client, tag: str = "val", **question: Any) -> dict[str, Any]:
    step = question.pop("step", None)
    answer = api.post(
        "/api/v1/evaluation", json={"records": [{"run": "a", "tag": tag, "step": step}], **question}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["evaluations"][0]
    return found


def examples(api: httpx.Client, tag: str = "val", count: int = 200, **question: Any) -> dict[str, Any]:
    asked = {"run": "a", "tag": tag, "step": 2 if tag == "val" else None, "count": count, **question}
    answer = api.post("/api/v1/prediction-examples", json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(found: dict[str, Any]) -> set[int]:
    assert found["total"] == len(found["examples"])
    return {each["row"] for each in found["examples"]}


def test_the_steps_are_listed_without_reading(api: httpx.Client) -> None:
    answer = api.get("/api/v1/predictions", params={"run": "a", "tag": "val"})
    assert answer.json()["steps"] == [1, 2, 3]
    assert len(answer.json()["wall_times"]) == 3
    assert answer.json()["part_counts"] == [5, 5, 5]
    again = api.get(
        "/api/v1/predictions",
        params={"run": "a", "tag": "val"},
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304


def test_everything_of_one_evaluation(api: httpx.Client) -> None:
    found = evaluate(api, step=2)
    assert found["error"] is None
    assert (found["row_count"], found["known_count"], found["unanswered_count"]) == (ROWS, ROWS - 5, 1)
    assert found["class_names"] == ["お", "き", "す", "つ"]
    assert (found["image_width"], found["image_height"]) == (5, 6)
    assert found["right_count"] == (PREDICTED == TARGETS)[KNOWN].sum()
    theirs = metrics.confusion_matrix(TARGETS[KNOWN], PREDICTED[KNOWN], labels=[0, 1, 2, 3, -1])[:-1]
    assert found["confusion"] == {"classes": [0, 1, 2, 3], "other_count": 0, "counts": theirs.tolist()}
    plain = np.nan_to_num(SCORES, nan=-1)
    for index, curve in enumerate(found["curves"]):
        mine = TARGETS[KNOWN] == index
        assert curve["area"] == pytest.approx(metrics.roc_auc_score(mine, plain[KNOWN, index]))
        assert curve["average_precision"] == pytest.approx(
            metrics.average_precision_score(mine, plain[KNOWN, index])
        )
        assert (curve["positive_count"], curve["negative_count"], curve["nan_count"]) == (
            mine.sum(),
            (~mine).sum(),
            1,
        )
        assert curve["thresholds"][-1] == "-Infinity"
        assert curve["true_positives"][-1] == mine.sum()
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        TARGETS[KNOWN], PREDICTED[KNOWN], labels=range(4), zero_division=np.nan
    )
    for name, values in (("precision", precision), ("recall", recall), ("f1", f1), ("support", support)):
        assert found["rates"][name] == pytest.approx(values.tolist())
    losses = -np.log(np.clip(SCORES[np.arange(ROWS), TARGETS], 0, 1))[KNOWN]
    assert found["mean_loss"] == pytest.approx(np.nanmean(losses), rel=1e-5)
    [calibration] = found["calibration"]
    [histogram] = found["histograms"]
    assert sum(calibration["counts"]) == sum(histogram["positives"]) + sum(histogram["negatives"]) == ROWS - 6
    assert sum(histogram["positives"]) == found["right_count"]


def test_only_what_is_asked_for_is_made(api: httpx.Client) -> None:
    found = evaluate(api, parts=["classes"], threshold=0.5)
    assert (found["curves"], found["confusion"], found["calibration"]) == ([], None, [])
    taken = SCORES >= 0.5
    assert found["rates"]["predicted"] == taken[KNOWN].sum(axis=0).tolist()


def test_a_class_by_itself(api: httpx.Client) -> None:
    found = evaluate(api, classes=[2, 99], bins=10)
    assert [curve["class_index"] for curve in found["curves"]] == [2]
    assert [each["class_index"] for each in found["histograms"]] == [None, 2]
    counts, _ = np.histogram(SCORES[KNOWN & (TARGETS == 2), 2], bins=10, range=(0, 1))
    assert found["histograms"][1]["positives"] == counts.tolist()


def test_a_threshold_leaves_unsure_answers_out(api: httpx.Client) -> None:
    found = evaluate(api, parts=["confusion"], threshold=0.6)
    unsure = ~(np.nan_to_num(SCORES, nan=-1).max(axis=1) >= np.float32(0.6))
    assert sum(row[-1] for row in found["confusion"]["counts"]) == unsure[KNOWN].sum()
    behind = examples(api, filter={"predicted_classes": [-1], "threshold": 0.6})
    assert rows(behind) == set(np.flatnonzero(unsure).tolist())


def test_two_classes_from_one_column(api: httpx.Client) -> None:
    found = evaluate(api, "binary", threshold=0.3, positive=1)
    assert found["class_names"] == ["0", "1"]
    truth = TARGETS[5:] == 0
    taken = SCORES[5:, 0] >= np.float32(0.3)
    known = ~np.isnan(SCORES[5:, 0])
    theirs = metrics.confusion_matrix(truth[known], taken[known])
    assert [row[:2] for row in found["confusion"]["counts"]] == theirs.tolist()
    assert sum(row[2] for row in found["confusion"]["counts"]) == 1


def test_one_row(api: httpx.Client) -> None:
    found = evaluate(api, "one row")
    assert (found["row_count"], found["right_count"]) == (1, 1)
    assert found["curves"][0]["area"] is None
    assert found["curves"][1]["average_precision"] == 1.0
    assert examples(api, "one row", filter={"id": "77"})["examples"][0]["id"] == "77"
    assert examples(api, "one row", filter={"id": "78"})["total"] == 0


def test_nothing_but_nan_and_no_targets(api: httpx.Client) -> None:
    found = evaluate(api, "nothing", threshold=0.2)
    assert (found["known_count"], found["unanswered_count"], found["mean_loss"]) == (0, 2, None)
    assert found["rates"]["f1"] == [None, None, None]
    assert found["calibration"][0]["expected_error"] is None
    one = examples(api, "nothing")["examples"][0]
    assert {one[name] for name in ("target", "predicted", "score", "loss")} == {None}
    assert examples(api, "nothing", filter={"label_errors": True})["total"] == 0


def test_of_a_thousand_classes_the_most_mistaken_are_told_apart(api: httpx.Client) -> None:
    found = evaluate(api, "many", max_classes=10)
    confusion = found["confusion"]
    assert (len(confusion["classes"]), confusion["other_count"]) == (9, 991)
    counts = np.array(confusion["counts"])
    assert counts.shape == (10, 11)
    assert counts.sum() == 3000
    assert len(found["curves"]) == 20
    others = [index for index in range(1000) if index not in confusion["classes"]]
    behind = examples(
        api, "many", 1, filter={"true_classes": confusion["classes"][:1], "predicted_classes": others}
    )
    assert behind["total"] == counts[0, 9]
    assert len(found["rates"]["f1"]) == 1000


FILTERS: dict[str, tuple[dict[str, Any], np.ndarray]] = {
    "a cell": ({"true_classes": [1], "predicted_classes": [2]}, (TARGETS == 1) & (PREDICTED == 2)),
    "several": ({"true_classes": [0, 3]}, np.isin(TARGETS, [0, 3])),
    "no target": ({"true_classes": [-1]}, TARGETS == -1),
    "no answer": ({"predicted_classes": [-1]}, PREDICTED == -1),
    "wrong": ({"correct": False}, KNOWN & (PREDICTED != TARGETS)),
    "right": ({"correct": True}, KNOWN & (PREDICTED == TARGETS)),
    "a bin": (
        {"score": {"class_index": 1, "above": 0.2, "up_to": 0.4}},
        (SCORES[:, 1] > 0.2) & (SCORES[:, 1] <= 0.4),
    ),
    "sure": ({"score": {"above": 0.9}}, np.nan_to_num(SCORES, nan=-1).max(axis=1) > 0.9),
    **{
        outcome: (
            {"outcome": {"class_index": 2, "threshold": 0.4, "outcome": outcome}},
            KNOWN & ((TARGETS == 2) == of_class) & ((SCORES[:, 2] >= np.float32(0.4)) == positive),
        )
        for outcome, of_class, positive in (
            ("true_positive", True, True),
            ("false_positive", False, True),
            ("true_negative", False, False),
            ("false_negative", True, False),
        )
    },
}


@pytest.mark.parametrize(("wanted", "mask"), FILTERS.values(), ids=FILTERS)
def test_the_examples_behind_a_mark(api: httpx.Client, wanted: dict[str, Any], mask: np.ndarray) -> None:
    found: set[int] = set()
    first = 0
    while True:
        page = examples(api, first=first, count=150, filter=wanted)
        assert page["total"] == mask.sum()
        found |= {each["row"] for each in page["examples"]}
        first += 150
        if first >= page["total"]:
            break
    assert found == set(np.flatnonzero(mask).tolist())


def test_the_wrongest_come_first(api: httpx.Client) -> None:
    page = examples(api, filter={"correct": False})["examples"]
    assert page[0]["row"] == 7  # no answer at all
    assert page[0]["predicted"] is None
    assert page[0]["loss"] == "NaN"
    losses = [each["loss"] for each in page[1:]]
    assert losses == sorted(losses, reverse=True)
    one = page[1]
    assert one["true_score"] == pytest.approx(SCORES[one["row"], one["target"]])
    assert one["loss"] == pytest.approx(-math.log(one["true_score"]), rel=1e-5)
    surest = examples(api, order="surest", count=3)["examples"]
    assert surest[0]["loss"] == min(each["loss"] for each in surest)
    assert [each["row"] for each in examples(api, order="row", first=10, count=3)["examples"]] == [10, 11, 12]
    errors = examples(api, filter={"label_errors": True})["examples"]
    assert all(each["suggested"] not in (None, each["target"]) for each in errors)


def test_an_example_is_followed_by_its_id_whatever_its_row(api: httpx.Client) -> None:
    query = {"run": "a", "tag": "val", "row": 20, "id": "id 20"}
    found = api.get("/api/v1/prediction-history", params=query).json()
    assert [each["step"] for each in found["records"]] == [1, 2, 3]
    assert [each["example"]["row"] for each in found["records"]] == [20, 20, ROWS - 21]
    assert {each["example"]["id"] for each in found["records"]} == {"id 20"}
    assert {each["example"]["target"] for each in found["records"]} == {int(TARGETS[20])}
    by_row = api.get("/api/v1/prediction-history", params={"run": "a", "tag": "val", "row": 20}).json()
    assert [each["example"]["row"] for each in by_row["records"]] == [20, 20, 20]
    gone = api.get("/api/v1/prediction-history", params={**query, "id": "nobody"}).json()
    assert [each["example"] for each in gone["records"]] == [None] * 3


def test_the_history_is_the_same_read_in_place_or_whole(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_cache.EvaluationCache, "held", lambda cache, place: None)
    query = [{"run": "a", "tag": "val", "row": row, "id": f"id {row}"} for row in (0, 63, 64, ROWS - 1)]
    in_place = [api.get("/api/v1/prediction-history", params=each).json() for each in query]
    monkeypatch.setattr(route, "_look_in_place", lambda *arguments: None)
    assert [api.get("/api/v1/prediction-history", params=each).json() for each in query] == in_place


def test_images_are_those_that_were_logged(api: httpx.Client) -> None:
    key = examples(api)["key"]
    for row in (0, 63, 64, ROWS - 1):
        query = {"run": "a", "tag": "val", "step": 2, "row": row}
        answer = api.get("/api/v1/prediction-image", params={**query, "key": key})
        assert answer.headers["content-type"] == "image/png"
        assert "immutable" in answer.headers["cache-control"]
        assert "sandbox" in answer.headers["content-security-policy"]
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(answer.content))), IMAGES[row])
        again = api.get(
            "/api/v1/prediction-image", params=query, headers={"If-None-Match": answer.headers["etag"]}
        )
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"tag": "val", "step": 2, "row": ROWS}, 404),
        ({"tag": "val", "step": 9, "row": 0}, 404),
        ({"tag": "val", "step": 2, "row": 0, "key": "another"}, 404),
        ({"tag": "many", "step": 1, "row": 0}, 404),
        ({"tag": "val", "step": 2, "row": -1}, 422),
        ({"tag": "val", "step": 2**70, "row": 0}, 404),
    ],
)
def test_wrong_questions_for_images(api: httpx.Client, query: dict[str, Any], status: int) -> None:
    answer = api.get("/api/v1/prediction-image", params={"run": "a", **query})
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"records": []},
        {"records": [{"run": "a"}]},
        {"records": [{"run": "a", "tag": "val"}], "threshold": 1.5},
        {"records": [{"run": "a", "tag": "val"}], "bins": 0},
        {"records": [{"run": "a", "tag": "val"}], "parts": ["everything"]},
    ],
)
def test_wrong_questions_for_evaluations(api: httpx.Client, wrong: dict[str, Any]) -> None:
    answer = api.post("/api/v1/evaluation", json=wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


def test_what_is_gone_fails_alone(api: httpx.Client) -> None:
    names = [
        {"run": "a", "tag": "val", "step": 2},
        {"run": "b", "tag": "val"},
        {"run": "a", "tag": "val", "step": 5},
    ]
    found = api.post("/api/v1/evaluation", json={"records": names, "parts": []}).json()["evaluations"]
    assert [each["error"] is None for each in found] == [True, False, False]
    assert "at step 5: there are [1, 2, 3]" in found[2]["error"]
    answer = api.post("/api/v1/prediction-examples", json={"run": "a", "tag": "val", "step": 5})
    assert answer.status_code == 404
    unknown = {"run": "a", "tag": "val", "filter": {"score": {"class_index": 4}}}
    answer = api.post("/api/v1/prediction-examples", json=unknown)
    assert (answer.status_code, "there are 4, from 0" in answer.text) == (404, True)


def part(first: int, rows: int, total: int, *, classes: int = 2, sheets: Sheets | None = None) -> bytes:
    answers = np.full((rows, classes), 0.5, np.float32)
    one = PredictionsPart(first, total, np.zeros(rows, np.int32), answers, sheets=sheets)
    return records.text_value("val", payload.encode_part(one))


def broken(serve_app: ServeApp, *parts: bytes) -> httpx.Client:
    provider = MemoryProvider("log")
    for one in parts:
        provider.add_sample("a", "val", Kind.PREDICTIONS, one, step=1, wall_time=1.0)
    return serve_app(provider)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((part(0, 2, 6), part(4, 2, 6)), "missing in the middle"),
        ((part(2, 2, 4),), "missing in the middle"),
        ((part(0, 2, 4), part(2, 2, 4, classes=3)), "disagree"),
        ((b"\xff\xff\xff",), ""),
    ],
)
def test_parts_that_do_not_fit_are_told(serve_app: ServeApp, parts: tuple[bytes, ...], told: str) -> None:
    api = broken(serve_app, *parts)
    error = evaluate(api)["error"]
    assert error
    assert told in error
    answer = api.post("/api/v1/prediction-examples", json={"run": "a", "tag": "val"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "corrupt")


@pytest.mark.parametrize(
    ("names", "shown"),
    [((), ["0", "1", "2"]), (("cat",), ["cat", "1", "2"]), (("a", "b", "c", "d"), ["a", "b", "c"])],
)
def test_names_too_few_or_too_many_cost_no_class(
    serve_app: ServeApp, names: tuple[str, ...], shown: list[str]
) -> None:
    one = PredictionsPart(0, 2, np.zeros(2, np.int32), np.full((2, 3), 0.5, np.float32), None, names)
    found = evaluate(broken(serve_app, records.text_value("val", payload.encode_part(one))))
    assert (found["error"], found["class_names"]) == (None, shown)
    assert [curve["class_index"] for curve in found["curves"]] == [0, 1, 2]


def test_a_record_without_its_end_says_so(serve_app: ServeApp) -> None:
    found = evaluate(broken(serve_app, part(0, 2, 6)))
    assert (found["row_count"], found["total_row_count"]) == (2, 6)


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("sheet", "status"),
    [(png_header(60_000, 60_000), 413), (png_header(4, 4), 502), (b"GIF89a" + b"0" * 40, 502)],
)
def test_hostile_sheets_are_measured_before_they_are_decoded(
    serve_app: ServeApp, sheet: bytes, status: int
) -> None:
    api = broken(serve_app, part(0, 2, 2, sheets=Sheets(4, 4, 1, 2, 2, (sheet,))))
    answer = api.get("/api/v1/prediction-image", params={"run": "a", "tag": "val", "step": 1, "row": 1})
    assert answer.status_code == status
    assert evaluate(api)["error"] is None


def test_memory_stays_bounded(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    cache = evaluation_cache._BoundedCache[int](10, lambda size: size)

    def make(size: int) -> int:
        made.append(size)
        return size

    for size in (4, 5, 4, 6, 4, 5, 20, 20):
        assert cache.get(size, lambda size=size: make(size)) == size
    # 6 pushes out 5, which is made again and pushes out 6; 20 is over the bound, but the last one stays.
    assert made == [4, 5, 6, 5, 20]
