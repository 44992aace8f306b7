"""Points of scalars over HTTP: reduced, smoothed, on each axis, in the narrowest types; and what is asked wrongly."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import numpy as np
import pytest

from glassboard.store.memory import MemoryProvider

from .asked_routes import (
    ask_scalars,
    columns_of,
    error_of,
    nan,
    parse_columns,
)


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
