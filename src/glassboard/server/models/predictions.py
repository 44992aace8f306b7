"""Evaluations of classifiers: which there are, what they come to, and the examples behind every mark."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from glassboard.server.models.base import Answer, Number, Question

__all__ = [
    "CalibrationCurve",
    "ClassCurve",
    "ClassRates",
    "Confusion",
    "EvaluationAnswer",
    "EvaluationItem",
    "EvaluationPart",
    "EvaluationRequest",
    "ExampleFilter",
    "ExampleItem",
    "ExampleList",
    "ExamplesRequest",
    "HistoryItem",
    "OutcomeFilter",
    "PredictionHistory",
    "PredictionRecords",
    "ScoreFilter",
    "ScoreHistogram",
]

EvaluationPart = Literal["curves", "confusion", "classes", "calibration", "histograms"]
ClassIndex = Annotated[int, Field(ge=0, lt=2**31)]
ClassOrNothing = Annotated[int, Field(ge=-1, lt=2**31)]
Names = Annotated[str, Field(max_length=4096)]


class PredictionRecords(Answer):
    """The evaluations of one tag of one run, in order of steps; the lists are of one length."""

    run: str
    tag: str
    revision: int
    steps: list[int]
    wall_times: list[float | None]
    """Seconds since the epoch; null where the file holds no finite time."""
    part_counts: list[int]
    """Parts that are there: while an evaluation is written they grow."""


class RecordName(Question):
    run: Names
    tag: Names
    step: int | None = None
    """Exactly this one; null: the newest."""


class EvaluationRequest(Question):
    records: Annotated[list[RecordName], Field(min_length=1, max_length=20)]
    parts: tuple[EvaluationPart, ...] = ("curves", "confusion", "classes", "calibration", "histograms")
    classes: Annotated[list[ClassIndex], Field(max_length=50)] | None = None
    """Of curves, calibration and histograms; null: all, of more than 20 classes the 20 with the lowest F1."""
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Null: each sample is taken for the class of its largest score. Else the matrix takes a sample whose largest score is
    below it for none (of two classes: for `positive` at or above it, else for the other), and the rates of a class are of
    the samples whose score for it is at or above it."""
    positive: ClassIndex = 1
    """Which of two classes the threshold is for."""
    max_points: Annotated[int, Field(ge=16, le=10_000)] = 400
    """A curve, about; what a screen shows is kept, and extremes are exact."""
    bins: Annotated[int, Field(ge=1, le=100)] = 15
    """Of calibration and histograms."""
    max_classes: Annotated[int, Field(ge=2, le=200)] = 40
    """Of the matrix: where there are more, those with the most mistakes, and all others as one."""


class ClassCurve(Answer):
    """One class against the rest: precision is tp / (tp + fp), recall tp / positives, the fall-out fp / negatives."""

    class_index: int
    positive_count: int
    negative_count: int
    nan_count: int
    """Samples whose score is NaN: they count as below every threshold."""
    area: float | None
    """Under the ROC curve; null where one of the two sorts of samples is missing."""
    average_precision: float | None
    thresholds: list[Number]
    """Falling; a score at or above it counts as predicted."""
    true_positives: list[int]
    false_positives: list[int]


class Confusion(Answer):
    """Rows are true, columns predicted. Both are `classes`, then all others together where there are some; the last
    column is taken for nothing."""

    classes: list[int]
    other_count: int
    """Classes that are counted together."""
    counts: list[list[int]]


class ClassRates(Answer):
    """One entry a class; null where a rate divides by nothing."""

    precision: list[float | None]
    recall: list[float | None]
    f1: list[float | None]
    support: list[int]
    predicted: list[int]
    hits: list[int]


class CalibrationCurve(Answer):
    """Bins of equal width from 0 to 1, open below, closed above."""

    class_index: int | None
    """Null: the largest score of each sample, and whether it is right."""
    counts: list[int]
    mean_scores: list[float | None]
    rates: list[float | None]
    expected_error: float | None
    largest_error: float | None


