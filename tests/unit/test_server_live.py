"""Changes reach every page that listens, and a page that listens never holds up the end."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.page_server import PageServer
from glassboard.server.routes import events
from glassboard.server.sockets import listen
from glassboard.store.memory import MemoryProvider

ServeApp = Callable[..., httpx.Client]


def memory(*runs: str) -> MemoryProvider:
    provider = MemoryProvider()
    for run in runs:
        provider.add_scalars(run, "loss", [1], [1.0])
    provider.refresh()
    return provider


def changes(response: httpx.Response) -> Iterator[dict[str, object]]:
    """The data of each `change` event."""
    event = ""
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "data":
            assert event == "change"
            yield json.loads(value)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited 30 s in vain"
        time.sleep(0.005)


def test_the_first_event_comes_at_once_and_the_next_with_a_change(serve_app: ServeApp) -> None:
    provider, hub = memory("a"), ChangeHub()
    api = serve_app(provider, hub)
    with api.stream("GET", "/api/v1/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        seen = changes(response)
        first = next(seen)
        assert first == {
            "revision": provider.status().revision,
            "runs": [],
            "point_count": 1,
            "state": "ready",
        }
        provider.add_scalars("b", "loss", [1, 2], [1.0, 2.0])
        hub.publish(provider.refresh())
        second = next(seen)
        assert second == {
            "revision": provider.status().revision,
            "runs": ["b"],
            "point_count": 3,
            "state": "ready",
        }


def test_a_change_between_connecting_and_the_first_event_is_not_lost(serve_app: ServeApp) -> None:
    hub = ChangeHub()

    class Slow(MemoryProvider):
        """Something changes while the first event is being made."""

        def status(self):  # type: ignore[no-untyped-def]
            if hub.listener_count and not self.told:
                self.told = True
                hub.publish(["late"])
            return super().status()

        told = False

    with serve_app(Slow(), hub).stream("GET", "/api/v1/events") as response:
        seen = changes(response)
        assert next(seen)["runs"] == []
        assert next(seen)["runs"] == ["late"]


def test_every_listener_hears_and_is_forgotten_when_it_goes(serve_app: ServeApp) -> None:
    hub = ChangeHub()
    api = serve_app(memory("a"), hub)
    with api.stream("GET", "/api/v1/events") as one, api.stream("GET", "/api/v1/events") as two:
        streams = changes(one), changes(two)
        for stream in streams:
            next(stream)
        assert hub.listener_count == 2
        hub.publish(["a"])
        assert [next(stream)["runs"] for stream in streams] == [["a"], ["a"]]
    wait_for(lambda: hub.listener_count == 0)
    hub.publish(["a"])


def test_silence_is_filled_with_comments(serve_app: ServeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECS", 0.01)
    with serve_app(memory()).stream("GET", "/api/v1/events") as response:
        lines = response.iter_lines()
        assert any(line.startswith(":") for line in lines)


def test_what_a_slow_listener_missed_is_merged() -> None:
    async def listen_slowly() -> list[frozenset[str] | None]:
        hub = ChangeHub()
        heard: list[frozenset[str] | None] = []
        with hub.listening() as listener:
            for number in range(1000):
                hub.publish([f"run{number % 3}"])
            async for runs in listener.changes(heartbeat_secs=0.05):
                heard.append(runs)
                if runs is None:
                    hub.close()
        return heard

    assert asyncio.run(listen_slowly()) == [frozenset({"run0", "run1", "run2"}), None]


def test_a_change_of_the_state_alone_is_told() -> None:
    async def hear() -> frozenset[str] | None:
        hub = ChangeHub()
        with hub.listening() as listener:
            hub.publish([])
            return await anext(listener.changes(heartbeat_secs=5))

    assert asyncio.run(hear()) == frozenset()


def test_a_listener_that_comes_after_the_end_hears_nothing() -> None:
    async def hear() -> list[frozenset[str] | None]:
        hub = ChangeHub()
        hub.close()
        with hub.listening() as listener:
            return [runs async for runs in listener.changes(heartbeat_secs=5)]

    assert asyncio.run(hear()) == []


def test_a_listener_whose_loop_has_ended_is_no_trouble() -> None:
    hub = ChangeHub()

    async def abandon() -> None:
        hub.listening().__enter__()

    asyncio.run(abandon())
    hub.publish(["a"])
    hub.close()


def test_the_server_ends_at_once_with_pages_still_listening() -> None:
    hub = ChangeHub()
    listener = listen("localhost", 0)
    server = PageServer(create_app(memory("a"), hub), hub, listener)
    server.start()
    address = f"http://localhost:{listener.getsockname()[1]}/api/v1/events"
    ended = []

    def page() -> None:
        with httpx.stream("GET", address, timeout=30) as response:
            ended.append(sum(1 for _ in response.iter_lines()))

    pages = [threading.Thread(target=page) for _ in range(5)]
    for each in pages:
        each.start()
    wait_for(lambda: hub.listener_count == 5)
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 5
    assert server.wait(0)
    for each in pages:
        each.join(30)
    # Each response was ended properly: a cut one would raise in the page.
    assert len(ended) == 5
    server.close()


def test_a_request_that_hangs_does_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    entered, released = threading.Event(), threading.Event()

    class Hanging(MemoryProvider):
        def runs(self):  # type: ignore[no-untyped-def]
            entered.set()
            released.wait(30)
            return super().runs()

    hub = ChangeHub()
    listener = listen("localhost", 0)
    server = PageServer(create_app(Hanging(), hub), hub, listener)
    server.start()
    address = f"http://localhost:{listener.getsockname()[1]}/api/v1"

    answers = []

    def page() -> None:
        answers.append(httpx.get(f"{address}/runs", timeout=30))

    asking = threading.Thread(target=page)
    asking.start()
    assert entered.wait(10)
    # One slow read does not keep others from being answered.
    assert httpx.get(f"{address}/health", timeout=10).status_code == 200
    closing = threading.Thread(target=server.close)
    closing.start()
    asking.join(10)
    assert [answer.json()["error"]["code"] for answer in answers] == ["ending"]
    released.set()
    closing.join(10)
    assert server.wait(5)
    assert caplog.records == []
