"""Work ends when whoever asked for it has gone away."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable

import httpx

from glassboard.store.memory import MemoryProvider
from glassboard.store.provider import ScalarSeries

SERIES = 5000


class Slow(MemoryProvider):
    """Takes a millisecond a series and counts how many were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.began = threading.Event()

    def scalars(self, run: str, tag: str) -> ScalarSeries:
        self.asked += 1
        self.began.set()
        time.sleep(0.001)
        return super().scalars(run, tag)


def settled(memory: Slow) -> int:
    """How many series were asked for once no more are."""
    while True:
        before = memory.asked
        time.sleep(0.1)
        if memory.asked == before:
            return before


def test_scalars_are_not_computed_for_a_client_that_left(serve_app: Callable[..., httpx.Client]) -> None:
    memory = Slow()
    memory.add_scalars("a", "loss", [1], [1.0])
    memory.refresh()
    api = serve_app(memory)
    body = json.dumps({"series": [{"run": "a", "tag": "loss"}] * SERIES}).encode()
    port = api.base_url.port
    assert port is not None
    with socket.create_connection(("localhost", port)) as client:
        head = f"POST /api/v1/scalars HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        client.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        assert memory.began.wait(5)
    assert settled(memory) < SERIES
    # The server is none the worse for it.
    assert api.get("/api/v1/health").status_code == 200


def test_a_client_that_waits_gets_everything(serve_app: Callable[..., httpx.Client]) -> None:
    memory = Slow()
    memory.add_scalars("a", "loss", [1], [1.0])
    memory.refresh()
    series = [{"run": "a", "tag": "loss"}] * 100
    assert serve_app(memory).post("/api/v1/scalars", json={"series": series}).status_code == 200
    assert memory.asked == 100
