"""Samples, images and texts over HTTP, asked rightly and wrongly."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind

from .asked_routes import (
    JPEG,
    PNG,
    SVG,
    error_of,
    get,
)


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
