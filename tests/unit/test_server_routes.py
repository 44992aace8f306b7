"""Every route, asked rightly and wrongly."""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
import time
from collections.abc import Callable

import httpx
import numpy as np
import pytest

from glassboard.errors import CorruptError
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.models.scalars import ScalarColumnsHeader
from glassboard.store.memory import MemoryProvider
from glassboard.store.provider import Problem
from glassboard.testing import records
from glassboard.types import Kind

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPEG = b"\xff\xd8\xff\xe0" + b"pixels"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
nan, inf = float("nan"), float("inf")


def image_tensor(*images: bytes) -> bytes:
    """The newer form of an image sample: a string tensor of width, height and the images."""
    return records.text_value("pictures", [b"4", b"3", *images])


@pytest.fixture(scope="module")
def provider() -> MemoryProvider:
    memory = MemoryProvider("some/logs")
    memory.add_scalars("run10", "loss", [0, 1, 2, 3, 4], [5.0, nan, 3.0, inf, -inf])
    memory.add_scalars("run2", "loss", [0, 10, 20, 10, 30], [1.0, 2.0, 3.0, 20.0, 30.0])
    memory.add_scalars("run2", "acc/train", range(5000), np.sin(np.arange(5000) / 50).tolist())
    memory.add_scalars(
        "ünï/文", "tag with spaces & ?", [1], [1.0], description="**bold**", display_name="Nice"
    )
    memory.add_scalars("late", "loss", [1], [1.0], wall_times=[100.0])
    memory.add_scalars("late", "acc", [1, 2], [1.0, 2.0], wall_times=[120.0, 130.0])
    now = time.time()
    memory.add_scalars("live", "loss", [1], [1.0], wall_times=[now])
    memory.add_scalars("broken clock", "loss", [1, 2], [1.0, 2.0], wall_times=[nan, inf])
    for step in range(3):
        blob = records.image_value("pic", PNG + bytes([step]), height=3, width=4, channels=3)
        memory.add_sample("run2", "pic", Kind.IMAGE, blob, step=step)
    memory.add_sample("run2", "pictures", Kind.IMAGE, image_tensor(PNG, JPEG), step=7, wall_time=nan)
    memory.add_sample(
        "run2", "evil", Kind.IMAGE, records.image_value("evil", SVG, height=1, width=1, channels=3)
    )
    memory.add_sample("run2", "torn", Kind.IMAGE, b"\xff\xff\xff")
    for step in range(250):
        memory.add_sample(
            "run2", "notes", Kind.TEXT, records.text_value("notes", [f"*{step}*", "b"]), step=step
        )
    memory.add_sample("run2", "notes", Kind.TEXT, b"\xff\xff\xff", step=250)
    for step, text in [(0, "old 0"), (1, "old 1"), (2, "old 2"), (1, "new 1"), (2, "new 2")]:
        # Written one second after the other, whatever the step.
        memory.add_sample("again", "log", Kind.TEXT, records.text_value("log", [text]), step=step)
    for number in range(205):
        memory.add_problem(Problem(f"run/{number}", number, "corrupt", f"number {number}"))
    memory.refresh()
    return memory


@pytest.fixture(scope="module")
def api(provider: MemoryProvider, serve_app: Callable[..., httpx.Client]) -> httpx.Client:
    return serve_app(provider, title="My board")


def get(api: httpx.Client, route: str, **query: object) -> httpx.Response:
    return api.get(f"/api/v1/{route}", params=query)  # type: ignore[arg-type]


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    body = response.json()
    assert response.headers["content-type"] == "application/json"
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return response.status_code, body["error"]["code"], body["error"]["message"]


