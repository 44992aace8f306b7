"""Counts the floating-point operations of one torch function from the shapes of its tensors.

A multiplication and the addition that follows it count as two. Matrix products, convolutions and attention are counted as
torch's own counter does (torch/utils/flop_counter.py), without their biases; beyond it, what works element by element counts
one operation an element of the result, whatever the operation costs, and normalisations count as in fvcore
(fvcore/nn/jit_handles.py, `norm_flop_counter`). What only moves or views elements counts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import torch

__all__ = ["count_flops"]

_MOST = (1 << 63) - 1
"""What the file holds; a trillion machines for a second."""
_Arguments: TypeAlias = Mapping[str, object]
_Formula: TypeAlias = Callable[[_Arguments, Sequence[torch.Tensor]], int]


def count_flops(
    op: str, arguments: Iterable[tuple[str, object]], results: Sequence[torch.Tensor]
) -> int | None:
    """The operations of a call of `op`; None where its formula is not known or its sizes vary within a tensor."""
    name = _plain_name(op)
    if name in _FREE:
        return 0
    try:
        if name in _ELEMENTWISE:
            return min(sum(result.numel() for result in results), _MOST)
        formula = _FORMULAS.get(name)
        return None if formula is None else min(formula(dict(arguments), results), _MOST)
    except (
        AttributeError,
        IndexError,
        KeyError,
        RuntimeError,
        StopIteration,
        TypeError,
        ValueError,
        ZeroDivisionError,
    ):
        return None  # called in a way that the formula does not know


def _plain_name(op: str) -> str:
    """`add` for `add_`, `iadd` and `radd`."""
    name = op.removesuffix("_")
    if name in _KNOWN:
        return name
    return name[1:] if name[:1] in "ir" and name[1:] in _KNOWN else name


def _tensor(arguments: _Arguments, *names: str) -> torch.Tensor:
    """The first of the arguments that is a tensor."""
    for name in names:
        if isinstance(found := arguments.get(name), torch.Tensor):
            return found
    raise KeyError(names)


def _positional(arguments: _Arguments, index: int) -> torch.Tensor:
    tensors = [value for value in arguments.values() if isinstance(value, torch.Tensor)]
    return tensors[index]


def _matmul(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """Two operations for each element of the result and each of the dimension summed over.

    Source: torch/utils/flop_counter.py, `mm_flop` and `bmm_flop`.
    """
    return 2 * results[0].numel() * _positional(arguments, 0).shape[-1]


def _reversed_matmul(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    return 2 * results[0].numel() * _positional(arguments, 1).shape[-1]


def _added_matmul(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """`addmm(input, mat1, mat2)` and its kin. Source: torch/utils/flop_counter.py, `addmm_flop`."""
    return 2 * results[0].numel() * _positional(arguments, 1).shape[-1]


def _linear(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """A matrix product of the last dimension. Source: torch/utils/flop_counter.py, `addmm_flop`."""
    return 2 * results[0].numel() * _tensor(arguments, "weight").shape[-1]


def _einsum(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """Two operands: two operations for each combination of all indices, as for the batched product that it becomes."""
    text = next(value for value in arguments.values() if isinstance(value, str))
    equation = text.replace(" ", "").partition("->")[0].split(",")
    operands = [value for value in arguments.values() if isinstance(value, torch.Tensor)]
    for value in arguments.values():
        if isinstance(value, list | tuple):
            operands += [each for each in value if isinstance(each, torch.Tensor)]
    if len(operands) != 2 or "." in "".join(equation):
        raise ValueError("only two operands with every index named are counted")
    sizes = {
        index: size
        for names, operand in zip(equation, operands, strict=True)
        for index, size in zip(names, operand.shape, strict=True)
    }
    return 2 * math.prod(sizes.values())


def _convolution(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """For each element of the result, two operations an element of its filter: channels of a group times kernel.

    Source: torch/utils/flop_counter.py, `conv_flop_count`.
    """
    return 2 * results[0].numel() * math.prod(_tensor(arguments, "weight").shape[1:])


def _transposed_convolution(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """As a convolution from the result to the input. Source: torch/utils/flop_counter.py, `conv_flop_count`."""
    return 2 * _tensor(arguments, "input").numel() * math.prod(_tensor(arguments, "weight").shape[1:])


def _attention(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """Two batched products: queries with keys, weights with values.

    Source: torch/utils/flop_counter.py, `sdpa_flop_count`.
    """
    query, key, value = (_tensor(arguments, name) for name in ("query", "key", "value"))
    queries = query.numel() // query.shape[-1]
    return 2 * queries * key.shape[-2] * (query.shape[-1] + value.shape[-1])


def _attention_and_projections(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, batch: int
) -> int:
    """Three projections, attention over all heads, and the projection of the result; the width is that of the query."""
    width = query.shape[-1]
    queries = query.numel() // width
    keys = key.numel() // key.shape[-1]
    projections = 2 * width * (2 * queries * width + keys * key.shape[-1] + keys * value.shape[-1])
    return projections + 4 * queries * (keys // batch) * width


def _multi_head_attention(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """Of `torch.nn.functional.multi_head_attention_forward`, whose tensors are [length, batch, width] or [length, width].

    Source: the products in torch/nn/functional.py, each as in `_matmul`.
    """
    query, key, value = (_tensor(arguments, name) for name in ("query", "key", "value"))
    batch = query.shape[1] if query.dim() == 3 else 1
    return _attention_and_projections(query, key, value, batch)


def _native_attention(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """The same in one kernel, [batch, length, width]."""
    query, key, value = (_tensor(arguments, name) for name in ("query", "key", "value"))
    return _attention_and_projections(query, key, value, query.shape[0])


def _encoder_layer(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """A whole transformer encoder layer in one kernel: attention, and the two layers behind it."""
    source = _tensor(arguments, "src", "input")
    tokens = source.numel() // source.shape[-1]
    behind = sum(_tensor(arguments, name).numel() for name in ("ffn_weight_1", "ffn_weight_2"))
    return _attention_and_projections(source, source, source, source.shape[0]) + 2 * tokens * behind


def _recurrent(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    """Two operations for each token and each element of the matrices; what goes on between them is small beside that."""
    tokens = _positional(arguments, 0)
    weights = [
        each
        for value in arguments.values()
        if isinstance(value, list | tuple)
        for each in value
        if isinstance(each, torch.Tensor) and isinstance(each, torch.nn.Parameter) and each.dim() == 2
    ]
    if not weights:
        raise ValueError("no matrices")
    return 2 * (tokens.numel() // tokens.shape[-1]) * sum(weight.numel() for weight in weights)


def _recurrent_cell(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
    tokens = _positional(arguments, 0)
    weights = _tensor(arguments, "w_ih").numel() + _tensor(arguments, "w_hh").numel()
    return 2 * (tokens.numel() // tokens.shape[-1]) * weights


def _per_element_of_input(operations: int, operations_without_weight: int | None = None) -> _Formula:
    """So many an element of the input, fewer where there is no `weight` to multiply with."""

    def formula(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
        has_weight = isinstance(arguments.get("weight"), torch.Tensor)
        each = operations if has_weight or operations_without_weight is None else operations_without_weight
        return each * _positional(arguments, 0).numel()

    return formula


def _pooling(dimensions: int) -> _Formula:
    """One operation for each element of each window."""

    def formula(arguments: _Arguments, results: Sequence[torch.Tensor]) -> int:
        size = arguments["kernel_size"]
        each = tuple(size) if isinstance(size, tuple | list) else (size,)
        window = math.prod(each) if len(each) > 1 else each[0] ** dimensions
        return int(results[0].numel() * window)

    return formula


_FORMULAS: Mapping[str, _Formula] = {
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "dot", "vdot"), _matmul),
    "rmatmul": _reversed_matmul,
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), _added_matmul),
    "linear": _linear,
    "einsum": _einsum,
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys(
        ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _transposed_convolution
    ),
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _multi_head_attention,
    "_native_multi_head_attention": _native_attention,
    "_transformer_encoder_layer_fwd": _encoder_layer,
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), _recurrent),
    **dict.fromkeys(("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), _recurrent_cell),
    # With the statistics of training at hand there is a subtraction and a division, then perhaps weight and bias.
    "batch_norm": _per_element_of_input(2, 1),
    # Mean, variance, subtraction, division, then perhaps weight and bias.
    **dict.fromkeys(("layer_norm", "group_norm", "instance_norm"), _per_element_of_input(5, 4)),
    "rms_norm": _per_element_of_input(4, 3),
    # Maximum, subtraction, exponential, sum, division.
    **dict.fromkeys(("softmax", "log_softmax", "softmin", "cross_entropy"), _per_element_of_input(5)),
    **dict.fromkeys(("mse_loss", "l1_loss", "smooth_l1_loss", "logsumexp"), _per_element_of_input(3)),
    **dict.fromkeys(("var", "std", "norm", "normalize"), _per_element_of_input(3)),
    **dict.fromkeys(
        ("sum", "mean", "prod", "max", "min", "amax", "amin", "argmax", "argmin", "cumsum", "cumprod", "any", "all"),
        _per_element_of_input(1),
    ),
    **{f"{kind}_pool{n}d": _pooling(n) for kind in ("max", "avg", "lp") for n in (1, 2, 3)},
    **{f"max_pool{n}d_with_indices": _pooling(n) for n in (1, 2, 3)},
    **{
        f"adaptive_{kind}_pool{n}d": _per_element_of_input(1) for kind in ("max", "avg") for n in (1, 2, 3)
    },
}  # fmt: skip

_ELEMENTWISE = frozenset((
    "add", "sub", "mul", "div", "truediv", "floordiv", "mod", "pow", "neg", "abs", "sqrt", "rsqrt", "square", "exp",
    "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "tanh", "sigmoid", "erf", "reciprocal", "sign",
    "floor", "ceil", "round", "trunc", "frac", "clamp", "clip", "maximum", "minimum", "where", "masked_fill", "lerp",
    "addcmul", "addcdiv", "fmod", "remainder", "rsub", "subtract", "multiply", "divide", "true_divide", "float_power",
    "atan2", "hypot", "logical_and", "logical_or", "logical_not", "logical_xor", "eq", "ne", "lt", "le", "gt", "ge",
    "and", "or", "xor", "invert", "isnan", "isinf", "isfinite", "nan_to_num", "relu", "relu6", "leaky_relu", "prelu",
    "rrelu", "elu", "selu", "celu", "gelu", "silu", "mish", "hardtanh", "hardswish", "hardsigmoid", "softplus",
    "softsign", "softshrink", "hardshrink", "tanhshrink", "logsigmoid", "threshold", "glu", "pos",
))  # fmt: skip
"""One operation an element of the result: the operands have its shape, or are spread to it."""

_FREE = frozenset((
    "view", "view_as", "reshape", "reshape_as", "flatten", "unflatten", "squeeze", "unsqueeze", "transpose", "permute",
    "movedim", "swapaxes", "t", "T", "mT", "H", "mH", "adjoint", "expand", "expand_as", "repeat", "repeat_interleave",
    "tile", "broadcast_to", "narrow", "select", "slice", "unbind", "split", "chunk", "tensor_split", "cat", "concat",
    "stack", "hstack", "vstack", "getitem", "setitem", "index_select", "gather", "take", "scatter", "roll", "flip",
    "rot90", "pad", "contiguous", "clone", "to", "type", "type_as", "float", "double", "half", "bfloat16", "int",
    "long", "bool", "cpu", "cuda", "detach", "embedding", "one_hot", "dropout", "dropout1d", "dropout2d", "dropout3d",
    "alpha_dropout", "feature_alpha_dropout", "feature_dropout", "zeros_like", "ones_like", "empty_like", "full_like",
    "zeros", "ones", "empty", "full", "arange", "linspace", "eye", "tensor", "as_tensor", "rand", "randn", "randint",
    "rand_like", "randn_like", "new_zeros", "new_ones", "new_empty", "new_full", "new_tensor", "copy", "fill", "zero",
    "tril", "triu", "diag", "diagonal", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "unfold", "sort", "topk",
    "argsort", "data", "real", "imag", "masked_select", "nonzero", "requires_grad",
))  # fmt: skip
"""Moves, views, looks up or makes elements; in evaluation mode dropout does nothing."""

_KNOWN = _FREE | _ELEMENTWISE | _FORMULAS.keys()
