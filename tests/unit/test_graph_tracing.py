"""The graph of a model: operations, modules and the tensors between them, from one forward pass."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the name that everybody knows it by
from torch import nn

from glassboard.codec.payloads.model_graph import ModelGraph, Node, Role, TensorSpec
from glassboard.errors import MisuseError
from glassboard.instrument.graph import trace_graph


class CharacterNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.block1 = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)
        )
        self.block2 = nn.Sequential(
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)
        )
        self.logits = nn.Linear(64 * 7 * 7, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.logits(torch.flatten(self.block2(self.block1(images)), 1))


def node_of(graph: ModelGraph, name: str) -> Node:
    return next(node for node in graph.nodes if node.name == name)


def ops_of(graph: ModelGraph) -> list[str]:
    return [node.op for node in graph.operations]


def source_names(graph: ModelGraph, name: str) -> list[str]:
    return [source.node for source in node_of(graph, name).sources]


def reached_from(graph: ModelGraph, start: str) -> set[str]:
    reached = {start}
    for node in graph.nodes:
        if any(source.node in reached for source in node.sources):
            reached.add(node.name)
    return reached


def assert_consistent(graph: ModelGraph) -> None:
    """Names are unique, a source precedes its target, and every edge has a tensor."""
    met: dict[str, Node] = {}
    for node in graph.nodes:
        assert node.name not in met
        for source in node.sources:
            assert source.output < len(met[source.node].outputs), (node, source)
        met[node.name] = node
    assert {module.path for module in graph.modules} >= {node.module for node in graph.nodes}


def test_convolutional_network_is_traceable_from_input_to_prediction() -> None:
    graph = trace_graph(CharacterNet(), torch.zeros(4, 1, 28, 28))
    assert_consistent(graph)
    assert ops_of(graph) == [
        *("conv2d", "relu", "max_pool2d", "dropout"),
        *("conv2d", "relu", "max_pool2d", "dropout"),
        *("flatten", "linear"),
    ]
    assert [node.name for node in graph.inputs] == ["input/images"]
    assert "output" in reached_from(graph, "input/images")
    assert {node.name for node in graph.operations} <= reached_from(graph, "input/images")
    convolution = node_of(graph, "CharacterNet/block1/Conv2d[0]/conv2d")
    assert convolution.module == "block1.0"
    assert convolution.outputs == (TensorSpec((4, 32, 28, 28), "float32"),)
    assert convolution.attributes == {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1}
    assert [source.label for source in convolution.sources] == ["input", "weight", "bias"]
    weight = node_of(graph, "CharacterNet/block1/Conv2d[0]/weight")
    assert weight.role is Role.PARAMETER
    assert weight.attributes == {"parameter_count": 288, "trainable": True}


def test_every_edge_says_what_tensor_flows() -> None:
    graph = trace_graph(CharacterNet(), torch.zeros(4, 1, 28, 28))
    path = [edge for edge in graph.edges if "/weight" not in edge.source and "/bias" not in edge.source]
    assert [str(edge.tensor) for edge in path] == [
        "float32[4, 1, 28, 28]",
        *["float32[4, 32, 28, 28]"] * 2,
        *["float32[4, 32, 14, 14]"] * 2,
        *["float32[4, 64, 14, 14]"] * 2,
        *["float32[4, 64, 7, 7]"] * 2,
        "float32[4, 3136]",
        "float32[4, 10]",
    ]


def test_modules_carry_their_counts_and_what_they_returned() -> None:
    model = CharacterNet()
    model.block1.requires_grad_(False)
    modules = {module.path: module for module in trace_graph(model, torch.zeros(2, 1, 28, 28)).modules}
    root = modules[""]
    assert (root.class_name, root.own_parameter_count, root.parameter_count) == ("CharacterNet", 0, 50_186)
    assert root.trainable_parameter_count == 50_186 - 320
    assert modules["block2.0"].extra_repr == "32, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1)"
    assert modules["block2"].outputs == (TensorSpec((2, 64, 7, 7), "float32"),)
    assert modules["logits"].call_count == 1


def test_summary_is_a_table_of_layers() -> None:
    text = trace_graph(CharacterNet(), torch.zeros(4, 1, 28, 28)).summary()
    lines = text.splitlines()
    assert lines[0].split() == ["Module", "Class", "Output", "shape", "Parameters"]
    assert ["0", "Conv2d", "[4,", "64,", "14,", "14]", "18,496"] in [line.split() for line in lines]
    assert "50,186 parameters, 50,186 trainable, 0 frozen" in lines
    assert "input images: float32[4, 1, 28, 28]" in lines
    shallow = trace_graph(CharacterNet(), torch.zeros(4, 1, 28, 28)).summary(max_depth=1)
    assert "Conv2d" not in shallow
    assert "Linear" in shallow


def test_operators_methods_and_getters_are_operations() -> None:
    class Arithmetic(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            doubled = 2 * x + x.mT
            return (1 - doubled[0, 1:, ...]) @ doubled.sum(-1, keepdim=True)[0].abs()

    graph = trace_graph(Arithmetic(), torch.ones(3, 3, 3))
    assert_consistent(graph)
    assert ops_of(graph) == ["mul", "mT", "add", "getitem", "rsub", "sum", "getitem", "abs", "matmul"]
    assert node_of(graph, "Arithmetic/getitem").attributes == {"index": (0, "1:", "...")}


def test_a_power_is_an_operation_though_python_hides_its_arguments() -> None:
    class Power(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x**2 + 2**x

    graph = trace_graph(Power(), torch.ones(3))
    assert graph.operations[0].op == "pow"
    assert graph.operations[0].sources[0].node == "input/x"


def test_residual_block_has_two_ways() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.Dropout(0.5))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            kept = self.body[2](x)
            return F.relu(self.body(kept) + kept + x)

    graph = trace_graph(Residual(), torch.zeros(2, 3, 8, 8))
    assert_consistent(graph)
    body_end, kept = "Residual/body/Dropout[2]/dropout_1", "Residual/body/Dropout[2]/dropout"
    assert source_names(graph, "Residual/add") == [body_end, kept]
    assert source_names(graph, "Residual/add_1") == ["Residual/add", "input/x"]


def test_branches_and_loops_record_the_path_that_was_taken() -> None:
    class Branching(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.left, self.right = nn.Linear(4, 4), nn.Linear(4, 4)

        def forward(self, x: torch.Tensor, *, repeats: int) -> torch.Tensor:
            layer = self.left if x.sum() > 0 else self.right
            for _ in range(repeats):
                x = layer(x)
            return x

    graph = trace_graph(Branching(), {"x": torch.ones(1, 4), "repeats": 3})
    assert_consistent(graph)
    assert ops_of(graph) == ["sum", "gt", "linear", "linear", "linear"]
    assert source_names(graph, "Branching/left/linear_2")[0] == "Branching/left/linear_1"
    calls = {module.path: module.call_count for module in graph.modules}
    assert calls == {"": 1, "left": 3, "right": 0}
    assert not any("right" in node.name for node in graph.nodes)


def test_nested_inputs_and_outputs_are_named_after_their_places() -> None:
    @dataclass
    class Output:
        logits: torch.Tensor
        states: tuple[torch.Tensor, ...]
        note: str

    class Nested(nn.Module):
        def forward(
            self, batch: dict[str, torch.Tensor], extra: list[torch.Tensor], **more: torch.Tensor
        ) -> Output:
            total = batch["image"] + extra[1] + more["bias"]
            return Output(total, (extra[0], total.double()), "done")

    ones = torch.ones(2)
    graph = trace_graph(Nested(), {"batch": {"image": ones}, "extra": [ones + 1, ones + 2], "bias": ones + 3})
    assert_consistent(graph)
    assert [node.name for node in graph.inputs] == [
        *("input/batch.image", "input/extra.0", "input/extra.1", "input/bias")
    ]
    assert {node.name: str(node.outputs[0]) for node in graph.outputs} == {
        "output/logits": "float32[2]",
        "output/states.0": "float32[2]",
        "output/states.1": "float64[2]",
    }
    assert source_names(graph, "output/states.0") == ["input/extra.0"]


def test_one_argument_that_is_a_mapping_or_a_list() -> None:
    class TakesBatch(nn.Module):
        def forward(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            return {"out": batch["a"] * batch["b"]}

    class TakesList(nn.Module):
        def forward(self, images: list[torch.Tensor]) -> list[torch.Tensor]:
            return [image * 2 for image in images]

    ones = torch.ones(2)
    graph = trace_graph(TakesBatch(), {"a": ones, "b": ones + 1})
    assert [node.name for node in (*graph.inputs, *graph.outputs)] == [
        "input/batch.a",
        "input/batch.b",
        "output/out",
    ]
    assert len(trace_graph(TakesList(), [ones, ones + 1]).outputs) == 2
    assert ops_of(trace_graph(nn.Bilinear(2, 2, 3), (ones, ones))) == ["bilinear"]


def test_lstm_is_one_operation_with_all_its_weights() -> None:
    graph = trace_graph(nn.LSTM(4, 8, num_layers=2), torch.zeros(5, 3, 4))
    assert_consistent(graph)
    lstm = next(node for node in graph.operations if node.op == "lstm")
    assert [spec.shape for spec in lstm.outputs] == [(5, 3, 8), (2, 3, 8), (2, 3, 8)]
    assert sum(source.label.startswith("params") for source in lstm.sources) == 8
    assert [node.name for node in graph.outputs] == ["output/0", "output/1.0", "output/1.1"]
    assert [(node.sources[0].node, node.sources[0].output) for node in graph.outputs] == [
        *(("LSTM/lstm", 0), ("LSTM/lstm", 1), ("LSTM/lstm", 2))
    ]


@pytest.mark.parametrize("training", [True, False])
def test_transformer_layer_and_attention(training: bool) -> None:
    layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True).train(training)
    graph = trace_graph(nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), torch.zeros(2, 5, 8))
    assert_consistent(graph)
    assert ops_of(graph).count("multi_head_attention_forward") == 2
    assert ops_of(graph).count("layer_norm") == 4
    assert {node.name for node in graph.operations if node.op != "is_same_size"} <= reached_from(
        graph, "input/src"
    )
    attention = next(node for node in graph.operations if node.op == "multi_head_attention_forward")
    assert {"query", "key", "value", "in_proj_weight", "out_proj_weight"} <= {
        s.label for s in attention.sources
    }
    query = torch.zeros(2, 3, 8)
    assert_consistent(trace_graph(nn.MultiheadAttention(8, 2), (query, query, query)))


def test_shared_weights_are_one_parameter_node_and_count_once() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(10, 4)
            self.head = nn.Linear(4, 10, bias=False)
            self.head.weight = self.embedding.weight

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            return self.head(self.embedding(tokens))

    graph = trace_graph(Tied(), torch.zeros(3, dtype=torch.int64))
    assert_consistent(graph)
    assert [node.name for node in graph.parameters] == ["Tied/embedding/weight"]
    assert source_names(graph, "Tied/head/linear") == ["Tied/embedding/embedding", "Tied/embedding/weight"]
    assert graph.modules[0].parameter_count == 40


def test_a_module_at_two_places_is_shown_where_it_was_called() -> None:
    shared = nn.Linear(2, 2)
    graph = trace_graph(nn.Sequential(nn.Sequential(shared), nn.Sequential(shared)), torch.zeros(1, 2))
    assert [node.name for node in graph.operations] == [
        "Sequential/Sequential[0]/Linear[0]/linear",
        "Sequential/Sequential[1]/Linear[0]/linear",
    ]


def test_writes_in_place_are_passed_on_to_every_view() -> None:
    class Writing(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = x * 1
            x[0] = 5
            x.view(-1).add_(1)
            F.relu(x, inplace=True)
            x *= 2
            return torch.sigmoid(x)

    graph = trace_graph(Writing(), torch.ones(2, 3))
    assert_consistent(graph)
    assert ops_of(graph) == ["mul", "setitem", "view", "add_", "relu", "mul_", "sigmoid"]
    assert source_names(graph, "Writing/relu") == ["Writing/add_"]
    # What relu takes is x again, not the flat view that was written through.
    edge = next(edge for edge in graph.edges if edge.target == "Writing/relu")
    assert edge.tensor.shape == (2, 3)
    assert source_names(graph, "Writing/sigmoid") == ["Writing/mul_"]


def test_calls_that_do_nothing_are_no_operations() -> None:
    class Nothing(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.to(x.device).contiguous().float()[0]

    assert ops_of(trace_graph(nn.Sequential(nn.Identity(), Nothing()), torch.zeros(2))) == ["getitem"]


def test_buffers_attributes_and_unregistered_layers_are_told_apart() -> None:
    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("scale", torch.ones(3))
            self.offset = torch.ones(3)
            self.hidden = (nn.Linear(3, 3, bias=False),)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.hidden[0](x * self.scale + self.offset) + torch.arange(3)

    graph = trace_graph(Mixed(), torch.zeros(2, 3))
    assert_consistent(graph)
    roles = {node.name: (node.role, node.op) for node in graph.nodes}
    assert roles["Mixed/scale"] == (Role.BUFFER, "Buffer")
    assert roles["Mixed/offset"] == (Role.CONSTANT, "Const")
    stray = node_of(graph, "Mixed/unregistered_parameter")
    assert stray.attributes == {"parameter_count": 9, "trainable": True, "registered": False}
    assert node_of(graph, "Mixed/arange").sources == ()


def test_what_is_not_python_is_shown_as_the_module_it_is() -> None:
    with pytest.warns(DeprecationWarning, match="torch.jit"):
        scripted = torch.jit.script(nn.Sequential(nn.Linear(2, 2), nn.ReLU()))
    graph = trace_graph(nn.Sequential(nn.Linear(2, 2), scripted, nn.ReLU()), torch.zeros(1, 2))
    assert_consistent(graph)
    assert ops_of(graph) == ["linear", "RecursiveScriptModule", "relu"]
    assert {"output", *(node.name for node in graph.operations)} <= reached_from(graph, "input/input")


def test_custom_autograd_function_is_seen_through() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: torch.Tensor) -> torch.Tensor:
            return x * 2

    class Model(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return Double.apply(x) + 1

    graph = trace_graph(Model(), torch.zeros(2))
    assert ops_of(graph) == ["mul", "add"]
    assert "output" in reached_from(graph, "input/x")


# Importing torch's compiler warns of parts of torch itself.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_wrappers_are_looked_through() -> None:
    model = nn.Linear(2, 2)
    for wrapped in (nn.DataParallel(model), torch.compile(model, backend="eager")):
        assert trace_graph(wrapped, torch.zeros(1, 2)).modules[0].class_name == "Linear"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_parts_run_as_python() -> None:
    part = torch.compile(nn.Sequential(nn.ReLU(), nn.Linear(2, 1)), backend="eager")
    model = nn.Sequential(nn.Linear(2, 2), part)
    graph = trace_graph(model, torch.zeros(1, 2))
    assert ops_of(graph) == ["linear", "relu", "linear"]


def test_meta_tensors_need_no_memory() -> None:
    model = nn.Linear(50_000, 50_000, device="meta")
    graph = trace_graph(model, torch.zeros(8, 50_000, device="meta"))
    assert graph.outputs[0].outputs[0].shape == (8, 50_000)
    assert graph.modules[0].parameter_count == 50_000 * 50_001


def test_without_an_input_modules_and_parameters_remain() -> None:
    graph = trace_graph(CharacterNet())
    assert graph.operations == graph.inputs == graph.outputs == ()
    leaf = node_of(graph, "CharacterNet/block1/Conv2d[0]/Conv2d")
    assert leaf.role is Role.MODULE
    assert [source.label for source in leaf.sources] == ["weight", "bias"]
    assert len(graph.parameters) == 6
    assert graph.modules[0].parameter_count == 50_186
    assert [line.split()[-2:] for line in graph.summary().splitlines()[3:6]] == [
        ["-", "320"],
        ["-", "320"],
        ["-", "0"],
    ]


@pytest.mark.parametrize("model", [len, None, "net", nn.Linear])
def test_what_is_no_model_is_refused(model: object) -> None:
    with pytest.raises(MisuseError, match=r"needs a torch\.nn\.Module, got"):
        trace_graph(model, torch.zeros(1))  # type: ignore[arg-type]


def test_inputs_that_do_not_fit_are_refused_before_the_pass() -> None:
    with pytest.raises(MisuseError, match=r"do not fit Linear\.forward\(input: .*too many positional"):
        trace_graph(nn.Linear(2, 2), (torch.zeros(1), torch.zeros(1), torch.zeros(1)))