def parse_columns(data: bytes) -> tuple[dict[str, object], list[dict[str, list[float]]]]:
    """Reads the binary answer by the letter of docs/design/0002-http-api.md, with nothing of the server's own."""
    assert data[:4] == b"GBC2"
    (header_bytes,) = struct.unpack("<I", data[4:8])
    assert (8 + header_bytes) % 8 == 0
    header = json.loads(data[8 : 8 + header_bytes])
    ScalarColumnsHeader.model_validate_json(data[8 : 8 + header_bytes])
    body = data[8 + header_bytes :]
    assert len(body) % 8 == 0
    series = []
    for each in header["series"]:
        columns = {}
        for name, (type_name, offset, count) in each["columns"].items():
            code, width = {"u1": ("B", 1), "i4": ("i", 4), "i8": ("q", 8), "f4": ("f", 4), "f8": ("d", 8)}[
                type_name
            ]
            assert count > 0
            assert offset % 8 == 0
            assert 0 <= offset <= offset + width * count <= len(body)
            columns[name] = list(struct.unpack(f"<{count}{code}", body[offset : offset + width * count]))
        series.append(columns)
    return header, series


def ask_scalars(api: httpx.Client, *names: tuple[str, str], **options: object) -> httpx.Response:
    series = [{"run": run, "tag": tag} for run, tag in names]
    return api.post("/api/v1/scalars", json={"series": series, **options})


def columns_of(api: httpx.Client, *names: tuple[str, str], **options: object):  # type: ignore[no-untyped-def]
    response = ask_scalars(api, *names, **options)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/vnd.glassboard.columns"
    return parse_columns(response.content)


def test_health_says_version_and_revision(api: httpx.Client, provider: MemoryProvider) -> None:
    body = get(api, "health").json()
    assert body["status"] == "ok"
    assert body["revision"] == provider.status().revision
    assert body["version"]


def test_log_counts_everything_and_lists_the_first_200_problems(api: httpx.Client) -> None:
    body = get(api, "log").json()
    assert (body["location"], body["title"], body["state"]) == ("some/logs", "My board", "ready")
    assert body["run_count"] == 7
    assert body["tag_count"] == len(get(api, "tags").json()["tags"])
    assert body["problem_count"] == 205
    assert len(body["problems"]) == 200
    assert body["problems"][3] == {"path": "run/3", "offset": 3, "code": "corrupt", "message": "number 3"}


def test_runs_come_in_natural_order_with_their_extent(api: httpx.Client) -> None:
    runs = get(api, "runs").json()["runs"]
    assert [run["name"] for run in runs] == [
        "again",
        "broken clock",
        "late",
        "live",
        "run2",
        "run10",
        "ünï/文",
    ]
    by_name = {run["name"]: run for run in runs}
    assert by_name["run10"]["last_step"] == 4
    assert by_name["run10"]["point_count"] == 5
    assert [run["name"] for run in runs if run["live"]] == ["live"]


def test_a_broken_clock_is_null_not_invalid_json(api: httpx.Client) -> None:
    response = get(api, "runs")
    assert "NaN" not in response.text
    assert "Infinity" not in response.text
    assert get(api, "samples", run="run2", tag="pictures", kind="image").json()["wall_times"] == [None]


def test_tags_index_their_runs(api: httpx.Client) -> None:
    body = get(api, "tags").json()
    loss = next(tag for tag in body["tags"] if tag["tag"] == "loss")
    assert [body["runs"][index] for index in loss["runs"]] == [
        "broken clock",
        "late",
        "live",
        "run2",
        "run10",
    ]
    assert loss["counts"] == [2, 1, 1, 5, 5]
    nice = next(tag for tag in body["tags"] if tag["display_name"])
    assert (nice["tag"], nice["display_name"], nice["description"]) == (
        "tag with spaces & ?",
        "Nice",
        "**bold**",
    )


def test_a_tag_seen_at_a_new_revision_appears(serve_app: Callable[..., httpx.Client]) -> None:
    memory = MemoryProvider()
    memory.add_scalars("a", "loss", [1], [1.0])
    memory.refresh()
    api = serve_app(memory)
    assert [tag["counts"] for tag in get(api, "tags").json()["tags"]] == [[1]]
    memory.add_scalars("a", "loss", [2], [1.0])
    memory.add_scalars("b", "acc", [2], [1.0])
    memory.refresh()
    assert [(tag["tag"], tag["counts"]) for tag in get(api, "tags").json()["tags"]] == [
        ("acc", [1]),
        ("loss", [2]),
    ]
    memory.remove_run("a")
    memory.refresh()
    body = get(api, "tags").json()
    assert (body["runs"], [tag["tag"] for tag in body["tags"]]) == (["b"], ["acc"])


