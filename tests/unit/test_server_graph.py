"""`GET graph` and `GET graph-attributes`: columns of a graph, whoever wrote it, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from glassboard.codec import wire
from glassboard.codec.payloads.graph import encode_graph_def
from glassboard.codec.payloads.model_graph import ModelGraph, ModuleInfo, Node, Role, Source, TensorSpec
from glassboard.store.memory import MemoryProvider
from glassboard.testing import records
from glassboard.types import Kind

ServeApp = Callable[..., httpx.Client]
TAG = "__run_graph__"


def node_def(name: str, *inputs: str, attributes: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    entries = (wire.message(5, wire.bytes_(1, key), wire.bytes_(2, value)) for key, value in attributes)
    return wire.message(1, wire.bytes_(1, name), *(wire.bytes_(3, each) for each in inputs), *entries)


def model() -> bytes:
    spec = TensorSpec((2, 3), "float32")
    nodes = (
        Node("input/x", Role.INPUT, "Input", "", (), (spec,)),
        Node("Net/scale", Role.PARAMETER, "Parameter", "", (), (spec,), {"parameter_count": 6, "trainable": False}),
        Node("Net/mul", Role.OPERATION, "mul", "", (Source("input/x", 0, "input"), Source("Net/scale", 0, "other")),
             (spec,), {"stride": (1, 2), "big": 1 << 40}, 6, 24),
    )  # fmt: skip
    module = ModuleInfo("", "Net", "Net", "repr", 6, 6, 0, 0, 1, (spec,), 6, 0, 24, 24, False, "net.py", 7)
    return encode_graph_def(ModelGraph((module,), nodes))


def keras(model: object) -> bytes:
    return records.text_value("keras", [json.dumps(model)], meta=records.metadata("graph_keras_model"))


def layer(class_name: str, name: str, *inbound: str, **config: object) -> dict[str, Any]:
    nodes = [[[each, 0, 0, {}] for each in inbound]] if inbound else []
    return {
        "class_name": class_name,
        "name": name,
        "config": {"name": name, **config},
        "inbound_nodes": nodes,
    }


KERAS_2 = {
    "class_name": "Functional",
    "config": {
        "layers": [
            layer("InputLayer", "in", batch_input_shape=[None, 4], dtype="float32"),
            layer("Dense", "one", "in", units=3, trainable=False),
            {
                **layer("Sequential", "inner", "one"),
                "config": {"layers": [layer("Dense", "a", units=2), layer("Dropout", "b", rate=0.5)]},
            },
            layer("Add", "sum", "inner", "one"),
        ]
    },
}
KERAS_3_CALL = {
    "args": [
        {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": ["in", 0, 0]}}
    ],
    "kwargs": {},
}


@pytest.fixture(scope="module")
def provider() -> MemoryProvider:
    memory = MemoryProvider("/logs")
    memory.add_sample("a", TAG, Kind.GRAPH, model(), step=3)
    memory.add_sample("a", TAG, Kind.GRAPH, b"", step=4)
    memory.add_sample("bad", TAG, Kind.GRAPH, b"\xff\xff\xff")
    memory.add_sample("cut", TAG, Kind.GRAPH, model()[:-200])
    attributes = (("huge", wire.bytes_(2, "x" * 100_000)), ("raw", wire.bytes_(2, b"\xff\xfe")))
    odd = node_def("🙂/🚀", "///", attributes=attributes) + node_def("///")
    memory.add_sample("odd", TAG, Kind.GRAPH, odd)
    memory.add_sample("k2", "keras", Kind.GRAPH, keras(KERAS_2), plugin_name="graph_keras_model")
    chain = {"class_name": "Sequential", "config": [layer("Dense", "a"), layer("Dense", "b")]}
    memory.add_sample("k1", "keras", Kind.GRAPH, keras(chain), plugin_name="graph_keras_model")
    third = {"class_name": "Functional", "config": {"layers": [
        layer("InputLayer", "in", batch_shape=[None, 4], dtype="float32"),
        {**layer("Dense", "d"), "inbound_nodes": [KERAS_3_CALL]},
    ]}}  # fmt: skip
    memory.add_sample("k3", "keras", Kind.GRAPH, keras(third), plugin_name="graph_keras_model")
    memory.add_sample("k0", "keras", Kind.GRAPH, keras([1, 2]), plugin_name="graph_keras_model")
    return memory


def ask(
    api: httpx.Client, run: str, *, tag: str = TAG, sample: int = 0, route: str = "graph", **more: object
) -> Any:
    answer = api.get(f"/api/v1/{route}", params={"run": run, "tag": tag, "sample": sample, **more})
    return {**answer.json(), "status": answer.status_code}


def edges(graph: Any) -> list[tuple[str, str]]:
    names, at = graph["names"], 0
    found: list[tuple[str, str]] = []
    for target, count in enumerate(graph["input_counts"]):
        sources = graph["input_nodes"][at : at + count]
        found += [(names[source] if source >= 0 else "?", names[target]) for source in sources]
        at += count
    return found


def test_a_graph_of_ours_comes_as_columns(api: httpx.Client) -> None:
    graph = ask(api, "a")
    assert graph["names"] == ["input/x", "Net/scale", "Net/mul"]
    assert [graph["op_names"][op] for op in graph["ops"]] == ["Input", "Parameter", "mul"]
    assert edges(graph) == [("input/x", "Net/mul"), ("Net/scale", "Net/mul")]
    assert [graph["label_names"][label] for label in graph["input_labels"]] == ["input", "other"]
    assert [graph["shapes"][shape] for shape in graph["output_shapes"]] == [[2, 3]] * 3
    assert graph["parameters"] == {"nodes": [1], "values": [6]}
    assert graph["frozen"] == [1]
    assert graph["memory_bytes"] == {"nodes": [2], "values": [24]}
    assert (graph["step"], graph["form"], graph["problems"]) == (3, "graph_def", [])
    (module,) = graph["modules"]
    assert (module["class_name"], module["source_file"], module["source_line"]) == ("Net", "net.py", 7)


def test_an_empty_graph_is_an_answer(api: httpx.Client) -> None:
    graph = ask(api, "a", sample=1)
    assert (graph["status"], graph["names"]) == (200, [])


def test_attributes_come_a_page_at_a_time(api: httpx.Client) -> None:
    page = ask(api, "a", route="graph-attributes", first=2, count=10)
    assert (page["total"], [node["node"] for node in page["nodes"]]) == (3, [2])
    told = {each["name"]: (each["kind"], each["text"]) for each in page["nodes"][0]["attributes"]}
    assert told["stride"] == ("list", "[1, 2]")
    assert told["big"] == ("int", str(1 << 40))
    assert ask(api, "a", route="graph-attributes", first=99, count=1)["nodes"] == []


def test_long_attributes_are_cut_and_bytes_are_described(api: httpx.Client) -> None:
    (node,) = ask(api, "odd", route="graph-attributes", first=0, count=1)["nodes"]
    huge, raw = node["attributes"]
    assert (len(huge["text"]), huge["is_cut"]) == (2000, True)
    assert (raw["kind"], raw["text"]) == ("bytes", "2 bytes: ff fe")


def test_strange_names_lead_to_each_other(api: httpx.Client) -> None:
    assert edges(ask(api, "odd")) == [("///", "🙂/🚀")]


def test_a_cut_graph_shows_what_is_there_and_says_so(api: httpx.Client) -> None:
    graph = ask(api, "cut")
    assert graph["status"] == 200
    assert graph["names"]
    assert graph["problems"][0]["code"] == "damaged"
    assert "what could be read is shown" in graph["problems"][0]["message"]


def test_what_is_no_graph_is_refused_in_words(api: httpx.Client) -> None:
    answer = ask(api, "bad")
    assert (answer["status"], answer["error"]["code"]) == (502, "corrupt")
    assert "cannot be read" in answer["error"]["message"]
    assert ask(api, "k0", tag="keras")["error"]["code"] == "corrupt"
    assert ask(api, "nowhere")["status"] == 404
    assert ask(api, "a", sample=7)["status"] == 404


def test_a_keras_model_is_a_graph_of_layers(api: httpx.Client) -> None:
    graph = ask(api, "k2", tag="keras")
    assert graph["form"] == "keras"
    assert graph["names"] == ["in", "one", "inner/a", "inner/b", "sum"]
    assert edges(graph) == [
        ("in", "one"), ("one", "inner/a"), ("inner/a", "inner/b"), ("inner/b", "sum"), ("one", "sum")
    ]  # fmt: skip
    assert graph["shapes"][graph["output_shapes"][0]] == [-1, 4]
    assert graph["frozen"] == [1]
    told = ask(api, "k2", tag="keras", route="graph-attributes", first=3, count=1)["nodes"][0]["attributes"]
    assert [(each["name"], each["text"]) for each in told] == [("rate", "0.5")]


@pytest.mark.parametrize(("run", "wanted"), [("k1", [("a", "b")]), ("k3", [("in", "d")])])
def test_older_and_newer_keras_say_the_same_in_other_ways(
    api: httpx.Client, run: str, wanted: list[tuple[str, str]]
) -> None:
    assert edges(ask(api, run, tag="keras")) == wanted


def test_a_model_within_itself_without_end_is_refused(serve_app: ServeApp) -> None:
    deep: dict[str, Any] = {
        "class_name": "Sequential",
        "config": {"name": "end", "layers": [layer("Dense", "d")]},
    }
    for depth in range(200):
        deep = {"class_name": "Sequential", "config": {"name": f"m{depth}", "layers": [deep]}}
    memory = MemoryProvider("/logs")
    memory.add_sample("a", "keras", Kind.GRAPH, keras(deep), plugin_name="graph_keras_model")
    answer = ask(serve_app(memory), "a", tag="keras")
    assert answer["status"] in (200, 502)


def test_with_its_key_a_graph_is_kept_for_ever(api: httpx.Client) -> None:
    listed = api.get("/api/v1/samples", params={"run": "a", "tag": TAG, "kind": "graph"}).json()
    query = {"run": "a", "tag": TAG, "sample": 0, "key": listed["keys"][0]}
    answer = api.get("/api/v1/graph", params=query)
    assert "immutable" in answer.headers["Cache-Control"]
    again = api.get("/api/v1/graph", params=query, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    attributes = api.get("/api/v1/graph-attributes", params={**query, "first": 0})
    assert attributes.headers["ETag"] != answer.headers["ETag"]


def test_a_graph_from_a_real_file(tmp_path: Path, serve_app: ServeApp) -> None:
    from glassboard.store.log import LogStore
    from glassboard.testing.logdir import LogdirBuilder

    LogdirBuilder(tmp_path).run("r").graph(model())
    store = LogStore(tmp_path)
    store.refresh()
    assert ask(serve_app(store), "r")["names"] == ["input/x", "Net/scale", "Net/mul"]
