"""The public `SummaryWriter`: every call of torch.utils.tensorboard and tensorboardX, written by a background thread.

A facade, and long because the two libraries have that many calls: what a call does is in `writer`, one module a kind that
its first use loads (`_kinds`), and what all of them stand on in `_run_writer`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from glassboard import _lazy
from glassboard.bucket import is_address
from glassboard.errors import MisuseError
from glassboard.summary_writer import _kinds
from glassboard.summary_writer._run_writer import RunWriter
from glassboard.writer.arrays import describe
from glassboard.writer.background import ROWS_PER_WAKE
from glassboard.writer.point import as_float, as_tag, as_wall_time
from glassboard.writer.run_folder import within
from glassboard.writer.scalar import FLOAT32_MAX, DeviceScalar, TensorScalar, on_device

__all__ = ["SummaryWriter"]

# Drawing needs it, which is loaded late: that it is missing must not come out in the middle of a training run.
_lazy.require_installed("PIL", "glassboard", "pillow")

_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1
_INFINITY = float("inf")
_log = logging.getLogger("glassboard")


class SummaryWriter(RunWriter):
    """Logs a training run to event files that Glassboard and TensorBoard read.

    A drop-in for the writers of torch.utils.tensorboard and tensorboardX: it takes every call of both.

    Calls return at once: values are checked and copied, and a background thread encodes and writes them. What was logged
    is on disk within a second, and at `flush`, at `close` and at interpreter exit. Any thread may call any method. In a
    forked process the writer goes on in a file of its own.

    Wrong arguments raise `MisuseError` at the call. Trouble with the disk after construction never raises: it is warned
    of once, writing is tried again, `health` tells how it stands, and `close` says how many points were lost.
    NaN and infinite values are data and are written as they are. A closed writer opens a new file at the next call.

    In every call `global_step` is an integer of 64 bits, 0 without one, and `walltime` seconds since the epoch, now
    without one; `use_metadata` changes what they are where a call leaves them out.

        with SummaryWriter("runs/first") as writer:
            for step in range(100):
                writer.add_scalar("train/loss", 1 / (step + 1), step)
    """

    # ---- numbers

    def add_scalar(
        self,
        tag: str,
        scalar_value: object,
        global_step: object = None,
        walltime: float | None = None,
        new_style: bool | str = False,
        double_precision: bool | str = False,
        *,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Logs one number: Python's, NumPy's, or an array or tensor of one element.

        Numbers are stored in 32 bits, as TensorBoard does, unless `double_precision` is set or they would overflow. A CUDA
        tensor is copied on its device and read by the background thread, so that the call does not wait for the device.
        """
        try:
            if tag not in self._known_tags:
                self._known_tags.add(as_tag(tag))
        except TypeError:
            as_tag(tag)  # what cannot be hashed is no string
        if type(global_step) is not int or not _INT64_MIN <= global_step <= _INT64_MAX:
            global_step = self._step(global_step)
        if new_style or double_precision or display_name or summary_description:
            # tensorboardX has the two texts where torch has the two switches.
            texts = (
                new_style if isinstance(new_style, str) and not display_name else display_name,
                double_precision
                if isinstance(double_precision, str) and not summary_description
                else summary_description,
            )
            is_double = double_precision is not False and not isinstance(double_precision, str)
            value = as_float(scalar_value)
            self._background.add_job(
                TensorScalar(tag, global_step, self._time(walltime), value, is_double, *texts)
            )
            return
        if type(scalar_value) is not float:
            if (pending := on_device(scalar_value)) is not None:
                self._background.add_job(DeviceScalar(tag, global_step, self._time(walltime), *pending))
                return
            scalar_value = as_float(scalar_value)
        if FLOAT32_MAX < scalar_value < _INFINITY or -_INFINITY < scalar_value < -FLOAT32_MAX:
            wide = TensorScalar(tag, global_step, self._time(walltime), scalar_value, is_double=True)
            self._background.add_job(wide)
            return
        background = self._background
        rows = background.queue
        rows.append(
            (tag, global_step, self._now() if walltime is None else as_wall_time(walltime), scalar_value)
        )
        if background.is_idle or not len(rows) & (ROWS_PER_WAKE - 1):
            background.wake()

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, object],
        global_step: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs several numbers as the tags `main_tag/key` of this run.

        With `run_per_scalar` at construction each key is a sub-run, `<main_tag>_<key>`, and all have the tag `main_tag`.
        """
        if not isinstance(tag_scalar_dict, Mapping):
            raise MisuseError(
                f"found {describe(tag_scalar_dict)} as tag_scalar_dict, wanted a dict of numbers by name"
            )
        main_tag, step, wall_time = self._point(main_tag, global_step, walltime)
        for key, value in tag_scalar_dict.items():
            if self._run_per_scalar:
                name = f"{main_tag.replace('/', '_')}_{as_tag(key)}"
                if name not in self._sub_runs:
                    self._sub_runs[name] = self._sub_run(name)
                self._sub_runs[name].add_scalar(main_tag, value, step, wall_time)
            else:
                self.add_scalar(f"{main_tag}/{as_tag(key)}", value, step, wall_time)

    @cached_property
    def _sub_runs(self) -> dict[str, SummaryWriter]:
        return {}

    def _sub_writers(self) -> tuple[RunWriter, ...]:
        return tuple(self._sub_runs.values())

    def _sub_run(self, name: str) -> SummaryWriter:
        """A writer of a folder within this run's."""
        folder = within(self.log_dir, name)
        return SummaryWriter(folder, filename_suffix=self.filename_suffix, write_to_disk=self._write_to_disk)

    def add_tensor(
        self, tag: str, tensor: object, global_step: object = None, walltime: float | None = None
    ) -> None:
        """Logs an array or tensor of any shape and of any real or complex type, as it is."""
        self._background.add_job(_kinds.tensor.prepare(*self._point(tag, global_step, walltime), tensor))

    def add_histogram(
        self,
        tag: str,
        values: object,
        global_step: object = None,
        bins: object = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Logs the distribution of any real values. Empty, NaN and infinite values are data: they are counted apart.

        bins      `tensorflow` (edges at plus and minus 1e-12 * 1.1^k), a rule of `numpy.histogram`, a number, or edges
        max_bins  neighbouring buckets are put together until there are no more than this
        """
        point = self._point(tag, global_step, walltime)
        self._background.add_job(_kinds.histogram.prepare(*point, values, bins, max_bins))

    def add_histogram_raw(
        self,
        tag: str,
        min: object,  # noqa: A002 - the name that torch.utils.tensorboard gives it
        max: object,  # noqa: A002 - as above
        num: object,
        sum: object,  # noqa: A002 - as above
        sum_squares: object,
        bucket_limits: object,
        bucket_counts: object,
        global_step: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs a histogram that is counted already: `bucket_counts[i]` values up to the right edge `bucket_limits[i]`."""
        point = self._point(tag, global_step, walltime)
        statistics = (min, max, num, sum, sum_squares)
        self._background.add_job(
            _kinds.histogram.prepare_raw(*point, statistics, bucket_limits, bucket_counts)
        )

    # ---- pictures and sound

    def add_image(
        self,
        tag: str,
        img_tensor: object,
        global_step: object = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """Logs an image: an array or tensor laid out as `dataformats` says (any order of H, W, C and N), or a Pillow image.

        Floats from 0 to 1 are scaled, uint8 are levels already, bool is black and white; values outside are clipped and
        NaN is drawn in magenta. 1 channel is grey, 2 grey and alpha, 3 RGB, 4 RGBA.
        """
        self._background.add_job(
            _kinds.image.prepare(*self._point(tag, global_step, walltime), img_tensor, dataformats)
        )

    def add_images(
        self,
        tag: str,
        img_tensor: object,
        global_step: object = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Logs a batch of images as one image, eight to a row. Otherwise as `add_image`."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: object,
        box_tensor: object,
        global_step: object = None,
        walltime: float | None = None,
        rescale: float | str = 1,
        dataformats: Any = "CHW",  # labels, where a string stands for `rescale`
        labels: object = None,
        *,
        box_colors: object = None,
    ) -> None:
        """Logs an image with boxes drawn on it, and a label on each box where there are labels.

        box_tensor  [boxes, 4]: left, top, right, bottom in pixels of the image as it is given
        rescale     the factor by which the image is enlarged; lines and letters stay sharp
        labels      one a box; boxes of the same label have the same colour
        box_colors  a colour for all boxes or one each, as a name, #rrggbb or three levels
        """
        if isinstance(rescale, str):  # tensorboardX has dataformats and labels here
            rescale, dataformats, labels = 1, rescale, labels if dataformats == "CHW" else dataformats
        point = self._point(tag, global_step, walltime)
        job = _kinds.boxes.prepare(
            *point,
            img_tensor,
            box_tensor,
            rescale=rescale,
            dataformats=dataformats,
            labels=labels,
            colours=box_colors,
        )
        self._background.add_job(job)

    def add_figure(
        self,
        tag: str,
        figure: object,
        global_step: object = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Logs a Matplotlib figure, or a list of figures as one image, and closes them in pyplot unless `close` is False."""
        # Drawn now, because the figure may change, and Matplotlib is not for several threads.
        pixels = _kinds.figure.render(figure, close=close)
        self.add_image(tag, pixels, global_step, walltime, "NHWC")

    def add_video(
        self,
        tag: str,
        vid_tensor: object,
        global_step: object = None,
        fps: float | None = 4,
        walltime: float | None = None,
        dataformats: str = "NTCHW",
        *,
        file_format: str | None = None,
    ) -> None:
        """Logs videos [videos, frames, channels, height, width], side by side; levels are as in `add_image`.

        file_format  `webm` or `mp4`, which need the video extra (PyAV) and of which TensorBoard shows the first frame, or
                     `gif`, which it plays. By default `webm` where PyAV is installed, else `gif`.
        """
        point = self._point(tag, global_step, walltime)
        self._background.add_job(_kinds.video.prepare(*point, vid_tensor, fps, dataformats, file_format))

    def add_audio(
        self,
        tag: str,
        snd_tensor: object,
        global_step: object = None,
        sample_rate: float = 44100,
        walltime: float | None = None,
    ) -> None:
        """Logs a sound of one or two channels: [frames], [frames, channels] or [channels, frames].

        Floats lie from -1 to 1; where some lie beyond, the file holds floats and nothing is clipped. int16, int32 and
        uint8 are written as they are. sample_rate is in samples per second.
        """
        self._background.add_job(
            _kinds.audio.prepare(*self._point(tag, global_step, walltime), snd_tensor, sample_rate)
        )

    def add_mesh(
        self,
        tag: str,
        vertices: object,
        colors: object = None,
        faces: object = None,
        config_dict: Mapping[str, object] | None = None,
        global_step: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs meshes or point clouds.

        vertices     [meshes, vertices, 3], coordinates
        colors       [meshes, vertices, 3], red, green and blue from 0 to 255
        faces        [meshes, faces, 3], the vertices of each triangle
        config_dict  camera, lights and material for three.js
        """
        point = self._point(tag, global_step, walltime)
        for job in _kinds.mesh.prepare(*point, vertices, colors=colors, faces=faces, config=config_dict):
            self._background.add_job(job)

    # ---- words

    def add_text(
        self, tag: str, text_string: str, global_step: object = None, walltime: float | None = None
    ) -> None:
        """Logs a string, shown as Markdown. The tag in the file is `tag/text_summary`, as torch.utils.tensorboard has it."""
        self._background.add_job(_kinds.text.prepare(*self._point(tag, global_step, walltime), text_string))

    def add_note(self, note: str, global_step: object = None, walltime: float | None = None) -> None:
        """Says something of the run in Markdown: why it was started, what was seen. Further notes add to it."""
        step, wall_time = self._step(global_step), self._time(walltime)
        self._background.add_job(_kinds.run_notes.prepare_note(step, wall_time, note))

    def set_tags(self, *tags: object) -> None:
        """Sets the tags of the run, as `set_tags("baseline", "to keep")` or with a list; each call replaces them all."""
        self._background.add_job(_kinds.run_notes.prepare_tags(self._now(), tags))

    # ---- evaluation

    def add_pr_curve(
        self,
        tag: str,
        labels: object,
        predictions: object,
        global_step: object = None,
        num_thresholds: int = 127,
        weights: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs a precision-recall curve of a binary classifier.

        labels       0 or 1 per element
        predictions  the probability of 1 per element; NaN counts as 0
        weights      one number, or one per element
        """
        point = self._point(tag, global_step, walltime)
        job = _kinds.pr_curve.prepare(*point, labels, predictions, num_thresholds, weights)
        self._background.add_job(job)

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: object,
        false_positive_counts: object,
        true_negative_counts: object,
        false_negative_counts: object,
        precision: object,
        recall: object,
        global_step: object = None,
        num_thresholds: int = 127,
        weights: object = None,
        walltime: float | None = None,
    ) -> None:
        """Logs a precision-recall curve that is counted already, at thresholds that go from 0 to 1 in equal steps.

        The number of thresholds is that of the values given; `num_thresholds` and `weights` are accepted for compatibility.
        """
        del num_thresholds, weights
        counts = (true_positive_counts, false_positive_counts, true_negative_counts, false_negative_counts)
        point = self._point(tag, global_step, walltime)
        self._background.add_job(_kinds.pr_curve.prepare_raw(*point, (*counts, precision, recall)))

    def add_predictions(
        self,
        tag: str,
        targets: object,
        probabilities: object,
        *,
        images: object = None,
        ids: object = None,
        class_names: object = None,
        global_step: object = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Logs what a classifier answered for every sample of an evaluation, up to millions of rows.

        targets        [rows], the number of the true class; -1 where it is not known
        probabilities  [rows, classes], or [rows] of class 1 of two. Stored in 32 bits, float16 in 16; NaN is data
        images         what the model saw, one a row: pixels laid out as `dataformats` says, levels as in `add_image`; or
                       paths of image files (None for none), which the page shows where they lie in the log directory
        ids            an integer or a string a row, to find the sample again; without, it is the number of the row
        class_names    a string a class
        """
        point = self._point(tag, global_step, walltime)
        jobs = _kinds.predictions.prepare(
            *point,
            targets,
            probabilities,
            images=images,
            ids=ids,
            class_names=class_names,
            dataformats=dataformats,
            run_folder=self.log_dir if is_address(self.log_dir) else str(self._background.folder),
        )
        for job in jobs:
            self._background.add_job(job)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, object],
        metric_dict: Mapping[str, object],
        hparam_domain_discrete: Mapping[str, object] | str | None = None,
        run_name: object = None,
        global_step: object = None,
        *,
        name: str | None = None,
    ) -> None:
        """Logs the hyperparameters of this run and what they reached; the metrics become scalars of this run.

        Values may be of any type; what is no number, bool or string is written as its text. Further calls add names, and
        with other values for the names they had begin another trial, in the sub-run `trial_2`, `trial_3`, ... With
        `run_name`, which tensorboardX calls `name`, everything goes to the sub-run of that name.
        """
        if isinstance(hparam_domain_discrete, str) or isinstance(run_name, int):
            # tensorboardX has the name and the step here.
            step_given = run_name if global_step is None else global_step
            hparam_domain_discrete, run_name, global_step = None, hparam_domain_discrete, step_given
        sub_run = name if run_name is None else run_name
        if sub_run is not None and not isinstance(sub_run, str):
            raise MisuseError(f"found {describe(sub_run)} as run_name, wanted a string")
        domains = {} if hparam_domain_discrete is None else hparam_domain_discrete
        named = {"hparam_dict": hparam_dict, "metric_dict": metric_dict, "hparam_domain_discrete": domains}
        for what, mapping in named.items():
            if not isinstance(mapping, Mapping):
                raise MisuseError(f"found {describe(mapping)} as {what}, wanted a dict")
        step, wall_time = self._step(global_step), self._now()
        metrics = {
            as_tag(key): as_float(value, f"a single number as the metric {key!r}")
            for key, value in metric_dict.items()
        }
        jobs = sub_run or self._trials.add(hparam_dict, tuple(metrics), domains, step, wall_time)
        if isinstance(jobs, str):
            with self._sub_run(jobs) as writer:
                writer.add_hparams(hparam_dict, metrics, domains, global_step=step)
            return
        for job in jobs:
            self._background.add_job(job)
        for key, value in metrics.items():
            self.add_scalar(key, value, step, wall_time)

    def add_custom_scalars(self, layout: Mapping[str, Mapping[str, object]]) -> None:
        """Lays out charts of several tags: `{category: {title: ["Multiline", tags]}}`, tags being regular expressions.

        `["Margin", [value, lower, upper]]` is a line in a band. Each call adds to those before; a chart of the same
        category and title is replaced.
        """
        self._background.add_job(self._chart_layout.add(layout, self._now()))

    def add_custom_scalars_multilinechart(
        self, tags: list[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Adds a chart of several lines, as `add_custom_scalars` does."""
        self.add_custom_scalars({category: {title: ["Multiline", tags]}})

    def add_custom_scalars_marginchart(
        self, tags: list[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Adds a chart of a line in a band, of three tags: value, lower and upper bound."""
        self.add_custom_scalars({category: {title: ["Margin", tags]}})

    # ---- representations and models

    def add_embedding(
        self,
        mat: object,
        metadata: object = None,
        label_img: object = None,
        global_step: object = None,
        tag: str = "default",
        metadata_header: object = None,
    ) -> None:
        """Logs points for the embedding projector, in files beside the event file.

        mat              [points, dimensions], numbers
        metadata         a label per point, or with `metadata_header` a list of labels per point
        label_img        a picture per point, [points, channels, height, width], as `add_image` takes them
        metadata_header  the names of the columns of `metadata`

        Each step and tag is an embedding of its own; the same step and tag again replaces the one before.
        """
        job = _kinds.embedding.prepare(
            self._background.folder,
            as_tag(tag),
            self._step(global_step),
            mat,
            metadata=metadata,
            metadata_header=metadata_header,
            label_img=label_img,
        )
        self._background.add_job(job)

    def add_graph(
        self,
        model: _lazy.Foreign,
        input_to_model: object = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        """Logs the graph of a torch module: modules, operations, parameter counts, and the shape of every tensor.

        input_to_model    what the module is called with, once; a tuple is its positional arguments
        verbose           prints the graph
        use_strict_trace  accepted for compatibility: nothing is traced by torch.jit
        """
        del use_strict_trace
        step, wall_time = self._default_step, self._now()
        job = _kinds.graphs.prepare_traced(step, wall_time, model, input_to_model, is_printed=verbose)
        self._background.add_job(job)

    def add_onnx_graph(self, prototxt: object = None, *, onnx_model_file: object = None) -> None:
        """Logs the graph of an ONNX model: the path of a file, its bytes, or a `ModelProto`. Needs no other package."""
        source = onnx_model_file if prototxt is None else prototxt
        job = _kinds.graphs.prepare_onnx(self._default_step, self._now(), source)
        self._background.add_job(job)

    def add_openvino_graph(self, xmlname: object) -> None:
        """Logs the graph of an OpenVINO model: the path of its .xml file, or the bytes."""
        job = _kinds.graphs.prepare_openvino(self._default_step, self._now(), xmlname)
        self._background.add_job(job)