@pytest.mark.parametrize(
    ("route", "query"),
    [
        ("runs", {}),
        ("tags", {}),
        ("samples", {"run": "run2", "tag": "pic", "kind": "image"}),
        ("texts", {"run": "run2", "tag": "notes"}),
    ],
)
def test_unchanged_answers_are_not_sent_again(
    route: str, query: dict[str, str], serve_app: Callable[..., httpx.Client]
) -> None:
    memory = MemoryProvider()
    memory.add_sample("run2", "pic", Kind.IMAGE, b"")
    memory.add_sample("run2", "notes", Kind.TEXT, b"")
    memory.refresh()
    api = serve_app(memory)
    first = get(api, route, **query)
    entity_tag = first.headers["etag"]
    address = f"/api/v1/{route}"
    again = api.get(address, params=query, headers={"If-None-Match": f'"x", {entity_tag}'})
    assert (again.status_code, again.content) == (304, b"")
    memory.add_scalars("other", "loss", [1], [1.0])
    memory.refresh()
    changed = api.get(address, params=query, headers={"If-None-Match": entity_tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != entity_tag


def test_scalars_carry_finite_points_and_the_others_apart(api: httpx.Client) -> None:
    header, (columns,) = columns_of(api, ("run10", "loss"))
    series = header["series"][0]
    assert columns["step"] == [0, 2]
    assert columns["value"] == [5, 3]
    assert columns["nonfinite_step"] == [1, 3, 4]
    assert columns["nonfinite_kind"] == [0, 1, 2]
    assert "smoothed" not in columns
    assert (series["found"], series["total"], series["in_range"], series["nonfinite_count"]) == (
        True,
        5,
        5,
        3,
    )
    assert series["segments"] == [{"first_step": 0, "last_step": 4, "count": 5}]


def test_a_restarted_run_shows_its_newest_points_and_each_segment(api: httpx.Client) -> None:
    header, (columns,) = columns_of(api, ("run2", "loss"))
    assert columns["step"] == [0, 10, 30]
    assert columns["value"] == [1, 20, 30]
    assert [segment["count"] for segment in header["series"][0]["segments"]] == [3, 2]
    answer = api.post("/api/v1/scalars", json={"series": [{"run": "run2", "tag": "loss", "segment": 0}]})
    header, (columns,) = parse_columns(answer.content)
    assert columns["value"] == [1, 2, 3]
    assert header["series"][0]["segment"] == 0


def test_reduction_keeps_ends_and_extremes_and_says_how_many(api: httpx.Client) -> None:
    header, (columns,) = columns_of(api, ("run2", "acc/train"), max_points=100)
    values = np.sin(np.arange(5000) / 50)
    assert len(columns["step"]) <= 100
    assert (columns["step"][0], columns["step"][-1]) == (0, 4999)
    assert (min(columns["value"]), max(columns["value"])) == (values.min(), values.max())
    series = header["series"][0]
    assert (series["total"], series["shown"]) == (5000, len(columns["step"]))
    assert columns["step"] == sorted(columns["step"])


def test_scalars_stand_on_the_axis_of_another_tag(
    serve_app: Callable[..., httpx.Client],
) -> None:
    memory = MemoryProvider("logs")
    memory.add_scalars("a", "loss", range(8), [float(step) for step in range(8)])
    memory.add_scalars("a", "epoch", [2, 4, 6], [1.0, 2.0, 1.0])
    memory.add_scalars("b", "loss", [0, 1], [1.0, 2.0])
    memory.refresh()
    with_tag = {"x": "tag", "x_tag": "epoch", "columns": ["step", "x"]}
    header, (a, b) = columns_of(serve_app(memory), ("a", "loss"), ("b", "loss"), **with_tag)
    assert a == {"step": [2, 3, 4, 5, 6, 7], "x": [1, 1, 2, 2, 1, 1]}
    assert header["series"][0]["joined"] == {"passes": [[0, 0], [4, 0]], "pass_count": 2, "without_x": 2}
    assert (b, header["series"][1]["joined"]["without_x"], header["series"][1]["found"]) == ({}, 2, True)
    header, _ = columns_of(serve_app(memory), ("a", "loss"))
    assert header["series"][0]["joined"] is None


@pytest.mark.parametrize("wrong", [{"x": "tag"}, {"x_tag": "epoch"}, {"x": "wall", "x_tag": "epoch"}])
def test_a_tag_as_axis_is_named_then_and_only_then(api: httpx.Client, wrong: dict[str, str]) -> None:
    response = ask_scalars(api, ("run10", "loss"), **wrong)
    assert error_of(response)[:2] == (422, "invalid")
    assert "x_tag" in error_of(response)[2]


def test_smoothing_comes_in_three_kinds(api: httpx.Client) -> None:
    found = {}
    for kind in ("ema", "gaussian", "median"):
        _, (columns,) = columns_of(api, ("run10", "loss"), smoothing=0.5, smoothing_kind=kind)
        found[kind] = columns["smoothed"]
    assert found["median"] == [4.0, 4.0]
    assert found["ema"][0] == 5.0
    assert 3.0 < found["gaussian"][1] < 4.0 < found["gaussian"][0] < 5.0


def test_smoothing_is_the_debiased_mean_over_all_points(api: httpx.Client) -> None:
    _, (columns,) = columns_of(api, ("run10", "loss"), smoothing=0.5)
    assert columns["smoothed"] == pytest.approx([5, (0.25 * 5 + 0.5 * 3) / 0.75])


def test_relative_x_is_seconds_since_the_run_began(api: httpx.Client) -> None:
    _, (columns,) = columns_of(api, ("late", "acc"), x="relative")
    assert columns["x"] == [20, 30]
    _, (columns,) = columns_of(api, ("late", "acc"), x="wall", range=[125, 200])
    assert columns["x"] == columns["wall_time"] == [120, 130]
    _, (columns,) = columns_of(api, ("broken clock", "loss"), x="relative")
    assert columns == {}


def test_a_range_brings_its_points_and_a_neighbour_on_each_side(api: httpx.Client) -> None:
    header, (columns,) = columns_of(api, ("run2", "acc/train"), range=[100, 110])
    assert columns["step"] == list(range(99, 112))
    assert header["series"][0]["in_range"] == 11


def test_a_range_beyond_all_points_is_empty_but_no_error(api: httpx.Client) -> None:
    header, (columns,) = columns_of(api, ("run10", "loss"), range=[1e300, 1.7e308])
    assert header["series"][0]["in_range"] == 0
    assert len(columns.get("step", [])) <= 1


def test_a_series_that_is_gone_fails_alone(api: httpx.Client) -> None:
    names = [("run10", "loss"), ("gone", "loss"), ("run10", "gone"), ("run2", "pic")]
    header, series = columns_of(api, *names)
    assert [each["found"] for each in header["series"]] == [True, False, False, False]
    assert series[1:] == [{}, {}, {}]
    answer = api.post("/api/v1/scalars", json={"series": [{"run": "run2", "tag": "loss", "segment": 9}]})
    assert parse_columns(answer.content)[0]["series"][0]["found"] is False


def test_on_the_step_axis_x_and_step_are_the_same_bytes(api: httpx.Client) -> None:
    header, _ = columns_of(api, ("run2", "acc/train"))
    places = header["series"][0]["columns"]
    assert places["x"] == places["step"]


def test_only_the_columns_asked_for_are_sent(api: httpx.Client) -> None:
    _, series = columns_of(api, ("run10", "loss"), ("run2", "loss"), columns=["step", "value"], smoothing=0.5)
    assert set(series[0]) == {"step", "value", "nonfinite_step", "nonfinite_kind"}
    assert set(series[1]) == {"step", "value"}
    _, (columns,) = columns_of(api, ("run2", "loss"), columns=["smoothed"], smoothing=0.5)
    assert set(columns) == {"smoothed"}


def test_each_column_has_the_narrowest_type_that_is_exact(serve_app: Callable[..., httpx.Client]) -> None:
    memory = MemoryProvider()
    memory.add_scalars("a", "single", [1, 2], [0.5, float(np.float32(0.1))], wall_times=[1e9, 1e9 + 0.25])
    memory.add_scalars("a", "double", [-(2**31), 2**31], [0.1, 1e300])
    memory.add_scalars("a", "huge", [2**53, 2**53 + 1], [1.0, 2.0])
    memory.refresh()
    names = [("a", tag) for tag in ("single", "double", "huge")]
    header, series = columns_of(serve_app(memory), *names, smoothing=0.5)
    types = [{name: place[0] for name, place in each["columns"].items()} for each in header["series"]]
    assert types[0] == {"step": "i4", "x": "i4", "value": "f4", "smoothed": "f4", "wall_time": "f8"}
    assert types[1] == {"step": "f8", "x": "f8", "value": "f8", "smoothed": "f8", "wall_time": "f8"}
    assert types[2]["step"] == "i8"
    assert series[0]["value"] == [0.5, float(np.float32(0.1))]
    assert series[0]["wall_time"] == [1e9, 1e9 + 0.25]
    assert (series[1]["step"], series[1]["value"]) == ([-(2**31), 2**31], [0.1, 1e300])
    assert series[2]["step"] == [2**53, 2**53 + 1]


def test_wall_times_may_travel_as_offsets(api: httpx.Client) -> None:
    header, (late, broken) = columns_of(
        api, ("late", "acc"), ("broken clock", "loss"), columns=["wall_offset"]
    )
    assert header["series"][0]["wall_origin"] == 120
    assert late == {"wall_offset": [0, 10]}
    assert header["series"][1]["wall_origin"] == 0
    assert [str(offset) for offset in broken["wall_offset"]] == ["nan", "inf"]
    header, _ = columns_of(api, ("late", "acc"))
    assert header["series"][0]["wall_origin"] is None


def test_a_million_nan_are_counted_and_sent_as_what_can_be_seen(
    serve_app: Callable[..., httpx.Client],
) -> None:
    memory = MemoryProvider()
    memory.add_scalars("a", "dead", range(1_000_000), [nan] * 1_000_000)
    memory.refresh()
    response = ask_scalars(serve_app(memory), ("a", "dead"))
    assert len(response.content) < 50_000
    header, (columns,) = parse_columns(response.content)
    assert header["series"][0]["nonfinite_count"] == header["series"][0]["in_range"] == 1_000_000
    assert (columns["nonfinite_step"][0], columns["nonfinite_step"][-1]) == (0, 999_999)
    assert header["series"][0]["shown"] == len(columns["nonfinite_step"])


def test_of_very_many_segments_the_newest_are_listed(serve_app: Callable[..., httpx.Client]) -> None:
    memory = MemoryProvider()
    memory.add_scalars("a", "loss", [1, 0] * 1500, [1.0] * 3000)
    memory.refresh()
    header, _ = columns_of(serve_app(memory), ("a", "loss"))
    series = header["series"][0]
    assert (series["segment_count"], len(series["segments"]), series["segment"]) == (1501, 1000, 1500)


def test_names_travel_unharmed(api: httpx.Client) -> None:
    header, (columns,) = columns_of(api, ("ünï/文", "tag with spaces & ?"))
    assert header["series"][0]["run"] == "ünï/文"
    assert columns["value"] == [1]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, ["series", "required"]),
        ({"series": []}, ["series", "at least 1"]),
        ({"series": [{"run": "a"}]}, ["series.0.tag", "required"]),
        ({"series": [{"run": "a", "tag": "b", "extra": 1}]}, ["series.0.extra"]),
        ({"series": [{"run": "a", "tag": "b", "segment": -1}]}, ["segment", "-1"]),
        ({"series": [{"run": "a", "tag": "b"}] * 5001}, ["series", "5000", "5001"]),
        ({"series": [{"run": "a", "tag": "b"}], "max_points": 3}, ["max_points", "got 3"]),
        ({"series": [{"run": "a", "tag": "b"}], "max_points": 100_001}, ["max_points", "100000"]),
        ({"series": [{"run": "a", "tag": "b"}], "max_points": 10**30}, ["max_points", "100000"]),
        ({"series": [{"run": "a", "tag": "b"}] * 101, "max_points": 100_000}, ["10,100,000", "10,000,000"]),
        ({"series": [{"run": "a", "tag": "b"}], "range": [3, 1]}, ["range starts at 3", "1"]),
        ({"series": [{"run": "a", "tag": "b"}], "range": [1]}, ["range.1", "required"]),
        ({"series": [{"run": "a", "tag": "b"}], "smoothing": 1}, ["smoothing", "0.999"]),
        ({"series": [{"run": "a", "tag": "b"}], "smoothing": -0.1}, ["smoothing"]),
        ({"series": [{"run": "a", "tag": "b"}], "x": "epoch"}, ["x", "'relative'", "epoch"]),
        ({"series": [{"run": "a", "tag": "b"}], "columns": []}, ["columns", "at least 1"]),
        ({"series": [{"run": "a", "tag": "b"}], "columns": ["y"]}, ["columns.0", "'wall_offset'", "y"]),
        ([1, 2], ["dictionary"]),
    ],
)
def test_wrong_questions_for_scalars_say_what_is_wrong(
    api: httpx.Client, body: object, words: list[str]
) -> None:
    status, code, message = error_of(api.post("/api/v1/scalars", json=body))
    assert (status, code) == (422, "invalid")
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("content", "headers", "word"),
    [
        (b"{", {"Content-Type": "application/json"}, "not JSON"),
        (b"", {"Content-Type": "application/json"}, "required"),
        (b'{"series": []}', {"Content-Type": "text/plain"}, "application/json"),
        (b"\xff\xfe", {"Content-Type": "application/json"}, ""),
        (
            b'{"series": [{"run": "a", "tag": "b"}], "range": [NaN, 1]}',
            {"Content-Type": "application/json"},
            "range",
        ),
        (b"[" * 100_000, {"Content-Type": "application/json"}, ""),
    ],
)
def test_bodies_that_are_no_json_are_refused(
    api: httpx.Client, content: bytes, headers: dict[str, str], word: str
) -> None:
    status, _, message = error_of(api.post("/api/v1/scalars", content=content, headers=headers))
    assert 400 <= status < 500
    assert word in message


