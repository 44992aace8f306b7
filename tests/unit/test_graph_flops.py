"""What a recorded graph says of cost: operations beside torch's own counter, memory, unused modules, sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the name that everybody knows it by
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from glassboard import SummaryWriter
from glassboard import open as open_log
from glassboard.codec.payloads.graph import decode_graph_def, encode_graph_def
from glassboard.codec.payloads.model_graph import ModelGraph
from glassboard.instrument.flops import _ELEMENTWISE, _FORMULAS, _FREE, count_flops
from glassboard.instrument.graph import trace_graph
from glassboard.instrument.source_place import source_place

# What torch's counter leaves out and we count.
SMALL = _ELEMENTWISE | {"max_pool2d", "layer_norm", "batch_norm", "group_norm", "softmax", "mean", "sum"}


def calculated(graph: ModelGraph) -> int:
    """Operations of matrix products, convolutions and attention: what torch's counter counts."""
    return sum(node.flops or 0 for node in graph.operations if node.op.strip("_") not in SMALL)


def counted_by_torch(model: nn.Module, inputs: tuple[torch.Tensor, ...]) -> int:
    # With gradients, so that torch takes no fused path that its counter does not know.
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        model.eval()(*inputs)
    return int(counter.get_total_flops())


class Function(nn.Module):
    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *args: torch.Tensor) -> object:
        return self.function(*args)


CASES: dict[str, tuple[nn.Module, tuple[torch.Tensor, ...]]] = {
    "convolutions": (
        nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 8, (3, 1), stride=2, groups=4, dilation=2, bias=False), nn.Flatten(), nn.Linear(64, 10),
        ),
        (torch.zeros(2, 3, 16, 16),),
    ),
    "one dimension": (nn.Conv1d(4, 6, 5), (torch.zeros(2, 4, 20),)),
    "three dimensions": (nn.Conv3d(2, 4, 3), (torch.zeros(1, 2, 5, 6, 7),)),
    "transposed": (nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (torch.zeros(2, 4, 5, 7),)),
    "linear of many": (nn.Linear(7, 5), (torch.zeros(2, 3, 7),)),
    "matmul": (Function(lambda a, b: a @ b), (torch.zeros(3, 4), torch.zeros(4, 5))),
    "matmul of batches": (Function(torch.matmul), (torch.zeros(6, 3, 4), torch.zeros(6, 4, 5))),
    "bmm": (Function(torch.bmm), (torch.zeros(2, 3, 4), torch.zeros(2, 4, 5))),
    "addmm": (Function(torch.addmm), (torch.zeros(3, 5), torch.zeros(3, 4), torch.zeros(4, 5))),
    "einsum": (
        Function(lambda a, b: torch.einsum("b i j, b j k -> b i k", a, b)),
        (torch.zeros(2, 3, 4), torch.zeros(2, 4, 5)),
    ),
    "attention": (
        Function(F.scaled_dot_product_attention),
        (torch.zeros(2, 4, 6, 8), torch.zeros(2, 4, 5, 8), torch.zeros(2, 4, 5, 8)),
    ),
    "multi-head attention": (
        nn.MultiheadAttention(16, 4, kdim=12, vdim=10),
        (torch.zeros(7, 2, 16), torch.zeros(5, 2, 12), torch.zeros(5, 2, 10)),
    ),
    "transformer layer": (
        nn.TransformerEncoderLayer(16, 4, 32, batch_first=True),
        (torch.zeros(2, 7, 16),),
    ),
    "recurrent": (nn.GRU(4, 8, 2, bidirectional=True), (torch.zeros(5, 3, 4),)),
    "cell": (nn.LSTMCell(4, 8), (torch.zeros(3, 4),)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_products_count_as_torch_counts_them(name: str) -> None:
    model, inputs = CASES[name]
    graph = trace_graph(model, inputs)
    assert calculated(graph) == counted_by_torch(model, inputs) > 0
    assert graph.modules[0].uncounted_operation_count == 0
    assert graph.modules[0].flops == sum(node.flops or 0 for node in graph.operations)


def test_a_bidirectional_lstm_by_hand() -> None:
    """Torch's counter does not see into the fused kernel."""
    model = nn.LSTM(4, 8, 2, bidirectional=True)
    matrices = sum(weight.numel() for weight in model.parameters() if weight.dim() == 2)
    assert trace_graph(model, torch.zeros(5, 3, 4)).modules[0].flops == 2 * 15 * matrices


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: x + 1, 24),
        (lambda x: 1 - x, 24),
        (lambda x: x.mul_(2), 24),
        (lambda x: torch.gelu(x) if hasattr(torch, "gelu") else F.gelu(x), 24),
        (lambda x: F.layer_norm(x, (4,)), 4 * 24),
        (lambda x: F.layer_norm(x, (4,), torch.ones(4), torch.zeros(4)), 5 * 24),
        (lambda x: x.softmax(-1), 5 * 24),
        (lambda x: F.max_pool2d(x, 2), 4 * 4),
        (lambda x: F.avg_pool2d(x, (3, 2)), 4 * 6),
        (lambda x: x.mean(), 24),
        (lambda x: x.reshape(-1).unsqueeze(0), 0),
    ],
)  # fmt: skip
def test_what_goes_element_by_element(function: Callable[..., object], expected: int) -> None:
    graph = trace_graph(Function(function), torch.ones(1, 2, 3, 4))
    assert graph.modules[0].flops == expected
    assert graph.modules[0].uncounted_operation_count == 0


