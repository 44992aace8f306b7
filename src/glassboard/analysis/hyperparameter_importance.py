"""How much of what a metric does each hyperparameter explains, alone and in pairs.

Functional analysis of variance over a small random forest (fANOVA: F. Hutter, H. Hoos, K. Leyton-Brown, "An Efficient
Approach for Assessing Hyperparameter Importance", ICML 2014): the forest says what every combination of values would
reach; its variance over all combinations is split into what each hyperparameter does alone and what pairs do beyond that.
Here the combinations are those of the values that were tried, each value of one hyperparameter equally likely, so that a
learning rate tried often weighs no more than one tried once.

Uncertainty: the runs are drawn again with replacement, and the interval holds nine tenths of the shares that come out.
Chance: the metric is shuffled among the runs; what then still looks important is what chance alone makes of this many
runs. Nothing here knows of causes: hyperparameters that were always changed together share their importance at random.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from glassboard.types import Float64Array

__all__ = ["MIN_RUNS", "Encoded", "Importance", "Share", "Value", "encode", "importance"]

Value: TypeAlias = float | str | bool | None
Levels: TypeAlias = npt.NDArray[np.intp]
Check: TypeAlias = Callable[[], None]

MIN_RUNS = 10
"""Fewer runs than this say nothing that chance does not."""
MAX_LEVELS = 24
MAX_HPARAMS = 16
MAX_PAIRED = 8
"""Interactions are looked for among this many, the most important ones."""
_MAX_RUNS = 1_000
"""A forest learns no more from further runs; these are drawn from them."""
_RESAMPLES = 20
_SHUFFLES = 20
_TREES = 6
_MAX_DEPTH = 8
_MAX_COMBINATIONS = 1_024


@dataclass(frozen=True, slots=True)
class Encoded:
    """Hyperparameters as numbered levels; what does not differ between runs is not among them."""

    names: tuple[str, ...]
    levels: Levels
    """intp[runs, hyperparameters]."""
    level_counts: tuple[int, ...]
    is_ordered: tuple[bool, ...]
    constant: tuple[str, ...]
    """Names of those with one value in every run."""


@dataclass(frozen=True, slots=True)
class Share:
    names: tuple[str, ...]
    """One hyperparameter, or the two of an interaction."""
    share: float
    """Of the forest's variance, 0 to 1."""
    low: float
    high: float
    """Nine tenths of the resamples lie between."""
    chance: float
    """What 95 of 100 shuffled metrics stay below, as a share of the same variance."""


@dataclass(frozen=True, slots=True)
class Importance:
    shares: tuple[Share, ...]
    """Hyperparameters, the most important first."""
    interactions: tuple[Share, ...]
    explained: float | None
    """R squared of runs that their trees had not seen; near or below 0 the forest predicts nothing. None where unknown."""
    run_count: int


def encode(columns: Mapping[str, Sequence[Value | None]], missing: object = None) -> Encoded:
    """Levels of each column (all of one length): numbers ordered and binned to `MAX_LEVELS` quantiles, everything else by
    value. `missing` is a level of its own beside texts, and of no order."""
    names, levels, counts, ordered, constant = [], [], [], [], []
    for name, values in columns.items():
        column, count, is_ordered = _levels(list(values))
        if count < 2:
            constant.append(name)
            continue
        names.append(name)
        levels.append(column)
        counts.append(count)
        ordered.append(is_ordered)
    run_count = max((len(values) for values in columns.values()), default=0)
    table = np.stack(levels, axis=1) if levels else np.empty((run_count, 0), np.intp)
    return Encoded(tuple(names), table, tuple(counts), tuple(ordered), tuple(constant))