def test_a_huge_body_is_refused_before_it_is_read(api: httpx.Client) -> None:
    status, code, message = error_of(
        api.post("/api/v1/scalars", content=(b" " * (1 << 20) for _ in range(20)))
    )
    assert (status, code) == (413, "too_large")
    assert "8388608" in message


def test_a_long_false_value_is_not_echoed_in_full(api: httpx.Client) -> None:
    _, _, message = error_of(ask_scalars(api, ("a", "b"), x="y" * 100_000))
    assert len(message) < 500


def test_samples_list_every_one(api: httpx.Client) -> None:
    body = get(api, "samples", run="run2", tag="notes", kind="text").json()
    assert body["steps"] == list(range(251))
    assert len(body["keys"]) == len(body["bytes"]) == len(body["wall_times"]) == 251


def test_samples_of_a_restarted_run_are_the_newest_in_step_order(api: httpx.Client) -> None:
    assert get(api, "samples", run="again", tag="log", kind="text").json()["steps"] == [0, 1, 2]
    texts = get(api, "texts", run="again", tag="log").json()["texts"]
    assert [text["strings"] for text in texts] == [["old 0"], ["new 1"], ["new 2"]]


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"run": "no", "tag": "pic", "kind": "image"}, 404, "'no'"),
        ({"run": "run2", "tag": "no", "kind": "image"}, 404, "'no'"),
        ({"run": "run2", "tag": "pic", "kind": "text"}, 404, "'pic'"),
        ({"run": "run2", "tag": "pic", "kind": "picture"}, 422, "picture"),
        ({"run": "run2", "tag": "loss", "kind": "scalar"}, 404, "POST scalars"),
        ({"run": "run2", "tag": "pic"}, 422, "kind"),
        ({}, 422, "run"),
        ({"run": "../../etc", "tag": "passwd", "kind": "text"}, 404, "../../etc"),
    ],
)
def test_wrong_questions_for_samples(
    api: httpx.Client, query: dict[str, str], status: int, word: str
) -> None:
    found, _, message = error_of(get(api, "samples", **query))
    assert found == status
    assert word in message


