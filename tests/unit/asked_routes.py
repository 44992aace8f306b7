"""A log in memory with something of everything, and how its routes are asked and their answers read."""

from __future__ import annotations

import json
import struct
import time

import httpx
import numpy as np

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


def asked_log() -> MemoryProvider:
    """Runs that restart, live and have a broken clock; images, texts and problems, some of which cannot be read."""
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