def _levels(values: list[Value | None]) -> tuple[Levels, int, bool]:
    is_number = all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        for value in values
    )
    if is_number:
        numbers = np.array(values, np.float64)
        distinct = np.unique(numbers)
        if len(distinct) > MAX_LEVELS:
            edges = np.unique(np.quantile(numbers, np.linspace(0, 1, MAX_LEVELS + 1)[1:-1]))
            binned = np.searchsorted(edges, numbers, side="right")
            kept, column = np.unique(binned, return_inverse=True)
            return column.astype(np.intp), len(kept), True
        return np.searchsorted(distinct, numbers).astype(np.intp), len(distinct), True
    texts = [f"{type(value).__name__}:{value}" for value in values]
    # Of very many texts the rare ones are one level.
    order = sorted(set(texts), key=lambda text: (-texts.count(text), text))[:MAX_LEVELS]
    places = {text: place for place, text in enumerate(order)}
    column = np.array([places.get(text, MAX_LEVELS - 1) for text in texts], np.intp)
    return column, int(column.max()) + 1, False


def importance(
    encoded: Encoded, metric: Float64Array, *, seed: int = 0, check: Check = lambda: None
) -> Importance:
    """`metric` float64[runs], finite. `check` is called now and then and may raise to end the work.

    Raises `ValueError` for fewer than `MIN_RUNS` runs, for a metric that does not change, and where no hyperparameter
    does; the message says which.
    """
    run_count = len(metric)
    if run_count < MIN_RUNS:
        raise ValueError(
            f"{run_count} runs have a value of the metric, and {MIN_RUNS} are wanted: "
            "of fewer nothing can be told from chance"
        )
    if not encoded.names:
        raise ValueError("no hyperparameter differs between the runs")
    if np.ptp(metric) <= 1e-12 * max(1e-300, float(np.abs(metric).max())):
        raise ValueError("the metric is the same in every run")
    rng = np.random.default_rng(seed)
    scaled = metric / float(np.abs(metric).max())
    encoded = _most_frequent(encoded)
    pairs = list(itertools.combinations(range(len(encoded.names)), 2))
    if len(encoded.names) > MAX_PAIRED:
        grid = _combinations(encoded, rng)
        first = np.mean([_forest(encoded, scaled, rng, [], grid).variances for _ in range(4)], axis=0)
        top = sorted(np.argsort(-first)[:MAX_PAIRED].tolist())
        pairs = list(itertools.combinations(top, 2))
    grid = _combinations(encoded, rng)
    drawn, totals, explained = [], [], []
    for _ in range(_RESAMPLES):
        check()
        forest = _forest(encoded, scaled, rng, pairs, grid)
        drawn.append(forest.variances / forest.total if forest.total > 0 else forest.variances * 0)
        totals.append(forest.total)
        explained.append(forest.explained)
    shuffled = []
    for _ in range(_SHUFFLES):
        check()
        shuffled.append(_forest(encoded, rng.permutation(scaled), rng, pairs, grid).variances)
    names = [(name,) for name in encoded.names] + [(encoded.names[a], encoded.names[b]) for a, b in pairs]
    made = _summarize(
        names, np.clip(drawn, 0.0, 1.0), np.array(shuffled) / max(float(np.mean(totals)), 1e-300)
    )
    known = [each for each in explained if each is not None]
    return Importance(
        tuple(sorted((each for each in made if len(each.names) == 1), key=lambda each: -each.share)),
        tuple(sorted((each for each in made if len(each.names) == 2), key=lambda each: -each.share)),
        float(np.mean(known)) if known else None,
        run_count,
    )


def _most_frequent(encoded: Encoded) -> Encoded:
    """At most `MAX_HPARAMS`, those of the fewest levels: a name that differs in every run explains nothing."""
    if len(encoded.names) <= MAX_HPARAMS:
        return encoded
    kept = sorted(np.argsort(encoded.level_counts, kind="stable")[:MAX_HPARAMS].tolist())
    return Encoded(
        tuple(encoded.names[at] for at in kept),
        encoded.levels[:, kept],
        tuple(encoded.level_counts[at] for at in kept),
        tuple(encoded.is_ordered[at] for at in kept),
        encoded.constant,
    )