def test_an_image_comes_as_it_was_logged(api: httpx.Client) -> None:
    response = get(api, "image", run="run2", tag="pic", sample=1)
    assert response.content == PNG + b"\x01"
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-glassboard-items"] == "1"
    assert response.headers["cache-control"] == "no-cache"
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_an_image_with_its_key_may_be_kept_and_is_found_where_it_moved(api: httpx.Client) -> None:
    keys = get(api, "samples", run="run2", tag="pic", kind="image").json()["keys"]
    right = get(api, "image", run="run2", tag="pic", sample=2, key=keys[2])
    assert "immutable" in right.headers["cache-control"]
    moved = get(api, "image", run="run2", tag="pic", sample=0, key=keys[2])
    assert moved.content == right.content == PNG + b"\x02"
    status, code, message = error_of(get(api, "image", run="run2", tag="pic", sample=0, key="stale"))
    assert (status, code) == (404, "not_found")
    assert "again" in message


def test_a_sample_of_several_images_gives_each(api: httpx.Client) -> None:
    second = get(api, "image", run="run2", tag="pictures", sample=0, item=1)
    assert (second.content, second.headers["content-type"]) == (JPEG, "image/jpeg")
    assert second.headers["x-glassboard-items"] == "2"
    assert error_of(get(api, "image", run="run2", tag="pictures", sample=0, item=2))[0] == 404


