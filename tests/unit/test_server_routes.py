"""What every route does: the log, runs and tags, compression, and errors in one shape."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable

import httpx
import pytest

from glassboard.errors import CorruptError
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.store.memory import MemoryProvider
from glassboard.types import Kind

from .asked_routes import (
    error_of,
    get,
    parse_columns,
)


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
