"""One class against the rest: what every threshold on its score would decide.

A sample counts as predicted where its score is at or above the threshold. NaN is the least score there is, so that a sample
without an answer is predicted last and never lost. Sources: T. Fawcett, "An introduction to ROC analysis", Pattern
Recognition Letters 27 (2006), algorithms 1 and 2; J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a
receiver operating characteristic (ROC) curve", Radiology 143 (1982).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassboard.types import Float64Array, Int64Array

__all__ = [
    "ClassRanking",
    "ThresholdCurve",
    "average_precision",
    "counts_at",
    "rank_class",
    "roc_auc",
    "threshold_curve",
]


@dataclass(frozen=True, slots=True, eq=False)
class ClassRanking:
    """Scores of one class, ascending; NaN has become -inf."""

    positives: npt.NDArray[np.float32]
    """float32[p]: scores of the samples that are of the class."""
    negatives: npt.NDArray[np.float32]
    """float32[n]: scores of all others."""
    alarms: Int64Array
    """int64[p]: for each positive, the negatives at or above it, which most figures are made of."""

    @property
    def nan_count(self) -> int:
        return int(sum(np.searchsorted(side, -np.inf, "right") for side in (self.positives, self.negatives)))


@dataclass(frozen=True, slots=True, eq=False)
class ThresholdCurve:
    """Counts at some thresholds, which fall; all columns have one length, and the last one predicts every sample."""

    thresholds: Float64Array
    true_positives: Int64Array
    false_positives: Int64Array


def rank_class(scores: npt.NDArray[np.float32], is_positive: npt.NDArray[np.bool_]) -> ClassRanking:
    """`scores` float32[n] of one class, `is_positive` bool[n]."""
    missing = np.isnan(scores)
    kept = np.where(missing, np.float32(-np.inf), scores) if missing.any() else scores
    # Places take half the time of a mask where both sorts are many.
    positives, negatives = kept[np.flatnonzero(is_positive)], kept[np.flatnonzero(~is_positive)]
    positives.sort()
    negatives.sort()
    return ClassRanking(positives, negatives, len(negatives) - np.searchsorted(negatives, positives, "left"))


def counts_at(
    ranking: ClassRanking, thresholds: Float64Array | npt.NDArray[np.float32]
) -> tuple[Int64Array, Int64Array]:
    """True and false positives at each threshold."""
    positives, negatives = ranking.positives, ranking.negatives
    return (
        len(positives) - np.searchsorted(positives, thresholds, "left"),
        len(negatives) - np.searchsorted(negatives, thresholds, "left"),
    )


def roc_auc(ranking: ClassRanking) -> float:
    """The chance that a sample of the class scores above one that is none, half where they are equal (Hanley and McNeil).

    NaN where one of the two sorts is missing.
    """
    positives, negatives = ranking.positives, ranking.negatives
    if len(positives) == 0 or len(negatives) == 0:
        return float("nan")
    below = len(positives) * len(negatives) - ranking.alarms.sum()
    not_above = np.searchsorted(negatives, positives, "right").sum()
    return float((int(below) + int(not_above)) / 2 / len(positives) / len(negatives))


def average_precision(ranking: ClassRanking) -> float:
    """The sum over all thresholds of the gain in recall times the precision there; NaN where no sample is of the class.

    Source: scikit-learn's definition (`average_precision_score`): no interpolation, which would be too kind.
    """
    if len(ranking.positives) == 0:
        return float("nan")
    hits = _hits(ranking)
    return float((hits / (hits + ranking.alarms)).mean())


def _hits(ranking: ClassRanking) -> Int64Array:
    """int64[p]: the positives at or above each of them."""
    positives = ranking.positives
    return len(positives) - np.searchsorted(positives, positives, "left")


def threshold_curve(ranking: ClassRanking, max_points: int) -> ThresholdCurve:
    """The curve at every distinct score; of more than `max_points` at so many of them, about.

    Between two neighbours that are kept, neither the true nor the false positives grow by more than 4 / `max_points` of
    their total unless the scores are equal, so that nothing a screen could show is lost. The first and the last point, the
    highest and the lowest precision and the best F1 are kept exactly.
    """
    positives, negatives = ranking.positives, ranking.negatives
    count = len(positives) + len(negatives)
    thresholds: npt.NDArray[np.float32] | None = None
    if count <= 16 * max_points:
        thresholds = np.unique(np.concatenate([positives, negatives]))
    if thresholds is None or len(thresholds) > max_points:
        thresholds = _chosen(ranking, max(max_points, 8))
    falling = thresholds[::-1]
    hits, alarms = counts_at(ranking, falling)
    return ThresholdCurve(falling.astype(np.float64), hits, alarms)


def _chosen(ranking: ClassRanking, max_points: int) -> npt.NDArray[np.float32]:
    sides = [side for side in (ranking.positives, ranking.negatives) if len(side)]
    share = max_points // 4
    kept = [side[_spread(len(side), share + 2)] for side in sides]
    # Precision jumps where few samples are predicted: there every rank counts.
    top = np.sort(np.concatenate([side[-max_points:] for side in sides]))[::-1]
    ranks = np.unique(np.geomspace(1, len(top), max(1, share)).astype(np.int64)) - 1
    kept += [top[ranks], _extremes(ranking), np.array([min(side[0] for side in sides)], np.float32)]
    return np.unique(np.concatenate(kept))


def _spread(count: int, wanted: int) -> Int64Array:
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).round().astype(np.int64))


def _extremes(ranking: ClassRanking) -> npt.NDArray[np.float32]:
    """Where precision is highest and lowest, and where F1 is best."""
    positives, negatives = ranking.positives, ranking.negatives
    if len(positives) == 0:
        return negatives[-1:]
    # Precision rises only where a positive comes in, and is lowest just before one does.
    hits, alarms = _hits(ranking), ranking.alarms
    precision, f1 = hits / (hits + alarms), 2 * hits / (hits + alarms + len(positives))
    found = [positives[[precision.argmax(), f1.argmax()]]]
    above = np.searchsorted(negatives, positives, "right")
    last = np.flatnonzero((above < len(negatives)) & np.append(above[1:] != above[:-1], True))
    if len(last):
        # The next negative above the last of some positives: all positives behind it are above it too.
        lows = negatives[above[last]]
        hits = len(positives) - np.searchsorted(positives, lows, "left")
        found.append(lows[[(hits / (hits + len(negatives) - above[last])).argmin()]])
    return np.concatenate(found)
