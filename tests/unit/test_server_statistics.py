"""`POST scalar-statistics`, asked rightly and wrongly."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.store.memory import MemoryProvider

nan = float("nan")


@pytest.fixture(scope="module")
def provider() -> MemoryProvider:
    memory = MemoryProvider("logs")
    memory.add_scalars("a", "loss", [0, 1, 2, 3, 4], [8.0, 4.0, nan, 2.0, 1.0])
    memory.add_scalars("b", "loss", [0, 1], [1.0, 1.0])
    return memory


def post(provider: MemoryProvider, body: dict[str, Any]) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(provider, ChangeHub()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/api/v1/scalar-statistics", json=body)

    return asyncio.run(ask())


def test_every_series_is_answered_in_order_and_one_that_is_gone_fails_alone(provider: MemoryProvider) -> None:
    names = [{"run": "a", "tag": "loss"}, {"run": "gone", "tag": "loss"}, {"run": "b", "tag": "loss"}]
    answer = post(provider, {"series": names, "range": [1, 4]})
    assert answer.status_code == 200
    a, gone, b = answer.json()["series"]
    assert (a["count"], a["nonfinite_count"], a["first"], a["last"]) == (3, 1, 4.0, 1.0)
    assert (a["minimum"], a["maximum"], a["mean"]) == (1.0, 4.0, pytest.approx(7 / 3))
    assert (gone["found"], gone["count"], gone["mean"]) == (False, 0, None)
    assert (b["count"], b["slope"]) == (1, None)


@pytest.mark.parametrize(
    "change", [{"range": [4, 1]}, {"range": None}, {"series": []}, {"x": "epoch"}, {"colour": "red"}]
)
def test_a_wrong_request_is_told_what_was_wanted(provider: MemoryProvider, change: dict[str, Any]) -> None:
    answer = post(provider, {"series": [{"run": "a", "tag": "loss"}], "range": [0, 1], **change})
    assert answer.status_code == 422
    assert next(iter(change)) in answer.json()["error"]["message"]


def test_statistics_stand_on_the_axis_of_another_tag(provider: MemoryProvider) -> None:
    memory = MemoryProvider("logs")
    memory.add_scalars("a", "loss", range(6), [6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    memory.add_scalars("a", "epoch", [0, 3], [1.0, 2.0])
    body = {"series": [{"run": "a", "tag": "loss"}], "x": "tag", "x_tag": "epoch", "range": [2, 2]}
    (found,) = post(memory, body).json()["series"]
    assert (found["count"], found["first"], found["minimum_x"], found["deviation"]) == (3, 3.0, 2.0, 1.0)
    without = post(provider, {**body, "x_tag": "epoch"}).json()["series"][0]
    assert (without["found"], without["count"]) == (True, 0)