def test_bytes_that_are_no_picture_are_never_sent(api: httpx.Client) -> None:
    status, _, message = error_of(get(api, "image", run="run2", tag="evil", sample=0))
    assert status == 415
    assert SVG[:8].hex(" ") in message
    assert get(api, "image", run="run2", tag="torn", sample=0).status_code == 502


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"run": "run2", "tag": "pic", "sample": 3}, 404),
        ({"run": "run2", "tag": "pic", "sample": -1}, 422),
        ({"run": "run2", "tag": "pic", "sample": 10**30}, 404),
        ({"run": "run2", "tag": "pic", "sample": 0, "item": 10**30}, 404),
        ({"run": "run2", "tag": "pic", "sample": "x"}, 422),
        ({"run": "run2", "tag": "notes", "sample": 0}, 404),
        ({"run": "run2", "tag": "pic"}, 422),
    ],
)
def test_wrong_questions_for_images(api: httpx.Client, query: dict[str, object], status: int) -> None:
    assert error_of(get(api, "image", **query))[0] == status


def test_texts_come_in_pages_with_their_shape(api: httpx.Client) -> None:
    body = get(api, "texts", run="run2", tag="notes", first=248, count=200).json()
    assert body["total"] == 251
    assert [text["sample"] for text in body["texts"]] == [248, 249, 250]
    assert body["texts"][0]["shape"] == [2]
    assert body["texts"][0]["strings"] == ["*248*", "b"]
    assert body["texts"][0]["error"] is None