class ScoreHistogram(Answer):
    """Over the bins of `CalibrationCurve`."""

    class_index: int | None
    """Null: the largest score of each sample."""
    positives: list[int]
    """Samples of the class; of the largest score, those that are right."""
    negatives: list[int]


class EvaluationItem(Answer):
    run: str
    tag: str
    step: int | None
    wall_time: float | None
    error: str | None
    """Why it cannot be read; then everything else is empty."""
    key: str
    """Another one when the evaluation is another one."""
    row_count: int
    total_row_count: int
    """More than `row_count` where the writer was killed."""
    known_count: int
    """Rows whose true class is known: all figures are of these."""
    unanswered_count: int
    """Rows in which every score is NaN."""
    class_names: list[str]
    """One a class: its number where no name was logged for it."""
    image_width: int | None
    """Pixels; null without images."""
    image_height: int | None
    right_count: int
    """Of the known rows, by the largest score."""
    mean_loss: Number | None
    """Cross entropy in nats over the known rows whose score is not NaN."""
    curves: list[ClassCurve]
    confusion: Confusion | None
    rates: ClassRates | None
    calibration: list[CalibrationCurve]
    histograms: list[ScoreHistogram]


class EvaluationAnswer(Answer):
    revision: int
    evaluations: list[EvaluationItem]
    """In the order asked; one that cannot be read does not fail the others."""


class ScoreFilter(Question):
    class_index: ClassIndex | None = None
    """Null: the largest score."""
    above: float | None = None
    up_to: float | None = None


class OutcomeFilter(Question):
    class_index: ClassIndex
    threshold: Annotated[float, Field(ge=0, le=1)]
    outcome: Literal["true_positive", "false_positive", "true_negative", "false_negative"]


class ExampleFilter(Question):
    """All of what is given must hold."""

    true_classes: Annotated[list[ClassOrNothing], Field(max_length=10_000)] | None = None
    """-1: not known."""
    predicted_classes: Annotated[list[ClassOrNothing], Field(max_length=10_000)] | None = None
    """-1: taken for nothing."""
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """What a sample is taken for, as in `EvaluationRequest`."""
    positive: ClassIndex = 1
    correct: bool | None = None
    score: ScoreFilter | None = None
    outcome: OutcomeFilter | None = None
    id: Names | None = None
    label_errors: bool = False
    """Only those whose label is likely wrong by confident learning, the likeliest first."""


class ExamplesRequest(Question):
    run: Names
    tag: Names
    step: int | None = None
    """Exactly this one; null: the newest."""
    filter: ExampleFilter = ExampleFilter()
    order: Literal["wrongest", "surest", "row"] = "wrongest"
    """`wrongest`: the largest loss first, NaN before all; `surest`: the smallest loss first."""
    first: Annotated[int, Field(ge=0, lt=2**31)] = 0
    count: Annotated[int, Field(ge=1, le=200)] = 24


class ExampleItem(Answer):
    row: int
    id: str
    """The number of the row where none were logged."""
    target: int | None
    """Null where it is not known."""
    predicted: int | None
    """By the largest score; null where every score is NaN."""
    score: Number | None
    """Of the predicted class."""
    true_score: Number | None
    """Of the true class."""
    loss: Number | None
    """In nats."""
    suggested: int | None
    """What a label that is likely wrong should be."""
    has_image: bool
    """Whether `prediction-image` has one of it; told by `prediction-examples` alone, as is `image_problem`."""
    image_problem: str | None
    """Why the image that was logged by its path cannot be shown."""


class ExampleList(Answer):
    run: str
    tag: str
    step: int
    revision: int
    key: str
    """For `prediction-image`."""
    has_images: bool
    total: int
    """Of those that the filter lets through."""
    examples: list[ExampleItem]


class HistoryItem(Answer):
    step: int
    wall_time: float | None
    example: ExampleItem | None
    """Null where the evaluation does not hold it."""
    error: str | None
    """Why this one cannot be read."""


class PredictionHistory(Answer):
    run: str
    tag: str
    revision: int
    record_count: int
    """Of which the newest 100 are listed."""
    records: list[HistoryItem]
    """In order of steps."""
