"""Graphs as columns: everything that graph_def reads, of any GraphDef, whole or broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassboard.analysis import graph_problems as problems
from glassboard.analysis.graph_problems import Severity, graph_problems
from glassboard.codec import wire
from glassboard.codec.payloads import graph_table
from glassboard.codec.payloads.graph import decode_graph_def, encode_graph_def, split_input
from glassboard.codec.payloads.graph_table import GraphTable, decode_graph_table, decode_nodes
from glassboard.codec.payloads.model_graph import (
    ModelGraph,
    ModuleInfo,
    Node,
    Role,
    Source,
    TensorSpec,
)
from glassboard.errors import CorruptError, TooLargeError


def node_def(name: str, op: str = "op", *inputs: str, attributes: dict[str, bytes] | None = None) -> bytes:
    entries = (
        wire.message(5, wire.bytes_(1, key), wire.bytes_(2, value))
        for key, value in (attributes or {}).items()
    )
    return wire.message(
        1, wire.bytes_(1, name), wire.bytes_(2, op), *(wire.bytes_(3, each) for each in inputs), *entries
    )


def shapes(*sizes: tuple[int, ...]) -> bytes:
    each = (
        wire.message(7, b"".join(wire.message(2, wire.int64(1, size)) for size in shape)) for shape in sizes
    )
    return wire.message(1, *each)


def spec(*shape: int) -> TensorSpec:
    return TensorSpec(shape, "float32")


def model(*, shared: bool = True) -> ModelGraph:
    parameter = {"parameter_count": 12, "trainable": False}
    nodes = (
        Node("input/x", Role.INPUT, "Input", "", (), (spec(2, 4),)),
        Node("Net/fc/weight", Role.PARAMETER, "Parameter", "fc", (), (spec(3, 4),), parameter, None, 48),
        Node(
            "Net/fc/linear",
            Role.OPERATION,
            "linear",
            "fc",
            (Source("input/x", 0, "input"), Source("Net/fc/weight", 0, "weight")),
            (spec(2, 3),),
            {"stride": (1, 2), "mode": "zeros"},
            48,
            24,
        ),
        Node("output", Role.OUTPUT, "Output", "", (Source("Net/fc/linear", 0, "output"),), (spec(2, 3),)),
    )
    modules = (
        ModuleInfo("", "Net", "Net", "", 0, 12, 0, 0, 1),
        ModuleInfo("idle", "Net/idle", "Linear", "", 0, 6, 6, 0, is_unused=True),
        ModuleInfo("idle.0", "Net/idle/0", "Linear", "", 0, 6, 6, 0, is_unused=True),
    )
    return ModelGraph(modules if shared else (), nodes)


def codes(table: GraphTable) -> list[str]:
    return [problem.code for problem in graph_problems(table)]


def test_columns_say_what_the_full_decoder_says() -> None:
    data = encode_graph_def(model())
    table, full = decode_graph_table(data), decode_graph_def(data)
    assert table.names == [node.name for node in full.nodes]
    assert table.ops == [node.op for node in full.nodes]
    assert table.shapes == [node.output_shapes for node in full.nodes]
    assert table.dtypes == [node.output_dtypes for node in full.nodes]
    assert table.flops == [node.flops for node in full.nodes]
    assert table.memory_bytes == [node.memory_bytes for node in full.nodes]
    assert table.modules == list(full.modules)
    assert table.parameter_counts == [None, 12, None, None]
    assert table.trainable == [None, False, None, None]
    assert [[(each.node, each.output, each.label) for each in inputs] for inputs in table.inputs] == [
        [], [], [(0, 0, "input"), (1, 0, "weight")], [(2, 0, "output")]
    ]  # fmt: skip
    assert table.damage == []


def test_attributes_are_read_when_asked_for() -> None:
    data = encode_graph_def(model())
    total, nodes = decode_nodes(data, 2, 1)
    assert total == 4
    assert nodes == [decode_graph_def(data).nodes[2]]
    assert decode_nodes(data, 99, 5) == (4, [])


def test_tensorflow_says_types_and_sizes_in_its_own_way() -> None:
    float32, int64 = wire.int64(6, 1), wire.int64(6, 9)
    variable = wire.message(7, wire.message(2, wire.int64(1, 5)), wire.message(2, wire.int64(1, 2)))
    table = decode_graph_table(
        node_def("v", "VariableV2", attributes={"dtype": float32, "shape": variable})
        + node_def(
            "cast", "Cast", "v", attributes={"DstT": int64, "SrcT": float32, "_output_shapes": shapes((5, 2))}
        )
        + node_def("equal", "Equal", "cast:0", attributes={"T": int64, "_output_shapes": shapes((-1, 2))})
    )
    assert table.dtypes == [("float32",), ("int64",), ("bool",)]
    assert table.parameter_counts == [10, None, None]
    assert table.memory_bytes == [None, 80, None]


def test_functions_of_the_library_are_scopes_of_their_own() -> None:
    signature = wire.message(1, wire.bytes_(1, "square"), wire.message(2, wire.bytes_(1, "x")))
    body = wire.message(
        3, wire.bytes_(1, "mul"), wire.bytes_(2, "Mul"), wire.bytes_(3, "x"), wire.bytes_(3, "x")
    )
    returned = wire.message(4, wire.bytes_(1, "y"), wire.bytes_(2, "mul:z:0"))
    table = decode_graph_table(
        node_def("x")
        + node_def("call", "square", "x")
        + wire.message(2, wire.message(1, signature, body, returned))
    )
    assert table.names == ["x", "call", *(f"functions/square/{name}" for name in ("x", "mul", "results/y"))]
    assert [[each.node for each in inputs] for inputs in table.inputs] == [[], [0], [], [2, 2], [3]]
    assert [(each.name, each.first, each.count) for each in table.functions] == [("square", 2, 3)]
    assert (
        decode_nodes(node_def("x") + wire.message(2, wire.message(1, signature, body)), 2, 1)[1][0].name
        == "mul"
    )


def test_a_graph_cut_anywhere_keeps_the_nodes_before_the_cut() -> None:
    data = encode_graph_def(model())
    whole = decode_graph_table(data)
    for size in range(len(data)):
        try:
            table = decode_graph_table(data[:size])
        except CorruptError:
            assert size < len(node_def("input/x", "Input")) + 60
            continue
        assert table.names == whole.names[: len(table.names)]
        if table.damage:
            assert "damaged" in codes(table)


def test_a_broken_node_costs_itself_alone() -> None:
    broken = wire.message(1, wire.bytes_(1, "b"), b"\x1a\x7f")
    table = decode_graph_table(node_def("a") + broken + node_def("c", "op", "a"))
    assert [table.names[0], table.names[2]] == ["a", "c"]
    assert table.inputs[2][0].node == 0
    assert "cannot be read" in table.damage[0]


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_graph_or_an_error(data: bytes) -> None:
    try:
        table = decode_graph_table(data)
    except CorruptError:
        return
    graph_problems(table)
    assert decode_nodes(data, 0, 1000)[0] == len(table.names)


@settings(max_examples=150)
@given(st.data())
def test_flipped_bytes_are_a_graph_or_an_error(data: st.DataObject) -> None:
    message = bytearray(encode_graph_def(model()))
    for at in data.draw(st.lists(st.integers(0, len(message) - 1), min_size=1, max_size=4)):
        message[at] ^= data.draw(st.integers(1, 255))
    try:
        table = decode_graph_table(bytes(message))
    except CorruptError:
        return
    graph_problems(table)
    assert len(table.names) == len(table.inputs) == len(table.shapes) == len(table.memory_bytes)
    assert all(-1 <= each.node < len(table.names) for inputs in table.inputs for each in inputs)


def test_an_empty_graph_is_one() -> None:
    assert decode_graph_table(b"").names == []


def test_more_nodes_than_can_be_drawn_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_table, "MAX_NODES", 3)
    assert len(decode_graph_table(node_def("a") * 3).names) == 3
    with pytest.raises(TooLargeError, match="more than 3 nodes"):
        decode_graph_table(node_def("a") * 4)


def test_ten_thousand_inputs_and_strange_names() -> None:
    names = ["///", "🙂/🚀", "", *(f"n{index}" for index in range(10_000))]
    table = decode_graph_table(b"".join(map(node_def, names)) + node_def("all", "AddN", *names))
    assert [each.node for each in table.inputs[-1]] == list(range(10_003))


# --- what looks wrong


def test_inputs_that_are_nowhere_are_told_once() -> None:
    table = decode_graph_table(node_def("a", "op", "gone", "^lost") + node_def("b", "op", "gone:1", "a"))
    (found,) = graph_problems(table)
    assert (found.code, found.severity, found.nodes) == ("missing_input", Severity.NOTE, (0, 1))
    assert found.message == "2 nodes take inputs that the graph does not hold: gone, lost"
    assert split_input("gone:1")[0] == "gone"


def test_nodes_of_one_name_are_told_and_the_first_is_meant() -> None:
    table = decode_graph_table(node_def("a") + node_def("a") + node_def("b", "op", "a"))
    (found,) = graph_problems(table)
    assert (found.code, found.nodes) == ("duplicate_name", (0, 1))
    assert table.inputs[2][0].node == 0


def test_a_circle_is_bad_and_a_loop_of_tensorflow_is_not() -> None:
    circle = decode_graph_table(
        node_def("a", "op", "c")
        + node_def("b", "op", "a")
        + node_def("c", "op", "b")
        + node_def("d", "op", "d")
    )
    found = [problem for problem in graph_problems(circle) if problem.code == "cycle"]
    assert sorted(problem.nodes for problem in found) == [(0, 1, 2), (3,)]
    loop = decode_graph_table(node_def("merge", "Merge", "next") + node_def("next", "NextIteration", "merge"))
    assert [(problem.code, problem.severity) for problem in graph_problems(loop)] == [("loop", Severity.NOTE)]


def test_a_chain_of_any_length_is_no_cycle() -> None:
    table = decode_graph_table(b"".join(node_def(f"n{i}", "op", f"n{i - 1}") for i in range(1, 30_000)))
    assert codes(table) == ["missing_input"]


@pytest.mark.parametrize(
    ("op", "first", "second", "found"),
    [
        ("add", (32, 10), (32, 10), None),
        ("add", (32, 10), (10,), None),
        ("add", (8, 16, 4, 4), (16, 1, 1), None),
        ("add", (32, 10), (32, 9), "shape_mismatch"),
        ("AddV2", (-1, 10), (32, 10), None),
        ("sub", (32, 1), (32,), "spread"),
        ("mse_loss", (32,), (32, 1), "spread"),
        ("mul", (32, 1), (1, 32), None),
        ("mul", (4, 1, 64), (20, 64), None),
        ("matmul", (3, 4), (4, 5), None),
        ("matmul", (3, 4), (5, 4), "shape_mismatch"),
        ("cat", (3, 4), (3,), "shape_mismatch"),
        ("relu", (3, 4), (3,), None),
    ],
)
def test_shapes_that_do_not_fit(
    op: str, first: tuple[int, ...], second: tuple[int, ...], found: str | None
) -> None:
    table = decode_graph_table(
        node_def("a", "Input", attributes={"_output_shapes": shapes(first)})
        + node_def("b", "Input", attributes={"_output_shapes": shapes(second)})
        + node_def("c", op, "a", "b")
    )
    assert codes(table) == ([found] if found else [])


def test_a_linear_layer_says_what_its_weight_wants() -> None:
    labels = wire.message(1, wire.bytes_(2, "input"), wire.bytes_(2, "weight"))
    table = decode_graph_table(
        node_def("a", "Input", attributes={"_output_shapes": shapes((32, 64))})
        + node_def("w", "Parameter", attributes={"_output_shapes": shapes((10, 128))})
        + node_def("c", "linear", "a", "w", attributes={"_input_names": labels})
    )
    (found,) = graph_problems(table)
    assert found.message == "linear takes [32, 64], its weight [10, 128] wants 128 in the last dimension"


def test_idle_modules_are_told_without_those_inside() -> None:
    found = [
        problem for problem in graph_problems(decode_graph_table(encode_graph_def(model()))) if problem.scope
    ]
    assert [(problem.code, problem.scope) for problem in found] == [("unused_module", "Net/idle")]
    assert "6 parameters get no gradient" in found[0].message


def test_a_parameter_that_no_optimizer_finds_is_bad() -> None:
    table = decode_graph_table(node_def("p", "Parameter", attributes={"registered": wire.bool_(5, False)}))
    assert [(problem.code, problem.severity) for problem in graph_problems(table)] == [
        ("unregistered", Severity.BAD)
    ]


def test_problems_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "MAX_PROBLEMS", 5)
    table = decode_graph_table(b"".join(node_def(f"n{i}") * 2 for i in range(20)))
    assert len(graph_problems(table)) == 5