def _summarize(names: Sequence[tuple[str, ...]], drawn: Float64Array, shuffled: Float64Array) -> list[Share]:
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    chance = np.quantile(shuffled, 0.95, axis=0)
    mean = drawn.mean(axis=0)
    return [
        Share(name, float(mean[at]), float(low[at]), float(high[at]), float(chance[at]))
        for at, name in enumerate(names)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Forest:
    variances: Float64Array
    """float64[hyperparameters + pairs]: what each makes of the variance, pairs beyond their two."""
    total: float
    """Variance over all combinations."""
    explained: float | None
    """R squared of runs that were not drawn."""


def _combinations(encoded: Encoded, rng: np.random.Generator) -> Levels:
    """Every combination of levels, or as many drawn at random, intp[combinations, hyperparameters]."""
    counts = encoded.level_counts
    if math.prod(counts) <= _MAX_COMBINATIONS:
        return np.indices(counts).reshape(len(counts), -1).T
    return np.stack([rng.integers(0, count, _MAX_COMBINATIONS) for count in counts], axis=1)


def _forest(
    encoded: Encoded,
    metric: Float64Array,
    rng: np.random.Generator,
    pairs: Sequence[tuple[int, int]],
    grid: Levels,
) -> _Forest:
    """Over runs drawn with replacement. Effects are of the mean of the trees: what one overfits, others do not."""
    run_count = len(metric)
    size = min(run_count, _MAX_RUNS)
    pool = rng.integers(0, run_count, size)
    out = np.setdiff1d(np.arange(run_count), pool)
    trees = [_grow(encoded, metric, pool[rng.integers(0, size, size)], rng) for _ in range(_TREES)]
    counts = encoded.level_counts
    singles = [np.zeros(count) for count in counts]
    doubles = [np.zeros((counts[a], counts[b])) for a, b in pairs]
    for tree in trees:
        _add_effects(tree, encoded, pairs, singles, doubles)
    alone = np.array([float(np.square(effect / _TREES).mean()) for effect in singles])
    together = [
        max(0.0, float(np.square(effect / _TREES).mean()) - alone[a] - alone[b])
        for effect, (a, b) in zip(doubles, pairs, strict=True)
    ]
    total = float(np.mean([_predict(tree, grid) for tree in trees], axis=0).var())
    return _Forest(np.concatenate((alone, together)), total, _explained(trees, encoded, metric, pool, out))


def _explained(
    trees: Sequence[_Tree], encoded: Encoded, metric: Float64Array, pool: Levels, out: Levels
) -> float | None:
    if not len(out):
        return None
    predicted = np.mean([_predict(tree, encoded.levels[out]) for tree in trees], axis=0)
    spread = float(np.square(metric[out] - metric[pool].mean()).sum())
    return 1 - float(np.square(metric[out] - predicted).sum()) / spread if spread > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class _Tree:
    """Leaves are boxes: of each hyperparameter the levels that they hold."""

    values: Float64Array
    masks: npt.NDArray[np.bool_]
    """bool[leaves, hyperparameters, levels]."""


def _grow(encoded: Encoded, metric: Float64Array, rows: Levels, rng: np.random.Generator) -> _Tree:
    """A regression tree; at each node a random two thirds of the hyperparameters are looked at."""
    count, width = len(encoded.names), max(encoded.level_counts)
    whole = np.arange(width)[None, :] < np.array(encoded.level_counts)[:, None]
    tried = max(1, math.ceil(count * 2 / 3))
    min_leaf = max(2, len(rows) // 100)
    offsets = np.arange(count) * width
    ordered = np.array(encoded.is_ordered)
    values, masks = [], []
    stack: list[tuple[Levels, npt.NDArray[np.bool_], int]] = [(rows, whole, 0)]
    while stack:
        node, mask, depth = stack.pop()
        split = None
        if depth < _MAX_DEPTH and len(node) >= max(4, 2 * min_leaf):
            looked = rng.permutation(count)[:tried]
            split = _best_split(encoded.levels, metric, node, looked, offsets, width, ordered, min_leaf)
        if split is None:
            values.append(float(metric[node].mean()))
            masks.append(mask)
            continue
        at, left = split
        goes_left = left[encoded.levels[node, at]]
        # Levels of the box that no run here has go with the larger side.
        seen = np.zeros(width, bool)
        seen[encoded.levels[node, at]] = True
        side = np.where(seen, left, goes_left.sum() * 2 >= len(node))
        if ordered[at]:
            side = np.arange(width) <= np.flatnonzero(left).max()
        for own, chosen in ((side, goes_left), (~side, ~goes_left)):
            smaller = mask.copy()
            smaller[at] &= own
            stack.append((node[chosen], smaller, depth + 1))
    return _Tree(np.array(values), np.array(masks))


def _best_split(
    levels: Levels,
    metric: Float64Array,
    node: Levels,
    looked: Levels,
    offsets: Levels,
    width: int,
    ordered: npt.NDArray[np.bool_],
    min_leaf: int,
) -> tuple[int, npt.NDArray[np.bool_]] | None:
    """The hyperparameter and the levels that go left, for the least squared error; None where nothing can be parted."""
    places = (levels[node] + offsets).ravel()
    size = len(offsets) * width
    centred = metric[node] - metric[node].mean()
    counts = np.bincount(places, minlength=size).reshape(-1, width)[looked].astype(np.float64)
    repeated = np.repeat(centred, len(offsets))
    sums = np.bincount(places, weights=repeated, minlength=size).reshape(-1, width)[looked]
    # Levels without order stand by their means, which holds the best of all two-part splits (Breiman et al. 1984).
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    order = np.where(ordered[looked][:, None], np.arange(width), np.argsort(means, axis=1, kind="stable"))
    left_count = np.cumsum(np.take_along_axis(counts, order, 1), axis=1)
    left_sum = np.cumsum(np.take_along_axis(sums, order, 1), axis=1)
    right_count = len(node) - left_count
    possible = (left_count >= min_leaf) & (right_count >= min_leaf)
    gain = np.where(
        possible,
        left_sum**2 / np.maximum(left_count, 1) + left_sum**2 / np.maximum(right_count, 1),
        -1.0,
    )
    best = int(gain.argmax())
    which, cut = divmod(best, width)
    if gain[which, cut] <= 1e-15:
        return None
    left = np.zeros(width, bool)
    left[order[which, : cut + 1]] = True
    return int(looked[which]), left


def _add_effects(
    tree: _Tree,
    encoded: Encoded,
    pairs: Sequence[tuple[int, int]],
    singles: list[Float64Array],
    doubles: list[Float64Array],
) -> None:
    """Adds what each level, and each pair of levels, makes of the tree's mean over all combinations."""
    counts = encoded.level_counts
    # The chance that a value falls into the leaf's levels, float64[leaves, hyperparameters]; none is 0.
    parts = tree.masks.sum(axis=2) / np.array(counts, np.float64)
    chances = parts.prod(axis=1)
    centred = tree.values - float(tree.values @ chances)
    for at, count in enumerate(counts):
        singles[at] += (centred * chances / parts[:, at]) @ tree.masks[:, at, :count]
    for place, (a, b) in enumerate(pairs):
        weights = (centred * chances / (parts[:, a] * parts[:, b]))[:, None]
        doubles[place] += (tree.masks[:, a, : counts[a]] * weights).T @ tree.masks[:, b, : counts[b]]


def _predict(tree: _Tree, levels: Levels) -> Float64Array:
    """`levels` intp[n, hyperparameters] -> float64[n]."""
    inside = np.ones((len(levels), len(tree.values)), bool)
    for at in range(levels.shape[1]):
        inside &= tree.masks[:, at, :].T[levels[:, at]]
    found: Float64Array = tree.values[inside.argmax(axis=1)]
    return found
