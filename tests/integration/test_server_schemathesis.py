"""The API against its own schema: requests made from it at random, right ones and wrong ones, over a small log directory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from glassboard import SummaryWriter
from glassboard.server.app import create_app
from glassboard.server.live import ChangeHub
from glassboard.server.page_server import PageServer
from glassboard.server.sockets import listen
from glassboard.store.log import LogStore
from glassboard.testing import LogdirBuilder

ROOT = Path(__file__).resolve().parents[2]
# The events are a stream without end.
OPERATIONS = [
    (mode, method.upper(), path)
    for path, operations in json.loads((ROOT / "web" / "openapi.json").read_text())["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    if not path.endswith("/events") and (mode.is_positive or {"parameters", "requestBody"} & set(operation))
]
SERIES = [
    ("a", "loss"),
    ("a", "pic"),
    ("a", "weights"),
    ("a", "note/text_summary"),
    ("a", "val"),
    ("b", "loss"),
    ("b", "gone"),
]


def small_logdir(root: Path) -> Path:
    with SummaryWriter(str(root / "a")) as writer:
        for step in range(50):
            writer.add_scalar("loss", [1.0 / (step + 1), float("nan"), float("inf")][step % 3], step)
        writer.add_image("pic", np.zeros((3, 4, 5), np.uint8), 1)
        writer.add_text("note", "*hello*", 2)
        writer.add_histogram("weights", np.arange(10.0), 3)
        answers = np.array([[0.2, 0.8], [float("nan"), 0.5], [1, 0]])
        writer.add_predictions(
            "val", [1, 0, -1], answers, images=np.zeros((3, 1, 2, 2), np.uint8), global_step=4
        )
        writer.add_hparams({"lr": 0.1}, {"loss": 1.0}, run_name=".")
    LogdirBuilder(root).run("b").scalars("loss", [1.0, 2.0], steps=[5, 1]).truncate(-3)
    LogdirBuilder(root).garbage("b/events.out.tfevents.1.noise", b"noise" * 100)
    return root


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = LogStore(small_logdir(tmp_path_factory.mktemp("schemathesis")))
    store.refresh()
    hub, listener = ChangeHub(), listen("localhost", 0)
    app = create_app(store, hub)
    server = PageServer(app, hub, listener)
    server.start()
    yield f"http://localhost:{listener.getsockname()[1]}"
    server.close()
    app.state.context.loaded.close()


def is_named(value: Any) -> bool:
    """Whether its run and tag may be put in the place of: what is wrong on purpose must stay so."""
    if not isinstance(value, dict):
        return False
    return all(isinstance(value.get(name), str) and len(value[name]) <= 4096 for name in ("run", "tag"))


def is_upload(context: Any) -> bool:
    """A schema cannot say which bytes are a table, nor that names are read by people."""
    return bool(context.operation.method == "post" and context.operation.path.endswith("/loaded-embeddings"))


def is_right_upload(query: dict[str, Any]) -> bool:
    name, form, label_bytes = query.get("name"), query.get("form", "tsv"), query.get("label_bytes", 0)
    named = isinstance(name, str) and 1 <= len(name) <= 1000
    return named and form in ("tsv", "npy") and isinstance(label_bytes, int) and label_bytes >= 0


@pytest.fixture(scope="module")
def api_schema(address: str) -> Any:
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")

    @schema.hook  # type: ignore[untyped-decorator]
    def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
        """Names at random are never there: half of the requests ask for what is."""
        if query and is_upload(context) and is_right_upload(query):
            return {"name": "own", "form": "tsv", "label_bytes": 0}
        if query and isinstance(query.get("tag"), str) and len(query["tag"]) % 2 == 0:
            run, tag = SERIES[len(str(query)) % len(SERIES)]
            return {**query, "run": run, "tag": tag}
        return query

    @schema.hook  # type: ignore[untyped-decorator]
    def map_body(context: Any, body: Any) -> Any:
        if is_upload(context):
            return b"1\t2\n3\t4\n"
        # What a schema cannot say: custom projections have axes, the range ascends, x is "tag" where and only where
        # there is an x_tag, and the points of all series together are limited.
        match body:
            case {"range": [int() | float() as low, int() | float() as high]} if low > high:
                body["range"] = [high, low]
        projections = body.get("layouts") or [] if isinstance(body, dict) and "layouts" in body else [body]
        for projection in projections if isinstance(projections, list) else []:
            match projection:
                case {"algorithm": "custom"} if not projection.get("axes"):
                    projection["axes"] = [{"start": [0], "end": [1]}]
        match body:
            case {"series": _, "x_tag": str()} if body.get("x", "step") in ("step", "relative", "wall"):
                body["x"] = "tag"
            case {"series": _, "x": "tag"} if body.get("x_tag") is None:
                body["x_tag"] = "loss"
        if isinstance(body, dict) and isinstance(body.get("records"), list):
            for each in body["records"][::2]:
                if is_named(each):
                    each["run"], each["tag"] = "a", "val"
        if is_named(body):
            body["run"], body["tag"] = "a", "val"
        if isinstance(body, dict) and isinstance(body.get("series"), list):
            del body["series"][50:]
            for number, each in enumerate(body["series"]):
                if is_named(each) and number % 2 == 0:
                    each["run"], each["tag"] = SERIES[number % len(SERIES)]
        return body

    return schema


@pytest.mark.parametrize(("mode", "method", "path"), OPERATIONS)
def test_the_api_keeps_to_its_schema(api_schema: Any, mode: GenerationMode, method: str, path: str) -> None:
    """No accident, no undocumented status, type or shape; what the schema allows is answered, the rest is refused."""

    @given(case=api_schema[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.call_and_validate(timeout=10)

    ask()
