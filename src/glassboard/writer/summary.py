"""Summaries without a writer, under the names and arguments of torch.utils.tensorboard.summary and tensorboardX.summary.

For programs that build a summary and hand it to a `FileWriter`. Each is a message as far as such programs go: it has
`SerializeToString`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glassboard.codec import wire
from glassboard.codec.payloads import hparams as hparams_payload
from glassboard.errors import MisuseError
from glassboard.writer import audio as audio_
from glassboard.writer import boxes as boxes_
from glassboard.writer import histogram as histogram_
from glassboard.writer import image as image_
from glassboard.writer import mesh as mesh_
from glassboard.writer import pr_curve as pr_curve_
from glassboard.writer import tensor as tensor_
from glassboard.writer import text as text_
from glassboard.writer import video as video_
from glassboard.writer.background import Job
from glassboard.writer.custom_scalars import ChartLayout
from glassboard.writer.hparams import Trial
from glassboard.writer.point import as_float, as_tag
from glassboard.writer.scalar import PlainScalar, TensorScalar

__all__ = [
    "EncodedSummary",
    "audio",
    "custom_scalars",
    "histogram",
    "histogram_raw",
    "hparams",
    "image",
    "image_boxes",
    "mesh",
    "pr_curve",
    "pr_curve_raw",
    "scalar",
    "tensor_proto",
    "text",
    "video",
]

_HEADER_BYTES, _FOOTER_BYTES = 12, 4
_SUMMARY_FIELD = 5


@dataclass(frozen=True, slots=True)
class EncodedSummary:
    """A `Summary` message."""

    data: bytes

    def SerializeToString(self) -> bytes:  # noqa: N802 - the name that protocol buffers give it
        return self.data


def _summary(jobs: Iterable[Job]) -> EncodedSummary:
    values = []
    for job in jobs:
        event = memoryview(job.encode())[_HEADER_BYTES:-_FOOTER_BYTES]
        values += [bytes(found) for number, found in wire.messages(event) if number == _SUMMARY_FIELD]
    # Summaries that follow each other are one summary of all their values.
    return EncodedSummary(b"".join(values))


def scalar(
    name: str,
    tensor: object = None,
    collections: object = None,
    new_style: bool = False,
    double_precision: bool = False,
    *,
    scalar: object = None,
    display_name: str = "",
    summary_description: str = "",
) -> EncodedSummary:
    del collections
    value = as_float(scalar if tensor is None else tensor)
    tag = as_tag(name)
    if new_style or double_precision or display_name or summary_description:
        texts = (display_name, summary_description)
        return _summary([TensorScalar(tag, 0, 0.0, value, double_precision, *texts)])
    return _summary([PlainScalar(tag, 0, 0.0, value)])


def tensor_proto(tag: str, tensor: object) -> EncodedSummary:
    return _summary([tensor_.prepare(as_tag(tag), 0, 0.0, tensor)])


def histogram(
    name: str, values: object, bins: object = "tensorflow", max_bins: int | None = None
) -> EncodedSummary:
    return _summary([histogram_.prepare(as_tag(name), 0, 0.0, values, bins, max_bins)])


def histogram_raw(
    name: str,
    min: object,  # noqa: A002 - the name that torch.utils.tensorboard gives it
    max: object,  # noqa: A002 - as above
    num: object,
    sum: object,  # noqa: A002 - as above
    sum_squares: object,
    bucket_limits: object,
    bucket_counts: object,
) -> EncodedSummary:
    statistics = (min, max, num, sum, sum_squares)
    return _summary([histogram_.prepare_raw(as_tag(name), 0, 0.0, statistics, bucket_limits, bucket_counts)])


def image(tag: str, tensor: object, rescale: float = 1, dataformats: str = "CHW") -> EncodedSummary:
    if rescale != 1:
        return image_boxes(tag, tensor, [], rescale, dataformats)
    return _summary([image_.prepare(as_tag(tag), 0, 0.0, tensor, dataformats)])


def image_boxes(
    tag: str,
    tensor_image: object,
    tensor_boxes: object,
    rescale: float = 1,
    dataformats: str = "CHW",
    labels: object = None,
) -> EncodedSummary:
    job = boxes_.prepare(
        as_tag(tag),
        0,
        0.0,
        tensor_image,
        tensor_boxes,
        rescale=rescale,
        dataformats=dataformats,
        labels=labels,
        colours=None,
    )
    return _summary([job])


def video(tag: str, tensor: object, fps: float = 4, dataformats: str = "NTCHW") -> EncodedSummary:
    return _summary([video_.prepare(as_tag(tag), 0, 0.0, tensor, fps, dataformats, None)])


def audio(tag: str, tensor: object, sample_rate: float = 44100) -> EncodedSummary:
    return _summary([audio_.prepare(as_tag(tag), 0, 0.0, tensor, sample_rate)])


def text(tag: str, text: str) -> EncodedSummary:
    return _summary([text_.prepare(as_tag(tag), 0, 0.0, text)])


def pr_curve(
    tag: str, labels: object, predictions: object, num_thresholds: int = 127, weights: object = None
) -> EncodedSummary:
    return _summary([pr_curve_.prepare(as_tag(tag), 0, 0.0, labels, predictions, num_thresholds, weights)])


def pr_curve_raw(
    tag: str,
    tp: object,
    fp: object,
    tn: object,
    fn: object,
    precision: object,
    recall: object,
    num_thresholds: int = 127,
    weights: object = None,
) -> EncodedSummary:
    del num_thresholds, weights
    return _summary([pr_curve_.prepare_raw(as_tag(tag), 0, 0.0, (tp, fp, tn, fn, precision, recall))])


def mesh(
    tag: str,
    vertices: object,
    colors: object,
    faces: object,
    config_dict: Mapping[str, object] | None = None,
    display_name: str | None = None,
    description: str | None = None,
) -> EncodedSummary:
    del display_name, description  # which TensorBoard does not show
    return _summary(
        mesh_.prepare(as_tag(tag), 0, 0.0, vertices, colors=colors, faces=faces, config=config_dict)
    )


def custom_scalars(layout: object) -> EncodedSummary:
    return _summary([ChartLayout().add(layout, 0.0)])


def hparams(
    hparam_dict: Mapping[str, object] | None = None,
    metric_dict: Mapping[str, object] | None = None,
    hparam_domain_discrete: Mapping[str, object] | None = None,
) -> tuple[EncodedSummary, EncodedSummary, EncodedSummary]:
    """The experiment, the start and the end of a session. Without metrics the experiment is empty."""
    if not isinstance(hparam_dict, Mapping) or not isinstance(metric_dict or {}, Mapping):
        raise MisuseError("found something else than a dict as hparam_dict or metric_dict, wanted dicts")
    trial = Trial()
    jobs = trial.add(
        hparam_dict, tuple(map(as_tag, metric_dict or {})), hparam_domain_discrete or {}, 0, time.time()
    )
    jobs += trial.end(hparams_payload.Status.SUCCESS, 0, time.time())
    by_tag = {job.tag: _summary([job]) for job in jobs}
    experiment = by_tag.get(hparams_payload.EXPERIMENT_TAG, EncodedSummary(b""))
    return experiment, by_tag[hparams_payload.SESSION_START_TAG], by_tag[hparams_payload.SESSION_END_TAG]