def test_what_is_not_known_is_not_guessed_and_is_counted_apart() -> None:
    graph = trace_graph(Function(lambda x: torch.linalg.svd(x).S + torch.fft.fft(x).real.sum()), torch.eye(3))
    by_op = {node.op: node.flops for node in graph.operations}
    assert by_op["linalg_svd"] is None
    assert graph.modules[0].uncounted_operation_count == 2
    assert "2 operations are not counted" in graph.summary()
    assert count_flops("conv2d", [("input", torch.ones(2))], [torch.ones(2)]) is None


def test_no_name_is_in_two_tables() -> None:
    assert not _FREE & _ELEMENTWISE
    assert not (_FREE | _ELEMENTWISE) & _FORMULAS.keys()


class Parts(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.ModuleList([nn.Linear(4, 6), nn.Linear(6, 6)])
        self.tied = nn.Linear(6, 4, bias=False)
        self.forgotten = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.body:
            x = layer(x)
        return F.linear(x, self.tied.weight)


def test_modules_have_what_runs_inside_them() -> None:
    graph = trace_graph(Parts(), torch.zeros(3, 4))
    modules = {module.path: module for module in graph.modules}
    assert (modules["body.0"].flops, modules["body.1"].flops) == (2 * 3 * 4 * 6, 2 * 3 * 6 * 6)
    assert modules["body"].flops == modules["body.0"].flops + modules["body.1"].flops
    assert modules[""].flops == modules["body"].flops + 2 * 3 * 6 * 4
    assert modules["body.0"].activation_bytes == 3 * 6 * 4
    assert modules["body.0"].parameter_bytes == (4 * 6 + 6) * 4
    assert modules[""].parameter_bytes == sum(p.numel() for p in Parts().parameters()) * 4


def test_modules_that_the_pass_never_used_are_told() -> None:
    graph = trace_graph(Parts(), torch.zeros(3, 4))
    unused = {module.path for module in graph.modules if module.is_unused}
    # A list is never called, and a tied layer lends its weight only: both are used.
    assert unused == {"forgotten", "forgotten.0", "forgotten.1"}
    assert "not used in this pass: forgotten, forgotten.0, forgotten.1" in graph.summary()
    assert not any(module.is_unused for module in trace_graph(Parts()).modules)


def test_a_module_at_two_places_is_used_at_both() -> None:
    model = nn.Module()
    model.first = model.second = nn.Linear(2, 2)
    model.forward = lambda x: model.second(x)  # type: ignore[method-assign]
    graph = trace_graph(model, torch.zeros(1, 2))
    assert not any(module.is_unused for module in graph.modules)


def test_memory_is_what_was_made_and_not_what_was_viewed() -> None:
    graph = trace_graph(
        Function(lambda x: x.double().reshape(-1)[2:].relu_().sum(dtype=torch.float16)), torch.zeros(2, 3)
    )
    by_op = {node.op: node.memory_bytes for node in graph.nodes}
    assert by_op == {"Input": 0, "double": 48, "reshape": 0, "getitem": 0, "relu_": 0, "sum": 2, "Output": 0}


def test_every_edge_has_shape_and_dtype() -> None:
    graph = trace_graph(Parts(), torch.zeros(3, 4))
    assert {(edge.tensor.shape, edge.tensor.dtype) for edge in graph.edges} >= {
        ((3, 4), "float32"), ((6, 4), "float32"), ((6,), "float32"),
    }  # fmt: skip
    assert len(graph.edges) == sum(len(node.sources) for node in graph.nodes)


def test_the_source_of_a_class_tells_no_folder_of_the_machine() -> None:
    file, line = source_place(Parts)
    assert Path(file).name == Path(__file__).name
    assert not Path(file).is_absolute()
    text = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert "class Parts" in text[line - 1] or "def forward" in text[line - 1]
    assert source_place(nn.Linear)[0] == "torch/nn/modules/linear.py"
    assert source_place(int) == ("", 0)


def test_it_comes_back_from_the_file(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_graph(Parts(), torch.zeros(3, 4))
    expected = trace_graph(Parts(), torch.zeros(3, 4))
    found = open_log(tmp_path).runs["."].graphs()[0].read()
    assert found.modules == expected.modules
    assert [(node.flops, node.memory_bytes or 0) for node in found.nodes] == [
        (node.flops, node.memory_bytes) for node in expected.nodes
    ]


def test_numbers_beyond_any_machine_are_cut_to_what_the_file_holds() -> None:
    graph = trace_graph(
        nn.Linear(1 << 20, 1 << 20, device="meta"), torch.zeros(1 << 24, 1 << 20, device="meta")
    )
    (linear,) = [node for node in decode_graph_def(encode_graph_def(graph)).nodes if node.op == "linear"]
    assert linear.flops == (1 << 63) - 1