def test_a_torn_text_does_not_hide_the_others(api: httpx.Client) -> None:
    torn = get(api, "texts", run="run2", tag="notes", first=250).json()["texts"][0]
    assert torn["strings"] == []
    assert torn["error"]


def test_texts_past_the_end_are_none(api: httpx.Client) -> None:
    assert get(api, "texts", run="run2", tag="notes", first=10**12).json()["texts"] == []


def test_long_texts_end_the_answer_early(serve_app: Callable[..., httpx.Client]) -> None:
    memory = MemoryProvider()
    for step in range(4):
        memory.add_sample("a", "t", Kind.TEXT, records.text_value("t", ["x" * (9 << 20)]), step=step)
    memory.refresh()
    body = get(serve_app(memory), "texts", run="a", tag="t").json()
    assert (len(body["texts"]), body["total"]) == (2, 4)


@pytest.mark.parametrize("query", [{"count": 0}, {"count": 201}, {"first": -1}, {"count": "many"}])
def test_wrong_pages_of_texts_are_refused(api: httpx.Client, query: dict[str, object]) -> None:
    assert error_of(get(api, "texts", run="run2", tag="notes", **query))[0] == 422


def test_json_is_compressed_images_are_not(api: httpx.Client) -> None:
    with api.stream(
        "GET", "/api/v1/samples", params={"run": "run2", "tag": "notes", "kind": "text"}
    ) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in response.headers["vary"].lower()
        assert json.loads(gzip.decompress(b"".join(response.iter_raw())))["run"] == "run2"
    plain = api.get("/api/v1/tags", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in get(api, "image", run="run2", tag="pic", sample=0).headers


@pytest.mark.parametrize(
    ("client", "encoding"),
    [("127.0.0.1", None), ("::1", None), ("::ffff:127.0.0.1", None), ("10.1.2.3", "gzip")],
)
def test_columns_are_compressed_for_other_machines_only(
    provider: MemoryProvider, client: str, encoding: str | None
) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(provider, ChangeHub()), client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as far:
            series = [{"run": "run2", "tag": "acc/train"}]
            return await far.post("/api/v1/scalars", json={"series": series})

    response = asyncio.run(ask())
    assert response.headers.get("content-encoding") == encoding
    assert len(parse_columns(response.content)[1][0]["step"]) > 900


class Failing(MemoryProvider):
    """A provider whose reads go wrong in ways no route expects."""

    def tags(self, run: str):  # type: ignore[no-untyped-def]
        raise ZeroDivisionError("secret detail")

    def samples(self, run: str, tag: str, kind: Kind):  # type: ignore[no-untyped-def]
        raise CorruptError("the file changed under us")


def test_every_route_answers_errors_in_one_shape(serve_app: Callable[..., httpx.Client]) -> None:
    """Walks the routes of the schema: wrong method, no arguments, senseless arguments."""
    api = serve_app(MemoryProvider())
    schema = api.get("/api/v1/openapi.json").json()
    assert len(schema["paths"]) >= 14
    seen = set()
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            reference = operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"]
            assert reference == "#/components/schemas/ErrorBody"
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            if method.lower() not in operations:
                response = api.request(method, path)
                assert error_of(response)[:2] == (405, "method_not_allowed")
                assert response.headers["allow"] in ("GET", "POST")
        for query in (
            {},
            {"run": "no", "tag": "no", "kind": "image", "sample": "0"},
            {"first": "x", "sample": "x"},
        ):
            for method in operations:
                if path.endswith("/events"):
                    continue
                response = api.request(method.upper(), path, params=query)
                if response.status_code >= 400:
                    seen.add(error_of(response)[0])
    assert seen == {404, 422}
    for path in (
        "/api/v1/nothing",
        "/api/v1/",
        "/api/v2/runs",
        "/api",
        "/nothing",
        "/a/b/c",
        "/%00",
        "/api/v1/runs/",
    ):
        assert error_of(api.get(path))[:2] == (404, "not_found")


def test_an_accident_is_logged_once_and_answered_in_the_one_shape(
    serve_app: Callable[..., httpx.Client], caplog: pytest.LogCaptureFixture
) -> None:
    memory = Failing()
    memory.add_scalars("a", "b", [1], [1.0])
    memory.refresh()
    api = serve_app(memory)
    response = get(api, "tags")
    status, code, message = error_of(response)
    assert (status, code) == (500, "internal_server_error")
    assert "secret" not in message
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert [record.message for record in caplog.records if record.exc_info] == ["GET /api/v1/tags failed"]
    assert error_of(get(api, "samples", run="a", tag="b", kind="image"))[:2] == (502, "corrupt")


def test_the_schema_names_every_type_that_clients_need() -> None:
    schema = create_app(MemoryProvider(), ChangeHub()).openapi()
    names = {"RunList", "TagTable", "SampleList", "TextList", "LogInfo", "Health", "ScalarsRequest"}
    assert names | {"Change", "ErrorBody", "ScalarColumnsHeader", "ScalarSeriesColumns"} <= set(
        schema["components"]["schemas"]
    )
    content = {
        path.removeprefix("/api/v1/"): set(next(iter(operations.values()))["responses"]["200"]["content"])
        for path, operations in schema["paths"].items()
    }
    assert content["scalars"] == {"application/vnd.glassboard.columns"}
    assert content["image"] == {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
    assert content["events"] == {"text/event-stream"}
    assert all(
        content[route] == {"application/json"}
        for route in ("health", "log", "runs", "tags", "texts", "histograms", "pr_curves", "hparams")
    )
